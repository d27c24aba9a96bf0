"""The command line: one command a file; an expected failure becomes three lines on stderr and its exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import typer

from auditor.cli import (
    ack,
    audit,
    contacts,
    demo,
    doctor,
    explain,
    init,
    login,
    marketplaces,
    replies,
    rescue,
    schedule,
    undo,
    whitelist,
)
from auditor.errors import AuditorError, ConfigError, ExitCode

app = typer.Typer(
    name="auditor",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for command in (
    demo,
    init,
    login,
    doctor,
    audit,
    rescue,
    contacts,
    replies,
    whitelist,
    explain,
    ack,
    undo,
    marketplaces,
    schedule,
):
    name = command.__name__.rpartition(".")[2]
    app.command(name)(getattr(command, name))


@app.callback(invoke_without_command=True)
def common(
    version: bool = typer.Option(False, "--version", help="Print the version and leave.", is_eager=True),
) -> None:
    """Find genuine marketplace mail in the spam folder, prove it, and move it to the inbox.

    Exit codes: 0 nothing needs attention, 1 a bug, 2 wrong usage or configuration, 3 unfinished (server, sign-in or
    DNS), 4 some actions failed, 5 busy, 10 something needs attention, 130 interrupted; any other is a failure.

    Environment: AUDITOR_CONFIG (the configuration file), AUDITOR_STATE_URL (where the state is kept), NO_COLOR.
    """
    if version:
        from auditor import __version__

        typer.echo(f"auditor {__version__}")
        raise typer.Exit


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point. Whatever is not an AuditorError is a bug and stays a traceback with exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        _refuse_unprintable(given)
        app(args=given, prog_name="auditor")
    except AuditorError as error:
        complain(error)
        sys.exit(int(error.exit_code))
    except KeyboardInterrupt:
        typer.echo("interrupted; what was begun is in the journal, and the next run finishes it", err=True)
        sys.exit(int(ExitCode.INTERRUPTED))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(int(ExitCode.CLEAN))


def _refuse_unprintable(given: Sequence[str]) -> None:
    """An option is repeated by whoever does not know it, raw; values of options and arguments go through `display`."""
    for word in given:
        if word.startswith("-") and not word.partition("=")[0].isprintable():
            raise ConfigError("an option holds a character that cannot be shown", hint="auditor --help")


def warn(said: str) -> None:
    """What will go wrong soon: on stderr, also with --quiet, for it needs attention."""
    from auditor.display import line

    typer.echo(f"warning: {line(said)}", err=True)


def complain(error: AuditorError, *, before: str = "") -> None:
    """What went wrong and, where there is something, what to do about it: on stderr."""
    from auditor.display import line

    typer.echo(f"error: {before}{line(error.message)}", err=True)
    if error.hint:
        typer.echo(f"try:   {line(error.hint)}", err=True)
