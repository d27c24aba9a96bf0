"""The units, read by systemd itself: it finds nothing wrong with them, and the command is the one that was meant."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from auditor.errors import ConfigError
from auditor.schedule.systemd import SERVICE, TIMER, is_ours, units
from tests.schedule.jobs import job, odd_path, paths
from tests.servers.plugin import need

pytestmark = pytest.mark.thorough

MANAGER = Path("/lib/systemd/systemd")
NOBODY = 65534
needs_verify = pytest.mark.usefixtures("verify")
needs_manager = pytest.mark.usefixtures("manager")


@pytest.fixture
def verify() -> None:
    need("" if shutil.which("systemd-analyze") else "systemd-analyze is not installed")


@pytest.fixture
def manager() -> None:
    there = MANAGER.exists() and os.geteuid() == 0
    need("" if there else "needs systemd, and root to become another user")


@settings(deadline=None)
@given(paths, paths)
def test_each_text_is_ours_and_the_command_is_one_line(config: str, log: str) -> None:
    texts = units(job(config=config, log=log))

    assert all(is_ours(text) for text in texts.values())
    assert len([line for line in texts[SERVICE].split("\n") if line.startswith("ExecStart=")]) == 1
    assert texts[SERVICE].count("\n") == units(job())[SERVICE].count("\n")


@pytest.mark.parametrize("letter", list("\"'\\$"))
def test_a_program_that_systemd_does_not_start_is_refused(letter: str) -> None:
    with pytest.raises(ConfigError, match="a quotation mark, backslash or "):
        units(job(python=f"/a{letter}b/python"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that every user may read."""
    with tempfile.TemporaryDirectory(prefix="auditor-units-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def program(folder: Path, name: str = "python") -> Path:
    made = folder / name
    made.mkdir(exist_ok=True)
    shutil.copy("/bin/true", made / "python")
    return made / "python"


@needs_verify
@pytest.mark.server
@pytest.mark.parametrize("name", ["plain", "a b%h;é中"])
def test_systemd_finds_nothing_wrong_with_the_units(folder: Path, name: str) -> None:
    config = f'{folder}/100% of \'my "shops"/\\x41 $HOME ; é.toml'
    for unit, text in units(job(python=str(program(folder, name)), config=config)).items():
        (folder / unit).write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(folder / SERVICE), str(folder / TIMER)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_verify
@pytest.mark.server
def test_a_wrong_unit_is_not_passed_over_by_that_check(folder: Path) -> None:
    (folder / SERVICE).write_text(units(job(python="/nowhere/python"))[SERVICE])
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(folder / SERVICE)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)},
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert done.returncode != 0


def understood(folder: Path, unit: str) -> dict[str, list[str]]:
    """Unit -> the command that systemd read from it, by the account of a user manager that starts nothing."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.chown(runtime, NOBODY, NOBODY)
    done = subprocess.run(
        [str(MANAGER), "--user", "--test", "--log-target=console", f"--unit={unit}"],
        env={"HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        timeout=90,
        check=False,
    )
    account = done.stdout.decode()
    blocks = re.split(r"^\t?-> Unit ", account[account.index("-> By units:") :], flags=re.MULTILINE)
    commands = {block.partition(":\n")[0]: re.search(r"Command Line: (.*)", block) for block in blocks}
    return {name: words(found[1]) for name, found in commands.items() if found}


def words(command: str) -> list[str]:
    """As systemd quotes them is as a shell reads them."""
    done = subprocess.run(["/bin/sh", "-c", f'printf "%s\\0" {command}'], capture_output=True, check=True, timeout=30)
    return [started_with(word) for word in done.stdout.decode().split("\0")[:-1]]


def started_with(word: str) -> str:
    """The argument that a program gets, where systemd puts no variable in (systemd.service(5), "COMMAND LINES")."""
    assert "$" not in word.replace("$$", "")
    return word.replace("$$", "$")


@needs_manager
@pytest.mark.server
@pytest.mark.thorough
def test_systemd_runs_what_was_meant(folder: Path) -> None:
    chance = random.Random(5)
    home = folder / ".config" / "systemd" / "user"
    home.mkdir(parents=True)
    wanted = {}
    for number in range(60):
        python = program(folder, odd_path(chance, without="\"'\\/$").lstrip("/"))
        wanted[f"n{number}.service"] = meant = job(python=str(python), config=odd_path(chance), log=odd_path(chance))
        (home / f"n{number}.service").write_text(units(meant)[SERVICE], encoding="utf-8")
    (home / "all.target").write_text("[Unit]\nWants=" + " ".join(wanted) + "\n")

    found = understood(folder, "all.target")

    assert {name: found.get(name) for name in wanted} == {name: list(each.argv) for name, each in wanted.items()}


@needs_verify
@pytest.mark.server
def test_systemd_reads_the_time_as_it_was_meant() -> None:
    (when,) = re.findall(r"^OnCalendar=(.*)$", units(job())[TIMER], re.MULTILINE)
    done = subprocess.run(
        ["systemd-analyze", "calendar", when],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={"LC_ALL": "C"},
    )
    assert re.search(r"Next elapse: \w+ \d{4}-\d\d-\d\d 04:17:00", done.stdout)
