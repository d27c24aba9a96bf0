"""The file of the log: its owner's alone, only added to, whole lines, and nothing else is ever taken for one."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.runlog.file import LogFile

pytestmark = pytest.mark.thorough


def written(path: Path, *events: dict[str, object]) -> None:
    log = LogFile(path)
    for event in events:
        log.write(event)
    log.close()


def test_lines_are_added_to_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "deeper" / "log.jsonl"
    before = os.umask(0)
    try:
        written(path, {"n": 1}, {"n": 2})
        written(path, {"n": 3, "text": "é\u202e\n"})
    finally:
        os.umask(before)

    assert [json.loads(line)["n"] for line in path.read_text().splitlines()] == [1, 2, 3]
    assert path.read_bytes().isascii()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_a_log_that_others_could_read_is_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.touch()
    path.chmod(0o644)
    written(path, {})
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", range(1, 9))
def test_a_line_that_was_cut_off_spoils_no_later_one(tmp_path: Path, end: int) -> None:
    path = tmp_path / "log.jsonl"
    written(path, {"n": 1})
    path.write_bytes(path.read_bytes() + b'{"n": 2}'[:end])

    written(path, {"n": 3})

    lines = path.read_text().splitlines()
    assert (json.loads(lines[0]), json.loads(lines[-1]), len(lines)) == ({"n": 1}, {"n": 3}, 3)


@pytest.mark.parametrize("content", [b"SQLite format 3\0", b"[mailbox.shop]\n", b"\n{}", b"# notes"])
def test_what_is_no_log_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "something"
    path.write_bytes(content)
    path.chmod(0o644)

    with pytest.raises(ConfigError, match="no log"):
        LogFile(path)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o644


def test_links_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text("{}\n")
    (tmp_path / "link").symlink_to(tmp_path / "real.jsonl")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "dangling", "pipe", ".", "real.jsonl/below", "n\0n"):
        with pytest.raises(ConfigError) as caught:
            LogFile(tmp_path / name)
        assert "--log-file" in caught.value.message
    with pytest.raises(ConfigError, match="no file"):
        LogFile(Path("/dev/null"))
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.touch()
    os.chown(path, 65534, 65534)
    with pytest.raises(ConfigError, match="belongs to another user"):
        LogFile(path)


def test_a_full_disk_is_an_error_that_the_caller_sees(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log.jsonl")
    full = os.open("/dev/full", os.O_RDWR)
    os.dup2(full, log._descriptor)
    os.close(full)
    with pytest.raises(OSError, match="No space left"):
        log.write({})
    log.close()


def hundred_lines(path: Path, writer: int) -> None:
    written(path, *({"writer": writer, "n": n, "text": "x" * 3000} for n in range(50)))


@pytest.mark.thorough
def test_lines_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(hundred_lines, [path] * 4, range(4)))

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert {(line["writer"], line["n"]) for line in lines} == {(w, n) for w in range(4) for n in range(50)}
    assert len(lines) == 200
