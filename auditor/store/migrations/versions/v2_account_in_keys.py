"""Version 1 -> 2: a run is known by its account and its id, since one run may look at several accounts.

The later states of version 1 have these tables already, the earlier ones have the id alone as key.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, inspect

revision = "2"
down_revision = "1"

_TABLES = MetaData()

Table(
    "run",
    _TABLES,
    Column("account", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("applied", Boolean, nullable=False),
    Column("exit_code", Integer),
    Column("counts", JSON),
)
Table(
    "action",
    _TABLES,
    Column("account", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("action_state", "account", "state"),
)


def upgrade() -> None:
    for name, table in _TABLES.tables.items():
        if "account" not in inspect(op.get_bind()).get_pk_constraint(name)["constrained_columns"]:
            with op.batch_alter_table(name, copy_from=table, recreate="always"):
                pass  # the rows are copied into a table of this shape
