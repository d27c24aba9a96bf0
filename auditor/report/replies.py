"""RunReport of the replies -> text: who waits for an answer, the nearest deadline first; then what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from auditor.display import address, decoded, line, wrapped
from auditor.errors import ExitCode
from auditor.replies.clock import RATE_DAYS, Clock, State, rate
from auditor.report import MailboxReport, ReplyLine, RunReport
from auditor.report.cards import WIDTH, count, moment, paragraph, reference, time_left, zone_of
from auditor.report.sections import SECTIONS
from auditor.report.view import View, more

_OPEN = ("due", "due-soon", "overdue")
_CARDS = 50
_TOLD_HERE = frozenset({"reply-in-spam", "reply-overdue", "reply-due-soon"})


def render(report: RunReport, *, verbose: bool = False, color: bool = False) -> str:
    """One page a mailbox."""
    pages = ["\n".join(_page(_view(report, one, verbose, color))) for one in report.mailboxes]
    nobody = not any(reply.state in _OPEN for one in report.mailboxes for reply in one.replies)
    closing = ["Nothing needs your attention."] if nobody and report.exit_code == ExitCode.CLEAN else []
    return "\n\n".join([*pages, *closing]) + "\n"


def _view(report: RunReport, mailbox: MailboxReport, verbose: bool, color: bool) -> View:
    zone = zone_of(mailbox.timezone)
    return View(mailbox, report.applied, report.finished_at, zone, verbose=verbose, color=color)


def _page(view: View) -> Iterator[str]:
    waiting = sorted((each for each in view.mailbox.replies if each.state in _OPEN), key=_urgency)
    yield from wrapped(f"{view.mailbox.name}: {_summary(view, waiting)}", WIDTH)
    for each in waiting[: None if view.verbose else _CARDS]:
        yield from ("", *_card(each, view))
    yield from more(len(waiting), None if view.verbose else _CARDS, indent=2)
    yield from _rates(view)
    yield from _topics(view)
    for section in SECTIONS:
        lines = list(section(_without_told(view)))
        if lines:
            yield from ("", *lines)


def _summary(view: View, waiting: list[ReplyLine]) -> str:
    states = Counter(each.state for each in waiting)
    spam = sum(each.in_junk for each in waiting)
    if not waiting:
        return "no customer waits for an answer, as far as this mailbox shows."
    parts = [f"{states['overdue']:,} overdue" if states["overdue"] else "", f"{spam:,} in spam" if spam else ""]
    told = ", ".join(filter(None, parts))
    verb = "waits" if len(waiting) == 1 else "wait"
    return f"{count(len(waiting), 'customer')} {verb} for an answer{f': {told}' if told else ''}. Answer in this order:"


def _urgency(reply: ReplyLine) -> tuple[bool, object, object]:
    """The nearest deadline first; without one, by the time of receipt."""
    return reply.due_at is None, reply.due_at or reply.received_at, reply.ref


def _card(reply: ReplyLine, view: View) -> Iterator[str]:
    due = "no time is set" if reply.due_at is None else f"{time_left(reply.due_at, view.now)}"
    yield view.heading(f"  {due}", urgent=reply.state == "overdue")
    yield from paragraph("From", address(reply.header_from))
    yield from paragraph("Subject", line(decoded(reply.subject)) or "(none)")
    if reply.due_at is not None:
        yield from paragraph("Answer by", moment(reply.due_at, view.zone))
    yield from paragraph("Received", moment(reply.received_at, view.zone))
    where = "in spam" if reply.in_junk else reply.ref.folder
    doubt = "" if reply.is_proved else "; it is not proved to be genuine: look before you answer"
    yield from paragraph("Lies", f"{where}{doubt}")
    yield from paragraph("Answered?", f"auditor replies --done {reference(view.mailbox.name, reply.ref)}")


def _rates(view: View) -> Iterator[str]:
    """By marketplace, for each of the periods: what was settled, and how much of it in time."""
    owners = sorted({each.marketplace for each in view.mailbox.replies})
    lines = [told for owner in owners if (told := _rate_line(owner, view))]
    if lines:
        yield from ("", view.heading("Answered in time, as far as this mailbox shows"))
        yield from (f"  {each}" for each in lines)


def _rate_line(owner: str, view: View) -> str:
    clocks = [
        Clock(each.received_at, each.due_at, State(each.state), each.answered_at)
        for each in view.mailbox.replies
        if each.marketplace == owner
    ]
    shares = {days: rate(clocks, view.now, days) for days in RATE_DAYS}
    told = [f"{days} days {share:.0%}" for days, share in shares.items() if share is not None]
    return line(f"{owner}: {', '.join(told)}", WIDTH - 2) if told else ""


def _topics(view: View) -> Iterator[str]:
    """What is asked, by marketplace and topic: an inquiry is a chance to learn what to do better."""
    asked = Counter((each.marketplace, each.topic) for each in view.mailbox.replies if each.topic)
    again = Counter((each.marketplace, each.topic) for each in view.mailbox.replies if each.topic and each.mails > 1)
    if asked:
        yield from ("", view.heading("What customers ask about, in the last three months"))
        for (owner, topic), number in sorted(asked.items(), key=lambda each: (each[0][0], -each[1], each[0][1])):
            twice = again[owner, topic]
            more = f", {twice / number:.0%} wrote again before they were answered" if twice else ""
            yield line(f"  {owner}: {topic.replace('-', ' ')}: {number:,}{more}", WIDTH)


def _without_told(view: View) -> View:
    """The findings that the cards tell already are left out."""
    findings = tuple(each for each in view.mailbox.findings if each.rule.id not in _TOLD_HERE)
    return replace(view, mailbox=replace(view.mailbox, findings=findings))
