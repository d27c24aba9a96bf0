"""The mailbox as another client has it: the seller's mail program, and what delivers. The standard library alone."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.servers.account import Account, stored_in
from tests.year.observation import Place
from tests.year.real.letters import name_in
from tests.year.world import Folder

SENT = "Sent"
_REPEATED = frozenset({"\\Recent", "Junk", "NonJunk"})


@dataclass(frozen=True, slots=True)
class Ref:
    """A message as IMAP names it."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One letter in one place."""

    name: str
    ref: Ref
    place: Place


@dataclass(frozen=True, slots=True)
class Numbers:
    """What STATUS tells of a folder."""

    uidvalidity: int
    uidnext: int
    messages: int


@dataclass(slots=True)
class Client:
    """One connection, opened when it is needed and closed by `leave`. A context manager."""

    account: Account
    _imap: imaplib.IMAP4 | None = field(default=None, repr=False)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_error: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Close the folder without expunging anything, then the connection."""
        if self._imap is not None:
            with suppress(imaplib.IMAP4.error):
                self._imap.unselect()
            self._imap.logout()
            self._imap = None

    def create(self, folder: str) -> None:
        _ok(self._open().create(folder))

    def append(self, folder: str, raw: bytes, at: datetime, flags: Iterable[str] = ()) -> None:
        listed = f"({' '.join(sorted(flags))})"
        _ok(self._open().append(folder, listed, imaplib.Time2Internaldate(at), raw))

    def move(self, ref: Ref, folder: str) -> None:
        _ok(self._in(ref.folder).uid("MOVE", str(ref.uid), folder))

    def flag(self, ref: Ref, *, add: Iterable[str], remove: Iterable[str]) -> None:
        imap = self._in(ref.folder)
        for sign, flags in (("+", sorted(add)), ("-", sorted(remove))):
            if flags:
                _ok(imap.uid("STORE", str(ref.uid), f"{sign}FLAGS.SILENT", f"({' '.join(flags)})"))

    def expunge(self, ref: Ref) -> None:
        imap = self._in(ref.folder)
        _ok(imap.uid("STORE", str(ref.uid), "+FLAGS.SILENT", "(\\Deleted)"))
        _ok(imap.uid("EXPUNGE", str(ref.uid)))

    def find(self, name: str, folder: Folder) -> Ref:
        """Where the letter lies in the folder."""
        return next(each.ref for each in self.listed(folder) if each.name == name)

    def listed(self, folder: Folder) -> Iterator[Listed]:
        """Every letter of the folder. Leaves no trace."""
        imap = self._open()
        _ok(imap.select(folder, readonly=True))
        uidvalidity = int(imap.response("UIDVALIDITY")[1][0] or 0)
        answer = _ok(imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"))
        for item in answer:
            if isinstance(item, tuple):
                yield _listed(folder, uidvalidity, item[0].decode("ascii"), item[1].decode("ascii"))

    def bytes_in(self, folder: Folder) -> Iterator[tuple[str, bytes]]:
        """Every letter of the folder as it lies there."""
        for each in stored_in(self._open(), folder):
            yield name_in(each.raw.decode("ascii")) or "", each.raw

    def everything(self) -> list[Listed]:
        return [each for folder in Folder for each in self.listed(folder)]

    def numbers(self) -> Mapping[Folder, Numbers]:
        return {folder: self._numbers(folder) for folder in Folder}

    def _numbers(self, folder: Folder) -> Numbers:
        answer = _ok(self._open().status(folder, "(UIDVALIDITY UIDNEXT MESSAGES)"))[0].decode("ascii")
        told = {key: int(value) for key, value in re.findall(r"([A-Z]+) (\d+)", answer)}
        return Numbers(told["UIDVALIDITY"], told["UIDNEXT"], told["MESSAGES"])

    def _open(self) -> imaplib.IMAP4:
        if self._imap is None:
            self._imap = imaplib.IMAP4(self.account.host, self.account.port, timeout=30)
            self._imap.login(self.account.username, self.account.password)
        return self._imap

    def _in(self, folder: str) -> imaplib.IMAP4:
        imap = self._open()
        _ok(imap.select(folder))
        return imap


def _listed(folder: Folder, uidvalidity: int, attributes: str, header: str) -> Listed:
    uid, flags = re.search(r"UID (\d+)", attributes), re.search(r"FLAGS \(([^)]*)\)", attributes)
    name = name_in(header)
    assert uid, attributes
    assert flags, attributes
    assert name, header
    place = Place(folder, frozenset(flags[1].split()) - _REPEATED)
    return Listed(name, Ref(folder, uidvalidity, int(uid[1])), place)


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    assert status == "OK", (status, data)
    return data
