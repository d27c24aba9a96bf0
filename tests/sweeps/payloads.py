"""A seed in; hostile values out: the control bytes, and random texts of what IMAP and terminals stumble on."""

from __future__ import annotations

import random
from collections.abc import Iterator

CONTROLS = [chr(code) for code in (*range(32), 127)]
COMMAND = "X1 UID MOVE 1:* INBOX"

_PIECES = (
    *("\r\n", "\n", "\r", "\0", "\t", " ", "\x1b[2J", "\x7f", "\x85", "\u2028", "\ud800", "\u202e", "\ufeff"),
    *(
        '"',
        "\\",
        '\\"',
        '" ',
        '")',
        "(",
        ")",
        "{",
        "}",
        "{5}",
        "{5+}",
        "{0}",
        "{99999999999}",
        "~{3}",
        "*",
        "%",
        "]",
        "[",
    ),
    *("&", "&-", "&AA0ACg-", "&AAA-", "&2D0-", "+", "=", "<0.5>", "1:*", "NIL", "INBOX", "\\Deleted", "$Junk"),
    *(COMMAND, "X2 LOGOUT", "X3 EXPUNGE", "* BYE", "+ go on", "DONE", "a", "Or", "é", "品", "𝐚", "x" * 300, "9" * 40),
)


def with_controls(around: str = "Or{}" + COMMAND) -> Iterator[str]:
    """Each control byte in front, in the middle and behind."""
    for control in CONTROLS:
        yield from (around.format(control), control + around.format(""), around.format("") + control)


def random_payloads(seed: int, count: int) -> Iterator[str]:
    """Half of them of pieces, a quarter with a piece inside an honest name, the rest of any characters at all."""
    chance = random.Random(seed)
    for number in range(count):
        match number % 4:
            case 0 | 1:
                yield "".join(chance.choices(_PIECES, k=chance.randint(1, 6)))
            case 2:
                yield f"Orders{chance.choice(_PIECES)}{chance.choice(_PIECES)}2026"
            case _:
                yield "".join(chr(_code(chance)) for _ in range(chance.randint(1, 30)))


def _code(chance: random.Random) -> int:
    """Any code point, the low ones more often."""
    return chance.randrange(0x110000) if chance.random() < 0.2 else chance.randrange(0x300)
