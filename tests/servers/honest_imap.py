"""Folders with messages go in; what an honest IMAP server would answer to the commands of this program comes out.

It is the ground on which `tests.servers.hostile_imap` misbehaves: one lie at a time, in a run that goes well otherwise.
It knows no more of IMAP than auditor asks for. Whether auditor works with real servers is the business of other tests.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from tests.mail import RECEIVED_AT
from tests.servers.hostile_imap import Command

CAPABILITIES = b"IMAP4rev1 AUTH=PLAIN MOVE UIDPLUS"
FIRST_UID = 101

_ARGUMENT = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\S+)')
_SECTION = re.compile(rb"BODY\.PEEK(\[(.*?)\])<0\.(\d+)>")
_CODES = {"EXAMINE": b"READ-ONLY", "SELECT": b"READ-WRITE"}


@dataclass(slots=True)
class Stored:
    uid: int
    raw: bytes
    flags: set[bytes] = field(default_factory=set)


@dataclass(slots=True)
class HonestMailbox:
    """`answer` is an answer with `%T` for the tag. One client at a time."""

    folders: dict[bytes, list[Stored]]
    uidvalidity: int = 7
    capabilities: bytes = CAPABILITIES
    opened: bytes = b""

    @classmethod
    def of(cls, contents: Mapping[str, Sequence[bytes]], **given: bytes) -> HonestMailbox:
        uids = itertools.count(FIRST_UID)
        folders = {name.encode(): [Stored(next(uids), raw) for raw in mail] for name, mail in contents.items()}
        return cls(folders, **given)  # type: ignore[arg-type]

    def answer(self, command: Command) -> bytes:
        known: Mapping[str, Callable[[list[bytes]], Iterator[bytes]]] = {
            "CAPABILITY": self._capability,
            "LIST": self._list,
            "STATUS": self._status,
            "EXAMINE": self._open,
            "SELECT": self._open,
            "FETCH": self._fetch,
            "UID FETCH": self._fetch,
            "UID MOVE": self._move,
            "UID COPY": self._copy,
            "UID STORE": self._store,
            "UID EXPUNGE": self._expunge,
            "LOGOUT": lambda words: iter((b"* BYE see you\r\n",)),
            "LOGIN": lambda words: iter(()),
        }
        if command.verb not in known:
            return b"%T BAD what?\r\n"
        words = _words(command.line)
        if command.verb in ("STATUS", "EXAMINE", "SELECT") and words[0] not in self.folders:
            return b"%T NO [NONEXISTENT] no such folder\r\n"
        untagged = b"".join(known[command.verb](words))
        code = b"[%b] " % _CODES[command.verb] if command.verb in _CODES else b""
        return untagged + b"%T OK " + code + b"done\r\n"

    @property
    def uidnext(self) -> int:
        """The same for all folders: no UID is used twice in this mailbox."""
        return 1 + max((each.uid for mail in self.folders.values() for each in mail), default=FIRST_UID - 1)

    def _capability(self, words: list[bytes]) -> Iterator[bytes]:
        yield b"* CAPABILITY %b\r\n" % self.capabilities

    def _list(self, words: list[bytes]) -> Iterator[bytes]:
        for name in self.folders:
            yield b'* LIST (%b) "/" "%b"\r\n' % (b"\\Junk" if name == b"Junk" else b"", name)

    def _status(self, words: list[bytes]) -> Iterator[bytes]:
        count = len(self.folders[words[0]])
        state = b"MESSAGES %d UIDNEXT %d UIDVALIDITY %d" % (count, self.uidnext, self.uidvalidity)
        yield b'* STATUS "%b" (%b)\r\n' % (words[0], state)

    def _open(self, words: list[bytes]) -> Iterator[bytes]:
        self.opened = words[0]
        yield b"* FLAGS (\\Seen \\Deleted $Junk $NotJunk)\r\n* %d EXISTS\r\n* 0 RECENT\r\n" % len(self._mail)
        yield b"* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n" % (self.uidvalidity, self.uidnext)
        yield b"* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] ok\r\n"

    @property
    def _mail(self) -> list[Stored]:
        return self.folders[self.opened]

    def _fetch(self, words: list[bytes]) -> Iterator[bytes]:
        by_uid = words[0].upper() == b"FETCH"
        chosen, items = (words[1], b" ".join(words[2:])) if by_uid else (words[0], b" ".join(words[1:]))
        last = max((each.uid for each in self._mail), default=0) if by_uid else len(self._mail)
        wanted = _members(chosen, last)
        for number, each in enumerate(self._mail, start=1):
            if (each.uid if by_uid else number) in wanted:
                yield fetch_line(number, each, items)

    def _chosen(self, numbers: bytes) -> list[Stored]:
        wanted = _members(numbers, max((each.uid for each in self._mail), default=0))
        return [each for each in self._mail if each.uid in wanted]

    def _copy(self, words: list[bytes]) -> Iterator[bytes]:
        chosen, to = self._chosen(words[1]), self.folders[words[2]]
        first = self.uidnext
        to += (Stored(first + number, each.raw, set(each.flags)) for number, each in enumerate(chosen))
        if chosen:
            old = b",".join(b"%d" % each.uid for each in chosen)
            new = b"%d:%d" % (first, first + len(chosen) - 1)
            yield b"* OK [COPYUID %d %b %b] ok\r\n" % (self.uidvalidity, old, new)

    def _move(self, words: list[bytes]) -> Iterator[bytes]:
        chosen = self._chosen(words[1])
        yield from self._copy(words)
        yield from self._remove(chosen)

    def _store(self, words: list[bytes]) -> Iterator[bytes]:
        flags = set(re.findall(rb"[^\s()]+", b" ".join(words[3:])))
        for each in self._chosen(words[1]):
            each.flags = each.flags | flags if words[2].startswith(b"+") else each.flags - flags
        yield from ()

    def _expunge(self, words: list[bytes]) -> Iterator[bytes]:
        yield from self._remove([each for each in self._chosen(words[1]) if b"\\Deleted" in each.flags])

    def _remove(self, chosen: Sequence[Stored]) -> Iterator[bytes]:
        for each in chosen:
            yield b"* %d EXPUNGE\r\n" % (self._mail.index(each) + 1)
            self._mail.remove(each)


def fetch_line(number: int, message: Stored, items: bytes, *, received_at: datetime = RECEIVED_AT) -> bytes:
    """The answer about one message, with those of the items that were asked for."""
    parts = [b"UID %d" % message.uid]
    if b"FLAGS" in items:
        parts.append(b"FLAGS (%b)" % b" ".join(sorted(message.flags)))
    if b"INTERNALDATE" in items:
        date = f"{received_at:%d}-{format_datetime(received_at).split()[2]}-{received_at:%Y %H:%M:%S +0000}"
        parts.append(b'INTERNALDATE "%b"' % date.encode())
    if b"RFC822.SIZE" in items:
        parts.append(b"RFC822.SIZE %d" % len(message.raw))
    for shown, section, most in _SECTION.findall(items):
        content = _section(message.raw, section)[: int(most)]
        parts.append(b"BODY%b<0> {%d}\r\n%b" % (shown, len(content), content))
    return b"* %d FETCH (%b)\r\n" % (number, b" ".join(parts))


def _section(raw: bytes, section: bytes) -> bytes:
    header = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    if not section:
        return raw
    if section == b"HEADER":
        return header
    names = set(section.partition(b"(")[2].rstrip(b")").upper().split())
    fields = re.split(rb"\r\n(?![ \t])", header.rstrip(b"\r\n"))
    kept = (each for each in fields if each.partition(b":")[0].strip().upper() in names)
    return b"".join(each + b"\r\n" for each in kept) + b"\r\n"


def _words(line: bytes) -> list[bytes]:
    """The arguments behind the verb; behind UID the verb too."""
    return [re.sub(rb"\\(.)", rb"\1", quoted) if quoted else plain for quoted, plain in _ARGUMENT.findall(line)][2:]


def _members(text: bytes, last: int) -> set[int]:
    """The numbers of a set; `*` is the last one, whatever stands before it."""
    found: set[int] = set()
    for piece in text.split(b","):
        low, _, high = piece.partition(b":")
        ends = sorted(last if end == b"*" else int(end) for end in (low, high or low))
        found.update(range(ends[0], ends[1] + 1))
    return found
