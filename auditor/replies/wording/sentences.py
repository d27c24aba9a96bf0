"""A text -> its sentences, each within bounds, and whether it is English."""

from __future__ import annotations

import re

MAX_TEXT = 20_000
MAX_SENTENCES = 400
LONGEST = 600
"""Characters of one sentence that are looked at."""

_END = re.compile(r"(?<=[.!?])[\"')\]]{0,3}\s{1,20}(?=[\"'(\[]{0,2}[A-Z0-9])|\n{1,20}")
_WORD = re.compile(r"[^\W\d_][\w']{0,30}")
_ENGLISH = frozenset(
    {
        *("the", "and", "you", "your", "for", "we", "are", "is", "it", "to", "of", "this", "that", "have"),
        *("will", "not", "with", "our", "please", "thank", "thanks", "sorry", "on", "in", "i", "be", "can"),
        *("if", "by", "hi", "hello", "dear", "yes", "was", "so"),
    }
)
_FOREIGN = frozenset(
    {
        *("der", "die", "das", "und", "ist", "ich", "sie", "wir", "nicht", "ihre", "ihr", "mit", "für"),
        *("danke", "bitte", "haben", "auf", "ein", "eine", "le", "la", "les", "et", "est", "vous", "nous"),
        *("je", "pas", "votre", "pour", "merci", "dans", "une", "el", "los", "las", "que", "su", "por", "con"),
        *("gracias", "para", "usted", "está", "il", "che", "di", "grazie", "sono", "per", "non", "het", "een"),
        *("van", "niet", "u", "wij", "voor", "met", "bedankt", "nie", "jest", "iż", "dziękujemy", "proszę"),
        *("o", "obrigado", "você", "não", "uma"),
    }
)


def sentences(text: str) -> tuple[str, ...]:
    """In their order; a line is a sentence where nothing else ends it."""
    joined = re.sub(r"(?<=[a-z,]) ?\n(?=[a-z(])", " ", text[:MAX_TEXT])
    found = (each.strip()[:LONGEST] for each in _END.split(joined))
    return tuple(each for each in found if each)[:MAX_SENTENCES]


def is_english(text: str) -> bool:
    """By its most common words against those of other languages; without any, a text in ASCII is taken for it."""
    words = _WORD.findall(text[:MAX_TEXT].lower())
    own, foreign = (sum(word in known for word in words) for known in (_ENGLISH, _FOREIGN))
    return own >= foreign if own or foreign else text.isascii()
