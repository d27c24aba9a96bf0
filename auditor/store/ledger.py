"""Sweeps, acknowledgements and runs of one account go in and come back on a later night."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Update, bindparam, delete, func, insert, select, update

from auditor.mailbox.interface import MessageRef, Role
from auditor.store import schema
from auditor.store.aftermath import Aftermath
from auditor.store.asked import Asked
from auditor.store.done import Done
from auditor.store.engine import reading, writing
from auditor.store.journal import Journal
from auditor.store.on_file import OnFile
from auditor.store.records import (
    cursor_columns,
    cursor_of,
    ledger_row,
    message_columns,
    ref_columns,
    run_of,
)
from auditor.store.replies import Replies
from auditor.store.rows import Cursor, LedgerRow, Run
from auditor.store.whereabouts import Whereabouts

Clock = Callable[[], datetime]


def new_run_id(now: datetime) -> str:
    """Ids sort by time; the end tells apart what began in the same second."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


class AccountStore:
    """What is remembered of one account; `key` is `username@host`."""

    def __init__(self, engine: Engine, key: str, *, now: Clock) -> None:
        self.key = key
        self.journal = Journal(engine, key, now=now)
        self.aftermath = Aftermath(engine, key)
        self.on_file = OnFile(engine, key)
        self.replies = Replies(engine, key)
        self.asked = Asked(engine, key)
        self.done = Done(engine, key, now=now)
        self.whereabouts = Whereabouts(engine, key)
        self._engine = engine
        self._now = now

    def cursor(self, folder: str) -> Cursor | None:
        """Where the last sweep of the folder ended; None before the first."""
        cursor = schema.cursor
        wanted = select(cursor).where(cursor.c.account == self.key, cursor.c.folder == folder)
        with reading(self._engine) as connection:
            found = connection.execute(wanted).first()
        return None if found is None else cursor_of(found)

    def cursors(self) -> dict[str, Cursor]:
        """Of every folder that was swept, by its name."""
        cursor = schema.cursor
        with reading(self._engine) as connection:
            found = connection.execute(select(cursor).where(cursor.c.account == self.key))
            return {each.folder: cursor_of(each) for each in found}

    def save_sweep(self, cursor: Cursor, rows: Sequence[LedgerRow], gone: Sequence[MessageRef] = ()) -> None:
        """Keep what a sweep found, and the cursor behind it, in one transaction.

        A message known under the same REF is judged anew and keeps its acknowledgement; one that comes under
        a new REF inherits the acknowledgement of its identity.
        """
        with writing(self._engine) as connection:
            schema.upsert(connection, schema.cursor, [cursor_columns(self.key, cursor)])
            acknowledged = self._acknowledged_identities(connection, rows)
            sighting = self._next_sighting(connection)
            columns = [
                {
                    **message_columns(self.key, row),
                    "gone_at": None,
                    "acked_at": acknowledged.get(row.identity),
                    "sighting": sighting,
                }
                for row in rows
            ]
            self._mark_back(connection, [row.ref for row in rows], sighting)
            schema.upsert(connection, schema.message, columns, keep=("acked_at", "sighting", *_MOVED))
            self._mark_gone(connection, gone)

    def forget_folder(self, folder: str) -> None:
        """Its UIDs mean nothing any more: what was known to lie there is gone, the cursor too.

        Nor is one any more the place from which we moved something: it may be given to another message.
        """
        now, cursor, message = self._now(), schema.cursor, schema.message
        with writing(self._engine) as connection:
            ours = update(message).where(message.c.account == self.key, message.c.folder == folder)
            connection.execute(ours.values(dict.fromkeys(_MOVED)))
            for table in (schema.message, schema.reply):
                lying = (table.c.account == self.key, table.c.folder == folder, table.c.gone_at.is_(None))
                connection.execute(update(table).where(*lying).values(gone_at=now))
            connection.execute(delete(cursor).where(cursor.c.account == self.key, cursor.c.folder == folder))

    def rows(
        self, *, role: Role | None = None, folder: str | None = None, present: bool = True, undecided: bool = False
    ) -> tuple[LedgerRow, ...]:
        """Messages by time of arrival; `present=False` adds those gone from where they were seen.

        `undecided`: only those that are asked about again.
        """
        message = schema.message
        wanted = select(message).where(message.c.account == self.key)
        if role is not None:
            wanted = wanted.where(message.c.role == role.value)
        if folder is not None:
            wanted = wanted.where(message.c.folder == folder)
        if present:
            wanted = wanted.where(message.c.gone_at.is_(None))
        if undecided:
            wanted = wanted.where(message.c.retry_at.is_not(None))
        wanted = wanted.order_by(message.c.received_at, message.c.folder, message.c.uid)
        with reading(self._engine) as connection:
            return tuple(ledger_row(found) for found in connection.execute(wanted))

    def record_moves(self, moves: Sequence[tuple[MessageRef, MessageRef]]) -> None:
        """These messages were at the first REF and are at the second now, by our own doing."""
        if not moves:
            return
        now = self._now()
        changes = [
            {
                **self._where(ref),
                "moved_folder": to.folder,
                "moved_uidvalidity": to.uidvalidity,
                "moved_uid": to.uid,
                "gone_at": now,
            }
            for ref, to in moves
        ]
        with writing(self._engine) as connection:
            connection.execute(_at_ref().values({name: bindparam(name) for name in (*_MOVED, "gone_at")}), changes)

    def last_swept_at(self) -> datetime | None:
        """When spam, which every run looks at, was looked at last, by the clock of then."""
        cursor = schema.cursor
        spam = (cursor.c.account == self.key, cursor.c.role == Role.JUNK.value)
        wanted = select(cursor.c.swept_at).where(*spam).order_by(cursor.c.swept_at.desc())
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(wanted.limit(1))
        return found

    def acknowledge(self, key: str) -> None:
        """The seller has seen and dealt with this finding."""
        with writing(self._engine) as connection:
            row = {"account": self.key, "key": key, "at": self._now()}
            schema.upsert(connection, schema.ack, [row], keep=("at",))

    def acknowledge_message(self, ref: MessageRef) -> bool:
        """The seller has seen and dealt with this message; False where the ledger does not know it."""
        with writing(self._engine) as connection:
            change = _at_ref().values(acked_at=self._now())
            return connection.execute(change, self._where(ref)).rowcount > 0

    def acknowledged(self) -> frozenset[str]:
        """The keys of the findings that were acknowledged."""
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(select(schema.ack.c.key).where(schema.ack.c.account == self.key)))

    def start_run(self, command: str, *, applied: bool, run_id: str = "") -> Run:
        """Begin a run; `run_id` where one run looks at several accounts, so that they share its name."""
        now = self._now().astimezone(UTC)
        run = Run(
            id=run_id or new_run_id(now),
            account=self.key,
            command=command,
            started_at=now,
            applied=applied,
        )
        with writing(self._engine) as connection:
            connection.execute(
                insert(schema.run).values(
                    id=run.id, account=run.account, command=command, started_at=now, applied=applied
                )
            )
        return run

    def finish_run(self, run: str, *, exit_code: int, counts: Mapping[str, int]) -> None:
        """A run that is never finished was killed; its open entries in the journal tell how far it came."""
        change = update(schema.run).where(schema.run.c.id == run, schema.run.c.account == self.key)
        with writing(self._engine) as connection:
            connection.execute(change.values(finished_at=self._now(), exit_code=exit_code, counts=dict(counts)))

    def runs(self, limit: int = 50) -> tuple[Run, ...]:
        """The newest first."""
        run = schema.run
        wanted = (
            select(run).where(run.c.account == self.key).order_by(run.c.started_at.desc(), run.c.id.desc()).limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(run_of(found) for found in connection.execute(wanted))

    def first_run_at(self) -> datetime | None:
        """When this account was first looked at, as far as the state knows."""
        run = schema.run
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(
                select(func.min(run.c.started_at)).where(run.c.account == self.key)
            )
        return found

    def last_applied_run(self) -> Run | None:
        """The newest run that moved mail or may have; an undo is not one."""
        run, action = schema.run, schema.action
        moved = select(action.c.run).where(action.c.account == self.key, action.c.kind == "move")
        wanted = (
            select(run)
            .where(run.c.account == self.key, run.c.applied.is_(True), run.c.id.in_(moved))
            .order_by(run.c.started_at.desc(), run.c.id.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            found = connection.execute(wanted).first()
        return None if found is None else run_of(found)

    def _acknowledged_identities(self, connection: Connection, rows: Sequence[LedgerRow]) -> dict[str, datetime]:
        message = schema.message
        wanted = select(message.c.identity, message.c.acked_at).where(
            message.c.account == self.key,
            message.c.acked_at.is_not(None),
            message.c.identity.in_(bindparam("identities", expanding=True)),
        )
        found: dict[str, datetime] = {}
        for chunk in schema.chunks([row.identity for row in rows]):
            answer = connection.execute(wanted, {"identities": chunk})
            found |= {row.identity: row.acked_at for row in answer}
        return found

    def _next_sighting(self, connection: Connection) -> int:
        """Sightings are counted, not timed: what was seen first stays first, whatever the clock says."""
        message = schema.message
        last = connection.scalar(select(func.max(message.c.sighting)).where(message.c.account == self.key))
        return int(last or 0) + 1

    def _mark_back(self, connection: Connection, refs: Sequence[MessageRef], sighting: int) -> None:
        """What was gone and lies there again was put there anew."""
        if refs:
            change = _at_ref().where(schema.message.c.gone_at.is_not(None)).values(sighting=sighting)
            connection.execute(change, [self._where(ref) for ref in refs])

    def _mark_gone(self, connection: Connection, gone: Sequence[MessageRef]) -> None:
        if gone:
            change = _at_ref().where(schema.message.c.gone_at.is_(None)).values(gone_at=self._now())
            connection.execute(change, [self._where(ref) for ref in gone])

    def _where(self, ref: MessageRef) -> dict[str, object]:
        return {f"at_{name}": value for name, value in {"account": self.key, **ref_columns(ref)}.items()}


_MOVED = ("moved_folder", "moved_uidvalidity", "moved_uid")


def _at_ref() -> Update:
    """An update of the one message whose REF is given by the `at_...` parameters."""
    message = schema.message
    names = ("account", "folder", "uidvalidity", "uid")
    return update(message).where(*(message.c[name] == bindparam(f"at_{name}") for name in names))
