"""An account in memory with a probe in it, as a run has seen it, and the mail of others around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from auditor.mailbox.connection import Connection
from auditor.mailbox.interface import Folder, FolderState, MessageRef, Whole
from auditor.probing import entries
from auditor.probing.entries import PROBE, Landing, Result, Sent
from auditor.probing.letter import Probe, letter
from auditor.probing.places import Places, places_of
from auditor.probing.watching import Found
from auditor.store.journal import Journal
from auditor.store.rows import Action, ActionState
from tests.memory_mailbox import Fault, Killed, MemoryMailbox, MemoryServer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROBED = Probe("0123456789abcdef" * 2, "seller@shop.test", "support@shop.test", NOON)
OURS = b"Received: by mx.shop.test\r\n" + letter(PROBED)
ATTRIBUTES = {"Junk": "\\junk", "Sent": "\\sent", "Trash": "\\trash", "All": "\\all"}

UIDPLUS = frozenset({"IMAP4REV1", "UIDPLUS"})
GMAIL = frozenset({"IMAP4REV1", "MOVE", "UIDPLUS", "X-GM-EXT-1"})
ONLY_MOVE = frozenset({"IMAP4REV1", "MOVE"})
PLAIN = frozenset({"IMAP4REV1"})
SERVERS = {"uidplus": UIDPLUS, "gmail": GMAIL, "move": ONLY_MOVE, "plain": PLAIN}

THEIRS = {
    "INBOX": (b"Subject: deleted by somebody\r\n\r\n", b"Subject: a customer\r\n\r\nHello\r\n"),
    "Junk": (b"Subject: deleted by somebody in Junk\r\n\r\n", b"X-Auditor-Probe: another\r\n\r\n"),
    "Sent": (b"Subject: a reply\r\nIn-Reply-To: " + PROBED.message_id.encode() + b"\r\n\r\n",),
    "Trash": (b"Subject: thrown away\r\n\r\n",),
}


def filled() -> MemoryServer:
    """The mail of others alone, some of it marked as deleted."""
    server = MemoryServer(*THEIRS)
    for folder, letters in THEIRS.items():
        for raw in letters:
            server.deliver(folder, raw, flags=["\\Deleted"] if b"deleted" in raw else [])
    return server


def others(server: MemoryServer) -> dict[str, list[bytes]]:
    return {name: [raw for raw in server.contents(name) if raw != OURS] for name in server.folders}


def ours(server: MemoryServer) -> list[str]:
    """The folders in which the probe lies, as often as it does."""
    return [name for name in server.folders for raw in server.contents(name) if raw == OURS]


class Mailbox(MemoryMailbox):
    """With special uses, and the STATUS of many folders."""

    def folders(self) -> tuple[Folder, ...]:
        return self._command("folders", lambda: tuple(_folder(name) for name in self.server.folders))

    def statuses(self, names: Sequence[str]) -> dict[str, FolderState]:
        return self._command("statuses", lambda: {name: self._state(name) for name in names})


def _folder(name: str) -> Folder:
    return Folder(name, frozenset({ATTRIBUTES[name]} if name in ATTRIBUTES else ()), "/")


@dataclass(slots=True)
class Line:
    """What stands for a connection."""

    mailbox: Mailbox

    def reader(self) -> Mailbox:
        return self.mailbox

    writer = reader


def line(server: MemoryServer, servers: str, fault: Fault | None = None) -> Connection:
    return cast(Connection, Line(Mailbox(server, SERVERS[servers], fault=fault)))


def said(connection: Connection) -> Mailbox:
    return cast(Line, connection).mailbox


@dataclass(slots=True)
class Mortal:
    """A journal at whose k-th write the process dies, before or after it is on the disk."""

    journal: Journal
    at: int = 0
    after: bool = False
    writes: int = 0

    def __getattr__(self, name: str) -> Any:
        wanted = getattr(self.journal, name)
        if name not in ("plan", "mark"):
            return wanted

        def written(*given: Any) -> Any:
            if not given[-1]:
                return wanted(*given)
            self.writes += 1
            if self.writes == self.at and not self.after:
                raise Killed
            done = wanted(*given)
            if self.writes == self.at:
                raise Killed
            return done

        return written

    @property
    def as_journal(self) -> Journal:
        return cast(Journal, self)


@dataclass(slots=True)
class Scene:
    """A probe that was sent, and then came into these folders."""

    journal: Journal
    arrives_in: Sequence[str] = ("INBOX",)
    server: MemoryServer = field(default_factory=filled)
    sent: Sent = field(init=False)
    found: tuple[Found, ...] = ()

    def __post_init__(self) -> None:
        before = {name: (each.uidvalidity, each.uidnext) for name, each in self.server.folders.items()}
        (planned,) = self.journal.plan("r1", [Action(PROBE, entries.planned(PROBED, before))])
        entry = planned.marked(ActionState.SENT)
        self.journal.mark([entry])
        self.sent = entries.read(entry)
        self.arrive(*self.arrives_in)

    def arrive(self, *names: str) -> None:
        for name in names:
            uid = self.server.deliver(name, OURS, received_at=NOON)
            folder = self.server.folders[name]
            ref = MessageRef(name, folder.uidvalidity, uid)
            self.found += (
                Found(ref, Whole(uid, NOON, len(OURS), frozenset(), OURS, True, folder.messages[uid].identity)),
            )

    @property
    def places(self) -> Places:
        return places_of([_folder(name) for name in self.server.folders])

    @property
    def result(self) -> Result:
        folders = tuple(dict.fromkeys(each.ref.folder for each in self.found))
        landing = self.places.landing(folders)
        return Result(landing, PROBED.to, PROBED.sent_at, folders, None if landing is Landing.LOST else 3.0, 300)


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)
