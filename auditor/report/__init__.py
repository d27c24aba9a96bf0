"""The values of one run, as every report format receives them; text from outside is still raw in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.mailbox.interface import MessageRef
from auditor.rules import Finding, Practice


@dataclass(frozen=True, slots=True)
class Counts:
    """What the messages of the spam folders turned out to be."""

    seen: int = 0
    genuine: int = 0
    unverified: int = 0
    forged: int = 0
    unrelated: int = 0


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of a verdict; `passed` is None where it could not be decided."""

    rule: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message and what was planned for it; header values are raw, with their encoded words."""

    ref: MessageRef
    message_id: str
    header_from: str
    subject: str
    received_at: datetime
    marketplace: str | None
    stream: str | None  # the kind: customer, order, account, marketing, never
    standing: str
    checks: tuple[CheckLine, ...]
    warnings: tuple[str, ...]
    planned: str  # "move" or "leave"
    reason: str
    trick: str = ""  # how an imitation imitates; empty for all others
    acknowledged: bool = False
    deadline: datetime | None = None  # when an answer is due, for a customer's message


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What an action did; status: done, copied, skipped or failed; `to`: where it is now, if known."""

    ref: MessageRef
    status: str
    to: MessageRef | None
    detail: str


@dataclass(frozen=True, slots=True)
class RescuedLine:
    """What became of a message that an earlier run rescued: there, read, answered, put-back, gone or unknown."""

    ref: MessageRef  # where it was seen last outside spam
    rescued_at: datetime
    became: str
    since: datetime
    message_id: str = ""
    subject: str = ""
    by: str = ""  # who put it back, where that can be told


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Something that could not be looked at, and why; nothing is concluded about it.

    `standing`: no run will ever see it, as a provider does not show it over IMAP; that alone leaves no run unfinished.
    """

    what: str
    why: str
    standing: bool = False


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A customer's message and its answer."""

    ref: MessageRef
    marketplace: str
    received_at: datetime
    due_at: datetime | None  # None where the marketplace sets no time
    state: str  # due, due-soon, overdue, in-time, late, no-reply-seen, done
    answered_at: datetime | None
    in_junk: bool
    header_from: str = ""
    subject: str = ""
    is_proved: bool = True
    topic: str = ""
    mails: int = 1  # of the customer, until he was answered


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """How the seller stands on one practice; state: ok, attention or unknown."""

    practice: Practice
    title: str
    state: str
    evidence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """One mailbox in one run. `error` is the exit code of what stopped it early, None if it was finished."""

    name: str
    junk_folders: tuple[str, ...]
    counts: Counts
    messages: tuple[MessageLine, ...]
    outcomes: tuple[OutcomeLine, ...] = ()
    rescued: tuple[RescuedLine, ...] = ()
    findings: tuple[Finding, ...] = ()
    right: tuple[str, ...] = ()
    replies: tuple[ReplyLine, ...] = ()
    practices: tuple[PracticeLine, ...] = ()
    answers: int = 0  # to customers, in the last 30 days
    answers_judged: int = 0  # those among them whose words were judged
    incomplete: tuple[Incomplete, ...] = ()
    remarks: tuple[str, ...] = ()  # worth a sentence, and never a reason to act
    error: int | None = None
    timezone: str = "UTC"  # in which deadlines are shown to the seller

    @property
    def missed(self) -> tuple[Incomplete, ...]:
        """What this run did not see, and another may."""
        return tuple(part for part in self.incomplete if not part.standing)


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run over one or more mailboxes; `applied` is False for a dry run."""

    run: str
    started_at: datetime
    finished_at: datetime
    applied: bool
    mailboxes: tuple[MailboxReport, ...]
    exit_code: int
