"""`auditor replies`: who waits for an answer, until when, and how the answers were."""

from __future__ import annotations

from typing import Annotated

import typer

from auditor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    MailboxesArgument,
    NoColorOption,
    NoMailboxOption,
    OutputOption,
    QuietOption,
    VerboseOption,
)


def replies(
    mailboxes: MailboxesArgument = None,
    done: Annotated[
        list[str] | None, typer.Option("--done", metavar="REF", help="You answered this elsewhere; may be repeated.")
    ] = None,
    draft: Annotated[
        str | None, typer.Option("--draft", metavar="FILE|-", help="Judge the words of this draft, and nothing else.")
    ] = None,
    no_mailbox: NoMailboxOption = False,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,
) -> None:
    """List the customers who wait for an answer, the nearest deadline first, and say how the answers were.

    It first reads what is new in the mailbox, as `auditor audit` does; nothing is moved. A message in spam counts: its
    time runs since it came. What you answered in Seller Center leaves no trace here, so it says "no reply is seen":
    mark it with --done REF. With --draft it reads an answer that is not sent yet, from a file or your editor: other
    ways of contact, links, promises, tone, missing empathy, advertising, begging for reviews, open placeholders.

    Examples:  auditor replies    auditor replies --draft answer.txt    auditor replies --done shop:INBOX/1700000000/12

    Exit codes: 0 nobody waits and nothing needs attention, 10 somebody does, 2 wrong usage or configuration,
    3 unfinished, 5 another run holds the mailbox.
    """
    if draft is not None:
        from auditor.cli.drafting import judge_draft

        judge_draft(draft, format, output)
        return
    from auditor.cli.answering import note_done, show
    from auditor.cli.writing import Style

    if done:
        note_done(done, config)
        return
    style = Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color)
    show(mailboxes or [], config, style, is_open=not no_mailbox)
