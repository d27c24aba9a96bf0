"""Version 3 -> 4: inbox, sent and watched folders are in the ledger too, and how each run left its folders."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, DateTime, Text

revision = "4"
down_revision = "3"


def upgrade() -> None:
    op.add_column("cursor", Column("reached", BigInteger, nullable=False, server_default="0"))
    op.add_column("cursor", Column("tail", JSON))
    op.add_column("message", Column("flags", JSON, nullable=False, server_default="[]"))
    op.add_column("message", Column("sighting", BigInteger, nullable=False, server_default="0"))
    op.drop_index("message_identity", "message")
    op.create_index("message_identity", "message", ["account", "identity", "sighting"])
    op.create_index("message_sighting", "message", ["account", "sighting"])
    op.create_index("message_message_id", "message", ["account", "message_id"])
    for name in ("by", "message_id", "subject"):
        op.add_column("aftermath", Column(name, Text, nullable=False, server_default=""))
    op.create_table(
        "reply",
        Column("account", Text, primary_key=True),
        Column("folder", Text, primary_key=True),
        Column("uidvalidity", BigInteger, primary_key=True),
        Column("uid", BigInteger, primary_key=True),
        Column("sent_at", DateTime(timezone=True), nullable=False),
        Column("header_from", Text, nullable=False),
        Column("recipients", JSON, nullable=False),
        Column("subject", Text, nullable=False),
        Column("marketplace", Text, nullable=False),
        Column("rules", Text, nullable=False),
        Column("message_id", Text),
        Column("date", Text, nullable=False),
        Column("thread", JSON, nullable=False),
        Column("automatic", JSON, nullable=False),
        Column("gone_at", DateTime(timezone=True)),
    )
