"""RunReport of the contact details -> text for a terminal or a cron mail, 80 columns, safe to show."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.display import wrapped
from auditor.errors import ExitCode
from auditor.report import MailboxReport, RunReport
from auditor.report.cards import WIDTH, count, zone_of
from auditor.report.sections import SECTIONS, remarks
from auditor.report.view import View


def render(report: RunReport, *, verbose: bool = False, color: bool = False) -> str:
    """One page a mailbox."""
    pages = ["\n".join(_page(_view(report, one, verbose, color))) for one in report.mailboxes]
    return "\n\n".join([*pages, *_closing(report)]) + "\n"


def _view(report: RunReport, mailbox: MailboxReport, verbose: bool, color: bool) -> View:
    zone = zone_of(mailbox.timezone)
    return View(mailbox, report.applied, report.finished_at, zone, verbose=verbose, color=color)


def _page(view: View) -> Iterator[str]:
    yield from wrapped(_summary(view.mailbox), WIDTH)
    for section in (*SECTIONS, remarks):
        lines = list(section(view))
        if lines:
            yield from ("", *lines)


def _summary(mailbox: MailboxReport) -> str:
    waiting = sum(found.needs_attention for found in mailbox.findings)
    known = len(mailbox.findings) - waiting
    more = f" ({known:,} that you know of)" if known else ""
    held = count(len(mailbox.right), "rule")
    return f"{mailbox.name}: contact details: {count(waiting, 'finding')}{more}; {held} checked and right."


def _closing(report: RunReport) -> Iterator[str]:
    if report.exit_code == ExitCode.UNFINISHED:
        yield "Not finished: nothing is concluded about what could not be looked at.\nRun auditor again later."
    elif report.exit_code == ExitCode.CLEAN:
        yield "Nothing needs your attention."
