"""A job -> one line of a crontab; a crontab -> the same with or without our line (crontab(5)).

A crontab is handled as octets: what others wrote in it stays what it is, in whatever encoding.
"""

from __future__ import annotations

import re
import shlex
from datetime import time

from auditor.errors import ConfigError
from auditor.schedule.job import Job, refuse

MARK = "# made by auditor schedule install"
_LONGEST_COMMAND = 998  # octets; Debian's cron takes no longer one
_OURS = re.compile(rb"(\d{1,2}) (\d{1,2}) \* \* \* [^\n]+ " + re.escape(MARK.encode()) + rb"[ \t\r]*\n?")


def crontab_line(job: Job) -> bytes:
    """With its newline. Raises ConfigError for what cron would change or refuse.

    cron turns a bare % into a newline and takes the backslash away before one; what it does with other backslashes
    differs from cron to cron. The shell reads the rest.
    """
    for word in job.argv:
        refuse(word, "a backslash", [c for c in word if c == "\\"])
    command = f"{shlex.join(job.argv)} {MARK}".replace("%", "\\%")
    if len(command.encode()) > _LONGEST_COMMAND:
        raise ConfigError(
            f"the command is longer than the {_LONGEST_COMMAND} octets that a crontab takes",
            hint="keep the configuration, the log or auditor in a folder with a shorter path",
        )
    return f"{job.at.minute} {job.at.hour} * * * {command}\n".encode()


def ours(crontab: bytes) -> list[bytes]:
    """Our lines, each with its newline: never more than one, unless somebody copied it."""
    return [line for line in _lines(crontab) if _OURS.fullmatch(line)]


def without_ours(crontab: bytes) -> bytes:
    return b"".join(line for line in _lines(crontab) if not _OURS.fullmatch(line))


def with_line(crontab: bytes, line: bytes) -> bytes:
    """Our line at the end, or where it was before; the others as they were."""
    before = _lines(crontab)
    at = next((number for number, each in enumerate(before) if _OURS.fullmatch(each)), len(before))
    others = [each for each in before if not _OURS.fullmatch(each)]
    above = b"".join(others[:at])
    if above and not above.endswith(b"\n"):
        above += b"\n"
    return above + line + b"".join(others[at:])


def time_of(line: bytes) -> time | None:
    """When our line runs; somebody may have changed it."""
    found = _OURS.fullmatch(line)
    minute, hour = (int(found[1]), int(found[2])) if found else (60, 24)
    return time(hour, minute) if minute < 60 and hour < 24 else None


def _lines(crontab: bytes) -> list[bytes]:
    """Only a newline ends a line here, as for cron."""
    return re.findall(rb"[^\n]*\n|[^\n]+", crontab)
