"""What a row of the table of hostile servers is, and the pieces of which rows are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.servers.hostile_imap import GREETING, Command, Reply


class Codes(NamedTuple):
    """The exit code of each command that talks to the server."""

    audit: int
    rescue: int
    doctor: int
    explain: int


NOBODY_SIGNED_IN = Codes(3, 3, 3, 3)
NO_FOLDERS = Codes(3, 3, 3, 0)
"""`explain` opens the folder that it is given, and asks for no list."""
NO_SPAM = Codes(3, 3, 10, 0)
"""There is no spam folder that could be opened, and the one that `explain` names can be."""
NO_JUNK = Codes(3, 3, 10, 3)
"""The spam folder cannot be opened or read. `doctor` reads the inbox, and has remarks on the DNS of these tests."""
NOTHING_WRONG = Codes(10, 0, 10, 0)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A server that is honest but for `does`, and how runs on it must end.

    `says` is part of what the runs that fail say, on stderr or in the report; of several parts any one.
    """

    name: str
    does: Mapping[str, Reply] = field(repr=False)
    says: str | tuple[str, ...]
    codes: Codes
    greeting: Reply = field(default=GREETING, repr=False)
    capabilities: bytes = b""


COMMAND_S = 1
TOO_LATE = f"did not finish its answer within {COMMAND_S} s while "
FLOODED = ("in one answer while ", TOO_LATE)
"""A flood ends at a limit of octets, of lines or of time: which is the first depends on the machine."""
PROTOCOL = "did not follow the IMAP protocol while "


def then(*lines: bytes) -> bytes:
    """These lines, and the OK."""
    return b"".join(line + b"\r\n" for line in lines) + b"%T OK done\r\n"


def before(extra: bytes | Callable[[], bytes]) -> Reply:
    """The honest answer behind something that nobody asked for."""
    return lambda command: [extra if isinstance(extra, bytes) else extra(), command.honestly()]


def altered(how: Callable[[bytes], bytes]) -> Reply:
    """The honest answer, changed."""
    return lambda command: [how(command.honestly())]


def swapped(old: bytes, new: bytes) -> Reply:
    return altered(lambda answer: answer.replace(old, new))


def only(folder: bytes, reply: Reply) -> Reply:
    """Misbehaves about this folder alone."""

    def replied(command: Command) -> Iterable[bytes]:
        if folder not in command.line:
            return [command.honestly()]
        return reply(command) if callable(reply) else [reply] if isinstance(reply, bytes) else reply

    return replied
