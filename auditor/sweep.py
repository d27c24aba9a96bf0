"""One folder, from where its last sweep ended -> ledger rows; nothing in the folder is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from auditor.candidates import SWEPT_FIELDS, Look, candidate
from auditor.display import line
from auditor.errors import AuditorError
from auditor.evidence.collect import questions
from auditor.evidence.dkim import Outcome
from auditor.evidence.recipients import named
from auditor.evidence.sender import mailboxes
from auditor.judging import MAX_MESSAGE, Judge, Judged, Letter, judge_all, judge_header
from auditor.mailbox.interface import FolderState, MailReader, MessageRef, Role, Swept, Whole
from auditor.message import Message
from auditor.providers import Provider
from auditor.report import Incomplete
from auditor.resolver import Found
from auditor.store.rows import Cursor, LedgerRow, StoredCheck, Thread
from auditor.verdict import Standing

_BATCH_MESSAGES = 50
_BATCH_BYTES = 4 * 1024 * 1024
_ASK_AGAIN = timedelta(hours=1)
_MAX_REFERENCES = 20
_MAYBE_CUT = 65_536  # octets of header fields after which a sweep stops: the From may come behind them

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Sweep:
    """What one look at one folder brought; `gone`: messages of earlier looks that are no longer there."""

    cursor: Cursor
    rows: list[LedgerRow] = field(default_factory=list)
    gone: list[MessageRef] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)


def sweep(
    reader: MailReader,
    state: FolderState,
    judge: Judge,
    *,
    role: Role,
    cursor: Cursor | None,
    known: Sequence[LedgerRow],
    now: datetime,
    progress: Progress = lambda _what, _done, _total: None,
) -> Sweep:
    """Look at what is new in the open folder, and again at what could not be decided.

    `cursor` and `known` are what the ledger holds of this folder under its present UIDVALIDITY. Under other rules
    than the cursor's everything is looked at anew.
    """
    goes_on = cursor is not None and cursor.rules == judge.rules
    first_uid = cursor.uidnext if cursor is not None and goes_on else 1
    found = Sweep(
        Cursor(state.name, role, state.uidvalidity, first_uid, state.exists, judge.rules, now, state.highestmodseq)
    )
    swept: set[int] = set()
    wanted: list[tuple[int, int]] = []
    for chunk in _new(reader, state, first_uid):
        for one in chunk:
            swept.add(one.uid)
            look = candidate(one.header, judge.context.catalogue, judge.context.imitations).look
            if look is Look.WHOLE or (look is Look.NONE and len(one.header) >= _MAYBE_CUT):
                wanted.append((one.uid, one.size))
            elif look is Look.HEADER:
                found.rows.append(_header_row(one, state, judge, role))
        progress(f"reading `{line(state.name, 40)}`", len(swept), state.exists)
    there = swept | _still_there(reader, known, swept, goes_on=goes_on)
    found.gone += [row.ref for row in known if row.ref.uid not in there]
    wanted += [(row.ref.uid, row.size) for row in known if row.ref.uid in there - swept and _is_due(row, now)]
    for batch in _batches(reader.whole(wanted, limit=MAX_MESSAGE)):
        found.rows += _judged_rows(batch, state, judge, role=role, now=now, incomplete=found.incomplete)
        progress("proving", len(found.rows), len(wanted))
    return Sweep(_moved_on(found.cursor, state, swept), found.rows, found.gone, found.incomplete)


def _new(reader: MailReader, state: FolderState, first_uid: int) -> Iterator[tuple[Swept, ...]]:
    if state.exists and (state.uidnext is None or state.uidnext > first_uid):
        yield from reader.sweep(SWEPT_FIELDS, first_uid=first_uid)


def _still_there(reader: MailReader, known: Sequence[LedgerRow], swept: set[int], *, goes_on: bool) -> set[int]:
    """Which messages of earlier nights lie there still. After a sweep of everything that is known already."""
    older = [row.ref.uid for row in known if row.ref.uid not in swept]
    return set(reader.present(older)) if goes_on and older else set()


def _is_due(row: LedgerRow, now: datetime) -> bool:
    return row.retry_at is not None and row.retry_at <= now


def _batches(wholes: Iterable[Whole]) -> Iterator[list[Whole]]:
    """So many at once that DNS is asked for many names together, and so few that memory stays flat."""
    batch: list[Whole] = []
    for whole in wholes:
        batch.append(whole)
        if len(batch) >= _BATCH_MESSAGES or sum(len(one.raw) for one in batch) >= _BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _judged_rows(
    batch: Sequence[Whole],
    state: FolderState,
    judge: Judge,
    *,
    role: Role,
    now: datetime,
    incomplete: list[Incomplete],
) -> Iterator[LedgerRow]:
    letters = [Letter(whole.raw, whole.received_at, whole.complete) for whole in batch]
    for whole, judged in zip(batch, _judge_each(letters, judge), strict=True):
        if isinstance(judged, Exception):
            why = f"it made auditor fail ({type(judged).__name__}), which is a bug; it was left where it is"
            incomplete.append(Incomplete(f"message {whole.uid} of `{state.name}`", why))
            continue
        if why := _not_looked_at(whole, judged, judge):
            incomplete.append(Incomplete(f"message {whole.uid} of `{state.name}`", why))
        if judged.verdict.standing is not Standing.UNRELATED:
            yield _row(whole, judged, state, judge, role=role, now=now)


def _judge_each(letters: Sequence[Letter], judge: Judge) -> Sequence[Judged | Exception]:
    """All at once; where that fails one by one, so that no message ends the run of the others."""
    try:
        return judge_all(letters, judge.context, judge.resolver)
    except AuditorError:
        raise
    except Exception as error:
        if len(letters) == 1:
            return [error]
    return [judged for letter in letters for judged in _judge_each([letter], judge)]


def _not_looked_at(whole: Whole, judged: Judged, judge: Judge) -> str:
    """Why this message could not be judged tonight; empty where it was."""
    if not whole.complete:
        return f"it is too large to be checked ({whole.size / 1024 / 1024:.0f} MB; 15 MB at most)"
    if judged.message.overruns and judged.message.first("from") is None:
        return f"{judged.message.overruns[0]}, and in front of that nothing says who sent it"
    if not judged.verdict.could_change:
        return ""
    answers = judge.resolver.ask(questions(judged.message, judge.context), budget_s=0)  # what was answered already
    silent = sorted(name for name, answer in answers.items() if answer.found is Found.TEMPERROR)
    return f"DNS did not answer about {silent[0]}; the next run asks again" if silent else ""


def _row(whole: Whole, judged: Judged, state: FolderState, judge: Judge, *, role: Role, now: datetime) -> LedgerRow:
    row = _verdict_row(
        judged, MessageRef(state.name, state.uidvalidity, whole.uid), judge, role=role, received_at=whole.received_at
    )
    return replace(
        row,
        identity=whole.identity,
        size=whole.size,
        retry_at=_retry_at(judged, now),
        hold=_hold(judged, whole, judge.provider),
    )


def _retry_at(judged: Judged, now: datetime) -> datetime | None:
    """The very next run where DNS failed, for somebody may be waiting; later where a key was not there."""
    if not judged.verdict.could_change:
        return None
    absent_only = all(one.outcome is not Outcome.TEMPERROR for one in judged.evidence.verified)
    decided = all(speaks is not None for speaks in judged.evidence.speaks_for.values())
    return now + _ASK_AGAIN if absent_only and decided else now


def _header_row(swept: Swept, state: FolderState, judge: Judge, role: Role) -> LedgerRow:
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
        header_from=_value(message, "from"),
        subject=_value(message, "subject"),
        received_at=received_at,
        size=0,
        marketplace=verdict.marketplace or "",
        standing=verdict.standing.value,
        rules=judge.rules,
        message_id=_value(message, "message-id") or None,
        stream=verdict.stream,
        kind=verdict.kind.value if verdict.kind else None,
        checks=tuple(StoredCheck(check.rule, check.passed, check.detail) for check in verdict.checks),
        warnings=verdict.warnings,
        trick=verdict.trick,
        note=verdict.why,
        recipients=named(message, ("to", "cc")),
        thread=_thread(message),
        staff_claim=verdict.staff_claim,
    )


def _thread(message: Message) -> Thread:
    references = (message.first("references") or "").split()[-_MAX_REFERENCES:]
    reply_to = mailboxes(message.first("reply-to") or "") or ()
    return Thread(
        _value(message, "in-reply-to") or None,
        tuple(_stored(reference) for reference in references),
        tuple(sender.address for sender in reply_to),
    )


def _hold(judged: Judged, whole: Whole, provider: Provider) -> str:
    """Why a message is left where it is even if it is genuine."""
    if judged.evidence.wrapped:
        return "wrapped: SpamAssassin put it inside a report; set report_safe 0 and the next one can be rescued"
    if "\\deleted" in {flag.lower() for flag in whole.flags}:
        return "it is marked as deleted"
    delivery = judged.message.first(provider.delivery_field) if provider.delivery_field else None
    if delivery is not None and provider.delivered_to_inbox in delivery.replace(" ", ""):
        return "the provider had delivered it to the inbox: it was put into spam by hand or by a rule of yours"
    return ""


def _moved_on(cursor: Cursor, state: FolderState, swept: set[int]) -> Cursor:
    uidnext = state.uidnext if state.uidnext is not None else max(swept, default=cursor.uidnext - 1) + 1
    return replace(cursor, uidnext=max(uidnext, cursor.uidnext))


def _value(message: Message, name: str) -> str:
    return _stored(message.first(name) or "")


def _stored(text: str) -> str:
    """What a database can hold: bytes above 127 were surrogates, and a value has an end."""
    return text[:2_000].encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")
