"""A server and a number of messages go in; fresh accounts come out that all hold the same at the start.

In each of two spam folders lie letters that are to be rescued, some marked, and imitations that are not; everywhere
lies mail of others, some of it marked as deleted by a mail program that will expunge it one day.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from tests.mail import RECEIVED_AT, Profile
from tests.mail.build import Letter, compose, sign, without
from tests.mail.forged import FAMILIES
from tests.mail.genuine import genuine
from tests.mail.honest import amazon_relay
from tests.servers.account import Account, ImapServer, create_folder, deliver_all, signed_in, stored_in
from tests.servers.pymap_server import Pymap

INBOX, JUNK, BULK, ARCHIVE = FOLDERS = ("INBOX", "Junk", "Bulk", "Archive")
SPAM = (JUNK, BULK)

Mail = tuple[bytes, frozenset[str]]
Contents = Mapping[str, Counter[Mail]]
"""Folder -> what lies in it: bytes and flags, as often as they lie there."""

_SOME_FLAGS = ((), ("$Junk",), ("\\Seen",), ("$Junk", "\\Flagged"))
_THEIRS = {
    INBOX: (("\\Deleted",), ("\\Seen",)),
    JUNK: (("\\Deleted",), ("\\Deleted", "$Junk"), ()),
    BULK: (("\\Deleted",),),
    ARCHIVE: (("\\Deleted",), ("\\Flagged",)),
}


@cache
def letters() -> tuple[bytes, ...]:
    """What can be rescued, shortest first."""
    return tuple(sorted((sample.raw for sample in genuine(Profile.NONE)), key=len))


@cache
def small_letters() -> tuple[bytes, ...]:
    """Letters of a customer without a line too much: each octet of them is a case."""
    return tuple(_small_letter(n) for n in range(5))


def _small_letter(number: int) -> bytes:
    sender, message_id = amazon_relay(f"small {number}", "de"), f"<{number}@mail.test>"
    raw = compose(Letter(sender, f"Frage {number}", "?\n", message_id=message_id, content_type=""))
    for name in (b"MIME-Version", b"Content-Transfer-Encoding"):
        raw = without(raw, name)
    return sign(raw, "amazon.de", ("From", "To", "Subject", "Date"), signed_at=None)


@cache
def imitations() -> tuple[bytes, ...]:
    """What must stay in spam, and needs nobody's attention there."""
    samples = (sample for family in FAMILIES for sample in family.samples(Profile.NONE))
    return tuple(islice((sample.raw for sample in samples if sample.standing == "forged"), 4))


def of_others(subject: str) -> bytes:
    return f"From: someone@shop.test\r\nSubject: {subject}\r\n\r\nOurs is none of your business.\r\n".encode()


@dataclass(frozen=True, slots=True)
class Placed:
    """One message of the first state."""

    folder: str
    raw: bytes
    flags: tuple[str, ...]


def first_state(size: int, *, small: bool = False) -> tuple[Placed, ...]:
    """`size` letters, two of three in Junk, and what lies around them; `small`: all in Junk, little around them."""
    ours = (
        Placed(BULK if n % 3 == 2 and not small else JUNK, raw, _SOME_FLAGS[n % len(_SOME_FLAGS)])
        for n, raw in enumerate((small_letters() if small else letters())[:size])
    )
    theirs = (
        Placed(folder, of_others(f"{folder} {n}"), flags)
        for folder, many in _THEIRS.items()
        for n, flags in enumerate(many)
        if not small or (folder in (INBOX, JUNK) and n == 0)
    )
    fakes = (Placed(SPAM[n % 2], raw, ()) for n, raw in enumerate(() if small else imitations()))
    return (*ours, *theirs, *fakes)


@dataclass(slots=True)
class Scene:
    """One server and the first state of its accounts."""

    server: ImapServer
    size: int
    small: bool = False
    _template: Account | None = field(default=None, init=False)
    _first: Contents | None = field(default=None, init=False)

    @property
    def folders(self) -> tuple[str, ...]:
        """Those that its accounts have."""
        return (INBOX, JUNK) if self.small else FOLDERS

    @property
    def spam(self) -> tuple[str, ...]:
        """The folders in which the program is to look."""
        return (JUNK,) if self.small else SPAM

    @property
    def ours(self) -> tuple[bytes, ...]:
        return (small_letters() if self.small else letters())[: self.size]

    def account(self) -> Account:
        """A fresh one. Where the mail of one account can be copied to another, it is not delivered anew."""
        if self._template is None:
            self._template = self._filled()
        if isinstance(self.server, Pymap):
            return self.server.copy_of(self._template)
        home = self._template.home
        if home is None:
            account, self._template = self._template, None
            return account
        account = self.server.account()
        assert account.home
        shutil.copytree(home, account.home)
        owner = home.stat()
        for path in (account.home, *account.home.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        return account

    def first(self, account: Account) -> Contents:
        """What lies in a fresh account; all copies of one template hold the same."""
        if self._template is None:
            return contents(account, self.folders)
        self._first = self._first or contents(account, self.folders)
        return self._first

    def _filled(self) -> Account:
        account = self.server.account()
        for folder in set(self.folders) - {INBOX, JUNK}:
            create_folder(account, folder)
        together: dict[tuple[str, tuple[str, ...]], list[bytes]] = {}
        for each in first_state(self.size, small=self.small):
            together.setdefault((each.folder, each.flags), []).append(each.raw)
        for (folder, flags), messages in together.items():
            deliver_all(account, messages, folder, internaldate=RECEIVED_AT, flags=flags)
        return account


def forget(account: Account) -> None:
    """Remove the mail of an account that is not needed any more."""
    if account.home:
        shutil.rmtree(account.home, ignore_errors=True)


def contents(account: Account, folders: Sequence[str] = FOLDERS) -> Contents:
    """What the standard library sees, nothing in folders that are left out; `\\Recent` belongs to a session."""
    found: dict[str, Counter[Mail]] = {folder: Counter() for folder in FOLDERS}
    with signed_in(account) as imap:
        for folder in folders:
            lying = stored_in(imap, folder)
            found[folder] = Counter((each.raw, frozenset(each.flags) - {"\\Recent"}) for each in lying)
    return found
