"""A job -> the texts of a user service and its timer (systemd.service(5), systemd.timer(5), systemd.syntax(7))."""

from __future__ import annotations

from auditor.schedule.job import JITTER, Job, refuse

SERVICE = "auditor.service"
TIMER = "auditor.timer"
MARK = "# Made by `auditor schedule install`; `auditor schedule remove` takes it away."


def units(job: Job) -> dict[str, str]:
    """File name -> text. Raises ConfigError for a program that systemd cannot start."""
    return {SERVICE: _service(job), TIMER: _timer(job)}


def is_ours(text: str) -> bool:
    return text.startswith(f"{MARK}\n")


def _service(job: Job) -> str:
    program, *arguments = job.argv
    refuse(program, "a quotation mark, backslash or $", sorted(set(program) & set("\"'\\$")))
    command = " ".join(map(_quoted, (program, *arguments)))
    return f"""\
{MARK}
[Unit]
Description=Move genuine marketplace mail out of spam

[Service]
Type=oneshot
ExecStart={command}
# 10: it is done, and something needs attention.
SuccessExitStatus=10
UMask=0077
Nice=10
"""


def _timer(job: Job) -> str:
    return f"""\
{MARK}
[Unit]
Description=Start auditor each night

[Timer]
OnCalendar=*-*-* {job.at:%H:%M}:00
RandomizedDelaySec={int(JITTER.total_seconds() // 60)}min
# A night that the computer slept through is made up for.
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(word: str) -> str:
    """Quotation and escapes are undone first, then %-specifiers are put in, and variables when it is started."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
