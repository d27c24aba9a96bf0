"""`auditor audit`: everything; the nightly job."""

from __future__ import annotations

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
from auditor.cli.rescue import ApplyOption, MaxMovesOption


def audit(
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
    """Look at everything that auditor knows to look at: the nightly job.

    First the spam folder, as in `auditor rescue`: with --apply, genuine mail is moved to the inbox. Then the inbox,
    the folder of sent mail and those of `watch`, from 90 days back on: what was seen there is left alone if it is put
    into spam later, and what was rescued is found wherever you filed it. With a table [contact], the contact details
    are checked as in `auditor contacts`; with a table [mailbox.NAME.sieve], the filters on that server are read for
    any that answers customers or throws their mail away. `auditor schedule install` runs it each night.

    Examples:  auditor audit --quiet --log-file auditor.jsonl    auditor audit --format json --output report.json

    Exit codes: 0 nothing needs attention, 10 something does, 2 configuration, 3 unfinished, 4 some moves failed,
    5 another run holds the mailbox.
    """
    from auditor.cli.running import run
    from auditor.cli.writing import Style

    run(
        mailboxes or [],
        command="audit",
        apply=apply,
        max_moves=max_moves,
        config=config,
        style=Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color),
        log_file=log_file,
    )
