"""Changes of Gmail's filters go in; each is made and seen to be made.

For each change, in their order:

1. What Gmail shows now is as it was planned on; else somebody was there before us, and it is left.
2. The journal says "sent", on the disk, before the request goes out.
3. The request is sent, and Gmail asked again: only what it then shows is believed, and its id journalled.

Each filter stands for itself: where one is not made, those before it stay, and the next run makes the rest. What a dead
run left is settled by what Gmail shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from auditor.errors import FilterRefused, MailboxError
from auditor.filters import PUT_FILTER, Filter, FilterChange, FilterOutcome, Listed, planned, read
from auditor.outcome import Status
from auditor.store.rows import Action, ActionState, Entry

if TYPE_CHECKING:
    from auditor.store.journal import Journal

_NOT_BEGUN = "not begun"
_DIED = "the run that planned it died; it will be planned again"


class FilterServer(Protocol):
    """The filters of one account. Each method raises MailboxError; FilterRefused: Gmail said no, nothing was done."""

    def listed(self) -> Sequence[Listed]: ...

    def add(self, wanted: Filter) -> str:
        """The id of the new one."""

    def remove(self, id: str) -> None: ...


def change(
    changes: Sequence[FilterChange], server: FilterServer, journal: Journal, *, run: str
) -> tuple[FilterOutcome, ...]:
    """Make them up to the first that cannot be made; one outcome each.

    Raises MailboxError where the very first was not made, and nothing is; StateError where the journal cannot be
    written: what was not journalled was not sent.
    """
    entries = journal.plan(run, [Action(PUT_FILTER, planned(each)) for each in changes])
    outcomes: list[FilterOutcome] = []
    for at, entry in enumerate(entries):
        try:
            outcomes.append(_made(entry, server, journal))
        except MailboxError as error:
            journal.mark([each.marked(ActionState.SKIPPED, _NOT_BEGUN) for each in entries[at + 1 :]])
            if not outcomes:
                raise
            failed = FilterOutcome(read(entry.payload), Status.FAILED, error.message)
            rest = [FilterOutcome(read(each.payload), Status.SKIPPED, _NOT_BEGUN) for each in entries[at + 1 :]]
            return (*outcomes, failed, *rest)
    return tuple(outcomes)


def finish(server: FilterServer, journal: Journal, *, run: str) -> None:
    """Settle what dead runs planned or sent by what Gmail shows; `run` is the present one."""
    left = [each for each in journal.open_entries(besides=run) if each.kind == PUT_FILTER]
    there = server.listed() if left else ()
    for entry in left:
        wanted = read(entry.payload)
        found = _found(wanted, there)
        is_made = entry.state is ActionState.SENT and (found is not None) == wanted.adds
        if is_made:
            _ended(entry, ActionState.DONE, "", journal, id=found.id if found else wanted.id)
        else:
            _ended(entry, ActionState.SKIPPED, _DIED, journal)


def undo(run: str, server: FilterServer, journal: Journal, *, new_run: str) -> tuple[FilterOutcome, ...]:
    """Take back what `run` made, the last first; a filter that was changed since is the seller's, and is left."""
    made = [each for each in journal.entries(run) if each.kind == PUT_FILTER and each.state is ActionState.DONE]
    back = [read(entry.payload).reversed() for entry in reversed(made)]
    there = server.listed()
    done = [each for each in back if (_found(each, there) is not None) == each.adds]
    outcomes = change([each for each in back if each not in done], server, journal, run=new_run)
    return (*(FilterOutcome(each, Status.DONE, "it is as it was already") for each in done), *outcomes)


def _found(wanted: FilterChange, there: Sequence[Listed]) -> Listed | None:
    """The filter that the change is about, as Gmail shows it now. Gmail makes no two that say the same."""
    same = (each for each in there if each.filter == wanted.filter and wanted.id in ("", each.id))
    return next(same, None)


def _made(entry: Entry, server: FilterServer, journal: Journal) -> FilterOutcome:
    """Steps 1 to 3. Raises MailboxError; the entry stays "sent" where nobody knows what will become of it."""
    wanted = read(entry.payload)
    if (_found(wanted, server.listed()) is not None) == wanted.adds:
        return _ended(entry, ActionState.SKIPPED, "somebody else was there before", journal)
    journal.mark([entry.marked(ActionState.SENT)])
    id, error = _sent(wanted, server)
    there = server.listed()
    found = _found(wanted, there)
    if (found is not None) == wanted.adds:
        return _ended(entry, ActionState.DONE, "", journal, id=found.id if found else wanted.id)
    if isinstance(error, FilterRefused):
        journal.mark([entry.marked(ActionState.FAILED, error.message)])
    elif wanted.adds and any(each.id == id for each in there):
        server.remove(id)
        error = FilterRefused("Gmail made something else of the filter; that is removed again")
        journal.mark([entry.marked(ActionState.FAILED, error.message)])
    else:
        journal.mark([entry.marked(ActionState.SENT, more={"id": id})])
    raise error or MailboxError("Gmail agreed, and does not show it", hint="run this again: it asks what became of it")


def _sent(wanted: FilterChange, server: FilterServer) -> tuple[str, MailboxError | None]:
    """The filter's id as far as it is known, and what went wrong: it may have been carried out all the same."""
    try:
        if wanted.adds:
            return server.add(wanted.filter), None
        server.remove(wanted.id)
    except MailboxError as error:
        return wanted.id, error
    return wanted.id, None


def _ended(entry: Entry, state: ActionState, detail: str, journal: Journal, *, id: str = "") -> FilterOutcome:
    """First the journal, then the report."""
    ended = entry.marked(state, detail, more={"id": id} if id else None)
    journal.mark([ended])
    return FilterOutcome(read(ended.payload), Status(state.value), detail)
