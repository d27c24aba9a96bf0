"""What a mailbox can be asked (MailReader) and told (MailWriter): two protocols, split by danger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What a folder is for; one folder has one role."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    WATCH = "watch"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Folder:
    """One line of LIST: the decoded name, its attributes in lower case (`\\junk`), the hierarchy delimiter."""

    name: str
    attributes: frozenset[str]
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class FolderState:
    """What SELECT, EXAMINE or STATUS said. UIDs mean nothing without their UIDVALIDITY."""

    name: str
    uidvalidity: int
    uidnext: int | None
    exists: int
    highestmodseq: int | None = None
    read_only: bool = True
    permanent_flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class MessageRef:
    """Where a message lies."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Swept:
    """One message as the sweep sees it: `header` holds only the fields that were asked for, as one raw block."""

    uid: int
    received_at: datetime
    size: int
    flags: frozenset[str]
    header: bytes


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """One message as a look back sees it: what another message under its UID would not have too."""

    uid: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """One message with all its bytes; `complete` is False where it was longer than the limit and cut."""

    uid: int
    received_at: datetime
    size: int
    flags: frozenset[str]
    raw: bytes
    complete: bool
    identity: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What stays the same when a message changes its folder.

    `value` is `emailid:...` (RFC 8474), `gmail:...` (X-GM-MSGID), or `digest:...`: SHA-256 over the header
    block, the INTERNALDATE and the size in octets.
    """

    uid: int
    value: str
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Copied:
    """The COPYUID response code (RFC 4315): UIDs in the destination, in the order of the source UIDs given."""

    uidvalidity: int
    uids: tuple[tuple[int, int], ...]  # (source UID, destination UID)


class MailReader(Protocol):
    """Everything that looks and nothing that touches: opens folders by EXAMINE, fetches by BODY.PEEK."""

    @property
    def capabilities(self) -> frozenset[str]:
        """As announced after sign-in, upper case."""

    def folders(self) -> tuple[Folder, ...]:
        """All folders of the account, one round trip."""

    def status(self, name: str) -> FolderState:
        """STATUS of a folder that need not be open. Raises FolderError."""

    def statuses(self, names: Sequence[str]) -> dict[str, FolderState]:
        """STATUS of several folders, in one round trip where the server can (LIST-STATUS, RFC 5819).

        What the server does not tell of a folder is left out.
        """

    def examine(self, name: str) -> FolderState:
        """Open a folder for reading; it stays open for the calls below. Raises FolderError."""

    def sweep(self, fields: Sequence[str], *, first_uid: int = 1) -> Iterator[tuple[Swept, ...]]:
        """The named header fields of every message from `first_uid` on, a chunk of at most 500 a round trip."""

    def first_since(self, day: date) -> int | None:
        """The lowest UID of what came on that day or later; None where there is none. A hint: SEARCH may err."""

    def whole(self, wanted: Sequence[tuple[int, int]], *, limit: int) -> Iterator[Whole]:
        """The messages given as (uid, size), in batches cut by summed size; longer than `limit` octets: cut."""

    def identify(self, uids: Sequence[int]) -> dict[int, Identity]:
        """The identities of those of the given UIDs that are still there."""

    def present(self, uids: Sequence[int]) -> dict[int, frozenset[str]]:
        """Which of the given UIDs are still there, with their flags."""

    def traces(self, uids: Sequence[int], *, between: tuple[int, int] | None = None) -> tuple[Trace, ...]:
        """Of the given UIDs, and of all from the one UID to the other, what is still there, in order."""


class MailWriter(Protocol):
    """The few verbs that change a mailbox. Only `auditor.apply` receives one."""

    @property
    def capabilities(self) -> frozenset[str]: ...

    def select(self, name: str) -> FolderState:
        """Open for writing. Raises FolderError."""

    def status(self, name: str) -> FolderState: ...

    def identify(self, uids: Sequence[int]) -> dict[int, Identity]:
        """As MailReader.identify, in the selected folder."""

    def identify_from(self, first_uid: int) -> dict[int, Identity]:
        """Identities of every message of the selected folder whose UID is at least `first_uid`."""

    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        """UID MOVE (RFC 6851). None where the server gave no COPYUID."""

    def copy(self, uids: Sequence[int], to: str) -> Copied | None:
        """UID COPY. None where the server gave no COPYUID."""

    def store(self, uids: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """UID STORE +FLAGS.SILENT / -FLAGS.SILENT."""

    def uid_expunge(self, uids: Sequence[int]) -> None:
        """UID EXPUNGE (RFC 4315) of exactly these; there is no bare EXPUNGE."""
