"""What customers wrote, and what marketplaces confirm of answers, without the rest of the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, or_, select

from auditor.marketplaces import Kind
from auditor.store import schema
from auditor.store.engine import reading
from auditor.store.records import ledger_row
from auditor.store.rows import LedgerRow


class Asked:
    """Of one account."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account

    def since(self, moment: datetime) -> tuple[LedgerRow, ...]:
        """By the time of receipt; also what has left its folder."""
        message = schema.message
        wanted = (
            select(message)
            .where(message.c.account == self._account, message.c.received_at >= moment)
            .where(or_(message.c.kind == Kind.CUSTOMER.value, message.c.notification != ""))
            .order_by(message.c.received_at, message.c.folder, message.c.uid)
        )
        with reading(self._engine) as connection:
            return tuple(ledger_row(found) for found in connection.execute(wanted))
