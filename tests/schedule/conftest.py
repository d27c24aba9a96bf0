"""A computer with a real cron and a stand-in for systemd's user manager, which needs a booted system."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.forked import exit_code_of
from tests.imports import ROOT
from tests.servers.plugin import need

REAL_CRONTAB = "/usr/bin/crontab"

# Does to the folder of units what the real one does; notes what it was asked; is there only where `manager` is.
_SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> "$HOME/asked"
[ -e "$HOME/manager" ] || { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
units="${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user"
wants="$units/timers.target.wants/auditor.timer"
case "$*" in
    *NextElapse*) echo "Tue 2026-11-24 04:12:33 UTC" ;;
    *is-enabled*) [ -L "$wants" ] ;;
    *is-active*) [ -L "$wants" ] ;;
    *disable*) rm -f "$wants" ;;
    *enable*) [ ! -e "$HOME/refuses" ] || { echo "Failed to enable unit: refused" >&2; exit 1; }
              mkdir -p "$units/timers.target.wants" && ln -sf ../auditor.timer "$wants" ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Computer:
    """The home of one user, who has a configuration and, where `user` is given, a crontab."""

    home: Path
    user: str = ""

    @property
    def config(self) -> Path:
        return self.home / "auditor.toml"

    @property
    def units(self) -> Path:
        return self.home / ".config" / "systemd" / "user"

    def start_manager(self) -> None:
        (self.home / "manager").touch()

    def asked(self) -> str:
        """What systemctl was asked."""
        path = self.home / "asked"
        return path.read_text() if path.exists() else ""

    def run(self, *words: str) -> int:
        """`auditor schedule` with these words; its exit code."""
        return exit_code_of(["schedule", *words])

    def install(self, *words: str) -> int:
        return self.run("install", "--config", str(self.config), *words)

    def crontab(self) -> bytes:
        return subprocess.run([REAL_CRONTAB, "-u", self.user, "-l"], capture_output=True, check=False).stdout

    def write_crontab(self, content: bytes) -> None:
        subprocess.run([REAL_CRONTAB, "-u", self.user, "-"], input=content, check=True)


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """Without cron and without a running user manager."""
    home, programs = tmp_path / "home", tmp_path / "programs"
    home.mkdir()
    install_program(tmp_path, "systemctl", _SYSTEMCTL)
    for name in [name for name in os.environ if name.startswith(("AUDITOR_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{programs}:{_folder_with_only(tmp_path, 'sh', 'rm', 'mkdir', 'ln')}")
    monkeypatch.setattr(sys, "executable", _with_auditor(tmp_path))
    monkeypatch.chdir(home)
    (home / "auditor.toml").write_text(
        '[mailbox.shop]\naddress = "me@shop.example"\nhost = "imap.shop.example"\npassword_file = "shop.password"\n'
    )
    return Computer(home)


def cron_unavailable() -> str:
    """Why cron cannot be tried here; empty where it can."""
    there = Path(REAL_CRONTAB).exists() and shutil.which("useradd", path="/usr/sbin")
    return "" if there and os.geteuid() == 0 else "needs the program crontab, and root to make a user"


@pytest.fixture
def cron_computer(computer: Computer, tmp_path: Path) -> Iterator[Computer]:
    """With the real program crontab, which works on the crontab of a user made for this test."""
    need(cron_unavailable())
    user = f"auditor-{secrets.token_hex(4)}"
    install_program(tmp_path, "crontab", f'#!/bin/sh\nexec {REAL_CRONTAB} -u {user} "$@"\n')
    subprocess.run(["/usr/sbin/useradd", "--no-create-home", "--shell", "/bin/sh", user], check=True)
    try:
        yield Computer(computer.home, user)
    finally:
        subprocess.run([REAL_CRONTAB, "-u", user, "-r"], capture_output=True, check=False)
        subprocess.run(["/usr/sbin/userdel", user], check=True)


def install_program(tmp_path: Path, name: str, text: str) -> Path:
    """Where it is found first."""
    path = tmp_path / "programs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def _with_auditor(tmp_path: Path) -> str:
    """A Python in which auditor is installed, whether it is in the one that runs the tests or not."""
    script = f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} "$@"\n'
    return str(install_program(tmp_path, "python", script))


def _folder_with_only(tmp_path: Path, *names: str) -> Path:
    """So that what else is installed on the computer of the tests is not found."""
    folder = tmp_path / "system"
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return folder
