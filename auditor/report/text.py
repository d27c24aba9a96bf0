"""RunReport -> text for a terminal or a cron mail: what needs attention first, 80 columns, safe to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.display import line, wrapped
from auditor.errors import ExitCode
from auditor.report import MailboxReport, RunReport, messages, sections
from auditor.report.cards import WIDTH, count, zone_of
from auditor.report.closing import closing
from auditor.report.view import View, indented, is_open


def render(report: RunReport, *, verbose: bool = False, quiet: bool = False, color: bool = False) -> str:
    """The whole report; `quiet` makes it empty when nothing needs attention (exit code 0)."""
    if quiet and report.exit_code == ExitCode.CLEAN:
        return ""
    views = [_view(report, mailbox, verbose=verbose, color=color) for mailbox in report.mailboxes]
    views.sort(key=lambda view: (_is_calm(view.mailbox), view.mailbox.error is not None))
    many = len(views) > 1 and not verbose
    pages = ["\n".join(_page(view)) for view in views if not (many and _is_calm(view.mailbox))]
    short = "\n".join(_calm(view.mailbox) for view in views if many and _is_calm(view.mailbox))
    return "\n\n".join(filter(None, [*pages, short, "\n".join(closing(report))])) + "\n"


def _view(report: RunReport, mailbox: MailboxReport, *, verbose: bool, color: bool) -> View:
    zone = zone_of(mailbox.timezone)
    return View(mailbox, report.applied, report.finished_at, zone, verbose=verbose, color=color)


def _is_calm(mailbox: MailboxReport) -> bool:
    """Nothing to do and nothing missing: one line is enough among many mailboxes."""
    busy = mailbox.outcomes or mailbox.missed or mailbox.error is not None
    waiting = any(message.planned == "move" or is_open(message) for message in mailbox.messages)
    return not (busy or waiting or any(found.needs_attention for found in mailbox.findings))


def _calm(mailbox: MailboxReport) -> str:
    return line(f"{mailbox.name}: nothing needs attention ({count(mailbox.counts.seen, 'message')} in spam)", WIDTH)


def _page(view: View) -> Iterator[str]:
    yield from wrapped(_summary(view), WIDTH)
    for section in (*_SECTIONS, *((sections.remarks,) if view.verbose else ())):
        lines = list(section(view))
        if lines:
            yield from ("", *lines)


def _summary(view: View) -> str:
    mailbox, counts = view.mailbox, view.mailbox.counts
    if mailbox.error is not None and not counts.seen and not mailbox.outcomes:
        return line(f"{mailbox.name}: nothing was judged and nothing was moved.")
    folders = ", ".join(mailbox.junk_folders) or "no spam folder"
    others = ((counts.unverified, "not proved"), (counts.forged, "imitations"), (counts.unrelated, "unrelated"))
    numbers = [f"{counts.genuine:,} genuine", *(f"{number:,} {what}" for number, what in others if number)]
    return line(f"{mailbox.name}: {count(counts.seen, 'message')} in {folders}: {', '.join(numbers)}.")


def _rescued(view: View) -> Iterator[str]:
    """What became of what earlier runs rescued; one that was put back unread is a finding too."""
    found = view.mailbox.rescued
    if found:
        became = Counter(one.became for one in found)
        told = ", ".join(f"{became[kind]:,} {words}" for kind, words in _BECAME.items() if became[kind])
        yield from indented(f"Rescued in the last 14 days: {count(len(found), 'message')}: {told}.", 0)


_BECAME = {
    "there": "not read yet",
    "read": "read",
    "answered": "answered",
    "put-back": "put back into spam",
    "gone": "moved or deleted since",
    "unknown": "not to be found, as the folder was rebuilt",
}


_SECTIONS = (*messages.SECTIONS, _rescued, *sections.SECTIONS, sections.practices)
