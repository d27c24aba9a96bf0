"""When a customer has to be answered, and how that stands: the one reply clock of the program.

A clock starts when the message was received (INTERNALDATE); what a message claims of its date moves nothing. Whether a
reply came is known only as far as this mailbox shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from auditor.marketplaces.catalogue import ReplyWindow
from auditor.replies.business import BusinessTime

SILENT_AFTER = timedelta(days=7)
"""After the deadline: then nobody waits for a reply by mail any more, and none was seen."""

RATE_DAYS = (14, 30, 60, 90)


class State(StrEnum):
    """As JSON names them."""

    DUE = "due"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    IN_TIME = "in-time"
    LATE = "late"
    NO_REPLY_SEEN = "no-reply-seen"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Window:
    """How long an answer may take. `business` None: calendar hours."""

    length: timedelta
    business: BusinessTime | None = None

    def after(self, start: datetime, length: timedelta) -> datetime:
        return start + length if self.business is None else self.business.after(start, length)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a marketplace asks for. `restarts`: a second message begins the time anew; `first_only`: it has none."""

    window: Window | None
    restarts: bool = False
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A customer's message of one thread, and the first answer to it that counts."""

    received_at: datetime
    answered_at: datetime | None = None
    done: bool = False
    """The seller says so."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`due_at` None: the marketplace sets no time. `mails`: which of the thread's messages it is about, by number."""

    received_at: datetime
    due_at: datetime | None
    state: State
    answered_at: datetime | None
    mails: tuple[int, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether it counts in the rate: its time is over, or it was answered."""
        return self.state not in (State.DUE, State.DUE_SOON)


def rule_of(window: ReplyWindow | None) -> Rule:
    """As the catalogue has it."""
    if window is None:
        return Rule(None)
    business = None
    if window.calendar == "business":
        business = BusinessTime(window.zone, window.weekdays, holidays=window.holidays)
    return Rule(
        Window(timedelta(hours=window.hours), business),
        restarts=window.restarts,
        first_only=window.first_message_only,
    )


def deadline(received_at: datetime, rule: Rule) -> datetime | None:
    """When the window is used up; None where there is none."""
    return None if rule.window is None else rule.window.after(received_at, rule.window.length)


def clocks(thread: Sequence[Mail], rule: Rule, now: datetime) -> tuple[Clock, ...]:
    """Those of one thread, whose messages come in the order in which they were received.

    Messages that one answer settles, or none yet, share a clock: the earliest deadline stays.
    """
    counted = list(enumerate(thread))[: 1 if rule.first_only else None]
    found: list[Clock] = []
    for _, group in groupby(counted, lambda each: (each[1].answered_at, each[1].done)):
        run = list(group)
        starts = run[-1 if rule.restarts else 0][1]
        found.append(_clock(starts, rule, now, tuple(number for number, _ in run)))
    return tuple(found)


def _clock(mail: Mail, rule: Rule, now: datetime, mails: tuple[int, ...]) -> Clock:
    due_at = deadline(mail.received_at, rule)
    state = State.DONE if mail.done else _state(mail, due_at, rule, now)
    return Clock(mail.received_at, due_at, state, mail.answered_at, mails)


def _state(mail: Mail, due_at: datetime | None, rule: Rule, now: datetime) -> State:
    if mail.answered_at is not None:
        return State.LATE if due_at is not None and mail.answered_at > due_at else State.IN_TIME
    if now >= (due_at or mail.received_at) + SILENT_AFTER:
        return State.NO_REPLY_SEEN
    if due_at is None or rule.window is None:
        return State.DUE
    if now > due_at:
        return State.OVERDUE
    soon_at = rule.window.after(mail.received_at, rule.window.length * 3 / 4)
    return State.DUE_SOON if now >= soon_at else State.DUE


def rate(found: Iterable[Clock], now: datetime, days: int) -> float | None:
    """The share answered in time of what was received in the last days and is settled; None where nothing is.

    What the seller marked as done counts as in time: only he knows.
    """
    since = now - timedelta(days=days)
    settled = [each for each in found if each.is_settled and since < each.received_at <= now]
    good = sum(each.state in (State.IN_TIME, State.DONE) for each in settled)
    return good / len(settled) if settled else None
