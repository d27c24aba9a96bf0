"""Sent replies of one account go in by their folder, and come back by time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select

from auditor.store import schema
from auditor.store.engine import reading, writing
from auditor.store.records import cursor_columns, reply_columns, sent_reply
from auditor.store.rows import Cursor, SentReply


class Replies:
    """What this account wrote to customers, as far as its sent folders show it."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account

    def save_sweep(self, cursor: Cursor, found: Sequence[SentReply]) -> None:
        """Keep what a sweep found, and the cursor behind it, in one transaction."""
        with writing(self._engine) as connection:
            schema.upsert(connection, schema.cursor, [cursor_columns(self._account, cursor)])
            schema.upsert(connection, schema.reply, [reply_columns(self._account, each) for each in found])

    def keep(self, found: Sequence[SentReply]) -> None:
        """What a sweep has read so far: where it is broken off, the next one reads the same into the same rows."""
        with writing(self._engine) as connection:
            schema.upsert(connection, schema.reply, [reply_columns(self._account, each) for each in found])

    def all(self, *, since: datetime | None = None) -> tuple[SentReply, ...]:
        """Also those that have left the folder since: they were sent."""
        table = schema.reply
        wanted = select(table).where(table.c.account == self._account).order_by(table.c.sent_at, table.c.uid)
        if since is not None:
            wanted = wanted.where(table.c.sent_at >= since)
        with reading(self._engine) as connection:
            return tuple(sent_reply(found) for found in connection.execute(wanted))
