"""How the last run left a folder + what the server says of it tonight -> what has to be looked at. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auditor.mailbox.interface import FolderState, Role, Trace
from auditor.store.rows import Cursor, LedgerRow, Tail

ASK_AGAIN = timedelta(hours=1)
"""After which a message is judged again whose key was not in DNS."""

_TAIL = 20  # messages at the end of a folder by which it is known again


@dataclass(frozen=True, slots=True)
class Past:
    """What the ledger holds of a folder: `known` lay in it, `taken` are the UIDs that we moved out of it."""

    cursor: Cursor | None = None
    known: Sequence[LedgerRow] = ()
    taken: frozenset[int] = frozenset()

    def goes_on(self, rules: str, role: Role) -> Cursor | None:
        """From where a look by these rules, for this role, can go on; None: it begins anew."""
        cursor = self.cursor
        return cursor if cursor is not None and (cursor.rules, cursor.role) == (rules, role) else None

    def uids(self) -> tuple[int, ...]:
        return (*(row.ref.uid for row in self.known), *self.taken)


def is_due(row: LedgerRow, now: datetime) -> bool:
    """Whether an undecided message is to be judged again.

    A time further away than any that is ever set was set by a clock that was wrong.
    """
    return row.retry_at is not None and not now < row.retry_at <= now + ASK_AGAIN


def is_as_left(state: FolderState | None, cursor: Cursor, rules: str, role: Role) -> bool:
    """Whether what STATUS or EXAMINE says is what the last sweep left: then nothing came, and nothing left.

    UIDs only grow (RFC 9051 section 2.3.1.1), so no arrival can make up for a message that left. Where an older copy
    of the folder was put in its place, they are given again: the count of changes tells (RFC 7162 section 3.1.1).
    """
    if state is None or (cursor.rules, cursor.role) != (rules, role):
        return False
    then = (cursor.uidvalidity, cursor.uidnext, cursor.exists)
    counts = {state.highestmodseq, cursor.highestmodseq}
    return (state.uidvalidity, state.uidnext, state.exists) == then and (None in counts or len(counts) == 1)


def overlap(cursor: Cursor | None) -> tuple[int, int] | None:
    """Between which UIDs the folder must still be what it was, or less."""
    if cursor is None or cursor.tail is None or cursor.tail.first >= cursor.uidnext:
        return None
    return cursor.tail.first, cursor.uidnext - 1


def is_older_copy(state: FolderState, past: Past, traces: Iterable[Trace]) -> bool:
    """Whether an older copy lies in the folder's place, as a restored backup does, so that UIDs are given twice.

    `traces`: what lies in the overlap, and what lies under the other UIDs of `past`.
    """
    cursor = past.cursor
    if cursor is None:
        return False
    if state.uidnext is not None and state.uidnext < cursor.reached:
        return True
    then = frozenset(cursor.tail.messages) if cursor.tail else frozenset()
    first, last = overlap(cursor) or (1, 0)
    return any(each.uid in past.taken or (first <= each.uid <= last and each not in then) for each in traces)


def tail_of(begin: int, last: Tail | None, there: Iterable[Trace]) -> Tail:
    """The end of a folder, from what a look back and a sweep that began at the UID `begin` saw of it."""
    first = begin if last is None else last.first
    found = sorted(each for each in set(there) if each.uid >= first)
    return Tail(found[-_TAIL].uid if len(found) > _TAIL else first, tuple(found[-_TAIL:]))


def left_with(cursor: Cursor, moved: Collection[int], state: FolderState | None) -> Cursor:
    """The cursor after these messages were moved out of its folder, of which the server says `state` now.

    Where anything else has happened meanwhile, the next night is to look again.
    """
    tail = cursor.tail and replace(
        cursor.tail, messages=tuple(each for each in cursor.tail.messages if each.uid not in moved)
    )
    if state is None or (state.uidvalidity, state.uidnext) != (cursor.uidvalidity, cursor.uidnext):
        return replace(cursor, tail=tail)
    if state.exists != cursor.exists - len(moved):
        return replace(cursor, tail=tail)
    return replace(cursor, tail=tail, exists=state.exists, highestmodseq=state.highestmodseq)
