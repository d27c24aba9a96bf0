"""What `audit` and `rescue` share: configuration and tools made ready, each mailbox run, one report written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import typer

from auditor.audit import not_begun, run_mailbox
from auditor.cli import complain, warn
from auditor.cli.options import answer, load_config, now, progress, refuse_unwritable
from auditor.cli.resolving import resolver_of
from auditor.cli.signals import ended_by_signals
from auditor.cli.writing import Style, written
from auditor.config import MailboxConfig, default_state_url
from auditor.contact_details import ContactDetails
from auditor.display import line
from auditor.errors import AuditorError, ExitCode, Interrupted, MailboxError, worst
from auditor.looked import Order, Tools
from auditor.marketplaces import load as load_catalogue
from auditor.opening import limits_of
from auditor.practices import practices
from auditor.report import MailboxReport, RunReport
from auditor.reporting import exit_code
from auditor.runlog.run import RunLog
from auditor.server_filters import with_filters
from auditor.store.ledger import new_run_id
from auditor.store.opening import open_store

_NOTHING_DONE = "nothing was judged and nothing was moved: "

_Ended = tuple[MailboxReport, AuditorError | None]


@contextmanager
def tools_for(config: Path | None, *, quiet: bool) -> Iterator[Tools]:
    """Configuration, catalogue, resolver and state, for the length of a command."""
    settings = load_config(config)
    catalogue = load_catalogue(settings.marketplaces)
    with (
        _told_of_interruption(),
        ended_by_signals(),
        open_store(settings.state.url or default_state_url(), now=now) as store,
        resolver_of(settings.dns) as resolver,
        progress(quiet=quiet) as show,
    ):
        yield Tools(settings, catalogue, resolver, store, now, limits=limits_of(settings), progress=show, warn=warn)


@contextmanager
def _told_of_interruption() -> Iterator[None]:
    """Typer turns Ctrl-C into the right exit code, and says nothing."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("interrupted; what was begun is in the journal, and the next run finishes it", err=True)
        raise typer.Exit(int(ExitCode.INTERRUPTED)) from None


def run(
    names: Sequence[str],
    *,
    command: str,
    apply: bool,
    max_moves: int | None,
    config: Path | None,
    style: Style,
    log_file: Path | None = None,
) -> None:
    """Run each mailbox, write the report, and leave with the worst of their exit codes."""
    started = now()
    name = new_run_id(started)
    ended: list[_Ended] = []
    reports: tuple[MailboxReport, ...] = ()
    with _logged(log_file, name) as log:
        log.began(command, applied=apply)
        try:
            refuse_unwritable(style.output)
            with tools_for(config, quiet=style.quiet) as tools:
                most = tools.config.rescue.max_moves if max_moves is None else max_moves
                order = Order(command, apply, most, name, everything=command == "audit")
                details = ContactDetails(tools)
                for report, error in each_mailbox(tools.config.chosen(names), details, order):
                    log.mailbox(report, int(exit_code(report)))
                    ended.append((report, error))
                reports = details.reports() if order.everything else tuple(report for report, _ in ended)
                if order.everything:
                    reports = tuple(replace(each, practices=practices(each, now())) for each in reports)
        except AuditorError as error:
            log.failed(error.message)
            complain(error, before="" if ended else _NOTHING_DONE)
            raise typer.Exit(int(error.exit_code)) from None
        code = worst([exit_code(report) for report in reports])
        whole = RunReport(name, started, now(), apply, reports, int(code))
        answer(written(whole, style, lambda color: _page(whole, style, color=color)), style.output)
        _complain(ended)
        raise typer.Exit(int(code))


@contextmanager
def _logged(path: Path | None, run: str) -> Iterator[RunLog]:
    """The log of a run; it tells with which exit code the block is left, whatever leaves it."""
    try:
        log = RunLog(path, run, now=now, lost=_warn)
    except AuditorError as error:
        complain(error, before=_NOTHING_DONE)
        raise typer.Exit(int(error.exit_code)) from None
    code = int(ExitCode.BUG)
    try:
        yield log
    except typer.Exit as leaving:
        code = leaving.exit_code
        raise
    except AuditorError as error:
        log.failed(error.message)
        code = int(error.exit_code)
        raise
    except KeyboardInterrupt:
        code = int(ExitCode.INTERRUPTED)
        raise
    finally:
        log.ended(code)


def _warn(sentence: str) -> None:
    typer.echo(f"warning: {line(sentence)}", err=True)


def each_mailbox(mailboxes: Sequence[MailboxConfig], details: ContactDetails, order: Order) -> Iterator[_Ended]:
    """One after the other: mail, filters, contact details; after an interruption the rest is only named."""
    interrupted, tools = False, details.tools
    for mailbox in mailboxes:
        report, error = not_begun(mailbox, tools) if interrupted else run_mailbox(mailbox, tools, order)
        if order.everything:
            report, error = _with_details(mailbox, report, error, details=details)
        interrupted = interrupted or isinstance(error, Interrupted)
        yield report, error


def _with_details(
    mailbox: MailboxConfig, report: MailboxReport, error: AuditorError | None, *, details: ContactDetails
) -> _Ended:
    """Whatever happens here, what was done with the mail is reported."""
    if isinstance(error, Interrupted):
        return details.skip(report, "interrupted"), error
    try:
        return details.add(mailbox, with_filters(mailbox, report, details.tools)), error
    except (AuditorError, KeyboardInterrupt) as stopped:
        ended = stopped if isinstance(stopped, AuditorError) else Interrupted("interrupted")
        worse = worst([exit_code(report), ended.exit_code])
        return details.skip(replace(report, error=int(worse)), ended.message), error or ended


def _page(report: RunReport, style: Style, *, color: bool) -> str:
    from auditor.report import text

    return text.render(report, color=color, verbose=style.verbose, quiet=style.quiet)


def _complain(ended: Sequence[_Ended]) -> None:
    """One line for each mailbox that was not finished: a report in a file is not read by whoever started this."""
    for report, error in ended:
        if error is not None:
            complain(error)
        elif report.missed:
            first, more = report.missed[0], len(report.missed) - 1
            others = f" (and {more} more)" if more else ""
            complain(MailboxError(f"not all of `{report.name}` was looked at: {first.what}: {first.why}{others}"))
