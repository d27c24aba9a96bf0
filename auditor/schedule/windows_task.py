"""A task of Windows: it is shown, and the seller imports it."""

from __future__ import annotations

from datetime import datetime

from auditor.errors import ConfigError
from auditor.schedule.job import Job
from auditor.schedule.windows import CREATE, task


class WindowsTask:
    """The Task Scheduler of Windows; auditor neither looks into it nor changes it."""

    title = "a task of Windows"

    def __init__(self, now: datetime) -> None:
        self._now = now

    def wanted(self, job: Job) -> str:
        return task(job, self._now)

    def found(self) -> str:
        return ""

    def complete(self, job: Job) -> bool:
        return False

    def install(self, job: Job) -> None:
        raise ConfigError(
            "auditor shows the task for Windows, and does not install it; nothing was changed",
            hint=f"auditor schedule show --scheduler windows > auditor.xml; then {CREATE}",
        )

    def remove(self) -> None:
        return

    def next_run(self, now: datetime) -> str:
        return ""

    def remark(self) -> str:
        return ""
