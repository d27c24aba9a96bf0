"""The sent folder, from where its last sweep ended -> a row for each message that went to a marketplace's customer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.cursors import Past
from auditor.display import line
from auditor.evidence.recipients import named
from auditor.ledger_rows import stored_value, thread_of
from auditor.mailbox.interface import MessageRef, Swept, Trace
from auditor.marketplaces import Catalogue
from auditor.marketplaces.catalogue import Kind
from auditor.message import Message, read_header
from auditor.passage import Passage
from auditor.report import Incomplete
from auditor.store.rows import Cursor, SentReply, Thread
from auditor.sweep import Opened

_AUTOMATIC = ("auto-submitted", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "precedence")
_FIELDS = (
    *("FROM", "TO", "CC", "SUBJECT", "DATE", "MESSAGE-ID", "IN-REPLY-TO", "REFERENCES"),
    *(name.upper() for name in _AUTOMATIC),
)


@dataclass(slots=True)
class SentSweep:
    """What one look at a sent folder brought."""

    cursor: Cursor
    replies: list[SentReply] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)


Known = Callable[[Collection[str]], Mapping[str, str]]


def sweep_sent(opened: Opened, past: Past, traces: Sequence[Trace], known: Known) -> SentSweep:
    """By the header alone; like a sweep it begins anew under other rules than the cursor's.

    `known`: Message-IDs -> the marketplace of each message in the ledger among them.
    """
    state, judge = opened.state, opened.judge
    last = past.goes_on(judge.rules, opened.role)
    passage = Passage.begun(opened.reader, state, last, role=opened.role, now=opened.now)
    found = SentSweep(passage.cursor(opened.role, judge.rules, opened.now))
    for chunk in passage.chunks(_FIELDS):
        found.replies += _replies(chunk, opened, known)
        opened.progress(f"reading `{line(state.name, 40)}`", len(passage.swept), state.exists)
    if untold := passage.untold():
        found.incomplete.append(Incomplete(f"folder `{state.name}`", untold))
    found.cursor = passage.ended(found.cursor, traces, kept_back=(), untold=bool(untold))
    return found


def _replies(chunk: Sequence[Swept], opened: Opened, known: Known) -> Iterator[SentReply]:
    """What went to a customer's relay address, and what answers a message of a marketplace wherever it went."""
    read = [(one, read_header(one.header)) for one in chunk]
    threads = [thread_of(message) for _, message in read]
    answered = known({each for thread in threads for each in _named_by(thread)})
    for (one, message), thread in zip(read, threads, strict=True):
        recipients = named(message, ("to", "cc"))
        names = (answered[each] for each in _named_by(thread) if each in answered)
        marketplace = _customer_of(recipients, opened.judge.context.catalogue) or next(names, "")
        if marketplace:
            yield SentReply(
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
            )


def _named_by(thread: Thread) -> tuple[str, ...]:
    return (*([thread.in_reply_to] if thread.in_reply_to else ()), *reversed(thread.references))


def _customer_of(recipients: tuple[str, ...], catalogue: Catalogue) -> str:
    """The marketplace through whose relay it went to a customer; empty where it did not."""
    matches = (catalogue.match(address) for address in recipients)
    return next((match.marketplace.name for match in matches if match and match.stream.kind is Kind.CUSTOMER), "")


def _automatic(message: Message) -> Iterator[str]:
    for name in _AUTOMATIC:
        if value := stored_value(message, name):
            yield f"{name}: {value}"
