"""`auditor contacts`: the contact details on file, checked against reality."""

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
    QuietOption,
    VerboseOption,
)
from auditor.cli.probing import WAIT_S, ForceOption, ProbeOption, WaitOption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from auditor.config import Config, MailboxConfig
    from auditor.contacts import Judged
    from auditor.report import MailboxReport, RunReport
    from auditor.resolver import Resolver


def contacts(
    mailboxes: MailboxesArgument = None,
    probe: ProbeOption = False,
    force: ForceOption = False,
    wait: WaitOption = WAIT_S,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Check the [contact] table: e-mail, phones, return address, web site, and the seller's own domain.

    It asks DNS and, with the extra `web`, looks at your web site; the mailbox is not opened, and nothing is changed.
    With --probe it sends one message to your contact address and looks in which folder it arrives.

    Examples:  auditor contacts    auditor contacts shop --format json    auditor contacts --probe

    Exit codes: 0 nothing needs attention, 10 something does, 2 configuration, 3 unfinished (DNS, the web
    site, or the probe).
    """
    from auditor.cli.options import answer, load_config, now, refuse_unwritable
    from auditor.cli.probing import probe_order, with_probes
    from auditor.cli.resolving import resolver_of
    from auditor.cli.writing import Style, written
    from auditor.contacts.looking import look
    from auditor.report import contacts as page

    refuse_unwritable(output)
    settings = load_config(config)
    chosen = settings.chosen(mailboxes or [])
    order = probe_order(chosen, probe=probe, force=force, wait_s=wait)
    started = now()
    with resolver_of(settings.dns) as resolver:
        acknowledged = _acknowledged(chosen, settings, resolver)
        judged = look(chosen, settings, resolver, now=started, acknowledged=acknowledged)
    if order is not None:
        judged = with_probes(judged, chosen, order, config=config, quiet=quiet)
    report = _report(judged, chosen, started=started, finished=now())
    remarks = {one.mailbox: one.remarks for one in judged}
    style = Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color)
    answer(written(report, style, lambda color: page.render(report, remarks, verbose=verbose, color=color)), output)
    raise typer.Exit(report.exit_code)


def _acknowledged(
    mailboxes: Sequence[MailboxConfig], settings: Config, resolver: Resolver
) -> Mapping[str, frozenset[str]]:
    """The keys that the seller has dealt with, by mailbox. No state is made where there is none yet."""
    from auditor.cli.options import now
    from auditor.config import default_state_url
    from auditor.errors import ConfigError, MailboxError
    from auditor.opening import endpoint_of

    url = settings.state.url or default_state_url()
    if not _exists(url):
        return {}
    from auditor.store.opening import open_store

    found: dict[str, frozenset[str]] = {}
    with open_store(url, now=now) as store:
        for mailbox in mailboxes:
            try:
                host = endpoint_of(mailbox, resolver).host
            except (ConfigError, MailboxError):  # a server that nobody finds has no state
                continue
            found[mailbox.name] = store.account(host, mailbox.username).acknowledged()
    return found


def _exists(state_url: str) -> bool:
    from pathlib import Path

    path = state_url.partition("sqlite:///")[2]
    return not path or Path(path).exists()


def _report(
    judged: Sequence[Judged], mailboxes: Sequence[MailboxConfig], *, started: datetime, finished: datetime
) -> RunReport:
    from auditor.errors import worst
    from auditor.report import RunReport
    from auditor.reporting import exit_code
    from auditor.store.ledger import new_run_id

    reports = tuple(_of(one, mailbox) for one, mailbox in zip(judged, mailboxes, strict=True))
    code = worst([exit_code(each) for each in reports])
    return RunReport(new_run_id(started), started, finished, False, reports, int(code))


def _of(judged: Judged, mailbox: MailboxConfig) -> MailboxReport:
    from auditor.report import Counts, MailboxReport

    return MailboxReport(
        name=mailbox.name,
        junk_folders=(),
        counts=Counts(),
        messages=(),
        findings=judged.findings,
        right=judged.right,
        incomplete=judged.incomplete,
        timezone=mailbox.timezone or "UTC",
    )
