"""One message, outcome or moment -> the lines that a seller reads, at most 80 columns wide and safe to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from auditor.display import address, decoded, line, wrapped
from auditor.mailbox.interface import MessageRef
from auditor.report import CheckLine, MessageLine

WIDTH = 80
_LABEL = 12
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PROOFS = ("domain-proof", "meant-for-seller")  # the two checks a seller asks about first

Rows = Sequence[tuple[str, str]]


def card(mailbox: str, message: MessageLine, zone: tzinfo, rows: Rows) -> Iterator[str]:
    """A message in labelled lines: who, what, when, then `rows`, then how to name it in a command."""
    room = WIDTH - 2 - _LABEL
    yield labelled("From", address(message.header_from, room) or "(no sender)")
    yield labelled("Subject", subject(message, room))
    yield labelled("Received", moment(message.received_at, zone))
    for label, text in rows:
        yield from paragraph(label, text)
    yield from paragraph("Ref", reference(mailbox, message.ref))


def labelled(label: str, safe: str) -> str:
    return f"  {label:<{_LABEL}}{safe}"


def paragraph(label: str, text: str) -> Iterator[str]:
    """Text from outside under one label, on as many lines as it needs."""
    for index, each in enumerate(wrapped(text, WIDTH - 2 - _LABEL)):
        yield labelled("" if index else label, each)


def one_line(message: MessageLine, zone: tzinfo, indent: int) -> str:
    """A message on one line: day, sender, subject."""
    local = message.received_at.astimezone(zone)
    when = f"{local.day:>2} {_MONTHS[local.month - 1]}"
    sender = address(message.header_from, 32) or "(no sender)"
    return line(f"{' ' * indent}{when}  {sender}  {subject(message, WIDTH)}", WIDTH)


def subject(message: MessageLine, width: int) -> str:
    return line(decoded(message.subject).strip(), width) or "(no subject)"


def reference(mailbox: str, ref: MessageRef) -> str:
    """How a command names the message: MAILBOX:FOLDER/UIDVALIDITY/UID."""
    return f"{mailbox}:{ref.folder}/{ref.uidvalidity}/{ref.uid}"


def proof(message: MessageLine) -> str:
    """Why the message is believed genuine, in one phrase."""
    details = [_detail_of(message.checks, rule) for rule in _PROOFS]
    return "; ".join(filter(None, details)) or message.reason or "every check holds"


def missing(message: MessageLine) -> str:
    """What keeps the message from being called genuine: the first check that fails, else one left undecided."""
    for outcome in (False, None):
        for check in message.checks:
            if check.passed is outcome and check.detail:
                return check.detail
    return message.reason or "it could not be proved"


def moment(value: datetime, zone: tzinfo) -> str:
    local = value.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {day(value, zone)}, {local:%H:%M} {local.tzname()}"


def day(value: datetime, zone: tzinfo) -> str:
    """`20 Nov 2026`."""
    local = value.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def time_left(deadline: datetime, now: datetime) -> str:
    """The time until or since a deadline; whole hours, minutes in the last one."""
    seconds = int(abs((deadline - now).total_seconds()))
    amount = count(seconds // 3600, "hour") if seconds >= 3600 else count(seconds // 60, "minute")
    return f"{amount} left" if deadline > now else f"overdue by {amount}"


def count(number: int, noun: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def zone_of(name: str) -> tzinfo:
    """The seller's time zone, or UTC where its data is not installed."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return UTC


def _detail_of(checks: Sequence[CheckLine], rule: str) -> str:
    return next((check.detail for check in checks if check.rule == rule), "")
