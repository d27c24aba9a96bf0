"""Every state that an auditor ever wrote opens in this one, and nothing is lost; or it stays as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from filelock import FileLock
from sqlalchemy import Engine, event, inspect

from auditor.errors import BusyError, StateError
from auditor.mailbox.interface import MessageRef, Role
from auditor.store import migrations, schema
from auditor.store.opening import Store, open_store
from auditor.store.rows import ActionState
from tests.imports import ROOT

pytestmark = pytest.mark.thorough

STATES = sorted((Path(__file__).parent / "states").glob("*.sql"))
EARLIER = [path for path in STATES if path.stem != schema.VERSION]
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SELLER = ("imap.shop.example", "seller")

Rows = dict[str, list[dict[str, Any]]]

each_state = pytest.mark.parametrize("kept", STATES, ids=lambda path: path.stem)
each_earlier_state = pytest.mark.parametrize("kept", EARLIER, ids=lambda path: path.stem)


def opened(path: Path) -> Store:
    return open_store(f"sqlite:///{path}", now=lambda: NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auditor.db"


def restore(kept: Path, path: Path, *, more_runs: int = 0) -> None:
    with closing(sqlite3.connect(path)) as state:
        state.executescript(kept.read_text(encoding="utf-8"))
        state.executemany(
            "INSERT INTO run (id, account, command, started_at, applied) VALUES (?, 'me@shop', 'audit', ?, 0)",
            [(f"{number:09}" * 20, "2026-11-23 12:00:00.000000") for number in range(more_runs)],
        )
        state.commit()


def rows(path: Path) -> Rows:
    """Every row of every table, as the database holds it, without the version."""
    with closing(sqlite3.connect(path)) as state:
        state.row_factory = sqlite3.Row
        tables = [
            name for (name,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        found = {table: [dict(row) for row in state.execute(f"SELECT * FROM {table}")] for table in tables}
    return {table: sorted(those, key=str) for table, those in found.items() if table != "meta"}


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as state:
        return str(state.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0])


ADDED: dict[str, dict[str, Any]] = {
    "cursor": {"reached": 0, "tail": None},
    "message": {"flags": "[]", "sighting": 0, "registered": "[]", "orders": "[]", "notification": "", "topic": ""},
    "reply": {"given": None, "orders": "[]", "remarks": None, "digest": ""},
    "aftermath": {"by": "", "message_id": "", "subject": ""},
}
"""What the columns hold that came later than the first version, in the rows that were there before them."""


def upgraded(path: Path, before: Rows) -> Rows:
    """The rows as an upgrade leaves them; it puts nothing into the tables that come with it."""
    grown = {table: [ADDED.get(table, {}) | row for row in those] for table, those in before.items()}
    return grown | {table: [] for table in rows(path) if table not in before}


def by_column(found: Rows) -> dict[str, list[list[tuple[str, Any]]]]:
    """The same whatever the order of the columns."""
    return {table: sorted((sorted(row.items()) for row in those), key=str) for table, those in found.items()}


def test_a_state_of_every_version_is_kept() -> None:
    steps = {str(step.revision) for step in migrations.directory().walk_revisions()}
    assert {path.stem.partition("-")[0] for path in STATES} == steps
    assert migrations.directory().get_heads() == [schema.VERSION]


@each_state
def test_every_kept_state_has_something_in_every_table(kept: Path, path: Path) -> None:
    restore(kept, path)
    assert all(rows(path).values())
    assert version(path) == kept.stem.partition("-")[0]


@each_state
def test_every_state_opens_and_nothing_is_lost(kept: Path, path: Path) -> None:
    """What a newer version adds is more; what was there is there, to the last value."""
    restore(kept, path)
    before = rows(path)

    opened(path).close()

    after = rows(path)
    assert version(path) == schema.VERSION
    assert {table: len(those) for table, those in after.items() if table in before} == {
        table: len(those) for table, those in before.items()
    }
    known = {table: [{name: row[name] for name in before[table][0]} for row in after[table]] for table in before}
    assert by_column(known) == by_column(before)


@each_state
def test_the_tables_are_those_of_a_new_state(kept: Path, path: Path, tmp_path: Path) -> None:
    restore(kept, path)
    with opened(path) as old, opened(tmp_path / "new.db") as new:
        assert shape(old._engine) == shape(new._engine)
        with old._engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def shape(engine: Engine) -> object:
    with engine.connect() as connection:
        seen = inspect(connection)
        return {
            table: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(table)],
                seen.get_pk_constraint(table)["constrained_columns"],
                seen.get_indexes(table),
            )
            for table in seen.get_table_names()
        }


@each_state
def test_what_is_remembered_is_read_as_before(kept: Path, path: Path) -> None:
    restore(kept, path)
    with opened(path) as store:
        account = store.account(*SELLER)
        present = account.rows(role=Role.JUNK)
        moved = [row for row in account.rows(present=False) if row.moved_to]
        runs = account.runs()

        assert [row.ref.uid for row in present] == [3, 2]
        assert [row.moved_to for row in moved] == [MessageRef("INBOX", 5, 70)]
        assert [row.ref.uid for row in present if row.acked_at] == [2]
        assert account.acknowledged() == {"stream-unknown:shop:news@walmart.com"}
        assert len(runs) == len(ActionState)
        assert len(account.journal.open_entries()) == 2 + len(ActionState)
        assert account.journal.rescued() == {"sha256:2", "sha256:3"}
        assert store.account("imap.books.example", "büro@books.example").rows() != ()


@each_earlier_state
def test_one_run_can_look_at_several_accounts(kept: Path, path: Path) -> None:
    restore(kept, path)
    with opened(path) as store:
        for host in ("imap.shop.example", "imap.books.example"):
            store.account(host, "seller").start_run("audit", applied=False, run_id="the-same")


@pytest.mark.parametrize(
    "stored", [str(int(schema.VERSION) + 1), "99", "1000000000", "2b", "", "two", "-1", "1.0", "²"]
)
def test_a_state_of_a_newer_or_unknown_version_is_refused_and_left_as_it_is(path: Path, stored: str) -> None:
    opened(path).close()
    with closing(sqlite3.connect(path)) as state:
        state.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (stored,))
        state.commit()
    before = path.read_bytes()

    with pytest.raises(StateError) as caught:
        opened(path)
    assert f"has version {stored}" in caught.value.message
    assert "\n" not in caught.value.message + caught.value.hint
    assert path.read_bytes() == before


def test_a_version_that_never_was_is_refused(path: Path) -> None:
    opened(path).close()
    with closing(sqlite3.connect(path)) as state:
        state.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
        state.commit()
    with pytest.raises(StateError, match="no way leads"):
        opened(path)


@each_earlier_state
def test_a_state_that_an_older_auditor_works_on_is_left_to_it(kept: Path, path: Path) -> None:
    restore(kept, path)
    before = path.read_bytes()

    with FileLock(path.with_name("auditor.db.0123456789abcdef.lock")), pytest.raises(BusyError, match="older auditor"):
        opened(path)
    assert path.read_bytes() == before

    opened(path).close()
    assert version(path) == schema.VERSION


def dies_at(statement: int, path: Path) -> None:
    """Open the state, and be killed before this statement; what was changed before it is on the disk already."""
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1
        if counted > statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def write_early(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA cache_size = 1").close()

    event.listen(Engine, "connect", write_early)
    event.listen(Engine, "before_cursor_execute", count)
    opened(path).close()
    os._exit(0)


def deaths(path: Path) -> Iterator[int]:
    """Kill the opening at each of its statements in turn, until one of them comes to its end."""
    for statement in range(1000):
        process = get_context("fork").Process(target=dies_at, args=(statement, path))
        process.start()
        process.join()
        if process.exitcode == 0:
            return
        assert process.exitcode == -signal.SIGKILL
        yield statement


@pytest.mark.thorough
@each_earlier_state
def test_an_upgrade_that_is_killed_leaves_the_old_state(kept: Path, path: Path) -> None:
    restore(kept, path, more_runs=500)
    before, old = rows(path), version(path)
    left_a_journal = 0

    count = 0
    for _ in deaths(path):
        left_a_journal += path.with_name("auditor.db-journal").exists()
        assert version(path) == old
        assert by_column(rows(path)) == by_column(before)
        count += 1

    assert count >= 5
    assert version(path) == schema.VERSION
    assert by_column(rows(path)) == by_column(upgraded(path, before))
    assert left_a_journal or "early" not in kept.stem  # else nothing was on the disk yet, and this showed little


@pytest.mark.thorough
def test_many_processes_can_bring_the_same_state_up_to_date(path: Path) -> None:
    restore(EARLIER[0], path, more_runs=50)
    before = rows(path)
    with get_context("fork").Pool(6) as pool:
        pool.map(_open, [path] * 12)

    assert version(path) == schema.VERSION
    assert by_column(rows(path)) == by_column(upgraded(path, before))


def _open(path: Path) -> None:
    opened(path).close()


def loaded_while_opening(path: Path) -> set[str]:
    code = f"from auditor.store.opening import open_store; open_store('sqlite:///{path}', now=None).close()"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_alembic_is_loaded_only_for_a_state_of_another_version(path: Path) -> None:
    assert "alembic" not in loaded_while_opening(path)
    assert "alembic" not in loaded_while_opening(path)

    path.unlink()
    restore(EARLIER[0], path)
    assert "alembic" in loaded_while_opening(path)
