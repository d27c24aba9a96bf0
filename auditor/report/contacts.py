"""RunReport of the contact details -> text for a terminal or a cron mail, 80 columns, safe to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.display import wrapped
from auditor.errors import ExitCode
from auditor.report import MailboxReport, RunReport
from auditor.report.cards import WIDTH, count, zone_of
from auditor.report.sections import SECTIONS
from auditor.report.view import View, indented

Remarks = Mapping[str, Sequence[str]]


def render(report: RunReport, remarks: Remarks, *, verbose: bool = False, color: bool = False) -> str:
    """`remarks`: mailbox -> sentences that call for nothing."""
    pages = [
        "\n".join(_page(_view(report, one, verbose, color), remarks.get(one.name, ()))) for one in report.mailboxes
    ]
    return "\n\n".join([*pages, *_closing(report)]) + "\n"


def _view(report: RunReport, mailbox: MailboxReport, verbose: bool, color: bool) -> View:
    zone = zone_of(mailbox.timezone)
    return View(mailbox, report.applied, report.finished_at, zone, verbose=verbose, color=color)


def _page(view: View, remarks: Sequence[str]) -> Iterator[str]:
    yield from wrapped(_summary(view.mailbox), WIDTH)
    for section in SECTIONS:
        lines = list(section(view))
        if lines:
            yield from ("", *lines)
    if remarks:
        yield from ("", view.heading("Remarks"))
        for remark in remarks:
            yield from indented(remark, 2)


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
