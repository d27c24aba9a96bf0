"""What the ledger of one account shows of the contact details that are on file with the marketplaces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine, select

from auditor.store import schema
from auditor.store.engine import reading, writing
from auditor.store.records import received
from auditor.store.rows import OwnSignature, Received


class OnFile:
    """Whom marketplace mail was written to, and what signs the seller's own."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account

    def received(self, kinds: Collection[str], *, since: datetime) -> tuple[Received, ...]:
        """Marketplace messages of these kinds, oldest first, each once wherever it lay; also those gone since."""
        table = schema.message
        columns = (
            *("folder", "uidvalidity", "uid", "identity", "marketplace", "stream", "kind", "standing", "received_at"),
            *("recipients", "checks", "registered"),
        )
        wanted = (
            select(*(table.c[name] for name in columns))
            .where(table.c.account == self._account, table.c.kind.in_(sorted(kinds)), table.c.received_at >= since)
            .order_by(table.c.received_at, table.c.sighting)
        )
        with reading(self._engine) as connection:
            return tuple({found.identity: received(found) for found in connection.execute(wanted)}.values())

    def keep_signatures(self, seen: Sequence[OwnSignature]) -> None:
        """The last sight of each domain and selector."""
        rows = [
            {
                "account": self._account,
                "domain": each.domain,
                "selector": each.selector,
                "seen_at": each.seen_at,
                "seen_in": each.seen_in,
            }
            for each in seen
        ]
        with writing(self._engine) as connection:
            schema.upsert(connection, schema.own_signature, rows)

    def signatures(self) -> tuple[OwnSignature, ...]:
        table = schema.own_signature
        wanted = select(table).where(table.c.account == self._account).order_by(table.c.domain, table.c.selector)
        with reading(self._engine) as connection:
            return tuple(
                OwnSignature(found.domain, found.selector, found.seen_at, found.seen_in)
                for found in connection.execute(wanted)
            )
