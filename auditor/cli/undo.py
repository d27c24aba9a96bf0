"""`auditor undo`: put back what a run moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import ConfigOption

if TYPE_CHECKING:
    from auditor.outcome import Outcome

_GMAIL = "putting mail back into Gmail's spam folder reports it as spam, and teaches the filter so. Go on?"


def undo(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="Else each mailbox's last.")] = None,
    mailbox: Annotated[list[str] | None, typer.Option("--mailbox", metavar="NAME", help="Only these.")] = None,
    config: ConfigOption = None,
) -> None:
    """Put back into the spam folder what a run moved to the inbox. It acts at once; on Gmail it asks first.

    A message that is no longer where the run put it is left where it is.

    Examples:  auditor undo    auditor undo 20261123T020000Z-1a2b3c4d

    Exit codes: 0 everything is back, 4 something is not, 2 no such run, 3 unfinished, 5 busy.
    """
    from auditor.cli.running import tools_for
    from auditor.errors import ConfigError, ExitCode, worst
    from auditor.undoing import undo_run

    codes, found = [], False
    with tools_for(config, quiet=True) as tools:
        for each in tools.config.chosen(mailbox or []):
            outcomes = undo_run(each, run, tools, on_gmail=_confirm)
            if outcomes is None:
                continue
            found = True
            _tell(each.name, outcomes)
            failed = any(one.status != "done" for one in outcomes)
            codes.append(ExitCode.ACTIONS_FAILED if failed else ExitCode.CLEAN)
    if not found:
        raise ConfigError("there is nothing to undo" if run is None else f"no run `{run}` moved anything here")
    raise typer.Exit(int(worst(codes)))


def _confirm() -> None:
    if not typer.confirm(_GMAIL, err=True):
        typer.echo("nothing was put back", err=True)
        raise typer.Exit


def _tell(name: str, outcomes: tuple[Outcome, ...]) -> None:
    from auditor.display import line

    done = sum(one.status == "done" for one in outcomes)
    typer.echo(f"{name}: {done} of {len(outcomes)} put back")
    for one in outcomes:
        if one.status != "done" or one.shared:
            typer.echo(f"  {line(one.ref.folder)}/{one.ref.uid}: {one.status.value}: {line(one.detail)}")
