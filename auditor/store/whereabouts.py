"""Identities and Message-IDs in; where the ledger has seen such messages, and of which marketplace, out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine, bindparam, select

from auditor.mailbox.interface import MessageRef, Role
from auditor.store import schema
from auditor.store.engine import reading

_OUTSIDE = (Role.INBOX.value, Role.WATCH.value)


class Whereabouts:
    """Those of one account. A row of the ledger stays when its message has left the folder."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account

    def taken(self, folder: str, uidvalidity: int, *, since: datetime) -> frozenset[int]:
        """The UIDs that we moved out of the folder since then."""
        message = schema.message
        wanted = select(message.c.uid).where(
            message.c.account == self._account,
            message.c.folder == folder,
            message.c.uidvalidity == uidvalidity,
            message.c.moved_folder.is_not(None),
            message.c.gone_at >= since,
        )
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(wanted))

    def marketplaces_of(self, message_ids: Collection[str]) -> dict[str, str]:
        """Message-IDs -> of which marketplace the message is, where the ledger knows it."""
        message = schema.message
        wanted = select(message.c.message_id, message.c.marketplace).where(
            message.c.account == self._account,
            message.c.message_id.in_(bindparam("ids", expanding=True)),
            message.c.marketplace != "",
        )
        found: dict[str, str] = {}
        with reading(self._engine) as connection:
            for chunk in schema.chunks(sorted(message_ids)):
                answer = connection.execute(wanted, {"ids": chunk})
                found |= {each.message_id: each.marketplace for each in answer}
        return found

    def headers(self, identities: Collection[str]) -> dict[str, tuple[str, str]]:
        """Message-ID and Subject, raw, by identity."""
        message = schema.message
        wanted = select(message.c.identity, message.c.message_id, message.c.subject).where(
            message.c.account == self._account, message.c.identity.in_(bindparam("identities", expanding=True))
        )
        found: dict[str, tuple[str, str]] = {}
        with reading(self._engine) as connection:
            for chunk in schema.chunks(sorted(identities)):
                answer = connection.execute(wanted, {"identities": chunk})
                found |= {each.identity: (each.message_id or "", each.subject) for each in answer}
        return found

    def outside_spam(self, identities: Collection[str]) -> dict[str, tuple[MessageRef, ...]]:
        """Those that were ever seen in the inbox or a watched folder, and where; what has left its place first."""
        message = schema.message
        wanted = (
            select(message.c.identity, message.c.folder, message.c.uidvalidity, message.c.uid)
            .where(
                message.c.account == self._account,
                message.c.role.in_(_OUTSIDE),
                message.c.identity.in_(bindparam("identities", expanding=True)),
            )
            .order_by(message.c.gone_at.is_(None), message.c.gone_at)
        )
        found: dict[str, tuple[MessageRef, ...]] = {}
        with reading(self._engine) as connection:
            for chunk in schema.chunks(sorted(identities)):
                for each in connection.execute(wanted, {"identities": chunk}):
                    ref = MessageRef(each.folder, each.uidvalidity, each.uid)
                    found[each.identity] = (*found.get(each.identity, ()), ref)
        return found
