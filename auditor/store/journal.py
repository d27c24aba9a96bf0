"""Actions go in before they happen, then what became of them; each write is on the disk when it returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, bindparam, func, insert, select, update

from auditor.errors import StateError
from auditor.store import schema
from auditor.store.engine import reading, writing
from auditor.store.rows import Action, ActionState, Entry

_OPEN = (ActionState.PLANNED, ActionState.SENT)


class Journal:
    """The journal of one account. Only the holder of the account's lock may write to it."""

    def __init__(self, engine: Engine, account: str, *, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._account = account
        self._now = now

    def plan(self, run: str, actions: Sequence[Action]) -> tuple[Entry, ...]:
        """Write all of them down as planned, or none. Raises StateError: then nothing may be done."""
        if not actions:
            return ()
        now, action = self._now(), schema.action
        with writing(self._engine) as connection:
            last = (
                connection.scalar(
                    select(func.max(action.c.seq)).where(action.c.account == self._account, action.c.run == run)
                )
                or 0
            )
            entries = tuple(
                Entry(run, seq, each.kind, dict(each.payload), ActionState.PLANNED, "", now)
                for seq, each in enumerate(actions, start=last + 1)
            )
            connection.execute(insert(action), [self._columns(entry) for entry in entries])
        return entries

    def mark(self, entries: Sequence[Entry]) -> None:
        """Write down state, detail and payload of these entries, all or none. Raises StateError."""
        if not entries:
            return
        now, action = self._now(), schema.action
        change = (
            update(action)
            .where(
                action.c.account == self._account,
                action.c.run == bindparam("its_run"),
                action.c.seq == bindparam("its_seq"),
            )
            .values(state=bindparam("state"), detail=bindparam("detail"), payload=bindparam("payload"), at=now)
        )
        values = [
            {
                "its_run": entry.run,
                "its_seq": entry.seq,
                "state": entry.state.value,
                "detail": entry.detail,
                "payload": dict(entry.payload),
            }
            for entry in entries
        ]
        with writing(self._engine) as connection:
            if connection.execute(change, values).rowcount != len(entries):
                raise StateError("the journal has lost entries of this run; the state was changed from outside")

    def entries(self, run: str) -> tuple[Entry, ...]:
        """All entries of a run, in the order in which they were planned."""
        return self._select(schema.action.c.run == run)

    def open_entries(self, *, besides: str = "") -> tuple[Entry, ...]:
        """What was planned or sent and did not come to an end; `besides` leaves out the run that asks."""
        states = [state.value for state in _OPEN]
        return self._select(schema.action.c.state.in_(states), schema.action.c.run != besides)

    def copied(self) -> tuple[Entry, ...]:
        """Entries whose message now lies in both folders."""
        return self._select(schema.action.c.state == ActionState.COPIED.value)

    def rescued(self) -> frozenset[str]:
        """The identities of all messages that a run ever moved or copied, put back since or not."""
        ended = [ActionState.DONE.value, ActionState.COPIED.value]
        moved = self._select(schema.action.c.kind == "move", schema.action.c.state.in_(ended))
        return frozenset(str(entry.payload["identity"]) for entry in moved)

    def of_kind(self, kind: str, *, since: datetime | None = None) -> tuple[Entry, ...]:
        """`since`: only those that came to their present state at that time or later."""
        later = (schema.action.c.at >= since,) if since is not None else ()
        return self._select(schema.action.c.kind == kind, *later)

    def _select(self, *conditions: ColumnElement[bool]) -> tuple[Entry, ...]:
        action = schema.action
        wanted = (
            select(action).where(action.c.account == self._account, *conditions).order_by(action.c.run, action.c.seq)
        )
        with reading(self._engine) as connection:
            return tuple(_entry(found) for found in connection.execute(wanted))

    def _columns(self, entry: Entry) -> dict[str, Any]:
        return {
            "run": entry.run,
            "seq": entry.seq,
            "account": self._account,
            "kind": entry.kind,
            "payload": dict(entry.payload),
            "state": entry.state.value,
            "detail": entry.detail,
            "at": entry.at,
        }


def _entry(found: Any) -> Entry:
    return Entry(
        run=found.run,
        seq=found.seq,
        kind=found.kind,
        payload=found.payload,
        state=ActionState(found.state),
        detail=found.detail,
        at=found.at,
    )
