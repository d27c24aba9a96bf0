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
    NoMailboxOption,
    OutputOption,
    QuietOption,
    VerboseOption,
)
from auditor.cli.probing import WAIT_S, ForceOption, ProbeOption, WaitOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.config import MailboxConfig
    from auditor.contact_details import ContactDetails
    from auditor.errors import AuditorError
    from auditor.looked import Order


def contacts(
    mailboxes: MailboxesArgument = None,
    no_mailbox: NoMailboxOption = False,
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
    """Check the [contact] table: e-mail, phones, addresses, web site, the seller's own domain, and what mail shows.

    It first reads what is new in the mailbox, as `auditor audit` does; nothing is moved. Then it asks DNS and, with the
    extra `web`, looks at your web site. Marketplace mail shows which address they have on file, and your answers what
    you give out. With --probe it sends one message to your contact address, and looks in which folder it arrives.

    Examples:  auditor contacts    auditor contacts shop --format json    auditor contacts --probe

    Exit codes: 0 nothing needs attention, 10 something does, 2 configuration, 3 unfinished (a mailbox, DNS, the web
    site, or the probe), 5 another run holds the mailbox.
    """
    from auditor.cli import complain
    from auditor.cli.options import answer, now, refuse_unwritable
    from auditor.cli.probing import probe_order, probed, with_probes
    from auditor.cli.running import tools_for
    from auditor.cli.writing import Style, written
    from auditor.contact_details import ContactDetails
    from auditor.errors import worst
    from auditor.looked import Order
    from auditor.report import RunReport
    from auditor.report import contacts as page
    from auditor.reporting import exit_code
    from auditor.store.ledger import new_run_id

    refuse_unwritable(output)
    started = now()
    order = Order("contacts", False, 0, new_run_id(started), everything=True)
    with tools_for(config, quiet=quiet) as tools:
        details = ContactDetails(tools, always=True)
        chosen = tools.config.chosen(mailboxes or [])
        probes = probed(chosen, tools, probe_order(chosen, probe=probe, force=force, wait_s=wait))
        errors = _look(chosen, details, order, is_open=not no_mailbox)
        reports = with_probes(details.reports(), probes)
    code = worst([exit_code(each) for each in reports])
    report = RunReport(order.run, started, now(), False, reports, int(code))
    style = Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color)
    answer(written(report, style, lambda color: page.render(report, verbose=verbose, color=color)), output)
    for error in errors:
        complain(error)
    raise typer.Exit(int(code))


def _look(
    mailboxes: Sequence[MailboxConfig], details: ContactDetails, order: Order, *, is_open: bool
) -> list[AuditorError]:
    """What ended a look early; what is said of the mail itself is for `auditor audit`."""
    from auditor.audit import not_begun, run_mailbox
    from auditor.contact_details import details_alone
    from auditor.errors import Interrupted

    errors: list[AuditorError] = []
    for mailbox in mailboxes:
        if any(isinstance(each, Interrupted) for each in errors):
            report, error = not_begun(mailbox, details.tools)
        elif is_open:
            report, error = run_mailbox(mailbox, details.tools, order)
        else:
            report, error = None, None
        errors += [error] if error else []
        details.add(mailbox, details_alone(mailbox, report))
    return errors
