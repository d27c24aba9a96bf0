"""Version 2 -> 3: what became of rescued messages is kept."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, Text

revision = "3"
down_revision = "2"


def upgrade() -> None:
    op.create_table(
        "aftermath",
        Column("account", Text, primary_key=True),
        Column("identity", Text, primary_key=True),
        Column("became", Text, nullable=False),
        Column("since", DateTime(timezone=True), nullable=False),
        Column("was_read", Boolean, nullable=False),
    )
