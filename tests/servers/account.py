"""An account on some IMAP server goes in; its messages come out, by the standard library alone.

The program under test speaks IMAP through another library, so what these functions see is a second opinion.
"""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from imapclient.imap_utf7 import encode as encode_folder


@dataclass(frozen=True, slots=True)
class Account:
    """What a client needs to sign in. `home` is where the server keeps the mail, where that is a folder."""

    username: str
    password: str
    host: str
    port: int
    home: Path | None = None

    def through(self, host: str, port: int) -> Account:
        """The same account, reached by way of a proxy."""
        return replace(self, host=host, port=port)


class ImapServer(Protocol):
    """What every IMAP server of the contract suite can do."""

    @property
    def name(self) -> str: ...

    def account(self) -> Account:
        """A fresh account with an empty INBOX and an empty Junk."""
        ...


@dataclass(frozen=True, slots=True)
class StoredMessage:
    uid: int
    flags: tuple[str, ...]
    internaldate: datetime
    raw: bytes


class RefusedError(Exception):
    """The server answered NO or BAD to a command of the test itself."""


@contextmanager
def signed_in(account: Account) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(account.host, account.port, timeout=30) as imap:
        imap.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        imap.login(account.username, account.password)
        yield imap


def create_folder(account: Account, folder: str) -> None:
    with signed_in(account) as imap:
        _expect_ok(imap.create(_quoted(folder)))
        _expect_ok(imap.subscribe(_quoted(folder)))


def folders(account: Account) -> dict[str, tuple[str, ...]]:
    """Folder name as on the wire (modified UTF-7) -> its attributes."""
    with signed_in(account) as imap:
        lines = [line for line in _expect_ok(imap.list()) if isinstance(line, bytes)]
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        match = re.fullmatch(r'\(([^)]*)\) (?:"[^"]*"|NIL) "?(.*?)"?', line.decode("ascii"))
        assert match, line
        found[match[2]] = tuple(match[1].split())
    return found


def deliver(
    account: Account,
    raw: bytes,
    folder: str = "Junk",
    *,
    internaldate: datetime | None = None,
    flags: Sequence[str] = (),
) -> int:
    """APPEND byte for byte, making the folder where it is missing; the UID. `internaldate` is now when left out."""
    return deliver_all(account, [raw], folder, internaldate=internaldate, flags=flags)[0]


def deliver_all(
    account: Account,
    messages: Sequence[bytes],
    folder: str = "Junk",
    *,
    internaldate: datetime | None = None,
    flags: Sequence[str] = (),
) -> tuple[int, ...]:
    """Many messages over one connection."""
    date = imaplib.Time2Internaldate(internaldate or datetime.now(UTC))
    with signed_in(account) as imap:
        _make_sure_of(imap, folder)
        return tuple(_append(imap, raw, f"{_quoted(folder)} ({' '.join(flags)}) {date}") for raw in messages)


def deliver_dated(account: Account, messages: Sequence[tuple[bytes, datetime]], folder: str = "Junk") -> None:
    """Many messages, each with its own INTERNALDATE."""
    with signed_in(account) as imap:
        _make_sure_of(imap, folder)
        for raw, moment in messages:
            _append(imap, raw, f"{_quoted(folder)} () {imaplib.Time2Internaldate(moment)}")


def stored(account: Account, folder: str = "Junk") -> tuple[StoredMessage, ...]:
    """Every message of the folder in UID order. Leaves no trace: the folder is opened read-only."""
    with signed_in(account) as imap:
        return stored_in(imap, folder)


def stored_in(imap: imaplib.IMAP4, folder: str) -> tuple[StoredMessage, ...]:
    """The same over a connection that is open, for those who look into many folders."""
    _expect_ok(imap.select(_quoted(folder), readonly=True))
    answer = _expect_ok(imap.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])"))
    # Flags may follow the literal, in the part that imaplib gives as the next item.
    pairs = zip(answer, [*answer[1:], b""], strict=True)
    found = [
        _parsed(item[0] + (rest if isinstance(rest, bytes) else b""), item[1])
        for item, rest in pairs
        if isinstance(item, tuple)
    ]
    return tuple(sorted(found, key=lambda message: message.uid))


def _append(imap: imaplib.IMAP4, raw: bytes, arguments: str) -> int:
    # imaplib's own append() turns every lone CR or LF into CRLF, and tests need such messages as they are.
    imap.literal = raw  # type: ignore[assignment]
    answer = _expect_ok(imap._simple_command("APPEND", arguments))
    match = re.search(rb"\[APPENDUID \d+ (\d+)\]", answer[-1])
    assert match, f"the server has no UIDPLUS: {answer!r}"
    return int(match[1])


def _make_sure_of(imap: imaplib.IMAP4, folder: str) -> None:
    if imap.status(_quoted(folder), "(UIDNEXT)")[0] != "OK":
        _expect_ok(imap.create(_quoted(folder)))


def _parsed(attributes: bytes, raw: bytes) -> StoredMessage:
    text = attributes.decode("ascii")
    uid = re.search(r"UID (\d+)", text)
    flags = re.search(r"FLAGS \(([^)]*)\)", text)
    date = re.search(r'INTERNALDATE "([^"]+)"', text)
    assert uid, text
    assert flags, text
    assert date, text
    return StoredMessage(
        uid=int(uid[1]),
        flags=tuple(flags[1].split()),
        internaldate=datetime.strptime(date[1].strip(), "%d-%b-%Y %H:%M:%S %z"),
        raw=raw,
    )


def _quoted(folder: str) -> str:
    wire: bytes = encode_folder(folder)
    return '"' + wire.decode("ascii").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _expect_ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise RefusedError(f"{status} {data!r}")
    return data
