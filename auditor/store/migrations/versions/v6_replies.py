"""Version 5 -> 6: what ties answers to inquiries, what was asked, what the words of a reply show, what is done."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, DateTime, Text

revision = "6"
down_revision = "5"


def upgrade() -> None:
    op.add_column("message", Column("orders", JSON, nullable=False, server_default="[]"))
    op.add_column("message", Column("notification", Text, nullable=False, server_default=""))
    op.add_column("message", Column("topic", Text, nullable=False, server_default=""))
    op.add_column("reply", Column("orders", JSON, nullable=False, server_default="[]"))
    op.add_column("reply", Column("remarks", JSON))
    op.add_column("reply", Column("digest", Text, nullable=False, server_default=""))
    op.create_table(
        "done",
        Column("account", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
    )
