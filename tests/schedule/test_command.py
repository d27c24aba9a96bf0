"""`auditor schedule`: it installs once, touches nothing of others, says what it did, and takes exactly ours away."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from auditor.schedule.crontab import MARK
from tests.schedule.conftest import Computer, install_program

THEIRS = b"# my own\nMAILTO=me@shop.example\n0 5 * * * /usr/bin/backup --to '100\\%' # caf\xe9\n"

pytestmark = pytest.mark.server


class Screen:
    """What was printed since it was last asked."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def read(self) -> str:
        out, err = self._capfd.readouterr()
        return out + err


@pytest.fixture
def screen(capfd: pytest.CaptureFixture[str]) -> Screen:
    return Screen(capfd)


def test_a_crontab_line_is_added_shown_and_taken_away(cron_computer: Computer, screen: Screen) -> None:
    cron_computer.write_crontab(THEIRS)

    assert cron_computer.install("--at", "04:30") == 0
    said = screen.read()
    assert "installed: a line in your crontab" in said
    assert "runs next: " in said
    assert "to undo it: auditor schedule remove" in said
    assert cron_computer.crontab().startswith(THEIRS + b"30 4 * * * ")
    assert cron_computer.crontab().count(b"\n") == THEIRS.count(b"\n") + 1

    assert cron_computer.run("show") == 0
    assert re.search(
        r"30 4 \* \* \* .*auditor audit --apply --quiet --log-file .*runs next: ", screen.read(), re.DOTALL
    )

    assert cron_computer.run("remove") == 0
    assert "taken away: a line in your crontab" in screen.read()
    assert cron_computer.crontab() == THEIRS


def test_installing_twice_changes_nothing(cron_computer: Computer, screen: Screen) -> None:
    cron_computer.install()
    before = cron_computer.crontab()
    screen.read()

    assert cron_computer.install() == 0
    assert "installed already" in screen.read()
    assert cron_computer.crontab() == before


def test_another_time_replaces_the_line(cron_computer: Computer, screen: Screen) -> None:
    cron_computer.install("--at", "04:30")
    assert cron_computer.install("--at", "23:05") == 0

    assert "replaced what was: a line in your crontab" in screen.read()
    assert cron_computer.crontab().startswith(b"5 23 * * * ")
    assert cron_computer.crontab().count(b"\n") == 1


def test_who_had_no_crontab_has_none_afterwards(cron_computer: Computer, screen: Screen) -> None:
    cron_computer.install()
    cron_computer.run("remove")

    assert cron_computer.crontab() == b""
    screen.read()
    assert cron_computer.run("remove") == 0
    assert "nothing is installed" in screen.read()


_FORGETFUL = """\
#!/bin/sh
case "$1" in
    -l) [ -s "$HOME/kept" ] && cat "$HOME/kept" || { echo "no crontab for me" >&2; exit 1; } ;;
    -r) rm -f "$HOME/kept" ;;
    -) head -n 3 > "$HOME/kept" ;;
esac
"""


def test_a_crontab_that_is_not_kept_whole_is_put_back(computer: Computer, screen: Screen, tmp_path: Path) -> None:
    for name in ("cat", "head"):
        (tmp_path / "system" / name).symlink_to(f"/usr/bin/{name}")
    install_program(tmp_path, "crontab", _FORGETFUL)
    (computer.home / "kept").write_bytes(THEIRS)

    assert computer.install() == 2
    assert "it is as it was before" in screen.read()
    assert (computer.home / "kept").read_bytes() == THEIRS


def test_a_crontab_that_cannot_be_read_is_not_written_and_not_called_empty(
    computer: Computer, screen: Screen, tmp_path: Path
) -> None:
    refusal = "You (me) are not allowed to use this program (crontab)"
    install_program(tmp_path, "crontab", f'#!/bin/sh\necho "$1" >> "$HOME/calls"\necho "{refusal}" >&2\nexit 1\n')

    assert computer.install() == 2
    assert computer.run("remove") == 2
    assert screen.read().count(refusal) == 2
    assert set((computer.home / "calls").read_text().split()) == {"-l"}


def test_the_line_names_this_python_and_whole_paths(cron_computer: Computer) -> None:
    odd = cron_computer.home / "100% 'sure' $HOME é.toml"
    cron_computer.config.rename(odd)
    assert cron_computer.run("install", "--config", odd.name) == 0

    line = cron_computer.crontab().decode()
    assert f" {sys.executable} -P -m auditor audit " in line
    assert f"{cron_computer.home}/100\\% " in line
    assert line.endswith(f" {MARK}\n")


def test_units_are_written_switched_on_shown_and_taken_away(computer: Computer, screen: Screen) -> None:
    computer.start_manager()

    assert computer.install("--at", "04:30") == 0
    assert "installed: a timer of systemd's user manager" in screen.read()
    assert sorted(path.name for path in computer.units.iterdir()) == [
        "auditor.service",
        "auditor.timer",
        "timers.target.wants",
    ]
    assert "OnCalendar=*-*-* 04:30:00" in (computer.units / "auditor.timer").read_text()
    assert re.search(r"daemon-reload\n.*enable --quiet auditor.timer\n.*restart auditor.timer", computer.asked())

    assert computer.run("show") == 0
    assert "runs next: Tue 2026-11-24 04:12:33 UTC" in screen.read()

    assert computer.run("remove") == 0
    assert "taken away: a timer" in screen.read()
    assert list(computer.units.rglob("*")) == [computer.units / "timers.target.wants"]


def test_installed_units_are_left_as_they_are(computer: Computer, screen: Screen) -> None:
    computer.start_manager()
    computer.install()
    (computer.home / "asked").unlink()
    screen.read()

    assert computer.install() == 0
    assert "installed already" in screen.read()
    assert "enable" not in computer.asked().replace("is-enabled", "")


@pytest.mark.parametrize("name", ["auditor.service", "auditor.timer"])
@pytest.mark.parametrize("masked", [False, True], ids=["a-file", "masked"])
def test_a_unit_of_somebody_else_is_left_alone(computer: Computer, screen: Screen, name: str, masked: bool) -> None:
    computer.start_manager()
    computer.units.mkdir(parents=True)
    if masked:
        (computer.units / name).symlink_to("/dev/null")
    else:
        (computer.units / name).write_text("[Unit]\nDescription=mine\n")

    assert computer.install() == 2
    assert "was not made by auditor" in screen.read()
    assert [path.name for path in computer.units.iterdir()] == [name]
    assert computer.run("remove") == 0
    assert os.path.lexists(computer.units / name)


def test_units_that_cannot_be_switched_on_are_taken_back(computer: Computer, screen: Screen) -> None:
    computer.start_manager()
    (computer.home / "refuses").touch()

    assert computer.install() == 2
    assert "Failed to enable unit: refused" in screen.read()
    assert list(computer.units.iterdir()) == []


def test_the_units_of_before_are_put_back_where_the_new_cannot_be_switched_on(computer: Computer) -> None:
    computer.start_manager()
    computer.install("--at", "04:30")
    (computer.home / "refuses").touch()

    assert computer.install("--at", "05:30") == 2
    assert "OnCalendar=*-*-* 04:30:00" in (computer.units / "auditor.timer").read_text()
    assert (computer.units / "timers.target.wants" / "auditor.timer").is_symlink()


def test_units_are_taken_away_without_a_running_manager_too(computer: Computer) -> None:
    computer.start_manager()
    computer.install()
    (computer.home / "manager").unlink()

    assert computer.run("remove") == 0
    assert [path for path in computer.units.rglob("*") if not path.is_dir()] == []


def test_what_was_in_the_other_place_is_taken_away_since_it_would_run_twice(
    cron_computer: Computer, screen: Screen
) -> None:
    cron_computer.write_crontab(THEIRS)
    cron_computer.install("--scheduler", "cron")
    cron_computer.start_manager()

    assert cron_computer.install() == 0
    assert "taken away, so that it does not run twice: a line in your crontab" in screen.read()
    assert cron_computer.crontab() == THEIRS
    assert (cron_computer.units / "auditor.timer").exists()


def test_with_nothing_to_start_it_the_line_can_still_be_had(computer: Computer, screen: Screen) -> None:
    assert computer.install() == 2
    assert "auditor schedule show --scheduler cron" in screen.read()

    assert computer.run("show", "--scheduler", "cron", "--config", str(computer.config)) == 0
    said = screen.read()
    assert "not installed" in said
    assert f"--config {computer.config} # made by" in said


def test_the_task_for_windows_is_shown_and_not_installed(computer: Computer, screen: Screen) -> None:
    assert computer.install("--scheduler", "windows") == 2
    assert "nothing was changed" in screen.read()

    assert computer.run("show", "--scheduler", "windows", "--config", str(computer.config)) == 0
    assert screen.read().startswith('<?xml version="1.0"?>\n')


def test_the_log_is_made_and_can_be_written(cron_computer: Computer, screen: Screen) -> None:
    log = cron_computer.home / "logs" / "log.jsonl"
    assert cron_computer.install("--log-file", str(log)) == 0
    assert log.stat().st_mode & 0o777 == 0o600

    cron_computer.run("remove")
    assert cron_computer.install("--log-file", str(cron_computer.home)) == 2
    assert "cannot be written: Is a directory" in screen.read()
    assert cron_computer.crontab() == b""


def test_a_wrong_configuration_is_not_scheduled(cron_computer: Computer, screen: Screen) -> None:
    cron_computer.config.write_text("[mailbox.shop]\n")
    assert cron_computer.install() == 2
    assert cron_computer.crontab() == b""


@pytest.mark.parametrize(
    "name, in_file", [("AUDITOR_STATE_URL", True), ("AUDITOR_STATE_URL", False), ("XDG_STATE_HOME", False)]
)
def test_a_state_that_the_night_would_not_find_is_refused(
    cron_computer: Computer, screen: Screen, monkeypatch: pytest.MonkeyPatch, name: str, in_file: bool
) -> None:
    monkeypatch.setenv(name, "sqlite:////secret/state.db")
    if in_file:
        with cron_computer.config.open("a") as file:
            file.write('[state]\nurl = "sqlite:///auditor.db"\n')

    assert cron_computer.install() == 2
    said = screen.read()
    assert name in said
    assert "secret" not in said
    assert cron_computer.crontab() == b""


@pytest.mark.parametrize(
    "way, says",
    [
        ('password_env = "SHOP_PASSWORD"', "environment variable SHOP_PASSWORD, which a scheduled job does not see"),
        ('password_command = ["pass", "shop"]', "may not find the program pass"),
        ("keyring = true", "open only while you are logged in"),
        ('password_command = ["/usr/bin/pass", "shop"]', ""),
    ],
)
def test_what_the_night_would_miss_is_said(cron_computer: Computer, screen: Screen, way: str, says: str) -> None:
    text = cron_computer.config.read_text().replace('password_file = "shop.password"', way)
    cron_computer.config.write_text(text)
    cron_computer.config.chmod(0o600)

    assert cron_computer.install() == 0
    said = screen.read()
    assert says in said
    assert ("note: mailbox `shop`" in said) == bool(says)


def test_a_program_that_would_not_start_is_not_scheduled(
    cron_computer: Computer, screen: Screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'No module named auditor' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))

    assert cron_computer.install() == 2
    assert "would not start: No module named auditor" in screen.read()
    assert cron_computer.crontab() == b""


@pytest.mark.parametrize("words", [("--at", "25:00"), ("--config", "a\nb.toml"), ("--log-file", "a\x1bb")])
def test_a_refusal_is_one_line_and_a_hint(cron_computer: Computer, screen: Screen, words: tuple[str, str]) -> None:
    (cron_computer.home / "a\nb.toml").write_text(cron_computer.config.read_text())

    assert cron_computer.install(*words) == 2
    said = screen.read().splitlines()
    assert [line.partition(":")[0] for line in said] == ["error", "try"]
    assert cron_computer.crontab() == b""
