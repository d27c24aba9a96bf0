"""A state URL goes in; a Store of this version comes out.

A state that an older version wrote is brought up to date; one of a newer version is refused.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, insert, inspect, select, update

from auditor.errors import StateError
from auditor.store import schema
from auditor.store.engine import make_engine, sqlite_path, writing
from auditor.store.ledger import AccountStore, Clock
from auditor.store.statefile import secure

_PATH = "path"


class Store:
    """The state of all accounts. A context manager."""

    def __init__(self, path: Path, *, now: Clock) -> None:
        self.path = path
        self.now = now
        self.moved_from = ""
        """Where the state was when a run ended last, if that was elsewhere."""
        self._is_settled = False
        self._engine = make_engine(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def account(self, host: str, username: str) -> AccountStore:
        """The part of one account, whatever the configuration calls the mailbox."""
        return AccountStore(self._engine, f"{username}@{host.lower().rstrip('.')}", now=self.now)

    def prepare(self) -> None:
        """Make the tables where there are none, bring older ones up to date. Raises StateError."""
        with writing(self._engine) as connection:
            _create_or_check(connection, self.path)
            last = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == _PATH))
        here = str(self.path.resolve())
        self.moved_from = last if last and last != here else ""
        self._is_settled = last == here

    def settle(self) -> None:
        """A run has ended here: from now on the state belongs here. Raises StateError."""
        if self._is_settled:
            return
        with writing(self._engine) as connection:
            schema.upsert(connection, schema.meta, [{"key": _PATH, "value": str(self.path.resolve())}])
        self._is_settled = True


def open_store(url: str, *, now: Clock) -> Store:
    """Open the state, or make it. Raises StateError with one line on what is wrong with it."""
    path = sqlite_path(url)
    secure(path)
    store = Store(path, now=now)
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


def _create_or_check(connection: Connection, path: Path) -> None:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        schema.metadata.create_all(connection)
        connection.execute(insert(schema.meta).values(key="schema", value=schema.VERSION))
        return
    if schema.meta.name not in tables:
        raise StateError(f"`{path}` is the database of another program", hint="name another file in `[state] url`")
    stored = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "schema"))
    if stored != schema.VERSION:
        _bring_up_to_date(connection, str(stored), path)


def _bring_up_to_date(connection: Connection, stored: str, path: Path) -> None:
    if not stored.isdecimal() or int(stored) > int(schema.VERSION):
        raise StateError(
            f"the state `{path}` has version {stored}, and this auditor knows none after {schema.VERSION}",
            hint="use the newer auditor that wrote it, or name another file in `[state] url`",
        )
    from auditor.store.lock import every_lock
    from auditor.store.migrations import upgrade

    with every_lock(path):  # an older auditor that is at work would meet tables that it does not know
        upgrade(connection, stored, schema.VERSION)
    connection.execute(update(schema.meta).where(schema.meta.c.key == "schema").values(value=schema.VERSION))
