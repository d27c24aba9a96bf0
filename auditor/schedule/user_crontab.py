"""The crontab of one user, read and written by the program crontab: our line is put in or taken out."""

from __future__ import annotations

import shutil
from datetime import datetime

from auditor.errors import ConfigError
from auditor.schedule.crontab import crontab_line, is_kept, ours, time_of, with_line, without_ours
from auditor.schedule.job import Job, next_run
from auditor.schedule.programs import ask, tell

_NONE_YET = b"no crontab for "


class UserCrontab:
    """The crontab of the user who runs this."""

    title = "a line in your crontab"

    def wanted(self, job: Job) -> str:
        return crontab_line(job).decode()

    def found(self) -> str:
        return b"".join(ours(_read())).decode("utf-8", "replace")

    def complete(self, job: Job) -> bool:
        return ours(_read()) == [crontab_line(job)]

    def install(self, job: Job) -> None:
        before = _read()
        _replace(before, with_line(before, crontab_line(job)))

    def remove(self) -> None:
        before = _read()
        if ours(before):
            _replace(before, without_ours(before))

    def next_run(self, now: datetime) -> str:
        at = next(map(time_of, ours(_read())), None)
        return f"{next_run(now, at):%a %d %b %Y, %H:%M}" if at else ""

    def remark(self) -> str:
        return "a night in which the computer is off is left out; the next one looks at everything since"


def _read() -> bytes:
    """Empty where the user has none. Raises ConfigError where it cannot be read: then it is not written either."""
    if not shutil.which("crontab"):
        return b""
    done = ask(["crontab", "-l"])
    if done.returncode == 0:
        return done.stdout
    if _NONE_YET in done.stderr.lower():
        return b""
    said = done.stderr[:200].decode("utf-8", "replace").strip()
    raise ConfigError(f"your crontab cannot be read: {said}", hint="ask whoever runs this computer")


def _replace(before: bytes, after: bytes) -> None:
    """Raises ConfigError where cron does not hold exactly this afterwards; then it holds again what it held."""
    _write(after)
    if not is_kept(_read(), after):
        _write(before)
        raise ConfigError("cron did not keep the crontab as it was given; it is as it was before")


def _write(crontab: bytes) -> None:
    if crontab:
        tell(["crontab", "-"], stdin=crontab)
    elif _read():
        tell(["crontab", "-r"])
