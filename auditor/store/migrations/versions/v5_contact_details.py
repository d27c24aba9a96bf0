"""Version 4 -> 5: what mail shows of the contact details: addresses on file, what replies give out, own signatures."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, DateTime, Text

revision = "5"
down_revision = "4"


def upgrade() -> None:
    op.add_column("message", Column("registered", JSON, nullable=False, server_default="[]"))
    op.add_column("reply", Column("given", JSON))
    op.create_table(
        "own_signature",
        Column("account", Text, primary_key=True),
        Column("domain", Text, primary_key=True),
        Column("selector", Text, primary_key=True),
        Column("seen_at", DateTime(timezone=True), nullable=False),
        Column("seen_in", Text, nullable=False),
    )
