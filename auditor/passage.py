"""One passage through the new messages of an open folder: where it begins, what it saw, where the next one begins."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from auditor.cursors import tail_of
from auditor.errors import FolderError
from auditor.mailbox.interface import FolderState, MailReader, Role, Swept, Trace
from auditor.report import Incomplete
from auditor.store.rows import Cursor

LOOKS_BACK = timedelta(days=90)
"""How far the first look at a folder outside spam goes back: the longest time over which replies are counted."""

_A_DAY = timedelta(days=1)  # SEARCH knows days only, in the server's own time zone


@dataclass(slots=True)
class Passage:
    """`last`: how the last passage ended, where this one goes on from it; else it begins anew."""

    reader: MailReader
    state: FolderState
    begin: int
    last: Cursor | None
    swept: dict[int, Trace] = field(default_factory=dict)
    _stopped: bool = False

    @classmethod
    def begun(
        cls, reader: MailReader, state: FolderState, last: Cursor | None, *, role: Role, now: datetime
    ) -> Passage:
        goes_on = None if last is None or _has_old_ones(state, last) else last
        return cls(reader, state, _beginning(reader, state, goes_on, role=role, now=now), goes_on)

    def cursor(self, role: Role, rules: str, now: datetime) -> Cursor:
        """As long as nothing was read."""
        state = self.state
        return Cursor(state.name, role, state.uidvalidity, self.begin, state.exists, rules, now, state.highestmodseq)

    def chunks(self, fields: Sequence[str]) -> Iterator[tuple[Swept, ...]]:
        state = self.state
        if state.exists and (state.uidnext is None or state.uidnext > self.begin):
            for chunk in self.reader.sweep(fields, first_uid=self.begin):
                self.swept |= {one.uid: Trace(one.uid, one.received_at) for one in chunk}
                yield chunk

    def stop(self) -> Incomplete:
        """The rest is for the next one; what to say of it."""
        self._stopped = True
        why = f"`{self.state.name}` holds much that is new; the next run reads on where this one stopped"
        return Incomplete(f"folder `{self.state.name}`", why, standing=True)

    def untold(self) -> str:
        """What to say where the server counts more messages than it tells of, also at a second look.

        Some may have left; at the last passage so many were there, so that no more than the new ones came to them.
        """
        state, before = self.state, self.last.exists if self.last else 0
        if self._stopped or (self.last is None and self.begin > 1) or state.exists - before <= len(self.swept):
            return ""
        again = self.reader.examine(state.name)
        if again.uidvalidity == state.uidvalidity and again.exists - before <= len(self.swept):
            return ""
        return (
            f"the server counts {again.exists - before} messages that are new and told of {len(self.swept)}; "
            "the next run asks again"
        )

    def left(self) -> int:
        """How many have left since the last passage, by the server's own count; more cannot be gone."""
        before = self.last.exists if self.last else 0
        return max(0, before + len(self.swept) - self.state.exists)

    def ended(self, cursor: Cursor, traces: Sequence[Trace], *, kept_back: Collection[int], untold: bool) -> Cursor:
        """The next one begins behind this one, or at the first message that could not be read."""
        reached = max(self.state.uidnext or 1, self.last.reached if self.last else 1)
        before = self.last.tail if self.last else None
        ended = replace(cursor, reached=reached, tail=tail_of(self.begin, before, [*traces, *self.swept.values()]))
        if untold:
            return replace(ended, exists=self.last.exists if self.last else 0)
        return replace(ended, uidnext=min({max(self._behind(), cursor.uidnext), *kept_back}))

    def _behind(self) -> int:
        uidnext = self.state.uidnext
        if self._stopped or uidnext is None:
            return max(self.swept, default=self.begin - 1) + 1
        return uidnext


def _has_old_ones(state: FolderState, last: Cursor) -> bool:
    """Whether more have come than there are new UIDs: a server that showed a part of the folder shows more of it."""
    return state.uidnext is not None and state.exists - last.exists > state.uidnext - last.uidnext


def _beginning(reader: MailReader, state: FolderState, cursor: Cursor | None, *, role: Role, now: datetime) -> int:
    """The UID from which on the open folder is to be read. Of spam all is, however old."""
    if cursor is not None:
        return cursor.uidnext
    if role is Role.JUNK or not state.exists:
        return 1
    try:
        first = reader.first_since((now - LOOKS_BACK - _A_DAY).date())
    except FolderError:
        return 1  # no SEARCH, or none that can be read
    return first or state.uidnext or 1
