"""Octets in, a file that only its owner can open out; what is not such a file is neither read nor replaced."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from auditor import private
from auditor.errors import ConfigError

CALLED = "the note"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "folders" / "note"
    private.replace(path, b"first", called=CALLED)
    return path


def modes(path: Path) -> list[int]:
    return [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent, path.parent.parent)]


def test_a_new_file_and_its_folders_are_for_their_owner_alone(note: Path) -> None:
    assert modes(note) == [0o600, 0o700, 0o700]
    assert private.read(note, called=CALLED, longest=100) == b"first"


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(note: Path) -> None:
    before = note.stat().st_ino
    private.replace(note, b"second", called=CALLED)

    assert private.read(note, called=CALLED, longest=100) == b"second"
    assert note.stat().st_ino != before
    assert [each.name for each in note.parent.iterdir()] == ["note"]


def test_no_more_is_read_than_was_asked_for(note: Path) -> None:
    assert private.read(note, called=CALLED, longest=3) == b"fir"


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604, 0o666, 0o610], ids=oct)
def test_a_file_that_others_can_open_is_not_read(note: Path, mode: int) -> None:
    note.chmod(mode)
    with pytest.raises(ConfigError, match=f"the note .* can be read by others .mode {mode:04o}"):
        private.read(note, called=CALLED, longest=100)


def test_a_link_is_neither_read_nor_replaced(note: Path) -> None:
    link = note.with_name("link")
    link.symlink_to(note)

    with pytest.raises(ConfigError, match="symbolic link"):
        private.read(link, called=CALLED, longest=100)
    with pytest.raises(ConfigError, match="symbolic link"):
        private.replace(link, b"second", called=CALLED)
    assert note.read_bytes() == b"first"


def test_a_folder_and_a_pipe_are_neither_read_nor_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir()
    for odd in ("pipe", "folder"):
        with pytest.raises(ConfigError, match="not a regular file"):
            private.read(tmp_path / odd, called=CALLED, longest=100)
        with pytest.raises(ConfigError, match="not a regular file"):
            private.replace(tmp_path / odd, b"x", called=CALLED)


@as_root
def test_a_file_of_another_user_is_neither_read_nor_replaced(note: Path) -> None:
    os.chown(note, 65534, 65534)
    with pytest.raises(ConfigError, match="belongs to another user"):
        private.read(note, called=CALLED, longest=100)
    with pytest.raises(ConfigError, match="belongs to another user"):
        private.replace(note, b"x", called=CALLED)


@as_root
def test_a_folder_of_another_user_gets_no_secret(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, 65534)
    with pytest.raises(ConfigError, match="belongs to another user"):
        private.replace(tmp_path / "theirs" / "note", b"x", called=CALLED)


def test_a_folder_where_anyone_writes_gets_no_secret(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o1777)
    with pytest.raises(ConfigError, match="anyone may write"):
        private.replace(tmp_path / "open" / "note", b"x", called=CALLED)
    assert list((tmp_path / "open").iterdir()) == []


def test_a_link_where_the_new_file_is_written_is_not_followed(note: Path) -> None:
    (victim := note.with_name("victim")).write_bytes(b"mine")
    note.with_name(f".note.{os.getpid()}").symlink_to(victim)
    private.replace(note, b"second", called=CALLED)

    assert (victim.read_bytes(), note.read_bytes()) == (b"mine", b"second")


def test_where_nothing_can_be_written_the_file_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match=r"the note .* cannot be written: Not a directory"):
        private.replace(tmp_path / "file" / "note", b"x", called=CALLED)
