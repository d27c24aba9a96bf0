"""RunReport -> text for a terminal or a cron mail: what needs attention first, 80 columns, safe to show."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from auditor.display import line, wrapped
from auditor.errors import ExitCode
from auditor.report import MailboxReport, MessageLine, OutcomeLine, RunReport
from auditor.report.cards import (
    WIDTH,
    card,
    count,
    missing,
    moment,
    one_line,
    paragraph,
    proof,
    reference,
    time_left,
    zone_of,
)
from auditor.report.closing import closing
from auditor.rules import RULES, Finding

_CARDS = 50  # more in full would bury the rest
_EXAMPLES = 5
_TOLD_BY_MESSAGES = frozenset({"genuine-in-spam", "customer-message-unproven", "staff-claim", "stream-unknown"})


@dataclass(frozen=True, slots=True)
class _View:
    """One mailbox and how it is to be shown."""

    mailbox: MailboxReport
    applied: bool
    now: datetime
    zone: tzinfo
    verbose: bool
    color: bool

    def heading(self, text: str, *, urgent: bool = False) -> str:
        return f"\x1b[1;{31 if urgent else 34}m{text}\x1b[0m" if self.color else text

    def cards(self) -> int | None:
        return None if self.verbose else _CARDS

    def examples(self) -> int | None:
        return None if self.verbose else _EXAMPLES


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


def _view(report: RunReport, mailbox: MailboxReport, *, verbose: bool, color: bool) -> _View:
    zone = zone_of(mailbox.timezone)
    return _View(mailbox, report.applied, report.finished_at, zone, verbose=verbose, color=color)


def _is_calm(mailbox: MailboxReport) -> bool:
    """Nothing to do and nothing missing: one line is enough among many mailboxes."""
    busy = mailbox.outcomes or mailbox.incomplete or mailbox.error is not None
    waiting = any(message.planned == "move" or _is_open(message) for message in mailbox.messages)
    return not (busy or waiting or any(found.needs_attention for found in mailbox.findings))


def _calm(mailbox: MailboxReport) -> str:
    return line(f"{mailbox.name}: nothing needs attention ({count(mailbox.counts.seen, 'message')} in spam)", WIDTH)


def _page(view: _View) -> Iterator[str]:
    yield from wrapped(_summary(view), WIDTH)
    for section in _SECTIONS:
        lines = list(section(view))
        if lines:
            yield from ("", *lines)


def _summary(view: _View) -> str:
    mailbox, counts = view.mailbox, view.mailbox.counts
    if mailbox.error is not None and not counts.seen and not mailbox.outcomes:
        return line(f"{mailbox.name}: nothing was judged and nothing was moved.")
    folders = ", ".join(mailbox.junk_folders) or "no spam folder"
    others = ((counts.unverified, "not proved"), (counts.forged, "imitations"), (counts.unrelated, "unrelated"))
    numbers = [f"{counts.genuine:,} genuine", *(f"{number:,} {what}" for number, what in others if number)]
    return line(f"{mailbox.name}: {count(counts.seen, 'message')} in {folders}: {', '.join(numbers)}.")


def _outcomes(view: _View, *, status: str, title: str) -> Iterator[str]:
    messages = {message.ref: message for message in view.mailbox.messages}
    outcomes = [outcome for outcome in view.mailbox.outcomes if outcome.status == status]
    if outcomes:
        yield view.heading(f"{title}: {len(outcomes):,}", urgent=status in ("failed", "copied"))
        for outcome in outcomes:
            yield from ("", *_outcome_card(view, outcome, messages.get(outcome.ref)))


def _outcome_card(view: _View, outcome: OutcomeLine, message: MessageLine | None) -> Iterator[str]:
    rows = [("Now in", outcome.to.folder)] if outcome.to else []
    rows += [("Note", outcome.detail)] if outcome.detail else []
    if message:
        yield from card(view.mailbox.name, message, view.zone, [*_genuine_rows(view, message), *rows])
        return
    for label, text in (("Ref", reference(view.mailbox.name, outcome.ref)), *rows):
        yield from paragraph(label, text)


def _moves(view: _View) -> Iterator[str]:
    acted = {outcome.ref for outcome in view.mailbox.outcomes}
    messages = [each for each in view.mailbox.messages if each.planned == "move" and each.ref not in acted]
    if messages:
        end = "and were not moved" if view.applied else "and can be moved to the inbox"
        verb = "MESSAGE LIES" if len(messages) == 1 else "MESSAGES LIE"
        yield view.heading(f"{len(messages):,} GENUINE {verb} IN SPAM {end}", urgent=True)
        yield from _cards(view, messages, _genuine_rows)


def _genuine_rows(view: _View, message: MessageLine) -> list[tuple[str, str]]:
    careful = [("Careful", warning) for warning in message.warnings]
    return [*_deadline_row(view, message), ("Genuine", proof(message)), *careful]


def _customers(view: _View) -> Iterator[str]:
    messages = _unproven(view.mailbox)
    if messages:
        text = "MESSAGES THAT MAY BE CUSTOMERS' stay in spam: not proved genuine"
        if len(messages) == 1:
            text = "MESSAGE THAT MAY BE A CUSTOMER'S stays in spam: not proved genuine"
        yield view.heading(f"{len(messages):,} {text}", urgent=True)
        yield from _cards(view, messages, _unproven_rows)
        rules = {found.rule.id for found in view.mailbox.findings} & {"staff-claim"}
        for rule in sorted({"customer-message-unproven", *rules}):
            yield from ("", *_indented(RULES[rule].remedy, 2))


def _unproven_rows(view: _View, message: MessageLine) -> list[tuple[str, str]]:
    careful = [("Careful", warning) for warning in message.warnings]
    return [*_deadline_row(view, message), ("Not proved", missing(message)), *careful]


def _deadline_row(view: _View, message: MessageLine) -> list[tuple[str, str]]:
    due = message.deadline
    return [("Answer by", f"{moment(due, view.zone)} ({time_left(due, view.now)})")] if due else []


def _cards(
    view: _View, messages: Sequence[MessageLine], rows: Callable[[_View, MessageLine], list[tuple[str, str]]]
) -> Iterator[str]:
    for message in messages[: view.cards()]:
        yield from ("", *card(view.mailbox.name, message, view.zone, rows(view, message)))
    yield from _more(len(messages), view.cards(), indent=2)


def _left_genuine(view: _View) -> Iterator[str]:
    messages = [each for each in view.mailbox.messages if each.standing == "genuine" and each.planned != "move"]
    yield from _grouped(view, "Genuine, but left in spam", messages, lambda message: message.reason)


def _unverified(view: _View) -> Iterator[str]:
    urgent = {message.ref for message in _unproven(view.mailbox)}
    rest = [each for each in view.mailbox.messages if each.standing == "unverified" and each.ref not in urgent]
    yield from _grouped(view, "Not proved genuine, left in spam", rest, missing)


def _grouped(
    view: _View, title: str, messages: Sequence[MessageLine], sentence: Callable[[MessageLine], str]
) -> Iterator[str]:
    """Messages under the sentence that they share, largest group first."""
    if not messages:
        return
    yield view.heading(f"{title}: {len(messages):,}")
    for text, members in _groups(messages, sentence):
        yield from ("", *_indented(f"{text or 'no reason given'} ({len(members):,})", 2))
        for each in members[: view.examples()]:
            yield one_line(each, view.zone, 4)
            mark = ", dealt with" if each.acknowledged else ""
            yield from _indented(f"{reference(view.mailbox.name, each.ref)}{mark}", 12)
        yield from _more(len(members), view.examples(), indent=4)


def _imitations(view: _View) -> Iterator[str]:
    messages = [message for message in view.mailbox.messages if message.standing == "forged"]
    if not messages:
        return
    yield view.heading(f"Imitations, left in spam: {len(messages):,}")
    groups = _groups(messages, lambda each: f"{each.marketplace or 'a marketplace'}: {each.trick or missing(each)}")
    for text, members in groups[: view.examples()]:
        yield line(f"{len(members):>8,}  {text}", WIDTH)
        if view.verbose:
            yield from (one_line(message, view.zone, 10) for message in members)
    hidden = sum(len(members) for _, members in groups[_EXAMPLES:])
    if hidden and not view.verbose:
        yield f"{'':>8}  and {hidden:,} more"


def _findings(view: _View) -> Iterator[str]:
    told = _TOLD_BY_MESSAGES if view.mailbox.messages else frozenset()
    findings = [each for each in view.mailbox.findings if each.rule.id not in told]
    shown = [each for each in findings if view.verbose or not each.acknowledged]
    if shown:
        yield view.heading(f"Findings: {len(shown):,}", urgent=any(each.needs_attention for each in shown))
        for found in sorted(shown, key=lambda each: (not each.needs_attention, each.key)):
            yield from ("", *_finding(found))


def _finding(found: Finding) -> Iterator[str]:
    unsure = "" if found.outcome == "wrong" else "Could not tell: "
    yield from _indented(f"{unsure}{found.rule.title}", 2)
    yield from paragraph("About", found.subject)
    yield from paragraph("Because", found.detail)
    for evidence in found.evidence[:_EXAMPLES]:
        yield from paragraph("Seen", evidence)
    yield from paragraph("Do", found.remedy)
    yield from paragraph("Done?", f"auditor ack {shlex.quote(found.key)}")


def _right(view: _View) -> Iterator[str]:
    if view.verbose and view.mailbox.right:
        yield view.heading("Checked, and right")
        yield from _indented(", ".join(sorted(view.mailbox.right)), 2)


def _incomplete(view: _View) -> Iterator[str]:
    if view.mailbox.incomplete:
        yield view.heading("Could not be looked at", urgent=view.mailbox.error is not None)
        for part in view.mailbox.incomplete:
            yield from _indented(f"{part.what}: {part.why}", 2)


_SECTIONS = (
    partial(_outcomes, status="failed", title="NOT MOVED, something went wrong"),
    partial(_outcomes, status="copied", title="COPIED, and still in spam as well"),
    partial(_outcomes, status="done", title="MOVED"),
    partial(_outcomes, status="skipped", title="LEFT where they were"),
    _moves,
    _customers,
    _left_genuine,
    _unverified,
    _imitations,
    _findings,
    _right,
    _incomplete,
)


def _unproven(mailbox: MailboxReport) -> list[MessageLine]:
    """Customers' messages that wait for the seller's eyes, the nearest deadline first."""
    waiting = [each for each in mailbox.messages if _is_open(each) and each.stream == "customer"]
    return sorted(waiting, key=lambda each: (each.deadline or each.received_at, each.ref))


def _is_open(message: MessageLine) -> bool:
    return message.standing == "unverified" and not message.acknowledged


def _groups(messages: Iterable[MessageLine], key: Callable[[MessageLine], str]) -> list[tuple[str, list[MessageLine]]]:
    groups: defaultdict[str, list[MessageLine]] = defaultdict(list)
    for message in messages:
        groups[key(message)].append(message)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def _indented(text: str, indent: int) -> Iterator[str]:
    return (" " * indent + each for each in wrapped(text, WIDTH - indent))


def _more(total: int, shown: int | None, *, indent: int) -> Iterator[str]:
    if shown is not None and total > shown:
        yield f"{' ' * indent}and {total - shown:,} more (--verbose lists all)"
