"""Text in whatever letters a stranger chose -> the ASCII that a hurried reader takes it for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_READ = 20_000
MAX_SHOWN = 2_000

_VARIANT = re.compile(r"LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?")
_INVISIBLE = ("Cf", "Mn", "Cc", "Cs")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SINGLES = str.maketrans({"1": "l", "i": "l", "0": "o", "3": "e", "5": "s", "|": "l", "4": "a", "7": "t"})
# Small Cyrillic letters that pass for Latin ones in a narrow address bar; Unicode's table has their capitals alone.
_CYRILLIC = {"ь": "b", "в": "b", "ԍ": "g", "к": "k", "м": "m", "п": "n", "н": "h", "т": "t", "ш": "w"}


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """`text` as a hurried reader sees it: compatibility letters, look-alikes and tricks folded to ASCII."""
    text = unmasked(text)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text.translate(_SINGLES)


def unmasked(text: str) -> str:
    """`text` in small letters with invisible characters gone and foreign look-alikes as the ASCII that they mimic."""
    if text.isascii() and text.isprintable():
        return text[:MAX_SHOWN].lower()
    shown = "".join(one for one in text[:MAX_READ] if unicodedata.category(one) not in _INVISIBLE)[:MAX_SHOWN]
    folded = unicodedata.normalize("NFKC", shown).casefold().replace("\u3002", ".")
    plain = "".join(one for one in folded if unicodedata.category(one) not in _INVISIBLE)
    if (simple := unaccented(plain)).isascii():
        return simple
    return unaccented("".join(map(_plain_letter, plain))).casefold()


def unaccented(text: str) -> str:
    """Letters without their marks; `ł` and its like, which no decomposition makes plain, stay."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def shown_domain(domain: str) -> str:
    """The form that a reader is shown; the domain itself where it is plain or not decodable."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


@lru_cache(maxsize=4096)
def _plain_letter(character: str) -> str:
    """What one character is taken for: by Unicode's table of look-alikes, else by its own name (`ł`, `ɢ`, `ɫ`)."""
    if character.isascii() or character in (table := _confusables()):
        return character if character.isascii() else table[character]
    named = _VARIANT.fullmatch(unicodedata.name(character, ""))
    return named[1].lower() if named else character


@lru_cache(maxsize=1)
def _confusables() -> dict[str, str]:
    """One character -> the ASCII letter that the Unicode confusables table gives for it."""
    from confusable_homoglyphs.confusables import confusables_data

    table = dict(_CYRILLIC)
    for character, alike in confusables_data.items():
        plain = [
            entry["c"] for entry in alike if entry["c"].isascii() and entry["c"].isalnum() and len(entry["c"]) == 1
        ]
        if plain and not character.isascii():
            table[character] = min(plain, key=lambda letter: (not letter.islower(), letter))
    return table
