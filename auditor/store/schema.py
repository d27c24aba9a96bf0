"""The tables of the state, in types that SQLite and PostgreSQL both have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

VERSION = "6"  # raise it with every change of a table, and add to `migrations/versions/` what leads to it

_CHUNK = 500  # databases limit how many values one statement may carry
_REFUSED = re.compile("[\0\ud800-\udfff]")

metadata = MetaData()


class Utc(TypeDecorator[datetime]):
    """An aware datetime in, the same instant in UTC out; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Foreign(TypeDecorator[str]):
    """Text that a stranger wrote: what a database refuses (NUL, lone surrogates) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class ForeignJson(TypeDecorator[Any]):
    """JSON whose strings may be a stranger's; None is NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any | None:
        return _storable_json(value)


def storable(text: str) -> str:
    return _REFUSED.sub("\N{REPLACEMENT CHARACTER}", text)


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_json(item) for item in value]
    return value


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("folder", Foreign, primary_key=True),
    Column("role", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uidnext", BigInteger, nullable=False),
    Column("highestmodseq", BigInteger),
    Column("message_count", BigInteger, nullable=False),
    Column("rules", Text, nullable=False),
    Column("swept_at", Utc, nullable=False),
    Column("reached", BigInteger, nullable=False, server_default="0"),
    Column("tail", ForeignJson),
)

message = Table(
    "message",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("folder", Foreign, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("role", Text, nullable=False),
    Column("identity", Foreign, nullable=False),
    Column("message_id", Foreign),
    Column("header_from", Foreign, nullable=False),
    Column("subject", Foreign, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("marketplace", Foreign, nullable=False),
    Column("stream", Foreign),
    Column("kind", Foreign),
    Column("standing", Text, nullable=False),
    Column("checks", ForeignJson, nullable=False),
    Column("warnings", ForeignJson, nullable=False),
    Column("trick", Foreign),
    Column("note", Foreign, nullable=False),
    Column("hold", Foreign, nullable=False),
    Column("staff_claim", Boolean, nullable=False),
    Column("recipients", ForeignJson, nullable=False),
    Column("thread", ForeignJson, nullable=False),
    Column("rules", Text, nullable=False),
    Column("retry_at", Utc),
    Column("gone_at", Utc),
    Column("acked_at", Utc),
    Column("moved_folder", Foreign),
    Column("moved_uidvalidity", BigInteger),
    Column("moved_uid", BigInteger),
    Column("flags", ForeignJson, nullable=False, server_default="[]"),
    Column("sighting", BigInteger, nullable=False, server_default="0"),
    Column("registered", ForeignJson, nullable=False, server_default="[]"),
    Column("orders", ForeignJson, nullable=False, server_default="[]"),
    Column("notification", Foreign, nullable=False, server_default=""),
    Column("topic", Text, nullable=False, server_default=""),
    Index("message_identity", "account", "identity", "sighting"),
    Index("message_message_id", "account", "message_id"),
    Index("message_sighting", "account", "sighting"),
)

reply = Table(
    "reply",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("folder", Foreign, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("sent_at", Utc, nullable=False),
    Column("header_from", Foreign, nullable=False),
    Column("recipients", ForeignJson, nullable=False),
    Column("subject", Foreign, nullable=False),
    Column("marketplace", Foreign, nullable=False),
    Column("rules", Text, nullable=False),
    Column("message_id", Foreign),
    Column("date", Foreign, nullable=False),
    Column("thread", ForeignJson, nullable=False),
    Column("automatic", ForeignJson, nullable=False),
    Column("gone_at", Utc),
    Column("given", ForeignJson),
    Column("orders", ForeignJson, nullable=False, server_default="[]"),
    Column("remarks", ForeignJson),
    Column("digest", Text, nullable=False, server_default=""),
)

done = Table(
    "done",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("key", Foreign, primary_key=True),
    Column("at", Utc, nullable=False),
)

own_signature = Table(
    "own_signature",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("domain", Foreign, primary_key=True),
    Column("selector", Foreign, primary_key=True),
    Column("seen_at", Utc, nullable=False),
    Column("seen_in", Foreign, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Column("applied", Boolean, nullable=False),
    Column("exit_code", Integer),
    Column("counts", ForeignJson),
)

action = Table(
    "action",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("payload", ForeignJson, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Foreign, nullable=False),
    Column("at", Utc, nullable=False),
    Index("action_state", "account", "state"),
)

ack = Table(
    "ack",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("key", Foreign, primary_key=True),
    Column("at", Utc, nullable=False),
)

aftermath = Table(
    "aftermath",
    metadata,
    Column("account", Foreign, primary_key=True),
    Column("identity", Foreign, primary_key=True),
    Column("became", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("was_read", Boolean, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Column("message_id", Foreign, nullable=False, server_default=""),
    Column("subject", Foreign, nullable=False, server_default=""),
)


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, keep: Sequence[str] = ()) -> None:
    """Insert, or update what has the same primary key; an update leaves the columns of `keep` alone."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(table)
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.name not in keep
    }
    keys = [column.name for column in table.primary_key]
    if changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    connection.execute(statement, list(rows))


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at once as one statement may carry."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
