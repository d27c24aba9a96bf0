"""Moves go in, the mailbox is changed, and what became of each message comes out: the only writer.

`auditor.apply.carrier` says in which steps; here is what they are taken for: a rescue, its undo, and the end of what
a dead run left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor import transfer
from auditor.apply.carrier import Carrier
from auditor.apply.discarding import DISCARD, ref_of
from auditor.batch import Item, item
from auditor.mailbox.interface import MailWriter, MessageRef
from auditor.outcome import Outcome, Status
from auditor.plan import Move
from auditor.store.rows import Action, ActionState, Entry
from auditor.transfer import MOVE, UNDO

if TYPE_CHECKING:
    from auditor.store.journal import Journal


def apply(
    moves: Sequence[Move], writer: MailWriter, journal: Journal, *, run: str, gmail: bool = False
) -> tuple[Outcome, ...]:
    """Carry out the moves; one outcome each, in their order.

    Raises StateError where the journal cannot be written: what was not journalled was not sent, and what was
    sent is finished by the next run.
    """
    entries = journal.plan(run, [Action(MOVE, transfer.planned(move)) for move in moves])
    return Carrier(writer, journal, gmail=gmail).carry(entries)


def undo(run: str, writer: MailWriter, journal: Journal, *, new_run: str, gmail: bool = False) -> tuple[Outcome, ...]:
    """Move back what `run` moved, each message from where it was put; one that is elsewhere now is left alone.

    One outcome for each message that the run moved or copied; none where there is nothing to take back.
    """
    back = _put_back(journal)
    outcomes: list[Outcome] = []
    actions: list[Action] = []
    for entry in journal.entries(run):
        if entry.kind == DISCARD:
            outcomes.append(Outcome(ref_of(entry), Status.SKIPPED, None, "it was our own probe, and is not put back"))
        if entry.kind != MOVE:
            continue
        done = transfer.read(entry.payload)
        if done.landed is None:
            continue
        before = back.get(entry.key)
        if before is not None and before.entry.state is ActionState.DONE:
            said = f"already put back by run {before.entry.run}"
            outcomes.append(Outcome(done.landed, Status.DONE, before.transfer.landed, said))
        elif refusal := _why_not_back(item(entry), before):
            outcomes.append(Outcome(done.landed, Status.SKIPPED, None, refusal))
        else:
            actions.append(Action(UNDO, transfer.planned_back(entry.key, done, done.landed)))
    entries = journal.plan(new_run, actions)
    return (*outcomes, *Carrier(writer, journal, gmail=gmail).carry(entries))


def finish_dead_runs(writer: MailWriter, journal: Journal, *, run: str, gmail: bool = False) -> tuple[Outcome, ...]:
    """Bring to an end what earlier runs planned or sent and did not finish; `run` is the present one.

    The server is asked where each message is. What a dead run only planned was never sent: it is skipped and
    will be planned again. Call it under the account's lock, before `apply` and `undo`.
    """
    entries = [entry for entry in journal.open_entries(besides=run) if entry.kind in (MOVE, UNDO)]
    return Carrier(writer, journal, gmail=gmail).resume(entries)


def so_far(entries: Sequence[Entry]) -> tuple[Outcome, ...]:
    """What the journal knows of a run that was broken off in the middle."""
    return tuple(Outcome(each.transfer.ref, *_so_far(each.entry)) for each in map(item, entries))


def _so_far(entry: Entry) -> tuple[Status, MessageRef | None, str]:
    landed = transfer.read(entry.payload).landed
    if entry.state is ActionState.PLANNED:
        return Status.SKIPPED, None, "not begun; it will be planned again"
    if entry.state is ActionState.SENT:
        return Status.FAILED, landed, "interrupted; the next run asks the server what became of it"
    return Status(entry.state.value), landed, entry.detail


def _put_back(journal: Journal) -> dict[tuple[str, int], Item]:
    """The entries that were undone, or are about to be, and what undid them."""
    counts = (ActionState.DONE, ActionState.COPIED, ActionState.SENT)
    back = [item(entry) for entry in journal.of_kind(UNDO) if entry.state in counts]
    return {each.transfer.undoes: each for each in back if each.transfer.undoes}


def _why_not_back(moved: Item, before: Item | None) -> str:
    if before is not None and before.entry.state is ActionState.COPIED:
        return f"run {before.entry.run} put a copy back; the one in `{moved.transfer.to}` can be deleted by hand"
    if before is not None:
        return f"what became of it in run {before.entry.run} is not settled yet"
    if moved.entry.state is ActionState.DONE:
        return ""
    if moved.entry.state is ActionState.COPIED:
        source, to = moved.transfer.ref.folder, moved.transfer.to
        return f"the original never left `{source}`; the copy in `{to}` can be deleted by hand"
    return "what became of it is not settled yet"
