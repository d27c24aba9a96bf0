"""A state that is missing, unsafe, damaged, foreign, too new or on a full disk: one clear line each."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import StateError
from auditor.store.opening import Store, open_store
from auditor.store.rows import Action

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODY = 65534


def opened(path: Path) -> Store:
    return open_store(f"sqlite:///{path}", now=lambda: NOON)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def world_writable_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("world_writable_umask")
def test_new_state_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "a" / "b" / "auditor.db") as store:
        assert mode(store.path) == 0o600
        assert mode(store.path.parent) == mode(store.path.parent.parent) == 0o700


def test_state_that_others_could_read_is_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "auditor.db"
    opened(path).close()
    path.chmod(0o644)

    opened(path).close()

    assert mode(path) == 0o600


def test_state_is_still_there_when_opened_again(tmp_path: Path) -> None:
    with opened(tmp_path / "auditor.db") as store:
        store.account("h", "u").acknowledge("key")

    with opened(tmp_path / "auditor.db") as store:
        assert store.account("h", "u").acknowledged() == {"key"}


def test_every_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path / "auditor.db") as store, store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 3  # EXTRA
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "delete"


def refusal(path: Path) -> str:
    with pytest.raises(StateError) as caught:
        opened(path)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_symbolic_link_is_refused(tmp_path: Path) -> None:
    opened(tmp_path / "real.db").close()
    (tmp_path / "auditor.db").symlink_to(tmp_path / "real.db")

    assert "symbolic link" in refusal(tmp_path / "auditor.db")


def test_dangling_link_is_refused_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "auditor.db").symlink_to(tmp_path / "elsewhere.db")

    assert "symbolic link" in refusal(tmp_path / "auditor.db")
    assert not (tmp_path / "elsewhere.db").exists()


def test_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "auditor.db").mkdir()

    assert "not a file" in refusal(tmp_path / "auditor.db")


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")

    assert "cannot be opened" in refusal(tmp_path / "state" / "deeper" / "auditor.db")


def test_folder_where_anyone_may_write_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)

    assert "anyone may write" in refusal(folder / "auditor.db")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("given_away", ["state/auditor.db", "state"], ids=["file", "folder"])
def test_what_belongs_to_another_user_is_refused(tmp_path: Path, given_away: str) -> None:
    path = tmp_path / "state" / "auditor.db"
    opened(path).close()
    os.chown(tmp_path / given_away, NOBODY, NOBODY)

    assert "belongs to another user" in refusal(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"this is not a database, whatever its name may say" * 40, "not a state of auditor"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "cannot be used"),
    ],
    ids=["text", "broken-header"],
)
def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "auditor.db"
    path.write_bytes(content)

    assert says in refusal(path)
    assert path.read_bytes() == content


def test_damage_in_the_middle_is_said_when_it_is_met(tmp_path: Path) -> None:
    path = tmp_path / "auditor.db"
    with opened(path) as store:
        store.account("h", "u").journal.plan("r", [Action("move", {"n": "x" * 900}) for _ in range(200)])
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size * 3 // 5)
        file.write(b"\xff" * (size // 3))

    with opened(path) as store, pytest.raises(StateError, match="damaged"):
        store.account("h", "u").journal.entries("r")


def test_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()

    assert "another program" in refusal(path)
    assert path.read_bytes() == before


def test_state_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "auditor.db"
    opened(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
        other.commit()

    assert "version 99" in refusal(path)


@pytest.mark.parametrize(
    "url", ["", "auditor.db", "sqlite://", "sqlite:///:memory:", "postgresql://u:secret@db.test/a", "sqlite:///a?b=c"]
)
def test_url_that_names_no_file_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(StateError) as caught:
        open_store(url, now=lambda: NOON)

    assert "secret" not in caught.value.message + caught.value.hint
    assert "sqlite:///auditor.db" in caught.value.hint


def test_full_disk_is_said_and_leaves_the_old_state(tmp_path: Path) -> None:
    with opened(tmp_path / "auditor.db") as store:
        journal = store.account("h", "u").journal
        journal.plan("r1", [Action("move", {})])
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # becomes the present size

        with pytest.raises(StateError, match="the disk is full"):
            journal.plan("r2", [Action("move", {"n": "x" * 900}) for _ in range(200)])

        assert len(journal.entries("r1")) == 1
        assert journal.entries("r2") == ()


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """A folder outside pytest's own, which other users cannot even enter."""
    with tempfile.TemporaryDirectory() as made:
        if os.geteuid() == 0:
            os.chown(made, NOBODY, NOBODY)
        yield Path(made)


def _report(send: Any, action: Callable[[Path], object], path: Path) -> None:
    if os.geteuid() == 0:  # root may write anywhere, which is not what is to be tried
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    try:
        action(path)
        send.send("")
    except StateError as error:
        send.send(error.message)


def as_ordinary_user(action: Callable[[Path], object], path: Path) -> str:
    """What the StateError said that a user without special rights got; empty where there was none."""
    receive, send = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_report, args=(send, action, path))
    process.start()
    send.close()
    said = receive.recv()
    process.join()
    return str(said)


def write_something(path: Path) -> None:
    with opened(path) as store:
        store.account("h", "u").start_run("audit", applied=False)


def test_folder_that_cannot_be_written_is_said(folder_of_nobody: Path) -> None:
    folder_of_nobody.chmod(0o500)

    assert "Permission denied" in as_ordinary_user(write_something, folder_of_nobody / "auditor.db")


def test_state_in_a_folder_that_became_read_only_is_said(folder_of_nobody: Path) -> None:
    path = folder_of_nobody / "auditor.db"
    assert as_ordinary_user(write_something, path) == ""
    folder_of_nobody.chmod(0o500)

    assert "cannot be used" in as_ordinary_user(write_something, path)


def test_file_that_cannot_be_written_is_said(folder_of_nobody: Path) -> None:
    path = folder_of_nobody / "auditor.db"
    assert as_ordinary_user(write_something, path) == ""
    path.chmod(0o400)

    assert "cannot be written" in as_ordinary_user(write_something, path)


def test_file_that_cannot_be_read_is_said(folder_of_nobody: Path) -> None:
    path = folder_of_nobody / "auditor.db"
    assert as_ordinary_user(write_something, path) == ""
    path.chmod(0)

    assert "cannot be opened" in as_ordinary_user(write_something, path)


@pytest.mark.thorough
def test_many_processes_can_make_the_same_state(tmp_path: Path) -> None:
    path = tmp_path / "auditor.db"
    with get_context("fork").Pool(8) as pool:
        said = pool.starmap(as_ordinary_opener, [(path, number) for number in range(24)])

    assert said == [""] * 24
    with opened(path) as store:
        assert store.account("h", "u").acknowledged() == {str(number) for number in range(24)}


def as_ordinary_opener(path: Path, number: int) -> str:
    try:
        with opened(path) as store:
            store.account("h", "u").acknowledge(str(number))
    except StateError as error:
        return error.message
    return ""
