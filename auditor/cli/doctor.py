"""`auditor doctor`: each link of the chain, what is wrong with it, and what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from auditor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    MailboxesArgument,
    NoColorOption,
    OutputOption,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.config import Config
    from auditor.doctor.diagnosis import Checkup


def doctor(
    mailboxes: MailboxesArgument = None,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    no_color: NoColorOption = False,
) -> None:
    """Check each link of the chain: configuration, DNS, TLS, sign-in, folders, stamps; say what to try.

    It also measures how much of the marketplace mail that is already in the inbox it would prove genuine, per
    stream and with the first check that failed, and names imitations that lie there.

    It reads who sent the newest 2,000 messages of the inbox, more of the header of the newest 100, and the whole of
    the newest 50 that marketplaces sent. It changes nothing there: no message is marked as read.

    Examples:  auditor doctor    auditor doctor shop --format json

    Exit codes: 0 all is well, 10 something needs attention, 2 configuration, 3 a link of the chain failed.
    """
    from auditor.cli.options import answer, load_config, wants_color
    from auditor.doctor import showing
    from auditor.doctor.diagnosis import exit_code

    checkups = _checkups(load_config(config), mailboxes or [])
    match format:
        case Format.JSON:
            answer(showing.document(checkups), output)
        case Format.JSONL:
            answer(showing.lines(checkups), output)
        case Format.TEXT:
            answer(showing.text(checkups, color=wants_color(no_color=no_color, output=output)), output)
    raise typer.Exit(int(exit_code(checkups)))


def _checkups(settings: Config, names: Sequence[str]) -> list[Checkup]:
    from auditor.cli.options import now
    from auditor.cli.resolving import resolver_of
    from auditor.config import default_state_url
    from auditor.doctor.diagnosis import Checkup, Diagnosis, Link, State
    from auditor.doctor.examining import Bench, examine, limits_for, state_diagnosis
    from auditor.marketplaces import load as load_catalogue

    chosen = settings.chosen(names)
    catalogue = load_catalogue(settings.marketplaces)
    read = Diagnosis(Link.CONFIGURATION, State.OK, f"read from {settings.source}")
    common = Checkup("", (read, state_diagnosis(settings.state.url or default_state_url(), now)))
    with resolver_of(settings.dns) as resolver:
        bench = Bench(settings, catalogue, resolver, now, limits_for(settings))
        return [common, *(examine(mailbox, bench) for mailbox in chosen)]
