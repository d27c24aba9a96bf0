"""A transcript and a seed go in; the same transcript with one to three things wrong in it comes out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from tests.hostile.transcript import TAG, Exchange, Transcript

NASTY = (
    *(b"\x00", b"\r", b"\n", b"\r\n", b"\x1b[2J", b"\xff\xfe", b"\xe2\x80\xae", b'"', b"\\", b"(", b")", b"{", b"}"),
    *(b"NIL", b"{0}", b"{-1}", b"{5}", b"{4294967295}", b"{99999999999999999999}", b"[", b"]", b"*", b"+ ", b"* "),
    *(b"* BYE bye\r\n", b"* 1 EXPUNGE\r\n", b"* 0 EXISTS\r\n", b"* 9 FETCH (UID 9 FLAGS ())\r\n", b"[ALERT]"),
    *(b"* OK [UIDVALIDITY 9] no\r\n", b"* OK [COPYUID 1 1:* 1:*] no\r\n", b"* SEARCH 1 2 3\r\n", b"* CAPABILITY X\r\n"),
    *(b"((((((((((((((((", b"%s%n", b"\\Deleted", b"\\Noselect", b"A1 OK done\r\n", b"BODY[]", b"RFC822.SIZE"),
)
NUMBERS = (
    *(b"0", b"-1", b"1", b"2", b"99", b"4294967295", b"4294967296", b"9223372036854775808", b"18446744073709551616"),
    *(b"9" * 30, b"9" * 5_000, b"1e9", b"07"),
)
DATES = (b"31-Dec-9999", b"01-Jan-0001", b"01-Jan-1900", b"99-Foo-0000", b"30-Feb-2026")
WORDS = (b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH", b"MAYBE", b"ok", b"")

Dice = random.Random
OfLine = Callable[[bytes, Dice], bytes]
OfLines = Callable[[list[bytes], int, Dice], None]


def mutated(transcript: Transcript, seed: int) -> Transcript:
    """The same for the same seed."""
    dice = random.Random(seed)
    changed = list(transcript)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        number = dice.randrange(len(changed))
        if dice.random() < 0.05:
            changed[number] = replace(changed[number], lines=dice.choice(changed).lines)
        else:
            changed[number] = _mutated_answer(changed[number], dice)
    return tuple(changed)


def _mutated_answer(exchange: Exchange, dice: Dice) -> Exchange:
    lines = list(exchange.lines)
    if not lines:
        return replace(exchange, lines=(dice.choice(NASTY),))
    number = dice.randrange(len(lines))
    if dice.random() < 0.3:
        dice.choice(OF_LINES)(lines, number, dice)
    else:
        lines[number] = dice.choice(OF_A_LINE)(lines[number], dice)
    return replace(exchange, lines=tuple(lines))


def _place(line: bytes, dice: Dice) -> int:
    """Mostly where the words of IMAP are, not in the middle of a message."""
    end = len(line)
    return dice.choice(
        (
            dice.randint(0, end),
            dice.randint(0, min(end, 100)),
            dice.randint(0, min(end, 100)),
            dice.randint(max(0, end - 40), end),
        )
    )


def _flip(line: bytes, dice: Dice) -> bytes:
    at = min(_place(line, dice), len(line) - 1)
    return line[:at] + bytes([line[at] ^ (1 << dice.randrange(8))]) + line[at + 1 :] if line else line


def _delete(line: bytes, dice: Dice) -> bytes:
    at = _place(line, dice)
    return line[:at] + line[at + dice.choice((1, 1, 2, 5, 20, 200)) :]


def _double(line: bytes, dice: Dice) -> bytes:
    at, size = _place(line, dice), dice.choice((1, 2, 5, 20, 200))
    return line[: at + size] + line[at:]


def _insert(line: bytes, dice: Dice) -> bytes:
    at = _place(line, dice)
    return line[:at] + dice.choice(NASTY) * dice.choice((1, 1, 1, 3, 2_000)) + line[at:]


def _truncate(line: bytes, dice: Dice) -> bytes:
    return line[: _place(line, dice)] + dice.choice((b"", b"\r\n"))


def _renumber(line: bytes, dice: Dice) -> bytes:
    return _one_of(line, rb"\d+", NUMBERS, dice)


def _redate(line: bytes, dice: Dice) -> bytes:
    return _one_of(line, rb"\d\d-[A-Z][a-z]{2}-\d{4}", DATES, dice)


def _reword(line: bytes, dice: Dice) -> bytes:
    return _one_of(line, rb"\b(?:OK|NO|FETCH|EXISTS|LIST|STATUS|EXPUNGE|CAPABILITY|UID|FLAGS|NIL)\b", WORDS, dice)


def _one_of(line: bytes, pattern: bytes, others: tuple[bytes, ...], dice: Dice) -> bytes:
    places = list(re.finditer(pattern, line[:400]))
    if not places:
        return line
    place = dice.choice(places)
    return line[: place.start()] + dice.choice(others) + line[place.end() :]


def _swap_tokens(line: bytes, dice: Dice) -> bytes:
    words = line.split(b" ")
    one, other = dice.randrange(len(words)), dice.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return b" ".join(words)


def _drop_line(lines: list[bytes], number: int, dice: Dice) -> None:
    del lines[number]


def _double_line(lines: list[bytes], number: int, dice: Dice) -> None:
    lines[number:number] = [lines[number]] * dice.choice((1, 1, 2, 50))


def _swap_lines(lines: list[bytes], number: int, dice: Dice) -> None:
    other = dice.randrange(len(lines))
    lines[number], lines[other] = lines[other], lines[number]


def _splice(lines: list[bytes], number: int, dice: Dice) -> None:
    other = dice.choice(lines)
    lines[number] = lines[number][: _place(lines[number], dice)] + other[_place(other, dice) :]


def _cut_short(lines: list[bytes], number: int, dice: Dice) -> None:
    del lines[number:]


def _wrong_tag(lines: list[bytes], number: int, dice: Dice) -> None:
    lines[-1] = lines[-1].replace(TAG, dice.choice((b"A1", b"*", b"+", TAG + b"0", b"")))


_TELLING = (_renumber, _renumber, _renumber, _redate)
OF_A_LINE: tuple[OfLine, ...] = (_flip, _delete, _double, _insert, _truncate, _reword, _swap_tokens, *_TELLING)
OF_LINES: tuple[OfLines, ...] = (_drop_line, _double_line, _swap_lines, _splice, _cut_short, _wrong_tag)
