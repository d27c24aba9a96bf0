"""Where a nightly job can be installed on this computer, and which of these places is taken."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from typing import Protocol

from auditor.errors import ConfigError
from auditor.schedule.job import Job, Scheduler
from auditor.schedule.programs import succeeds
from auditor.schedule.systemd_user import SystemdUser, units_folder
from auditor.schedule.user_crontab import UserCrontab
from auditor.schedule.windows_task import WindowsTask


class Place(Protocol):
    """What starts jobs for one user, and what of ours it holds."""

    @property
    def title(self) -> str:
        """Such as `a line in your crontab`."""

    def wanted(self, job: Job) -> str:
        """What would be installed, as it is shown. Raises ConfigError for what cannot be written there."""

    def found(self) -> str:
        """What of ours is installed, as it is shown; empty for nothing."""

    def complete(self, job: Job) -> bool:
        """Whether exactly this is installed and switched on."""

    def install(self, job: Job) -> None:
        """Put it there, and take away what of ours was there before; on ConfigError all is as it was."""

    def remove(self) -> None:
        """Take away ours and nothing else."""

    def next_run(self, now: datetime) -> str:
        """When what is installed runs next; empty where that cannot be known."""

    def remark(self) -> str:
        """When it does not run, in a sentence; empty where there is nothing to say."""


def places(now: datetime) -> dict[Scheduler, Place]:
    """All that are known, whether they are on this computer or not; `now`: what its clock shows."""
    return {
        Scheduler.SYSTEMD: SystemdUser(units_folder()),
        Scheduler.CRON: UserCrontab(),
        Scheduler.WINDOWS: WindowsTask(now),
    }


def found_out() -> Scheduler:
    """What this computer starts jobs with. Raises ConfigError where there is nothing that is known here."""
    if sys.platform == "win32":
        return Scheduler.WINDOWS
    if succeeds(["systemctl", "--user", "show", "--property=Version"]):
        return Scheduler.SYSTEMD
    if shutil.which("crontab"):
        return Scheduler.CRON
    raise ConfigError(
        "neither systemd's user manager nor the program crontab is here",
        hint="install cron, or start what `auditor schedule show --scheduler cron` prints with a scheduler of yours",
    )
