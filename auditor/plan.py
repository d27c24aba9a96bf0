"""Ledger rows + the seller's wishes -> what is to be done with each message, and why; nothing is done here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.mailbox.interface import MessageRef

if TYPE_CHECKING:
    from auditor.store.rows import LedgerRow


@dataclass(frozen=True, slots=True)
class Move:
    """Take one message out of its folder and put it into `to`.

    `identity` is what the message was when it was judged; another message under that UID is never moved.
    """

    ref: MessageRef
    to: str
    identity: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One message: `move` or None to leave it, and the reason for either."""

    row: LedgerRow
    move: Move | None
    reason: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the seller wants moved. `rescued`: identities that were moved to the inbox once before.

    `copied`: those among them whose original had to stay, since the server cannot remove one message alone.
    `outside`: identities that were seen in the inbox or a watched folder, and where.
    """

    inbox: str
    streams: frozenset[str]
    rescued: Collection[str]
    copied: Collection[str] = ()
    outside: Mapping[str, Sequence[MessageRef]] = field(default_factory=dict)


def plan(rows: Sequence[LedgerRow], wishes: Wishes) -> tuple[Planned, ...]:
    """Only GENUINE is ever moved; and not even that where the seller put it where it lies."""
    return tuple(_planned(row, wishes) for row in rows)


def moves(planned: Sequence[Planned]) -> tuple[Move, ...]:
    """The moves among them, oldest message first, so that the longest wait ends first."""
    waiting = sorted((one for one in planned if one.move), key=lambda one: one.row.received_at)
    return tuple(one.move for one in waiting if one.move)


def _planned(row: LedgerRow, wishes: Wishes) -> Planned:
    reason = _reason_to_leave(row, wishes)
    if reason:
        return Planned(row, None, reason)
    return Planned(row, Move(row.ref, wishes.inbox, row.identity), row.note or "genuine")


def _reason_to_leave(row: LedgerRow, wishes: Wishes) -> str:
    if row.standing != "genuine":
        return row.note or "not proved genuine"
    if row.hold:
        return row.hold
    if row.kind not in wishes.streams:
        return f"{row.kind} mail is not wanted in the inbox ([rescue] streams)"
    if row.identity in wishes.copied:
        return "a copy is in the inbox; this server cannot remove the original alone, so delete it yourself"
    if row.identity in wishes.rescued:
        return "put back: it was rescued before and is in spam again, so it is left where it was put"
    if "$notjunk" in {flag.lower() for flag in row.flags}:
        return "put back: it bears the mark of what was taken out of spam before, so it is left where it was put"
    if row.identity in wishes.outside:
        folder = wishes.outside[row.identity][-1].folder
        return f"it was put into spam after it had been seen in {folder}, so it is left where it was put"
    return ""
