"""The words of a sent reply -> signs that a program or a template wrote them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

MAX_TEXT = 20_000
LEAST_WORDS = 8
"""Shorter ones are the same by chance: "Yes, it is in stock." """

_GREETING = re.compile(
    r"\A\s{0,20}(?:hi|hello|dear|hey|good (?:morning|afternoon|evening|day))\b[^\n,!.:]{0,60}[,!.:]?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{1,40}")
_PLACEHOLDER = re.compile(
    r"\[[A-Za-z][A-Za-z _/'-]{2,40}\]|\{\{?[A-Za-z][A-Za-z0-9 _.-]{1,40}\}\}?|<[A-Z][A-Z _-]{2,40}>"
    r"|%[A-Z][A-Z_]{2,30}%|\$\{?[A-Z][A-Z_]{3,30}\}?|_{4,40}"
)
_NOTES = frozenset(
    {
        "[image]",
        "[logo]",
        "[quoted text hidden]",
        "[attachment]",
        "[photo]",
        "[picture]",
        "[message clipped]",
        "[external]",
    }
)


def words_digest(text: str) -> str:
    """Of the words alone, without the greeting and whatever has a digit; empty for few words. SHA-256, hexadecimal."""
    bare = _GREETING.sub(" ", text[:MAX_TEXT], count=1)
    words = [each.lower() for each in _WORD.findall(bare)]
    return sha256(" ".join(words).encode()).hexdigest() if len(words) >= LEAST_WORDS else ""


def placeholder_in(text: str) -> str:
    """The first that a template left open, such as `[Customer name]`; empty where there is none."""
    found = (each[0] for each in _PLACEHOLDER.finditer(text[:MAX_TEXT]))
    return next((each for each in found if each.lower() not in _NOTES), "")


def is_unchanged(text: str, templates: Sequence[str]) -> bool:
    """Whether it is one of the templates word for word; a name in the greeting, or an order number, changes nothing."""
    digest = words_digest(text)
    return bool(digest) and any(digest == words_digest(each) for each in templates)
