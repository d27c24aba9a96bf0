"""A judged message -> its ledger row, in what a database can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from auditor.cursors import ASK_AGAIN
from auditor.display import decoded
from auditor.evidence.dkim import Outcome
from auditor.evidence.recipients import named
from auditor.evidence.registered import registered_in
from auditor.evidence.sender import mailboxes
from auditor.judging import Judge, Judged, judge_header
from auditor.mailbox.interface import FolderState, MessageRef, Role, Swept, Whole
from auditor.marketplaces import Kind
from auditor.message import Message
from auditor.providers import Provider
from auditor.replies.order_numbers import order_numbers
from auditor.replies.topics import topic_of
from auditor.store.rows import LedgerRow, StoredCheck, Thread
from auditor.text import read_html
from auditor.verdict import Standing

_STAYS_OPEN = timedelta(days=7)  # outside spam, where nothing waits for the verdict
_MAX_REFERENCES = 20
_NOTIFICATION = "x-space-notification-type"


def judged_row(
    whole: Whole, judged: Judged, state: FolderState, judge: Judge, *, role: Role, now: datetime
) -> LedgerRow:
    """The row of a message that was read whole."""
    row = _verdict_row(
        judged, MessageRef(state.name, state.uidvalidity, whole.uid), judge, role=role, received_at=whole.received_at
    )
    return replace(
        row,
        identity=whole.identity,
        size=whole.size,
        flags=tuple(sorted(whole.flags)),
        retry_at=_retry_at(judged, now) if role is Role.JUNK or now - whole.received_at < _STAYS_OPEN else None,
        hold=_hold(judged, whole, judge.provider),
        registered=_registered(judged),
        orders=_orders(judged),
        topic=_topic(judged),
    )


def failed_row(whole: Whole, why: str, state: FolderState, judge: Judge, *, role: Role, now: datetime) -> LedgerRow:
    """The row of a message that could not be judged at all: it is tried again on every run, and never forgotten."""
    return LedgerRow(
        ref=MessageRef(state.name, state.uidvalidity, whole.uid),
        role=role,
        identity=whole.identity,
        header_from="",
        subject="",
        received_at=whole.received_at,
        size=whole.size,
        marketplace="",
        standing=Standing.UNVERIFIED.value,
        rules=judge.rules,
        note=why,
        retry_at=now if role is Role.JUNK or now - whole.received_at < _STAYS_OPEN else None,
    )


def _registered(judged: Judged) -> tuple[str, ...]:
    verdict = judged.verdict
    found = registered_in(judged.message, verdict.marketplace or "") if verdict.kind is Kind.CUSTOMER else ()
    return tuple(_stored(address) for address in found)


def _retry_at(judged: Judged, now: datetime) -> datetime | None:
    """The very next run where DNS failed, for somebody may be waiting; later where a key was not there."""
    if not judged.verdict.could_change:
        return None
    absent_only = all(one.outcome is not Outcome.TEMPERROR for one in judged.evidence.verified)
    decided = all(speaks is not None for speaks in judged.evidence.speaks_for.values())
    return now + ASK_AGAIN if absent_only and decided else now


def header_row(swept: Swept, state: FolderState, judge: Judge, role: Role) -> LedgerRow:
    """The row of a message that its sender settles."""
    judged = judge_header(swept.header, judge.context)
    ref = MessageRef(state.name, state.uidvalidity, swept.uid)
    row = _verdict_row(judged, ref, judge, role=role, received_at=swept.received_at)
    digest = sha256(swept.header + swept.received_at.isoformat().encode() + b"%d" % swept.size).hexdigest()
    return replace(row, identity=f"swept:{digest}", size=swept.size)


def _verdict_row(judged: Judged, ref: MessageRef, judge: Judge, *, role: Role, received_at: datetime) -> LedgerRow:
    message, verdict = judged.message, judged.verdict
    return LedgerRow(
        ref=ref,
        role=role,
        identity="",
        header_from=stored_value(message, "from"),
        subject=stored_value(message, "subject"),
        received_at=received_at,
        size=0,
        marketplace=verdict.marketplace or "",
        standing=verdict.standing.value,
        rules=judge.rules,
        message_id=stored_value(message, "message-id") or None,
        stream=verdict.stream,
        kind=verdict.kind.value if verdict.kind else None,
        checks=tuple(StoredCheck(check.rule, check.passed, check.detail) for check in verdict.checks),
        warnings=verdict.warnings,
        trick=verdict.trick,
        note=verdict.why,
        recipients=named(message, ("to", "cc")),
        thread=thread_of(message),
        staff_claim=verdict.staff_claim,
        notification=stored_value(message, _NOTIFICATION)[:80],
    )


def _orders(judged: Judged) -> tuple[str, ...]:
    """Of a customer's message, and of one that a marketplace wrote about his message."""
    verdict, message = judged.verdict, judged.message
    if verdict.kind is not Kind.CUSTOMER and message.first(_NOTIFICATION) is None:
        return ()
    return order_numbers(decoded(stored_value(message, "subject")), *texts_of(message))


def _topic(judged: Judged) -> str:
    verdict, message = judged.verdict, judged.message
    if verdict.kind is not Kind.CUSTOMER:
        return ""
    return topic_of(decoded(stored_value(message, "subject")), "\n".join(texts_of(message))).value


def texts_of(message: Message) -> tuple[str, ...]:
    """What a reader sees of it: the plain text, else the words of the page."""
    shown = [part for part in message.parts if part.text and not part.attached]
    plain = tuple(part.text or "" for part in shown if part.content_type == "text/plain")
    pages = (read_html(part.text or "").words for part in shown if part.content_type == "text/html")
    return plain or tuple(pages)


def thread_of(message: Message) -> Thread:
    """What ties it to others, in what a database can hold."""
    references = (message.first("references") or "").split()[-_MAX_REFERENCES:]
    reply_to = mailboxes(message.first("reply-to") or "") or ()
    return Thread(
        stored_value(message, "in-reply-to") or None,
        tuple(_stored(reference) for reference in references),
        tuple(sender.address for sender in reply_to),
    )


def _hold(judged: Judged, whole: Whole, provider: Provider) -> str:
    """Why a message is left where it is even if it is genuine."""
    if judged.evidence.wrapped:
        return "wrapped: SpamAssassin put it inside a report; set report_safe 0 and the next one can be rescued"
    if "\\deleted" in {flag.lower() for flag in whole.flags}:
        return "it is marked as deleted"
    delivery = judged.message.first(provider.delivery_field.lower()) if provider.delivery_field else None
    if delivery is not None and provider.delivered_to_inbox in delivery.replace(" ", ""):
        return "the provider had delivered it to the inbox: it was put into spam by hand or by a rule of yours"
    return ""


def stored_value(message: Message, name: str) -> str:
    """The first field of that name, in what a database can hold; empty where there is none."""
    return _stored(message.first(name) or "")


def _stored(text: str) -> str:
    """What a database can hold: bytes above 127 were surrogates, and a value has an end."""
    return text[:2_000].encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")
