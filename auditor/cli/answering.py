"""What `auditor replies` does: the list of those who wait, and the notes of what was answered elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from auditor import references
from auditor.audit import run_mailbox
from auditor.cli import complain
from auditor.cli.options import answer, now, refuse_unwritable
from auditor.cli.running import tools_for
from auditor.cli.writing import Style, written
from auditor.config import MailboxConfig
from auditor.display import line
from auditor.errors import AuditorError, ConfigError, worst
from auditor.looked import Order, Tools
from auditor.opening import endpoint_of
from auditor.report import MailboxReport, RunReport
from auditor.report import replies as page
from auditor.reporting import exit_code
from auditor.store.ledger import AccountStore, new_run_id
from auditor.waiting import mark_done, waiting_alone


def show(names: Sequence[str], config: Path | None, style: Style, *, is_open: bool) -> None:
    """The report, and the exit code."""
    refuse_unwritable(style.output)
    started = now()
    order = Order("replies", False, 0, new_run_id(started), everything=True)
    reports: list[MailboxReport] = []
    errors: list[AuditorError] = []
    with tools_for(config, quiet=style.quiet) as tools:
        for mailbox in tools.config.chosen(names):
            seen, error = run_mailbox(mailbox, tools, order) if is_open else (None, None)
            errors += [error] if error else []
            reports.append(waiting_alone(mailbox, _account(mailbox, tools), tools, seen))
    code = worst([exit_code(each) for each in reports])
    report = RunReport(order.run, started, now(), False, tuple(reports), int(code))
    answer(written(report, style, lambda color: page.render(report, verbose=style.verbose, color=color)), style.output)
    for error in errors:
        complain(error)
    raise typer.Exit(int(code))


def note_done(texts: Sequence[str], config: Path | None) -> None:
    """Raises ConfigError for what is no customer's message on record; those before it are noted."""
    wanted = [references.required(text) for text in texts]
    with tools_for(config, quiet=True) as tools:
        for each in wanted:
            mailbox = tools.config.mailbox(each.mailbox)
            if not mark_done(_account(mailbox, tools), each.ref, tools):
                raise ConfigError(
                    f"no customer's message {line(str(each), 80)} is on record", hint="copy it from auditor replies"
                )
            typer.echo(f"noted as answered: {line(str(each))}")


def _account(mailbox: MailboxConfig, tools: Tools) -> AccountStore:
    return tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
