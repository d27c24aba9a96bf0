"""What became of rescued messages, kept from night to night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, delete, select

from auditor.store import schema
from auditor.store.engine import reading, writing
from auditor.store.rows import Kept


class Aftermath:
    """That of one account, by the identities of its messages."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account

    def kept(self) -> Mapping[str, Kept]:
        table = schema.aftermath
        with reading(self._engine) as connection:
            found = connection.execute(select(table).where(table.c.account == self._account))
            return {
                row.identity: Kept(row.became, row.since, row.was_read, row.by, row.message_id, row.subject)
                for row in found
            }

    def replace(self, kept: Mapping[str, Kept]) -> None:
        """Keep these, and forget all others: who is not followed any more."""
        columns = [
            {"account": self._account, "identity": identity, "became": each.became, "since": each.since}
            | {"was_read": each.was_read, "by": each.by, "message_id": each.message_id, "subject": each.subject}
            for identity, each in kept.items()
        ]
        with writing(self._engine) as connection:
            self._forget_all_but(connection, tuple(kept))
            schema.upsert(connection, schema.aftermath, columns)

    def _forget_all_but(self, connection: Connection, identities: Sequence[str]) -> None:
        table = schema.aftermath
        known = connection.scalars(select(table.c.identity).where(table.c.account == self._account)).all()
        for identity in set(known) - set(identities):
            connection.execute(delete(table).where(table.c.account == self._account, table.c.identity == identity))
