"""`auditor rescue`: the spam folder only."""

from __future__ import annotations

from typing import Annotated

import typer

from auditor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    LogFileOption,
    MailboxesArgument,
    NoColorOption,
    OutputOption,
    QuietOption,
    VerboseOption,
)

ApplyOption = Annotated[bool, typer.Option("--apply", help="Move what is proved genuine. Without it nothing changes.")]
MaxMovesOption = Annotated[
    int | None,
    typer.Option("--max-moves", min=0, help="With more to move than this, move nothing. Default: [rescue] max_moves."),
]


def rescue(
    mailboxes: MailboxesArgument = None,
    apply: ApplyOption = False,
    max_moves: MaxMovesOption = None,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,
    log_file: LogFileOption = None,
) -> None:
    """Find genuine marketplace mail in the spam folder; with --apply, move it to the inbox.

    Without --apply this is a dry run: it reads, and changes nothing.

    Examples:  auditor rescue    auditor rescue shop --apply

    Exit codes: 0 nothing to do, 10 something needs attention (a move waits, or a message could not be proved),
    2 configuration, 3 unfinished, 4 some moves failed, 5 another run holds the mailbox.
    """
    from auditor.cli.running import run
    from auditor.cli.writing import Style

    run(
        mailboxes or [],
        command="rescue",
        apply=apply,
        max_moves=max_moves,
        config=config,
        style=Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color),
        log_file=log_file,
    )
