"""An address pattern of the catalogue -> what a filter can say: a glob, or a regular expression with the filter's own
way of writing a literal. Also whether two globs can mean the same address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.errors import ConfigError
from auditor.marketplaces.pattern import MAX_ADDRESS, parse

_PIECE = re.compile(r"\[([^\[\]]+)\](?:\{(\d+)(?:,(\d+))?\})?|([^\[\]]+)")
_MEMBER = re.compile(r"([a-z0-9])-([a-z0-9])|(.)")


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class AnyPart:
    """One whole local part, or one whole label of a domain."""

    is_local: bool


@dataclass(frozen=True, slots=True)
class Some:
    """From `low` to `high` characters of a set, as `[...]` writes it: a hyphen that is no range last."""

    members: str
    low: int
    high: int


Piece = Literal | AnyPart | Some


@lru_cache(maxsize=4096)
def pieces(pattern: str) -> tuple[Piece, ...]:
    """What a concrete pattern is made of. Raises ConfigError for what is none: nothing else reaches a filter."""
    if any(character in pattern for character in "\\'\"\r\n\t ") or not pattern.isascii() or pattern != pattern.lower():
        raise ConfigError("it holds a character that no address of the catalogue has")
    parse(pattern)
    local, _, domain = pattern.partition("@")
    found: list[Piece] = [*_part(local, is_local=True), Literal("@")]
    for number, label in enumerate(domain.split(".")):
        found += [*([Literal(".")] if number else []), *_part(label, is_local=False)]
    return tuple(_joined(found))


def canonical(pattern: str) -> str:
    """The one spelling of a pattern: what is read back out of a filter is compared in it."""
    return "".join(_spelled(piece) for piece in pieces(pattern))


def glob(pattern: str) -> str:
    """The narrowest glob around a pattern: `?` is one character, `*` any number; the `*` may also cross a dot."""
    return re.sub(r"\*{2,}", "*", "".join(_globbed(piece) for piece in pieces(pattern)))


def regex(pattern: str, literal: Callable[[str], str], some: Callable[[Some], str], any_part: tuple[str, str]) -> str:
    """A regular expression without anchors. `any_part`: what stands for a whole local part, and for a whole label."""

    def written(piece: Piece) -> str:
        if isinstance(piece, Literal):
            return literal(piece.text)
        return some(piece) if isinstance(piece, Some) else any_part[not piece.is_local]

    return "".join(map(written, pieces(pattern)))


def is_exact(pattern: str) -> bool:
    """Whether it is one address."""
    return all(isinstance(piece, Literal) for piece in pieces(pattern))


def example(pattern: str) -> str:
    """One address that it stands for."""
    return "".join(
        piece.text if isinstance(piece, Literal) else piece.members[0] * piece.low if isinstance(piece, Some) else "x"
        for piece in pieces(pattern)
    )


def domain_of(pattern: str) -> str:
    """What stands behind the @."""
    return pattern.partition("@")[2]


@lru_cache(maxsize=65536)
def overlap(one: str, other: str) -> bool:
    """Whether some text fits both globs; of one that is longer than any address can be, no."""
    if max(len(one), len(other)) > MAX_ADDRESS or not _end_alike(one, other):
        return False
    waiting, seen = [(0, 0)], {(0, 0)}
    while waiting:
        at = waiting.pop()
        if at == (len(one), len(other)):
            return True
        for after in _steps(one, other, at):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _end_alike(one: str, other: str) -> bool:
    """Whether their ends, up to a `*` in either, can be the same: most globs differ there, in the domain."""
    for here, there in zip(reversed(one), reversed(other), strict=False):
        if "*" in (here, there):
            return True
        if here != there and "?" not in (here, there):
            return False
    return True


def _steps(one: str, other: str, at: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Where two globs may stand next: a `*` takes nothing, or what the other side says."""
    here, there = one[at[0] : at[0] + 1], other[at[1] : at[1] + 1]
    if here == "*":
        yield at[0] + 1, at[1]
    if there == "*":
        yield at[0], at[1] + 1
    if here and there and (here == there or {here, there} & {"?", "*"}):
        yield at[0] + (here != "*"), at[1] + (there != "*")


def _part(text: str, *, is_local: bool) -> Iterator[Piece]:
    if text == "*":
        yield AnyPart(is_local)
        return
    for members, low, high, literal in (found.groups() for found in _PIECE.finditer(text)):
        if literal:
            yield Literal(literal)
        else:
            least = int(low or 1)
            yield _some(members, least, int(high or least))


def _some(members: str, low: int, high: int) -> Piece:
    """A set of one character, once, is that character."""
    if len(members) == 1 and low == high == 1:
        return Literal(members)
    ranges: list[str] = []
    singles: list[str] = []
    for first, last, single in (found.groups() for found in _MEMBER.finditer(members)):
        (singles if single else ranges).append(single or f"{first}-{last}")
    ordered = sorted(set(ranges)) + sorted(set(singles), key=lambda one: (one == "-", one))
    return Some("".join(ordered), low, high)


def _joined(found: list[Piece]) -> Iterator[Piece]:
    """Neighbouring literals are one."""
    text = ""
    for piece in found:
        if isinstance(piece, Literal):
            text += piece.text
            continue
        if text:
            yield Literal(text)
        yield piece
        text = ""
    if text:
        yield Literal(text)


def _spelled(piece: Piece) -> str:
    if isinstance(piece, Literal):
        return piece.text
    return f"[{piece.members}]{repeats(piece)}" if isinstance(piece, Some) else "*"


def repeats(piece: Some) -> str:
    """`{32}` or `{13,21}`; nothing for once."""
    if piece.low == piece.high:
        return f"{{{piece.low}}}" if piece.low > 1 else ""
    return f"{{{piece.low},{piece.high}}}"


def _globbed(piece: Piece) -> str:
    if isinstance(piece, Literal):
        return piece.text
    if isinstance(piece, AnyPart):
        return "*"
    return "?" * piece.low + ("*" if piece.high > piece.low else "")
