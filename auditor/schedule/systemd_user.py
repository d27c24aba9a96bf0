"""The units of one user: they are written, switched on and taken away, each only where it is ours."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from auditor.errors import ConfigError
from auditor.schedule.job import Job
from auditor.schedule.programs import ask, succeeds, tell
from auditor.schedule.systemd import SERVICE, TIMER, is_ours, units

_LONGEST = 100_000  # octets of a unit that is looked at
_WANTED_BY = Path("timers.target.wants", TIMER)


def units_folder() -> Path:
    """Where systemd's user manager looks for units of the user."""
    from platformdirs import user_config_path

    return user_config_path() / "systemd" / "user"


class SystemdUser:
    """The user manager of systemd, and the folder from which it reads units."""

    title = "a timer of systemd's user manager"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def wanted(self, job: Job) -> str:
        return self._shown(units(job))

    def found(self) -> str:
        return self._shown(self._ours())

    def complete(self, job: Job) -> bool:
        return self._ours() == units(job) and all(
            succeeds(["systemctl", "--user", question, "--quiet", TIMER]) for question in ("is-enabled", "is-active")
        )

    def install(self, job: Job) -> None:
        wanted, before = units(job), self._ours()
        self._refuse_foreign()
        try:
            for name, text in wanted.items():
                self._write(name, text)
            tell(["systemctl", "--user", "daemon-reload"])
            tell(["systemctl", "--user", "enable", "--quiet", TIMER])
            tell(["systemctl", "--user", "restart", TIMER])  # a timer that runs keeps its old time otherwise
        except (ConfigError, OSError) as error:
            self._put_back(before)
            raise error if isinstance(error, ConfigError) else self._unwritable(error) from None

    def remove(self) -> None:
        found = self._ours()
        if TIMER in found and not succeeds(["systemctl", "--user", "disable", "--quiet", "--now", TIMER]):
            with suppress(FileNotFoundError):  # no manager runs: this is what it would do
                (self._folder / _WANTED_BY).unlink()
        try:
            for name in found:
                (self._folder / name).unlink()
        except OSError as error:
            raise self._unwritable(error) from None
        succeeds(["systemctl", "--user", "daemon-reload"])

    def next_run(self, now: datetime) -> str:
        asked = ask(["systemctl", "--user", "show", TIMER, "--property=NextElapseUSecRealtime", "--value"])
        return asked.stdout.decode("utf-8", "replace").strip()

    def remark(self) -> str:
        if succeeds(["loginctl", "show-user", str(os.getuid())]) and not self._lingers():
            return "it runs only while you are logged in; `loginctl enable-linger` lets it run always"
        return ""

    def _lingers(self) -> bool:
        asked = ask(["loginctl", "show-user", str(os.getuid()), "--property=Linger", "--value"])
        return asked.stdout.strip() == b"yes"

    def _ours(self) -> dict[str, str]:
        texts = {name: self._text(name) for name in (SERVICE, TIMER)}
        return {name: text for name, text in texts.items() if is_ours(text)}

    def _refuse_foreign(self) -> None:
        for name in (SERVICE, TIMER):
            path = self._folder / name
            if os.path.lexists(path) and not is_ours(self._text(name)):
                raise ConfigError(
                    f"`{path}` is there and was not made by auditor; it is left as it is",
                    hint="move it away, or use --scheduler cron",
                )

    def _text(self, name: str) -> str:
        """Empty where there is none, and for a link: systemd makes links of what is masked or lies elsewhere."""
        path = self._folder / name
        try:
            if path.is_symlink() or not path.is_file():
                return ""
            with path.open("rb") as file:
                return file.read(_LONGEST).decode("utf-8", "replace")
        except OSError:
            return ""

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / f".{name}.{os.getpid()}"
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            beside.replace(self._folder / name)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def _put_back(self, before: Mapping[str, str]) -> None:
        for name in (SERVICE, TIMER):
            with suppress(OSError):
                if name in before:
                    self._write(name, before[name])
                else:
                    (self._folder / name).unlink(missing_ok=True)
        if TIMER not in before:
            with suppress(OSError):
                (self._folder / _WANTED_BY).unlink(missing_ok=True)
        succeeds(["systemctl", "--user", "daemon-reload"])

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(f"`{self._folder}` cannot be written: {error.strerror}", hint="or use --scheduler cron")

    def _shown(self, texts: Mapping[str, str]) -> str:
        return "\n".join(f"# {self._folder / name}\n{text}" for name, text in sorted(texts.items()))
