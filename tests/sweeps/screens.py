"""Hostile texts, values filled with them, and what may stand on a screen or in a file that a seller opens."""

from __future__ import annotations

import base64
import dataclasses
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

_CONTROLS = [chr(code) for code in (*range(32), *range(0x7F, 0xA0))]
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN = "\u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u2060\u2061\u2800\u3164\ufe0f\ufeff\uffa0\U000e0041"
_ODD = "\ud800\udcff\ue000\u0378\ufffe\U000f0000\u2028\u2029\u0301\u20dd"
FORMULAS = ('=HYPERLINK("http://evil.example","x")', "+1-2", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "=1")
MARKUP = (
    *("[bold red]x[/bold red]", "[/]", "[link=file:///etc/passwd]x[/link]", "<b>x</b>", "<script>alert(1)</script>"),
    *("<img src=x onerror=alert(1)>", "&lt;b&gt;", "]]>", "**x**", "[x](http://evil.example)", "![x](x)", "# x", "`x`"),
    *(
        "{0}",
        "{x.__class__}",
        "%s%n",
        "${x}",
        "$(id)",
        "`id`",
        "\\x1b[2J",
        "\\u202e",
        "'; DROP TABLE action; --",
        "|x|",
    ),
)
HEADERS = ("x\r\nBcc: everyone@shop.test", "x\nSubject: y", "x\r\n\r\nbody", "=?utf-8?q?a=0D=0ABcc:_b?=")
ESCAPES = (
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07",
    "\x9b31m",
    "\x1bPq\x1b\\",
    "\x08" * 9,
)


def table() -> list[str]:
    """Each dangerous character alone between letters, and each known trick."""
    alone = [f"a{each}b" for each in (*_CONTROLS, *_BIDI, *_HIDDEN, *_ODD)]
    return [*alone, *FORMULAS, *MARKUP, *HEADERS, *ESCAPES, "", " ", "x" * 5000, "品" * 500, "e" + "\u0301" * 500]


def strings(seed: int, count: int) -> list[str]:
    """The table, then mixtures of it, some of them inside encoded words."""
    chance, pieces = random.Random(seed), [each for each in table() if len(each) < 100]
    mixed = ("".join(chance.choices(pieces, k=chance.randint(2, 5))) for _ in range(count))
    return [*table(), *(_dressed(text, chance) for text in mixed)][:count]


def _dressed(text: str, chance: random.Random) -> str:
    match chance.randrange(5):
        case 0:
            return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'surrogatepass')).decode()}?="
        case 1:
            return f'"{text}" <{text}@evil.example>'
        case _:
            return text


_BAD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_COLOURS = re.compile(r"\x1b\[[0-9;]{1,6}m")


def unsafe(shown: str, *, colours: bool = False) -> Iterator[str]:
    """What may not be on a screen: anything that moves, reorders or hides, but for line ends and our own colours."""
    plain = _COLOURS.sub("", shown) if colours else shown
    for character in sorted(set(plain) - {"\n"}):
        if unicodedata.category(character) in _BAD or character in _HIDDEN:
            yield f"{character!r} is shown"


def unsafe_octets(shown: bytes) -> Iterator[str]:
    try:
        yield from unsafe(shown.decode("utf-8"))
    except UnicodeDecodeError:
        yield "it is no UTF-8"


# Closed sets, names and times that the program makes itself: no text from outside ever stands there.
_OURS = frozenset(
    {"standing", "stream", "planned", "status", "run", "timezone", "severity", "confidence", "outcome", "state"}
)


def poisoned(value: T, text: str) -> T:
    """The same value with `text` wherever a text from outside can stand, also where no test has yet thought of it."""
    return _poisoned(value, text, name="")  # type: ignore[no-any-return]


def _poisoned(value: Any, text: str, *, name: str) -> Any:
    if isinstance(value, Enum) or name in _OURS or type(value).__name__ == "Rule":
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple | list):
        return type(value)(_poisoned(each, text, name=name) for each in value)
    if isinstance(value, Mapping):
        return {key: _poisoned(each, text, name=str(key)) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field for field in dataclasses.fields(value) if field.init]
        return dataclasses.replace(
            value, **{field.name: _poisoned(getattr(value, field.name), text, name=field.name) for field in fields}
        )
    return value
