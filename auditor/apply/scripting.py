"""Changes of Sieve scripts go in; each is made and seen to be made, or nothing is.

For each change, in their order:

1. What the server shows now is not what was planned on: somebody else changed it, so it is left.
2. The journal says "sent", on the disk, before a command is sent; the journal holds the text as it was.
3. The command is sent, and the server asked again: only what it then shows is believed.

The first change that is not made ends the run, and those before it are taken back in reverse order. What a dead run
left is settled by what the server shows: made, or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from auditor.errors import MailboxError, ScriptRefused
from auditor.outcome import Status
from auditor.scripts import PUT_SCRIPT, Change, Part, ScriptOutcome, planned, read
from auditor.store.rows import Action, ActionState, Entry

if TYPE_CHECKING:
    from auditor.store.journal import Journal

_TAKEN_BACK = "taken back, since the next step was not possible"
_OTHERWISE = "it was changed by somebody else in the meantime, and is left as it is"


class ScriptServer(Protocol):
    """The scripts of one account. Each method raises MailboxError; a refusal is a ScriptRefused."""

    def names(self) -> tuple[Sequence[str], str | None]:
        """All scripts, and which of them is active."""

    def get(self, name: str) -> bytes: ...

    def put(self, name: str, text: bytes) -> None: ...

    def delete(self, name: str) -> None: ...

    def activate(self, name: str) -> None:
        """An empty name: none is active."""


def install(
    changes: Sequence[Change], server: ScriptServer, journal: Journal, *, run: str
) -> tuple[ScriptOutcome, ...]:
    """Make all changes, or none; one outcome each.

    Raises StateError where the journal cannot be written: what was not journalled was not sent.
    """
    entries = journal.plan(run, [Action(PUT_SCRIPT, planned(change)) for change in changes])
    outcomes: list[ScriptOutcome] = []
    for at, entry in enumerate(entries):
        made = _made(entry, server, journal)
        outcomes.append(made)
        if made.status is not Status.DONE:
            rest = entries[at + 1 :]
            journal.mark([each.marked(ActionState.SKIPPED, "not begun") for each in rest])
            before = _taken_back(entries[:at], outcomes[:at], server, journal)
            skipped = [ScriptOutcome(read(each.payload), Status.SKIPPED, "not begun") for each in rest]
            return (*before, made, *skipped)
    return tuple(outcomes)


def finish(server: ScriptServer, journal: Journal, *, run: str) -> None:
    """Settle what dead runs planned or sent by what the server shows; `run` is the present one."""
    for entry in journal.open_entries(besides=run):
        if entry.kind == PUT_SCRIPT:
            change = read(entry.payload)
            is_made = shown(server, change) == change.after
            said = "" if is_made else "the run that planned it died; it will be planned again"
            journal.mark([entry.marked(ActionState.DONE if is_made else ActionState.SKIPPED, said)])


def undo(run: str, server: ScriptServer, journal: Journal, *, new_run: str) -> tuple[ScriptOutcome, ...]:
    """Put back what `run` changed, the last first; what was changed again since is left."""
    made = [each for each in journal.entries(run) if each.kind == PUT_SCRIPT and each.state is ActionState.DONE]
    back = [read(entry.payload).reversed() for entry in reversed(made)]
    done = [ScriptOutcome(each, Status.DONE, "it is as it was already") for each in back if _is_made(each, server)]
    left = [each for each in back if each not in {one.change for one in done}]
    return (*done, *install(left, server, journal, run=new_run))


def shown(server: ScriptServer, change: Change) -> bytes | None:
    """What the server has there now."""
    names, active = server.names()
    if change.part is Part.ACTIVE:
        return None if active is None else active.encode()
    return server.get(change.name) if change.name in names else None


def _is_made(change: Change, server: ScriptServer) -> bool:
    return shown(server, change) == change.after


def _made(entry: Entry, server: ScriptServer, journal: Journal) -> ScriptOutcome:
    """Steps 1 to 3."""
    change = read(entry.payload)
    try:
        if shown(server, change) != change.before:
            return _ended(entry, ActionState.SKIPPED, _OTHERWISE, journal)
        journal.mark([entry.marked(ActionState.SENT)])
        refused = _sent(change, server)
        if _is_made(change, server):
            return _ended(entry, ActionState.DONE, "", journal)
    except MailboxError as error:
        return ScriptOutcome(change, Status.FAILED, f"{error.message}; the next run asks the server what became of it")
    return _ended(entry, ActionState.FAILED, refused or "the server agreed, and did not do it", journal)


def _sent(change: Change, server: ScriptServer) -> str:
    """The server's words where it refused."""
    try:
        if change.part is Part.ACTIVE:
            server.activate((change.after or b"").decode())
        elif change.after is None:
            server.delete(change.name)
        else:
            server.put(change.name, change.after)
    except ScriptRefused as error:
        return error.message
    return ""


def _taken_back(
    entries: Sequence[Entry], outcomes: Sequence[ScriptOutcome], server: ScriptServer, journal: Journal
) -> list[ScriptOutcome]:
    """What was made before, as it was again where the server lets us."""
    found = list(outcomes)
    for at in reversed(range(len(entries))):
        back = outcomes[at].change.reversed()
        try:
            refused = "" if shown(server, back) != back.before else _sent(back, server)
            is_back = _is_made(back, server)
        except MailboxError as error:
            found[at] = ScriptOutcome(outcomes[at].change, Status.DONE, f"it was made, and stays: {error.message}")
            break
        if is_back:
            found[at] = _ended(entries[at], ActionState.SKIPPED, _TAKEN_BACK, journal)
        else:
            found[at] = ScriptOutcome(outcomes[at].change, Status.DONE, f"it was made, and stays: {refused}")
            break
    return found


def _ended(entry: Entry, state: ActionState, detail: str, journal: Journal) -> ScriptOutcome:
    """First the journal, then the report."""
    journal.mark([entry.marked(state, detail)])
    return ScriptOutcome(read(entry.payload), Status(state.value), detail)
