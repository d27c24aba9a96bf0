"""The messages of one mailbox -> the sections of the text report that tell of them, most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from auditor.campaigns import Campaign, campaigns
from auditor.display import line, wrapped
from auditor.report import MailboxReport, MessageLine, OutcomeLine
from auditor.report.cards import (
    WIDTH,
    card,
    count,
    day,
    missing,
    moment,
    one_line,
    paragraph,
    proof,
    reference,
    time_left,
)
from auditor.report.view import View, groups, indented, is_open, more
from auditor.rules import RULES
from auditor.tricks import in_words


def _outcomes(view: View, *, status: str, title: str) -> Iterator[str]:
    messages = {message.ref: message for message in view.mailbox.messages}
    outcomes = [outcome for outcome in view.mailbox.outcomes if outcome.status == status]
    if outcomes:
        yield view.heading(f"{title}: {len(outcomes):,}", urgent=status in ("failed", "copied"))
        for outcome in outcomes:
            yield from ("", *_outcome_card(view, outcome, messages.get(outcome.ref)))


def _outcome_card(view: View, outcome: OutcomeLine, message: MessageLine | None) -> Iterator[str]:
    rows = [("Now in", outcome.to.folder)] if outcome.to else []
    rows += [("Note", outcome.detail)] if outcome.detail else []
    if message:
        yield from card(view.mailbox.name, message, view.zone, [*_genuine_rows(view, message), *rows])
        return
    for label, text in (("Ref", reference(view.mailbox.name, outcome.ref)), *rows):
        yield from paragraph(label, text)


def _moves(view: View) -> Iterator[str]:
    acted = {outcome.ref for outcome in view.mailbox.outcomes}
    messages = [each for each in view.mailbox.messages if each.planned == "move" and each.ref not in acted]
    if messages:
        end = "and were not moved" if view.applied else "and can be moved to the inbox"
        verb = "MESSAGE LIES" if len(messages) == 1 else "MESSAGES LIE"
        yield view.heading(f"{len(messages):,} GENUINE {verb} IN SPAM {end}", urgent=True)
        yield from _cards(view, messages, _genuine_rows)


def _genuine_rows(view: View, message: MessageLine) -> list[tuple[str, str]]:
    careful = [("Careful", warning) for warning in message.warnings]
    return [*_deadline_row(view, message), ("Genuine", proof(message)), *careful]


def _customers(view: View) -> Iterator[str]:
    messages = _unproven(view.mailbox)
    if messages:
        text = "MESSAGES THAT MAY BE CUSTOMERS' stay in spam: not proved genuine"
        if len(messages) == 1:
            text = "MESSAGE THAT MAY BE A CUSTOMER'S stays in spam: not proved genuine"
        yield view.heading(f"{len(messages):,} {text}", urgent=True)
        yield from _cards(view, messages, _unproven_rows)
        rules = {found.rule.id for found in view.mailbox.findings} & {"staff-claim"}
        for rule in sorted({"customer-message-unproven", *rules}):
            yield from ("", *indented(RULES[rule].remedy, 2))


def _unproven_rows(view: View, message: MessageLine) -> list[tuple[str, str]]:
    careful = [("Careful", warning) for warning in message.warnings]
    return [*_deadline_row(view, message), *_claim_row(message), ("Not proved", missing(message)), *careful]


def _claim_row(message: MessageLine) -> list[tuple[str, str]]:
    if not message.marketplace:
        return []
    how = f", by {in_words(message.trick)}" if message.trick else ""
    return [("Claims", f"{message.marketplace}{how}")]


def _deadline_row(view: View, message: MessageLine) -> list[tuple[str, str]]:
    due = message.deadline
    return [("Answer by", f"{moment(due, view.zone)} ({time_left(due, view.now)})")] if due else []


def _cards(
    view: View, messages: Sequence[MessageLine], rows: Callable[[View, MessageLine], list[tuple[str, str]]]
) -> Iterator[str]:
    for message in messages[: view.cards()]:
        yield from ("", *card(view.mailbox.name, message, view.zone, rows(view, message)))
    yield from more(len(messages), view.cards(), indent=2)


def _left_genuine(view: View) -> Iterator[str]:
    messages = [each for each in view.mailbox.messages if each.standing == "genuine" and each.planned != "move"]
    yield from _grouped(view, "Genuine, but left in spam", messages, lambda message: message.reason)


def _unverified(view: View) -> Iterator[str]:
    urgent = {message.ref for message in _unproven(view.mailbox)}
    rest = [each for each in view.mailbox.messages if each.standing == "unverified" and not each.trick]
    rest = [each for each in rest if each.ref not in urgent]
    yield from _grouped(view, "Not proved genuine, left in spam", rest, _what_is_missing)
    if rest:
        yield from ("", "  What would change that, for each: auditor explain REF")


def _what_is_missing(message: MessageLine) -> str:
    return f"{message.marketplace}: {missing(message)}" if message.marketplace else missing(message)


def _grouped(
    view: View, title: str, messages: Sequence[MessageLine], sentence: Callable[[MessageLine], str]
) -> Iterator[str]:
    """Messages under the sentence that they share, largest group first."""
    if not messages:
        return
    yield view.heading(f"{title}: {len(messages):,}")
    for text, members in groups(messages, sentence):
        yield from ("", *indented(f"{text or 'no reason given'} ({len(members):,})", 2))
        for each in members[: view.examples()]:
            yield one_line(each, view.zone, 4)
            mark = ", dealt with" if each.acknowledged else ""
            yield from indented(f"{reference(view.mailbox.name, each.ref)}{mark}", 12)
        yield from more(len(members), view.examples(), indent=4)


def _imitations(view: View, *, standing: str, title: str) -> Iterator[str]:
    """Campaigns, largest first; of those that are only doubtful the newest message is named, to be looked at."""
    urgent = {message.ref for message in _unproven(view.mailbox)}
    members = [each for each in view.mailbox.messages if each.standing == standing and each.ref not in urgent]
    found = campaigns(members)
    if not found:
        return
    shown = found[: view.examples()]
    yield view.heading(f"{title}: {sum(len(one.messages) for one in found):,}")
    for one in shown:
        yield from _campaign(view, one)
    hidden = sum(len(one.messages) for one in found[len(shown) :])
    if hidden:
        yield f"{'':>8}  and {hidden:,} more (--verbose lists all)"


def _campaign(view: View, found: Campaign) -> Iterator[str]:
    newest = found.messages[0]
    phrase = f"{found.marketplace or 'a marketplace'}: {in_words(found.trick)}"
    first, *others = wrapped(phrase, WIDTH - 10)
    yield from (f"{len(found.messages):>8,}  {first}", *(f"{'':>8}  {each}" for each in others))
    yield line(f"{'':>10}{_source(found)}, newest {day(newest.received_at, view.zone)}", WIDTH)
    waiting = next((message for message in found.messages if is_open(message)), None)
    if view.verbose:
        yield from (one_line(message, view.zone, 12) for message in found.messages)
    elif waiting:
        yield from indented(reference(view.mailbox.name, waiting.ref), 10)


def _source(found: Campaign) -> str:
    """Under which name and from where, the name cut so that the domain stays to be seen."""
    name = line(found.name, 24)
    quoted = f'"{name}" ' if name else ""
    if not found.domains:
        return f"{quoted}from no plain address"
    rest = len(found.domains) - 1
    others = f" and {count(rest, 'other')}" if rest else ""
    return f"{quoted}from {_ending(found.domains[0])}{others}"


def _ending(domain: str, width: int = 24) -> str:
    """The end of a domain says whose it is."""
    return domain if len(domain) <= width else f"…{domain[1 - width :]}"


def _unproven(mailbox: MailboxReport) -> list[MessageLine]:
    """Customers' messages that wait for the seller's eyes, the nearest deadline first."""
    waiting = [each for each in mailbox.messages if is_open(each) and each.stream == "customer"]
    return sorted(waiting, key=lambda each: (each.deadline or each.received_at, each.ref))


SECTIONS = (
    partial(_outcomes, status="failed", title="NOT MOVED, something went wrong"),
    partial(_outcomes, status="copied", title="COPIED, and still in spam as well"),
    partial(_outcomes, status="done", title="MOVED"),
    partial(_outcomes, status="skipped", title="LEFT where they were"),
    _moves,
    _customers,
    _left_genuine,
    _unverified,
    partial(_imitations, standing="unverified", title="Under a marketplace's name from elsewhere, left in spam"),
    partial(_imitations, standing="forged", title="Imitations, left in spam"),
)
