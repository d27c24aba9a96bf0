"""`auditor undo`: put back what a run moved, or changed on a ManageSieve server or of Gmail's filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import ConfigOption

if TYPE_CHECKING:
    from auditor.errors import ExitCode
    from auditor.filters import FilterOutcome
    from auditor.outcome import Outcome, Status
    from auditor.scripts import ScriptOutcome

_GMAIL = "putting mail back into Gmail's spam folder reports it as spam, and teaches the filter so. Go on?"


def undo(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="Else each mailbox's last.")] = None,
    mailbox: Annotated[list[str] | None, typer.Option("--mailbox", metavar="NAME", help="Only these.")] = None,
    config: ConfigOption = None,
) -> None:
    """Put back into the spam folder what a run moved to the inbox. It acts at once; on Gmail it asks first.

    A message that is no longer where the run put it is left where it is. With the RUN of a `whitelist install` it puts
    the scripts on the server, or Gmail's filters, back as they were; one that was changed again since is left.

    Examples:  auditor undo    auditor undo 20261123T020000Z-1a2b3c4d

    Exit codes: 0 everything is back, 4 something is not, 2 no such run, 3 unfinished, 5 busy.
    """
    from auditor.cli.running import tools_for
    from auditor.errors import ConfigError, worst
    from auditor.filter_runs import undo_filters
    from auditor.script_runs import undo_scripts
    from auditor.undoing import undo_run

    codes, found = [], False
    with tools_for(config, quiet=True) as tools:
        for each in tools.config.chosen(mailbox or []):
            if run is not None and (scripts := undo_scripts(each, run, tools)):
                found = True
                _tell_changes(each.name, "scripts", scripts)
                codes.append(_code([one.status for one in scripts]))
            if run is not None and (filters := undo_filters(each, run, tools)):
                found = True
                _tell_changes(each.name, "filters", filters)
                codes.append(_code([one.status for one in filters]))
            outcomes = undo_run(each, run, tools, on_gmail=_confirm)
            if outcomes is None:
                continue
            found = True
            _tell(each.name, outcomes)
            codes.append(_code([one.status for one in outcomes]))
    if not found:
        raise ConfigError("there is nothing to undo" if run is None else f"no run `{run}` moved anything here")
    raise typer.Exit(int(worst(codes)))


def _confirm() -> None:
    if not typer.confirm(_GMAIL, err=True):
        typer.echo("nothing was put back", err=True)
        raise typer.Exit


def _code(statuses: list[Status]) -> ExitCode:
    from auditor.errors import ExitCode

    return ExitCode.CLEAN if all(each == "done" for each in statuses) else ExitCode.ACTIONS_FAILED


def _tell_changes(name: str, what: str, outcomes: Sequence[ScriptOutcome | FilterOutcome]) -> None:
    from auditor.display import line

    done = sum(one.status == "done" for one in outcomes)
    typer.echo(f"{name}: {done} of {len(outcomes)} changes of {what} taken back")
    for one in outcomes:
        if one.status != "done" or one.detail:
            typer.echo(f"  {line(one.change.title)}: {one.status.value}: {line(one.detail)}")


def _tell(name: str, outcomes: tuple[Outcome, ...]) -> None:
    from auditor.display import line

    done = sum(one.status == "done" for one in outcomes)
    typer.echo(f"{name}: {done} of {len(outcomes)} put back")
    for one in outcomes:
        if one.status != "done" or one.shared:
            typer.echo(f"  {line(one.ref.folder)}/{one.ref.uid}: {one.status.value}: {line(one.detail)}")
