"""A real run on a real server goes in; what the server said, command by command, comes out, and can be played back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.account import Account
from tests.servers.fault_proxy import FaultProxy
from tests.servers.hostile_imap import HANG_UP, Command, HostileImap, hostile_imap

TAG = b"%T"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The lines with which a server answered one command, literals in them; TAG stands for its tag."""

    verb: str
    lines: tuple[bytes, ...]


Transcript = tuple[Exchange, ...]
"""The first is the greeting, and has no verb."""


def recorded(account: Account, run: Callable[[Account], object]) -> Transcript:
    """What the server says while `run` works on the account."""
    heard: list[tuple[int, bytes]] = []

    def kept(line: bytes) -> bytes:
        heard.append((len(proxy.commands), line))
        return line

    with FaultProxy(account, rewrite=kept) as proxy:
        run(proxy.account)
    assert not any(TAG in line for _, line in heard)
    commands = [(b"*", ""), *((command.tag, command.verb) for command in proxy.commands)]
    return tuple(
        Exchange(verb, tuple(_untagged(line, tag) for when, line in heard if when == number))
        for number, (tag, verb) in enumerate(commands)
    )


def _untagged(line: bytes, tag: bytes) -> bytes:
    return TAG + line.removeprefix(tag) if line.startswith(tag + b" ") and tag != b"*" else line


@contextmanager
def played_back(transcript: Transcript) -> Iterator[HostileImap]:
    """Each command gets the next answer to its verb, the last one again and again; what was never said is BAD.

    Where an answer has no end, the server hangs up, as a client would wait for it in vain.
    """
    answers = {exchange.verb: _in_turn(transcript, exchange.verb) for exchange in transcript[1:]}

    def reply(command: Command) -> Iterator[bytes]:
        lines = next(answers[command.verb]).lines
        yield from filter(None, lines)
        if not any(line.startswith(TAG) for line in lines):
            yield HANG_UP

    greeting = (*filter(None, transcript[0].lines), *(() if any(transcript[0].lines) else (HANG_UP,)))
    with hostile_imap(dict.fromkeys(answers, reply), greeting=greeting) as server:
        yield server


def _in_turn(transcript: Transcript, verb: str) -> Iterator[Exchange]:
    given = [exchange for exchange in transcript if exchange.verb == verb]
    return itertools.chain(given, itertools.repeat(given[-1]))
