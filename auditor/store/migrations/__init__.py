"""A state that an older auditor wrote -> the same with the tables of this one. Loaded only where there is such a state.

Each file of `versions/` takes a state from the version before to its own. It describes the tables as they were then:
`auditor.store.schema` is about today's.
"""

from __future__ import annotations

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection

from auditor.errors import StateError


def upgrade(connection: Connection, stored: str, wanted: str) -> None:
    """Within the transaction of the caller: all of it is done or nothing. The row in `meta` is the caller's too.

    Raises StateError where no way leads from the stored version to the one that is wanted.
    """
    steps = _steps(stored, wanted)
    with Operations.context(MigrationContext.configure(connection)):
        for step in steps:
            step.module.upgrade()


def _steps(stored: str, wanted: str) -> list[Script]:
    try:
        found = list(directory().iterate_revisions(wanted, stored))
    except RevisionError:
        raise StateError(
            f"the state has version {stored}, from which no way leads to version {wanted}",
            hint="use the auditor that wrote it, or name another file in `[state] url`",
        ) from None
    return found[::-1]


def directory() -> ScriptDirectory:
    """All versions that ever were, and what leads from each to the next."""
    return ScriptDirectory(str(Path(__file__).parent))
