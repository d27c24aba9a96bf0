"""One folder, from where its last sweep ended -> ledger rows; nothing in the folder is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.candidates import SWEPT_FIELDS, Look, candidate
from auditor.cursors import Past, is_due
from auditor.display import line
from auditor.errors import AuditorError
from auditor.evidence.collect import origin, questions
from auditor.judging import MAX_MESSAGE, Judge, Judged, Letter, judge_all
from auditor.ledger_rows import failed_row, header_row, judged_row
from auditor.mailbox.interface import FolderState, MailReader, MessageRef, Role, Swept, Trace, Whole
from auditor.own_mail import newest_own, signatures_that_hold
from auditor.passage import Passage
from auditor.report import Incomplete
from auditor.resolver import Found
from auditor.store.rows import Cursor, LedgerRow, OwnSignature
from auditor.verdict import Standing

MOST_A_NIGHT = 1_000
"""Messages that are read whole in a folder outside spam in one run, so that a first one ends; the next goes on."""

_BATCH_MESSAGES = 50
_BATCH_BYTES = 4 * 1024 * 1024
_OWN_LIMIT = 1024 * 1024  # octets; of a longer message of the seller's own no signature is verified
_MAYBE_CUT = 65_536  # octets of header fields after which a sweep stops: the From may come behind them

Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """For those who show no progress."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open folder, and what its messages are looked at with."""

    reader: MailReader
    state: FolderState
    role: Role
    judge: Judge
    now: datetime
    progress: Progress = silent
    own_domains: frozenset[str] = frozenset()
    """Whose mail shows how the seller's own is signed."""


@dataclass(slots=True)
class Sweep:
    """What one look at one folder brought; `gone`: messages of earlier looks that are no longer there."""

    cursor: Cursor
    rows: list[LedgerRow] = field(default_factory=list)
    gone: list[MessageRef] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)
    is_cut: bool = False
    """There is more that is new; the next run reads on."""
    signatures: tuple[OwnSignature, ...] = ()
    """On the seller's own mail."""


def sweep(opened: Opened, past: Past, traces: Sequence[Trace]) -> Sweep:
    """Look at what is new in the folder, and again at what could not be decided.

    `past` is what the ledger holds of it under its present UIDVALIDITY, `traces` what is there of that still. Under
    other rules than the cursor's everything is looked at anew.
    """
    judge, state = opened.judge, opened.state
    last = past.goes_on(judge.rules, opened.role)
    passage = Passage.begun(opened.reader, state, last, role=opened.role, now=opened.now)
    found = Sweep(passage.cursor(opened.role, judge.rules, opened.now))
    wanted: list[tuple[int, int]] = []
    own: Swept | None = None
    for chunk in passage.chunks(SWEPT_FIELDS):
        own = newest_own(chunk, opened.own_domains) or own
        for one in chunk:
            look = candidate(one.header, judge.context.catalogue, judge.context.imitations).look
            if look is Look.WHOLE or (look is Look.NONE and len(one.header) >= _MAYBE_CUT):
                wanted.append((one.uid, one.size))
            elif look is Look.HEADER:
                found.rows.append(header_row(one, state, judge, opened.role))
        opened.progress(f"reading `{line(state.name, 40)}`", len(passage.swept), state.exists)
        if opened.role is not Role.JUNK and len(wanted) >= MOST_A_NIGHT:
            found.is_cut = True
            found.incomplete.append(passage.stop())
            break
    there = {trace.uid for trace in traces} - passage.swept.keys()
    wanted += [(row.ref.uid, row.size) for row in past.known if row.ref.uid in there and is_due(row, opened.now)]
    if untold := passage.untold():
        found.incomplete.append(Incomplete(f"folder `{state.name}`", untold))
    kept_back = _judge_all(opened, wanted, found)
    asked = {uid for uid, _ in wanted}
    stay = (there - asked) | kept_back | {row.ref.uid for row in found.rows}
    gone = [row.ref for row in past.known if row.ref.uid not in stay]
    if last is None or len(gone) <= passage.left() + len(asked):
        found.gone += gone
    found.signatures = _signatures(opened, own)
    # Outside spam nothing waits for one message that the server keeps back, and many may lie behind it.
    stuck = kept_back if opened.role is Role.JUNK else ()
    found.cursor = passage.ended(found.cursor, traces, kept_back=stuck, untold=bool(untold))
    return found


def _signatures(opened: Opened, own: Swept | None) -> tuple[OwnSignature, ...]:
    """On the newest message of the seller's own, a round trip and a question to DNS more; never out of spam."""
    if own is None or opened.role is Role.JUNK:
        return ()
    name, now, resolver = opened.state.name, opened.now, opened.judge.resolver
    for whole in opened.reader.whole([(own.uid, own.size)], limit=_OWN_LIMIT):
        return signatures_that_hold(whole, opened.own_domains, resolver, folder=name, now=now)
    return ()


def judge_again(opened: Opened, cursor: Cursor, due: Sequence[LedgerRow]) -> Sweep:
    """Look again at what could not be decided, in a folder that is otherwise as the last run left it."""
    found = Sweep(replace(cursor, swept_at=opened.now))
    kept_back = _judge_all(opened, [(row.ref.uid, row.size) for row in due], found)
    stay = kept_back | {row.ref.uid for row in found.rows}
    found.gone += [row.ref for row in due if row.ref.uid not in stay]
    return found


def _judge_all(opened: Opened, wanted: Sequence[tuple[int, int]], found: Sweep) -> set[int]:
    """Rows of all that the server hands out; the UIDs of what it lists and does not hand out."""
    reader, unanswered, proved = opened.reader, {uid for uid, _ in wanted}, 0
    for batch in _batches(each for each in reader.whole(wanted, limit=MAX_MESSAGE) if each.raw or each.complete):
        unanswered -= {whole.uid for whole in batch}
        found.rows += _judged_rows(batch, opened, found.incomplete)
        proved += len(batch)
        opened.progress("proving", proved, len(wanted))
    return _kept_back(reader, unanswered, opened.state, found.incomplete)


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


def _judged_rows(batch: Sequence[Whole], opened: Opened, incomplete: list[Incomplete]) -> Iterator[LedgerRow]:
    state, judge, role, now = opened.state, opened.judge, opened.role, opened.now
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
