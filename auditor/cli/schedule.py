"""`auditor schedule install | show | remove`: the nightly job, set up once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import ConfigOption

if TYPE_CHECKING:
    from auditor.config import Config
    from auditor.schedule.job import Job


class Action(StrEnum):
    """What to do with the nightly job."""

    INSTALL = "install"
    SHOW = "show"
    REMOVE = "remove"


class Kind(StrEnum):
    """The schedulers, as they are named on the command line."""

    SYSTEMD = "systemd"
    CRON = "cron"
    WINDOWS = "windows"


def schedule(
    action: Annotated[Action, typer.Argument(help="Set it up, look at it, or take it away.")],
    config: ConfigOption = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="HH:MM", help="When, by this computer's clock. Left out: between 4 and 5."),
    ] = None,
    log_file: Annotated[
        Path | None,
        typer.Option(
            "--log-file",
            metavar="FILE",
            readable=False,
            help="Where it logs. Left out: the platform's folder for logs.",
        ),
    ] = None,
    scheduler: Annotated[
        Kind | None, typer.Option("--scheduler", help="Left out: systemd's user manager, else cron.")
    ] = None,
) -> None:
    """Set up the nightly job, show it, or take it away: a systemd user timer or a line in your crontab.

    It runs `audit --apply --quiet`, with this Python and this configuration; no password is written. A systemd timer
    makes up for a night that the computer slept through; cron leaves it out, and the next night looks at everything
    since. `show` prints what is installed or would be, and when it runs next; for Windows it prints the task, to
    import with schtasks. `remove` takes away exactly what `install` made.

    Examples:  auditor schedule show    auditor schedule install --at 04:30    auditor schedule remove

    Exit codes: 0 done or shown, 2 it cannot be scheduled so; nothing was changed.
    """
    from auditor.schedule import doing
    from auditor.schedule.job import Scheduler
    from auditor.schedule.places import found_out, places

    now = datetime.now()  # noqa: DTZ005 - it is compared with the clock that the scheduler goes by
    every = places(now)
    named = Scheduler(scheduler) if scheduler else None
    looked_at = {named: every[named]} if named else every
    if action is Action.REMOVE:
        _print(doing.remove(looked_at))
    elif action is Action.INSTALL:
        settings, job = _job(config, at, log_file)
        _print(doing.install(named or found_out(), job, every, now=now))
        _advise(settings)
    elif not _print(doing.installed(looked_at, now=now)):
        settings, job = _job(config, at, log_file)
        _print(doing.would_be(named or found_out(), job, every, now=now))
        _advise(settings)


def _job(config: Path | None, at: str | None, log_file: Path | None) -> tuple[Config, Job]:
    """The configuration, which must be right, and the job that goes by it."""
    import os
    import platform
    import sys

    from auditor.cli.options import load_config
    from auditor.config import default_log_file
    from auditor.schedule.advice import refuse_other_state
    from auditor.schedule.job import nightly, own_time, time_of_day

    settings = load_config(config)
    settings.chosen([])
    refuse_other_state(settings, os.environ)
    source = settings.source.absolute()
    log = (log_file or default_log_file()).absolute()
    clock = time_of_day(at) if at else own_time(f"{platform.node()}:{source}")
    return settings, nightly(Path(sys.executable), source, log, at=clock)


def _advise(settings: Config) -> None:
    from auditor.schedule.advice import missing

    for sentence in missing(settings):
        typer.echo(f"note: {sentence}", err=True)


def _print(sentences: Iterable[str]) -> bool:
    """Whether there were any."""
    some = False
    for sentence in sentences:
        some = True
        typer.echo(sentence)
    return some
