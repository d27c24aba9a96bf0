"""What can go wrong between a client and an IMAP server, as values: a place in their conversation, and a deed there.

`tests.servers.fault_proxy` commits them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Which = int | str
"""The k-th command of all connections together, from 1; or each one with this verb, such as "UID MOVE"."""


@dataclass(frozen=True, slots=True)
class Before:
    """The client has sent the command, and the server has not seen it."""

    command: Which


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has just been given the command, and nobody has waited for what it does with it."""

    command: Which


@dataclass(frozen=True, slots=True)
class During:
    """Each line of the answer with its literals, the tagged one too."""

    command: Which


@dataclass(frozen=True, slots=True)
class After:
    """The server has carried the command out, and the client has not seen the tagged line that says so."""

    command: Which


@dataclass(frozen=True, slots=True)
class Octet:
    """So many octets of the server's answers have reached the client, all connections together."""

    number: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is broken on both sides."""


@dataclass(frozen=True, slots=True)
class Say:
    """Said to the client in the server's name, and everything goes on; `%T` stands for the tag."""

    words: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """Said to the client instead of letting the server have the command. Only with Before."""

    words: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """Something outside happens: a process is killed, another client moves mail."""

    what: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is passed on in place of a line of the answer, piece by piece. Only with During."""

    how: Callable[[bytes], Iterable[bytes]]


Place = Before | Sent | During | After | Octet
Deed = Cut | Say | Reply | Wait | Call | Shape


@dataclass(frozen=True, slots=True)
class Fault:
    place: Place
    deed: Deed


def drip(seconds: float, octets: int = 1) -> Shape:
    """So many octets at a time with a pause before each."""

    def dripped(line: bytes) -> Iterable[bytes]:
        for start in range(0, len(line), octets):
            time.sleep(seconds)
            yield line[start : start + octets]

    return Shape(dripped)


def doubled() -> Shape:
    """Each untagged line twice."""
    return Shape(lambda line: (line, line) if line.startswith(b"* ") else (line,))


def truncated(octets: int) -> Shape:
    """Each line without its last octets."""
    return Shape(lambda line: (line[:-octets],))


def hiding(*names: str) -> Callable[[bytes], bytes]:
    """For `rewrite`: the server's lines about its capabilities, without these."""
    hidden = re.compile(rb" (?:%b)(?=[ \]\r])" % b"|".join(re.escape(name.encode()) for name in names), re.IGNORECASE)

    def without(line: bytes) -> bytes:
        return hidden.sub(b"", line) if b"CAPABILITY" in line else line

    return without
