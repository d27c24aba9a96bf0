"""Version 1, in one of two shapes: nothing leads to it."""

revision = "1"
down_revision = None
