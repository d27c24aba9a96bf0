"""A state URL goes in; transactions come out that are on the disk when they end, or a StateError."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, ProgrammingError

from auditor.errors import StateError

_BUSY_S = 30

_CAUSES = {
    "SQLITE_FULL": ("the disk is full", "free some space and run again"),
    "SQLITE_READONLY": ("it cannot be written", "check the permissions of the file and of its folder"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "check the permissions of the file and of its folder"),
    "SQLITE_PERM": ("it cannot be opened", "check the permissions of the file and of its folder"),
    "SQLITE_CORRUPT": ("it is damaged", "put it back from a backup, or name another file in `[state] url`"),
    "SQLITE_NOTADB": ("it is not a state of auditor", "name another file in `[state] url`"),
    "SQLITE_IOERR": ("the disk failed", "check the disk and the space left on it"),
    "SQLITE_BUSY": (f"another program held it for {_BUSY_S} seconds", "run again when that has ended"),
    "SQLITE_LOCKED": (f"another program held it for {_BUSY_S} seconds", "run again when that has ended"),
}


def sqlite_path(url: str) -> Path:
    """The file that the URL names. Raises StateError for every other database."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StateError("`[state] url` is not a database URL", hint='write it as "sqlite:///auditor.db"') from error
    if parsed.get_backend_name() != "sqlite" or parsed.query:
        raise StateError(
            f"a state at `{parsed.render_as_string(hide_password=True)}` is not supported",
            hint='write it as "sqlite:///auditor.db"',
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StateError("the state must be a file: it is needed tomorrow", hint='write "sqlite:///auditor.db"')
    return Path(parsed.database).absolute()


def make_engine(path: Path) -> Engine:
    """An engine for the file; nothing is opened yet."""
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": _BUSY_S}, max_overflow=-1)
    event.listen(engine, "connect", _make_durable)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; when the block is left, it is on the disk. Raises StateError."""
    with _state_errors(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads. Raises StateError."""
    with _state_errors(engine), engine.begin() as connection:
        yield connection


def _make_durable(connection: sqlite3.Connection, _record: object) -> None:
    # A rollback journal beside the state works on every file system, network ones too. EXTRA also flushes the
    # folder from which that file vanishes: without it a power cut may undo a finished commit.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = DELETE").close()
    connection.execute("PRAGMA synchronous = EXTRA").close()


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: where two read first and then want to write, SQLite refuses one of them
    # without waiting.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _state_errors(engine: Engine) -> Iterator[None]:
    """What the database says, in one line. A broken constraint is our own bug and stays what it is."""
    where = engine.url.database
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except (
        DatabaseError,
        sqlite3.DatabaseError,
    ) as error:  # the second: raised while a connection is prepared
        cause, hint = _cause(getattr(error, "orig", error))
        raise StateError(f"the state `{where}` cannot be used: {cause}", hint=hint) from error
    except JSONDecodeError as error:
        cause, hint = _CAUSES["SQLITE_CORRUPT"]
        raise StateError(f"the state `{where}` cannot be used: {cause}", hint=hint) from error


def _cause(error: Any) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", "")
    for known, sentence in _CAUSES.items():
        if name.startswith(known):
            return sentence
    return str(error), "check the file and its folder"
