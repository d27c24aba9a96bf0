"""One folder, from where its last sweep ended -> ledger rows; nothing in the folder is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeGuard

from auditor.candidates import SWEPT_FIELDS, Look, candidate
from auditor.display import line
from auditor.errors import AuditorError
from auditor.evidence.collect import origin, questions
from auditor.judging import MAX_MESSAGE, Judge, Judged, Letter, judge_all
from auditor.ledger_rows import failed_row, header_row, judged_row
from auditor.mailbox.interface import FolderState, MailReader, MessageRef, Role, Swept, Whole
from auditor.report import Incomplete
from auditor.resolver import Found
from auditor.store.rows import Cursor, LedgerRow
from auditor.verdict import Standing

_BATCH_MESSAGES = 50
_BATCH_BYTES = 4 * 1024 * 1024
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
                found.rows.append(header_row(one, state, judge, role))
        progress(f"reading `{line(state.name, 40)}`", len(swept), state.exists)
    there = swept | _still_there(reader, known, swept, goes_on=goes_on)
    found.gone += [row.ref for row in known if row.ref.uid not in there]
    wanted += [(row.ref.uid, row.size) for row in known if row.ref.uid in there - swept and _is_due(row, now)]
    unanswered = {uid for uid, _ in wanted}
    before = cursor.exists if cursor is not None and goes_on else 0
    if untold := _untold(reader, state, len(swept), before=before):
        found.incomplete.append(Incomplete(f"folder `{state.name}`", untold))
    for batch in _batches(each for each in reader.whole(wanted, limit=MAX_MESSAGE) if each.raw or each.complete):
        unanswered -= {whole.uid for whole in batch}
        found.rows += _judged_rows(batch, state, judge, role=role, now=now, incomplete=found.incomplete)
        progress("proving", len(found.rows), len(wanted))
    kept_back = _kept_back(reader, unanswered, state, found.incomplete)
    ends = replace(found.cursor, exists=before) if untold else _moved_on(found.cursor, state, swept, kept_back)
    return Sweep(ends, found.rows, found.gone, found.incomplete)


def could_be_quiet(cursor: Cursor | None, known: Sequence[LedgerRow], rules: str, now: datetime) -> TypeGuard[Cursor]:
    """Whether nothing of the folder need be looked at unless something came or left: no other rules, nothing due."""
    return cursor is not None and cursor.rules == rules and not any(_is_due(row, now) for row in known)


def is_unchanged(state: FolderState, cursor: Cursor) -> bool:
    """Whether what STATUS says is what the last sweep left: then nothing came, and what lay there lies there still.

    UIDs only grow (RFC 9051 section 2.3.1.1), so no arrival can make up for a message that left.
    """
    then = (cursor.uidvalidity, cursor.uidnext, cursor.exists)
    return (state.uidvalidity, state.uidnext, state.exists) == then


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
    for whole, judged in zip(batch, judge_each(letters, judge), strict=True):
        if isinstance(judged, Exception):
            why = f"it made auditor fail ({type(judged).__name__}), which is a bug; it was left where it is"
            incomplete.append(Incomplete(f"message {whole.uid} of `{state.name}`", why))
            yield failed_row(whole, why, state, judge, role=role, now=now)
            continue
        if why := _not_looked_at(whole, judged, judge):
            incomplete.append(Incomplete(f"message {whole.uid} of `{state.name}`", why))
        if judged.verdict.standing is not Standing.UNRELATED:
            yield judged_row(whole, judged, state, judge, role=role, now=now)


def judge_each(letters: Sequence[Letter], judge: Judge) -> Sequence[Judged | Exception]:
    """All at once; where that fails one by one, so that no message ends the run of the others."""
    try:
        return judge_all(letters, judge.context, judge.resolver)
    except AuditorError:
        raise
    except Exception as error:
        if len(letters) == 1:
            return [error]
    return [judged for letter in letters for judged in judge_each([letter], judge)]


def _not_looked_at(whole: Whole, judged: Judged, judge: Judge) -> str:
    """Why this message could not be judged tonight; empty where it was."""
    if not whole.complete:
        return f"it is too large to be checked ({whole.size / 1024 / 1024:.0f} MB; 15 MB at most)"
    if judged.message.overruns and judged.message.first("from") is None:
        return f"{judged.message.overruns[0]}, and in front of that nothing says who sent it"
    if not judged.verdict.could_change:
        return ""
    answers = judge.resolver.ask(
        questions(origin(judged.message, judge.context)), budget_s=0
    )  # what was answered already
    silent = sorted(name for name, answer in answers.items() if answer.found is Found.TEMPERROR)
    return f"DNS did not answer about {silent[0]}; the next run asks again" if silent else ""


def _untold(reader: MailReader, state: FolderState, told: int, *, before: int) -> str:
    """What to say where the server counts more messages than it tells of, also at a second look: some may have left.

    There were `before` at the last sweep, so that no more than the new ones came to them.
    """
    if state.exists - before <= told:
        return ""
    again = reader.examine(state.name)
    if again.uidvalidity == state.uidvalidity and again.exists - before <= told:
        return ""
    return (
        f"the server counts {again.exists - before} messages that are new and told of {told}; the next run asks again"
    )


def _kept_back(reader: MailReader, unanswered: set[int], state: FolderState, incomplete: list[Incomplete]) -> set[int]:
    """Messages that the server lists and did not hand out; what has left the folder meanwhile is none.

    Where it counts as many messages as ever, none has left, whatever it says of each.
    """
    there = set(reader.present(sorted(unanswered))) if unanswered else set()
    if (left := len(unanswered - there)) and reader.examine(state.name).exists > state.exists - left:
        there = unanswered
    why = "the server did not hand it out; the next run asks again"
    incomplete += [Incomplete(f"message {uid} of `{state.name}`", why) for uid in sorted(there)]
    return there


def _moved_on(cursor: Cursor, state: FolderState, swept: set[int], kept_back: set[int]) -> Cursor:
    """The next sweep begins behind this one, or at the first message that could not be read."""
    uidnext = state.uidnext if state.uidnext is not None else max(swept, default=cursor.uidnext - 1) + 1
    return replace(cursor, uidnext=min({max(uidnext, cursor.uidnext), *kept_back}))
