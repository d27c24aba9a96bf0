"""A complete mailbox in memory: what a MailReader and a MailWriter must do, with switches for what servers lack.

`MemoryServer` holds the mail and outlives connections; `MemoryMailbox` is one connection, which can be cut before
or after any of its commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, TypeVar

from auditor.errors import FolderError, MailboxError
from auditor.mailbox.interface import Copied, Folder, FolderState, Identity, Swept, Whole

MODERN = frozenset({"IMAP4REV1", "MOVE", "UIDPLUS"})
WITHOUT_MOVE = frozenset({"IMAP4REV1", "UIDPLUS"})
PLAIN = frozenset({"IMAP4REV1"})
CAPABILITIES = {"move": MODERN, "uidplus": WITHOUT_MOVE, "plain": PLAIN}

WRITES = frozenset({"move", "copy", "store", "uid_expunge"})

T = TypeVar("T")


class Killed(BaseException):
    """The process ends here: nothing in the program may catch it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """At the k-th command (from 1), before or after the server has carried it out, this happens."""

    at: int
    when: Literal["before", "after"]
    happens: Literal["kill", "cut", "refuse"] = "kill"


@dataclass(frozen=True, slots=True)
class Message:
    raw: bytes
    received_at: datetime
    flags: frozenset[str] = frozenset()

    @property
    def identity(self) -> str:
        header = self.raw.partition(b"\r\n\r\n")[0]
        text = b"%b|%b|%d" % (header, self.received_at.isoformat().encode(), len(self.raw))
        return f"digest:{sha256(text).hexdigest()}"


@dataclass(slots=True)
class MemoryFolder:
    uidvalidity: int
    messages: dict[int, Message] = field(default_factory=dict)
    uidnext: int = 1
    read_only: bool = False
    permanent_flags: frozenset[str] = frozenset({"\\Seen", "\\Deleted", "\\*"})

    def put(self, message: Message) -> int:
        uid = self.uidnext
        self.messages[uid] = message
        self.uidnext += 1
        return uid


class MemoryServer:
    """The mail of one account."""

    def __init__(self, *names: str) -> None:
        self.folders = {name: MemoryFolder(uidvalidity=100 + n) for n, name in enumerate(names or ("INBOX", "Junk"))}

    def deliver(
        self, folder: str, raw: bytes, *, flags: Sequence[str] = (), received_at: datetime | None = None
    ) -> int:
        when = received_at or datetime(2026, 11, 20, 12, tzinfo=UTC)
        return self.folders[folder].put(Message(raw, when, frozenset(flags)))

    def rebuild(self, folder: str) -> None:
        """What a restore or a repair does: the same messages under other numbers."""
        old = self.folders[folder]
        new = MemoryFolder(old.uidvalidity + 1000, uidnext=1)
        for message in reversed(old.messages.values()):
            new.put(message)
        self.folders[folder] = new

    def contents(self, folder: str) -> list[bytes]:
        return sorted(message.raw for message in self.folders[folder].messages.values())


class MemoryMailbox:
    """One connection to a MemoryServer."""

    def __init__(
        self, server: MemoryServer, capabilities: frozenset[str] = MODERN, *, fault: Fault | None = None
    ) -> None:
        self.server = server
        self.capabilities = capabilities
        self.fault = fault
        self.verbs: list[str] = []
        self.before_command: Callable[[str], None] = lambda verb: None
        self._selected = ""
        self._cut = False

    @property
    def writes(self) -> list[str]:
        return [verb for verb in self.verbs if verb in WRITES]

    def folders(self) -> tuple[Folder, ...]:
        return self._command("folders", lambda: tuple(Folder(n, frozenset(), "/") for n in self.server.folders))

    def status(self, name: str) -> FolderState:
        return self._command("status", lambda: self._state(name))

    def examine(self, name: str) -> FolderState:
        return replace(self.select(name), read_only=True)

    def select(self, name: str) -> FolderState:
        def opened() -> FolderState:
            state = self._state(name)
            self._selected = name
            return state

        return self._command("select", opened)

    def sweep(self, fields: Sequence[str], *, first_uid: int = 1) -> Iterator[tuple[Swept, ...]]:
        wanted = {name.lower() for name in fields}
        found = self._command("sweep", lambda: {uid: m for uid, m in self._folder.messages.items() if uid >= first_uid})
        yield tuple(
            Swept(uid, m.received_at, len(m.raw), m.flags, _header_fields(m.raw, wanted)) for uid, m in found.items()
        )

    def whole(self, wanted: Sequence[tuple[int, int]], *, limit: int) -> Iterator[Whole]:
        found = self._command("whole", lambda: self._of([uid for uid, _ in wanted]))
        for uid, m in found.items():
            complete = len(m.raw) <= limit
            yield Whole(uid, m.received_at, len(m.raw), m.flags, m.raw[:limit], complete, m.identity)

    def identify(self, uids: Sequence[int]) -> dict[int, Identity]:
        return self._command("identify", lambda: _identities(self._of(uids)))

    def identify_from(self, first_uid: int) -> dict[int, Identity]:
        return self._command(
            "identify_from", lambda: _identities(self._of([uid for uid in self._folder.messages if uid >= first_uid]))
        )

    def present(self, uids: Sequence[int]) -> dict[int, frozenset[str]]:
        return self._command("present", lambda: {uid: m.flags for uid, m in self._of(uids).items()})

    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        def moved() -> Copied | None:
            self._need("MOVE")
            copied = self._put(uids, to)
            for uid in self._of(uids):
                del self._folder.messages[uid]
            return copied

        return self._command("move", moved)

    def copy(self, uids: Sequence[int], to: str) -> Copied | None:
        return self._command("copy", lambda: self._put(uids, to))

    def store(self, uids: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        def stored() -> None:
            changed = {flag.lower() for flag in (*add, *remove)}
            for uid, message in self._of(uids).items():
                kept = {flag for flag in message.flags if flag.lower() not in changed}
                self._folder.messages[uid] = replace(message, flags=frozenset(kept.union(add)))

        self._command("store", stored)

    def uid_expunge(self, uids: Sequence[int]) -> None:
        def expunged() -> None:
            self._need("UIDPLUS")
            for uid, message in self._of(uids).items():
                if "\\Deleted" in message.flags:
                    del self._folder.messages[uid]

        self._command("uid_expunge", expunged)

    def _command(self, verb: str, carry_out: Callable[[], T]) -> T:
        if self._cut:
            raise MailboxError("the connection is gone")
        self.verbs.append(verb)
        self.before_command(verb)
        fault = self.fault if self.fault and self.fault.at == len(self.verbs) else None
        if fault and fault.when == "before":
            self._happen(fault)
        answer = carry_out()
        if fault and fault.when == "after":
            self._happen(fault)
        return answer

    def _happen(self, fault: Fault) -> None:
        if fault.happens == "kill":
            raise Killed
        self._cut = fault.happens == "cut"
        raise MailboxError("the connection was cut" if self._cut else "NO not now")

    @property
    def _folder(self) -> MemoryFolder:
        return self.server.folders[self._selected]

    def _state(self, name: str) -> FolderState:
        if name not in self.server.folders:
            raise FolderError(f"there is no folder `{name}`")
        found = self.server.folders[name]
        return FolderState(
            name=name,
            uidvalidity=found.uidvalidity,
            uidnext=found.uidnext,
            exists=len(found.messages),
            read_only=found.read_only,
            permanent_flags=found.permanent_flags,
        )

    def _of(self, uids: Sequence[int]) -> dict[int, Message]:
        return {uid: self._folder.messages[uid] for uid in uids if uid in self._folder.messages}

    def _put(self, uids: Sequence[int], to: str) -> Copied | None:
        if to not in self.server.folders:
            raise MailboxError("NO [TRYCREATE] no such folder")
        target = self.server.folders[to]
        pairs = tuple((uid, target.put(message)) for uid, message in self._of(uids).items())
        return Copied(target.uidvalidity, pairs) if "UIDPLUS" in self.capabilities else None

    def _need(self, capability: str) -> None:
        if capability not in self.capabilities:
            raise MailboxError(f"BAD no {capability} here")


def _identities(messages: dict[int, Message]) -> dict[int, Identity]:
    return {uid: Identity(uid, message.identity, message.flags) for uid, message in messages.items()}


def _header_fields(raw: bytes, names: set[str]) -> bytes:
    header = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    fields = re.findall(rb"^[^\s:]+:.*\r\n(?:[ \t].*\r\n)*", header, re.MULTILINE)
    return b"".join(line for line in fields if line.partition(b":")[0].decode("latin-1").lower() in names) + b"\r\n"
