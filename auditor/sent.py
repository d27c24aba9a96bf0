"""The sent folder, from where its last sweep ended -> a row for each message that went to a marketplace's customer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from auditor.clipping import clipped
from auditor.cursors import Past
from auditor.display import decoded, line
from auditor.evidence.recipients import named
from auditor.ledger_rows import stored_value, thread_of
from auditor.mailbox.interface import MessageRef, Swept, Trace, Whole
from auditor.marketplaces import Catalogue
from auditor.marketplaces.catalogue import Kind
from auditor.message import Message, read_header
from auditor.own_mail import signatures_that_hold
from auditor.passage import Passage
from auditor.replies.order_numbers import order_numbers
from auditor.report import Incomplete
from auditor.store.rows import Cursor, OwnSignature, ReadReply, SentReply, Thread
from auditor.sweep import Opened

TEXT_LIMIT = 128 * 1024
"""Octets of a reply that are read: its text comes first, and what was attached is not looked at."""

JUDGED_FOR = timedelta(days=14)
"""How old an answer may be when it is read first, for its words to be judged: that takes as long as all the rest."""

_AUTOMATIC = ("auto-submitted", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "precedence")
_FIELDS = (
    *("FROM", "TO", "CC", "SUBJECT", "DATE", "MESSAGE-ID", "IN-REPLY-TO", "REFERENCES"),
    *(name.upper() for name in _AUTOMATIC),
)
_SIGNED = b"\ndkim-signature:"

Known = Callable[[Collection[str]], Mapping[str, str]]
Keep = Callable[[Sequence[SentReply]], None]
ReadText = Callable[[bytes, str | None], ReadReply]


@dataclass(frozen=True, slots=True)
class Replies:
    """What is done with replies. `known`: Message-IDs -> the marketplace of each message in the ledger among them.

    `read`: bytes of a reply -> what is kept of its text; its words are judged where the marketplace of its customer is
    named. `keep` takes them in as they are read, so that memory stays flat; one that is read again is the same row.
    """

    known: Known
    read: ReadText
    keep: Keep


@dataclass(slots=True)
class SentSweep:
    """What one look at a sent folder brought besides the replies themselves."""

    cursor: Cursor
    incomplete: list[Incomplete] = field(default_factory=list)
    signatures: tuple[OwnSignature, ...] = ()
    """On the seller's own mail, where a server keeps it as it was sent."""


def sweep_sent(opened: Opened, past: Past, traces: Sequence[Trace], replies: Replies) -> SentSweep:
    """By the header, and of a reply the text; like a sweep it begins anew under other rules than the cursor's."""
    state, judge = opened.state, opened.judge
    last = past.goes_on(judge.rules, opened.role)
    passage = Passage.begun(opened.reader, state, last, role=opened.role, now=opened.now)
    found = SentSweep(passage.cursor(opened.role, judge.rules, opened.now))
    for chunk in passage.chunks(_FIELDS):
        replies.keep(_read(dict(_replies(chunk, opened, replies.known)), opened, replies.read, found=found))
        opened.progress(f"reading `{line(state.name, 40)}`", len(passage.swept), state.exists)
    if untold := passage.untold():
        found.incomplete.append(Incomplete(f"folder `{state.name}`", untold))
    found.cursor = passage.ended(found.cursor, traces, kept_back=(), untold=bool(untold))
    return found


def _read(
    replies: Mapping[Swept, SentReply], opened: Opened, read: ReadText, *, found: SentSweep
) -> tuple[SentReply, ...]:
    """The same with what their texts give out. What the server keeps back stays unread."""
    by_uid = {reply.ref.uid: reply for reply in replies.values()}
    signed: Whole | None = None
    for whole in opened.reader.whole([(one.uid, one.size) for one in replies], limit=TEXT_LIMIT):
        if whole.uid in by_uid:
            by_uid[whole.uid] = _with_text(by_uid[whole.uid], whole, read, found, now=opened.now)
        if whole.complete and _SIGNED in whole.raw[:TEXT_LIMIT].lower():
            signed = whole
    if signed is not None:
        name, now, resolver = opened.state.name, opened.now, opened.judge.resolver
        held = signatures_that_hold(signed, opened.own_domains, resolver, folder=name, now=now)
        found.signatures = held or found.signatures
    return tuple(by_uid.values())


def _with_text(reply: SentReply, whole: Whole, read: ReadText, found: SentSweep, *, now: datetime) -> SentReply:
    judged = reply.marketplace if reply.sent_at > now - JUDGED_FOR else None
    try:
        text = read(whole.raw if whole.complete else clipped(whole.raw), judged)
    except Exception as error:  # one strange message must not end the run of the others
        why = f"its text made auditor fail ({type(error).__name__}), which is a bug; it was not read"
        found.incomplete.append(Incomplete(f"message {reply.ref.uid} of `{reply.ref.folder}`", why))
        return reply
    orders = tuple(dict.fromkeys((*reply.orders, *text.orders)))
    return replace(reply, given=text.given, orders=orders, remarks=text.remarks, digest=text.digest)


def _replies(chunk: Sequence[Swept], opened: Opened, known: Known) -> Iterator[tuple[Swept, SentReply]]:
    """What went to a customer's relay address, and what answers a message of a marketplace wherever it went."""
    read = [(one, read_header(one.header)) for one in chunk]
    threads = [thread_of(message) for _, message in read]
    answered = known({each for thread in threads for each in _named_by(thread)})
    for (one, message), thread in zip(read, threads, strict=True):
        recipients = named(message, ("to", "cc"))
        names = (answered[each] for each in _named_by(thread) if each in answered)
        marketplace = customer_of(recipients, opened.judge.context.catalogue) or next(names, "")
        if marketplace:
            yield (
                one,
                SentReply(
                    ref=MessageRef(opened.state.name, opened.state.uidvalidity, one.uid),
                    sent_at=one.received_at,
                    header_from=stored_value(message, "from"),
                    recipients=recipients,
                    subject=stored_value(message, "subject"),
                    marketplace=marketplace,
                    rules=opened.judge.rules,
                    message_id=stored_value(message, "message-id") or None,
                    date=stored_value(message, "date"),
                    thread=thread,
                    automatic=tuple(_automatic(message)),
                    orders=order_numbers(decoded(stored_value(message, "subject"))),
                ),
            )


def _named_by(thread: Thread) -> tuple[str, ...]:
    return (*([thread.in_reply_to] if thread.in_reply_to else ()), *reversed(thread.references))


def customer_of(recipients: tuple[str, ...], catalogue: Catalogue) -> str:
    """The marketplace through whose relay it went to a customer; empty where it did not."""
    matches = (catalogue.match(address) for address in recipients)
    return next((match.marketplace.name for match in matches if match and match.stream.kind is Kind.CUSTOMER), "")


def _automatic(message: Message) -> Iterator[str]:
    for name in _AUTOMATIC:
        if value := stored_value(message, name):
            yield f"{name}: {value}"
