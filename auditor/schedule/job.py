"""What is run each night and when, and what of it cannot be written into a scheduler's file; no I/O here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zlib import crc32

from auditor.display import line
from auditor.errors import ConfigError

JITTER = timedelta(minutes=30)  # so that not all of a provider's customers come in the same minute
_FIRST_HOUR = 4  # clocks are put forward and back before it
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Scheduler(StrEnum):
    """What starts the nightly job."""

    SYSTEMD = "systemd"
    CRON = "cron"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True)
class Job:
    """Which Python runs auditor by which configuration, where it logs, and when by the computer's own clock."""

    python: Path
    config: Path
    log_file: Path
    at: time

    @property
    def starting(self) -> tuple[str, ...]:
        """What starts auditor. `-P`: what lies in the folder in which it is started is not imported."""
        return (str(self.python), "-P", "-m", "auditor")

    @property
    def argv(self) -> tuple[str, ...]:
        """The whole command, its program first."""
        files = ("--log-file", str(self.log_file), "--config", str(self.config))
        return (*self.starting, "audit", "--apply", "--quiet", *files)


def nightly(python: Path, config: Path, log_file: Path, *, at: time) -> Job:
    """The job with these absolute paths. Raises ConfigError for one that no scheduler's file can hold."""
    for path in (python, config, log_file):
        _refuse_unwritable(path)
    return Job(python, config, log_file, at)


def _refuse_unwritable(path: Path) -> None:
    text = str(path)
    if not path.is_absolute():
        raise ConfigError(f"`{line(text)}` is no absolute path; a scheduled job starts in another folder")
    refuse(text, "a control character", [c for c in text if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029"])
    refuse(text, "something that is not UTF-8", [c for c in text if "\ud800" <= c <= "\udfff"])
    refuse(text, "what is no character", [c for c in text if ord(c) & 0xFFFE == 0xFFFE or "\ufdd0" <= c <= "\ufdef"])


def refuse(text: str, what: str, found: Sequence[str]) -> None:
    """Raises ConfigError where something was found that a file of a scheduler cannot hold safely."""
    if found:
        raise ConfigError(
            f"`{line(text)}` holds {what}, which cannot be scheduled safely",
            hint="use a path without it: rename the file or folder",
        )


def time_of_day(text: str) -> time:
    """`HH:MM`, 24 hours. Raises ConfigError."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ConfigError(f"--at {line(text, 40)} is not a time of day", hint="write it as --at 04:30")
    return time(int(found[1]), int(found[2]))


def own_time(seed: str) -> time:
    """A minute between four and five that stays the same for the same seed: cron has no jitter of its own."""
    return time(_FIRST_HOUR, crc32(seed.encode("utf-8", "backslashreplace")) % 60)


def next_run(now: datetime, at: time) -> datetime:
    """The first moment after `now` when the clock shows `at`; both without a zone, as the computer's clock shows."""
    today = datetime.combine(now.date(), at)
    return today if today > now else today + timedelta(days=1)
