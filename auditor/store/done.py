"""What the seller says he has answered where this mailbox does not show it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from auditor.store import schema
from auditor.store.engine import reading, writing


class Done:
    """Of one account: keys of messages (`auditor.replies.inquiries.key_of`), and when he said so."""

    def __init__(self, engine: Engine, account: str, *, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._account = account
        self._now = now

    def mark(self, key: str) -> None:
        """A second time changes nothing but the time."""
        with writing(self._engine) as connection:
            schema.upsert(connection, schema.done, [{"account": self._account, "key": key, "at": self._now()}])

    def keys(self) -> frozenset[str]:
        wanted = select(schema.done.c.key).where(schema.done.c.account == self._account)
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(wanted))
