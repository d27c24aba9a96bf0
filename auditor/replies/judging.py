"""How the threads of a mailbox stand -> findings about the reply clock and automated answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.mailbox.interface import MessageRef
from auditor.marketplaces import Catalogue
from auditor.replies.automatic import is_automatic
from auditor.replies.clock import State, rate
from auditor.replies.inquiries import Standing
from auditor.rules import Confidence, Finding, finding
from auditor.store.rows import SentReply

RATE_DAYS = 30
LEAST_SETTLED = 5
"""Inquiries from which on a rate says something."""

SAME_TO_MANY = 10
"""Customers who were sent the very same words: nobody writes so to each of them."""

AT_ONCE = timedelta(seconds=30)
"""Reading a question and writing an answer takes a person longer."""

_OPEN = (State.DUE, State.DUE_SOON, State.OVERDUE)
_HOUR = timedelta(hours=1)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the checks judge by."""

    mailbox: str
    standings: Sequence[Standing]
    replies: Sequence[SentReply]
    catalogue: Catalogue
    now: datetime
    acknowledged: Collection[str] = field(default_factory=frozenset)

    def title(self, marketplace: str) -> str:
        return next((one.title for one in self.catalogue.marketplaces if one.name == marketplace), marketplace)

    def finding(
        self,
        rule: str,
        subject: str,
        detail: str,
        evidence: Sequence[str] = (),
        confidence: Confidence = Confidence.CERTAIN,
    ) -> Finding:
        return finding(
            rule,
            self.mailbox,
            subject,
            detail=detail,
            evidence=tuple(evidence[:_SHOWN]),
            confidence=confidence,
            acknowledged=self.acknowledged,
        )

    def text(self, ref: MessageRef) -> str:
        return f"{self.mailbox}:{ref.folder}/{ref.uidvalidity}/{ref.uid}"


Check = Callable[[Facts], Iterator[Finding]]


def judge(facts: Facts) -> tuple[Finding, ...]:
    """What each check says, each thing once."""
    return tuple({each.key: each for check in CHECKS for each in check(facts)}.values())


def check_open(facts: Facts) -> Iterator[Finding]:
    """Customers who wait: those in spam first, then those beyond their time, then those soon to be."""
    for each in facts.standings:
        if each.clock.state not in _OPEN:
            continue
        where = facts.text(each.row.ref)
        left = _left(each, facts.now)
        doubt = "" if each.is_proved else "; it is not proved to be genuine"
        detail = f"a customer at {facts.title(each.marketplace)} waits for an answer: {left}{doubt}"
        if each.in_junk:
            yield facts.finding("reply-in-spam", where, f"{detail}; it lies in spam", [where])
        elif each.clock.state is State.OVERDUE:
            yield facts.finding("reply-overdue", where, f"{detail}; no reply is seen in this mailbox", [where])
        elif each.clock.state is State.DUE_SOON:
            yield facts.finding("reply-due-soon", where, detail, [where])


def _left(standing: Standing, now: datetime) -> str:
    due_at = standing.clock.due_at
    if due_at is None:
        return "it sets no time"
    hours = int(abs(due_at - now) / _HOUR)
    return f"overdue by {hours:,} hours" if now > due_at else f"{hours:,} hours left"


def check_late(facts: Facts) -> Iterator[Finding]:
    """Answers of the last days that came too late, by marketplace."""
    since = facts.now - timedelta(days=RATE_DAYS)
    late: dict[str, list[Standing]] = {}
    for each in facts.standings:
        if each.clock.state is State.LATE and each.clock.received_at > since:
            late.setdefault(each.marketplace, []).append(each)
    for marketplace, those in late.items():
        detail = f"{len(those):,} of your answers of the last {RATE_DAYS} days came after the time that it allows"
        yield facts.finding(
            "reply-late", facts.title(marketplace), detail, [facts.text(each.row.ref) for each in those]
        )


def check_rate(facts: Facts) -> Iterator[Finding]:
    """The share in time against what the marketplace asks for."""
    for one in facts.catalogue.marketplaces:
        window = one.reply_window
        own = [each.clock for each in facts.standings if each.marketplace == one.name]
        if window is None or window.target_percent is None:
            continue
        share = rate(own, facts.now, RATE_DAYS)
        settled = sum(each.is_settled and each.received_at > facts.now - timedelta(days=RATE_DAYS) for each in own)
        if share is not None and settled >= LEAST_SETTLED and share * 100 < window.target_percent:
            detail = (
                f"{share:.0%} of {settled:,} inquiries of the last {RATE_DAYS} days were answered in time, as far as "
                f"this mailbox shows; {one.title} asks for {window.target_percent} %"
            )
            yield facts.finding("reply-rate-low", one.title, detail, confidence=Confidence.LIKELY)


def check_automated(facts: Facts) -> Iterator[Finding]:
    """Answers that say themselves that a program wrote them, or the same words to many."""
    since = facts.now - timedelta(days=RATE_DAYS)
    lately = [each for each in facts.replies if each.sent_at > since and not _allows(each.marketplace, facts)]
    for marketplace in sorted({each.marketplace for each in lately}):
        own = [each for each in lately if each.marketplace == marketplace]
        marked = [facts.text(each.ref) for each in own if is_automatic(each.automatic)]
        if marked:
            detail = f"{len(marked):,} answers to customers are marked as written by a program"
            yield facts.finding("reply-automated", facts.title(marketplace), detail, marked)
        yield from _same_to_many(marketplace, own, facts)


def check_at_once(facts: Facts) -> Iterator[Finding]:
    """Answers that nobody could have written so fast."""
    pairs = [(each, row, answer) for each in facts.standings for row, answer in each.settled]
    fast = [
        (each, row)
        for each, row, answer in pairs
        if not answer.is_console and answer.at - row.received_at <= AT_ONCE and not _allows(each.marketplace, facts)
    ]
    for marketplace in sorted({each.marketplace for each, _ in fast}):
        seen = [facts.text(row.ref) for each, row in fast if each.marketplace == marketplace]
        detail = f"{len(seen):,} answers left within {AT_ONCE.seconds} seconds of the question"
        subject = f"{facts.title(marketplace)}: at once"
        yield facts.finding("reply-automated", subject, detail, seen, Confidence.LIKELY)


def _same_to_many(marketplace: str, own: Sequence[SentReply], facts: Facts) -> Iterator[Finding]:
    customers: dict[str, set[tuple[str, ...]]] = {}
    for each in own:
        if each.digest:
            customers.setdefault(each.digest, set()).add(each.recipients)
    counts = Counter({digest: len(those) for digest, those in customers.items()})
    for digest, count in counts.most_common():
        if count < SAME_TO_MANY:
            return
        seen = [facts.text(each.ref) for each in own if each.digest == digest]
        detail = f"the same words went to {count:,} customers, as a program would send them"
        subject = f"{facts.title(marketplace)}: {digest[:8]}"
        yield facts.finding("reply-automated", subject, detail, seen, Confidence.LIKELY)


def _allows(marketplace: str, facts: Facts) -> bool:
    """Whether an automatic answer counts there."""
    owner = next((one for one in facts.catalogue.marketplaces if one.name == marketplace), None)
    return bool(owner and owner.reply_window and owner.reply_window.automatic_counts)


def check_wording(facts: Facts) -> Iterator[Finding]:
    """What the words of the answers of the last days show, a rule once for each sentence."""
    since = facts.now - timedelta(days=RATE_DAYS)
    for each in facts.replies:
        if each.sent_at <= since:
            continue
        for remark in each.remarks or ():
            where = facts.text(each.ref)
            yield facts.finding(remark.rule, where, remark.quote, [where], Confidence(remark.confidence))


CHECKS: tuple[Check, ...] = (check_open, check_late, check_rate, check_automated, check_at_once, check_wording)
RULES = ("reply-in-spam", "reply-overdue", "reply-due-soon", "reply-late", "reply-rate-low", "reply-automated")
"""That are checked wherever there is anything to check them by."""
