"""The values that go into the state and come out of it; no database type among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from auditor.mailbox.interface import MessageRef, Role, Trace


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a folder as a run left it: `messages` is all that there was from the UID `first` on."""

    first: int
    messages: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the last sweep of a folder ended: the next one begins at `uidnext`.

    `reached`: the highest UIDNEXT that was ever seen under this UIDVALIDITY. `exists` and `highestmodseq`: as the run
    left the folder. `tail`: None where an earlier version left the cursor.
    """

    folder: str
    role: Role
    uidvalidity: int
    uidnext: int
    exists: int
    rules: str  # the version of the rules that the sweep judged by
    swept_at: datetime
    highestmodseq: int | None = None
    reached: int = 0
    tail: Tail | None = None


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """One check of a verdict; `passed` is None where it could not be decided."""

    rule: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The header fields that tie a message to others."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One marketplace message, as it was judged in the folder where it lay."""

    ref: MessageRef
    role: Role
    identity: str
    header_from: str
    subject: str
    received_at: datetime
    size: int
    marketplace: str
    standing: str
    rules: str
    message_id: str | None = None
    stream: str | None = None
    kind: str | None = None
    checks: tuple[StoredCheck, ...] = ()
    warnings: tuple[str, ...] = ()
    trick: str | None = None
    note: str = ""  # why it has this standing
    staff_claim: bool = False  # a customer's message that poses as the marketplace's staff
    hold: str = ""  # why it must stay where it is although it is genuine
    recipients: tuple[str, ...] = ()
    thread: Thread = Thread()
    flags: tuple[str, ...] = ()  # as they were when it was judged
    retry_at: datetime | None = None  # when an undecided message is asked about again
    gone_at: datetime | None = None  # when it was seen to be no longer at `ref`
    acked_at: datetime | None = None
    moved_to: MessageRef | None = None  # where we put it
    registered: tuple[str, ...] = ()  # addresses on file that its text names
    orders: tuple[str, ...] = ()  # order numbers in a customer's message
    notification: str = ""  # X-Space-Notification-Type, as Amazon writes it
    topic: str = ""  # what a customer asks about


@dataclass(frozen=True, slots=True)
class StoredRemark:
    """What the words of a sent reply show: the id of a rule, the sentence, and how sure that is."""

    rule: str
    quote: str
    confidence: str


@dataclass(frozen=True, slots=True)
class StoredDetail:
    """A contact detail that a sent reply gives out: kind, value and place as `auditor.contacts.given` names them."""

    kind: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class ReadReply:
    """What is kept of the text of a sent reply."""

    given: tuple[StoredDetail, ...] = ()
    orders: tuple[str, ...] = ()
    remarks: tuple[StoredRemark, ...] | None = None  # None where its words were not judged
    digest: str = ""


@dataclass(frozen=True, slots=True)
class SentReply:
    """One message of the sent folder that went to a marketplace's customer; `sent_at`: INTERNALDATE."""

    ref: MessageRef
    sent_at: datetime
    header_from: str
    recipients: tuple[str, ...]
    subject: str
    marketplace: str
    rules: str
    message_id: str | None = None
    date: str = ""  # as claimed
    thread: Thread = Thread()
    automatic: tuple[str, ...] = ()  # header fields that say that no person wrote it: `auto-submitted: auto-replied`
    gone_at: datetime | None = None
    given: tuple[StoredDetail, ...] | None = None  # None where its text was not read
    orders: tuple[str, ...] = ()  # order numbers in its subject and its own words
    remarks: tuple[StoredRemark, ...] | None = None  # None where its text was not read
    digest: str = ""  # of its own words, without what differs from customer to customer


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """A DKIM signature on mail of the seller's own, verified; `seen_in`: where it was seen last."""

    domain: str
    selector: str
    seen_at: datetime
    seen_in: str


@dataclass(frozen=True, slots=True)
class Received:
    """What one marketplace message shows of the address on file there; see LedgerRow for the fields."""

    ref: MessageRef
    marketplace: str
    stream: str | None
    kind: str
    standing: str
    received_at: datetime
    recipients: tuple[str, ...]
    checks: Mapping[str, bool | None]
    registered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one account. Ids sort by the time of the start."""

    id: str
    account: str
    command: str
    started_at: datetime
    applied: bool
    finished_at: datetime | None = None
    exit_code: int | None = None
    counts: Mapping[str, int] | None = None


class ActionState(StrEnum):
    """How far an action came. Planned: no command was sent for it; sent: one may have been."""

    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    COPIED = "copied"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Action:
    """An intention to journal; `payload` holds only what JSON can hold."""

    kind: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal."""

    run: str
    seq: int
    kind: str
    payload: Mapping[str, object]
    state: ActionState
    detail: str
    at: datetime

    @property
    def key(self) -> tuple[str, int]:
        return self.run, self.seq

    def marked(self, state: ActionState, detail: str = "", *, more: Mapping[str, object] | None = None) -> Entry:
        """The entry as it should be from now on, its payload with `more`; it is so once the journal has it."""
        return replace(self, state=state, detail=detail, payload={**self.payload, **(more or {})})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was seen of a rescued message last, and when that was seen first; None: not yet looked for."""

    became: str
    since: datetime | None
    was_read: bool
    by: str = ""
    message_id: str = ""
    subject: str = ""
