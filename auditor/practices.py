"""The report of a mailbox -> how its seller stands on each of the eight practices, with the evidence in numbers.

"Unknown" is said where a mailbox cannot show it: an answer given in Seller Center leaves no trace here, and an answer
in another language is not judged by its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from auditor.report import MailboxReport, PracticeLine, ReplyLine
from auditor.rules import PRACTICE_TITLES, Finding, Practice

DAYS = 30
OK, ATTENTION, UNKNOWN = "ok", "attention", "unknown"

_UNSEEN = "what IMAP does not show"
_DETAILS = "contact details"
_VACATION = "sieve-vacation"
_SETTLED = ("in-time", "late", "overdue", "no-reply-seen", "done")
_WAITING = ("due", "due-soon", "overdue")


_Judged = tuple[str, str]  # state and evidence


def practices(report: MailboxReport, now: datetime) -> tuple[PracticeLine, ...]:
    """Eight lines, in the order of the practices."""
    return tuple(_line(practice, report, now) for practice in Practice)


def _line(practice: Practice, report: MailboxReport, now: datetime) -> PracticeLine:
    own = [each for each in report.findings if each.rule.practice is practice and each.outcome == "wrong"]
    waiting = [each for each in own if each.needs_attention]
    state, evidence = _JUDGES[practice](report, now, own)
    if report.error is not None and state == OK:
        state, evidence = UNKNOWN, f"{evidence}; this run did not look at everything"
    if waiting:
        state = ATTENTION
    step = waiting[0].remedy if waiting else own[0].remedy if own and state == ATTENTION else ""
    return PracticeLine(practice, PRACTICE_TITLES[practice], state, evidence, step)


def _in_time(report: MailboxReport, now: datetime, own: list[Finding]) -> _Judged:
    lately = _lately(report.replies, now)
    states = Counter(each.state for each in lately)
    settled = sum(states[each] for each in _SETTLED)
    waiting = sum(each.state in _WAITING for each in report.replies)
    if not settled and not waiting:
        return UNKNOWN, f"no inquiry came in the last {DAYS} days"
    good = states["in-time"] + states["done"]
    share = f"{good:,} of {settled:,} inquiries of the last {DAYS} days answered in time" if settled else ""
    overdue = sum(each.state == "overdue" for each in report.replies)
    parts = [share, f"{waiting:,} waiting" if waiting else "", f"{overdue:,} overdue" if overdue else ""]
    return ATTENTION if own or overdue else OK, "; ".join(filter(None, parts))


def _not_automated(report: MailboxReport, now: datetime, own: list[Finding]) -> _Judged:
    of_answers = [each for each in own if each.rule.id != _VACATION]
    state, evidence = _by_answers(report.answers, of_answers, "is automatic, as far as their fields and words show")
    if len(of_answers) < len(own):
        return ATTENTION, f"a filter on the server answers by itself; {evidence}"
    return state, evidence


def _by_words(report: MailboxReport, now: datetime, own: list[Finding]) -> _Judged:
    if report.answers and not report.answers_judged:
        return UNKNOWN, f"the words of {report.answers:,} answers were not judged"
    return _by_answers(report.answers_judged, own, "has words against it")


def _by_answers(answers: int, own: list[Finding], what: str) -> _Judged:
    if own:
        noun = "remark" if len(own) == 1 else "remarks"
        return ATTENTION, f"{len(own):,} {noun} on {answers:,} answers of the last {DAYS} days"
    if not answers:
        return UNKNOWN, f"no answer of the last {DAYS} days was seen in this mailbox"
    return OK, f"none of {answers:,} answers of the last {DAYS} days {what}"


def _contact_details(report: MailboxReport, now: datetime, own: list[Finding]) -> _Judged:
    if any(part.what == _DETAILS for part in report.incomplete):
        return UNKNOWN, "the [contact] table is not written, so nothing was compared"
    held = sum(rule.startswith("contact-") for rule in report.right)
    if own:
        return ATTENTION, f"{len(own):,} things are wrong, {held:,} rules held"
    return (OK, f"{held:,} rules were checked and held") if held else (UNKNOWN, "nothing could be checked")


def _every_message(report: MailboxReport, now: datetime, own: list[Finding]) -> _Judged:
    lately = _lately(report.replies, now)
    silent = sum(each.state in ("overdue", "no-reply-seen") for each in lately)
    if silent:
        return ATTENTION, f"{silent:,} of {len(lately):,} inquiries have no reply in this mailbox"
    return UNKNOWN, "answers given in Seller Center leave no trace here; its Seller Response Rate report tells"


def _spam(report: MailboxReport, now: datetime, own: list[Finding]) -> _Judged:
    waiting = sum(each.state in _WAITING and each.in_junk for each in report.replies)
    folders = ", ".join(report.junk_folders)
    evidence = f"{report.counts.genuine:,} genuine of {report.counts.seen:,} messages in {folders or 'no spam folder'}"
    if waiting:
        evidence += f"; {waiting:,} of customers who wait"
    if own:
        return ATTENTION, evidence
    if not report.junk_folders:
        return UNKNOWN, "no spam folder was seen"
    if any(part.what == _UNSEEN for part in report.incomplete):
        return UNKNOWN, f"{evidence}; your provider may keep more where IMAP does not show it"
    return OK, evidence


def _lately(replies: Iterable[ReplyLine], now: datetime) -> list[ReplyLine]:
    return [each for each in replies if each.received_at > now - timedelta(days=DAYS)]


_JUDGES: Mapping[Practice, Callable[[MailboxReport, datetime, list[Finding]], _Judged]] = MappingProxyType(
    {
        Practice.REPLY_IN_TIME: _in_time,
        Practice.NO_AUTOMATED_REPLIES: _not_automated,
        Practice.ACKNOWLEDGE_AND_EMPATHISE: _by_words,
        Practice.DO_NOT_MISLEAD: _by_words,
        Practice.STAY_PROFESSIONAL: _by_words,
        Practice.ACCURATE_CONTACT_DETAILS: _contact_details,
        Practice.EVERY_MESSAGE_NEEDS_A_RESPONSE: _every_message,
        Practice.CHECK_SPAM_AND_WHITELIST: _spam,
    }
)
