"""A probe that was seen goes in; its messages are removed. Also what a dead run left of one, and what came late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from auditor.apply.discarding import DISCARD, discard, planned, planned_at, ref_of
from auditor.config import MailboxConfig
from auditor.errors import MailboxError
from auditor.mailbox.interface import MailReader
from auditor.outcome import Outcome, Status
from auditor.probing import entries
from auditor.probing.entries import ARRIVED, LOOKED_FOR, PROBE, UNFINISHED, Landing, Result, Sent
from auditor.probing.places import Places, places_of
from auditor.probing.watching import Found, Watch
from auditor.store.rows import Action, ActionState, Entry

if TYPE_CHECKING:
    from auditor.mailbox.connection import Connection
    from auditor.store.journal import Journal


def conclude(
    sent: Sent,
    result: Result,
    found: Sequence[Found],
    *,
    complete: bool,
    connection: Connection,
    journal: Journal,
    now: datetime,
) -> tuple[Outcome, ...]:
    """Write the outcome down, and remove every copy that was seen, under the run that sent the probe.

    A probe that has not arrived stays open, as does one of which another copy may lie where nobody could look (not
    `complete`): later runs look for it, for a week.
    """
    actions = [Action(DISCARD, planned(each.ref, each.whole.identity, sent.probe, now=now)) for each in found]
    removals = journal.plan(sent.entry.run, actions)
    is_old = now - sent.probe.sent_at > LOOKED_FOR
    if result.landing in ARRIVED and (complete or is_old):
        ended = sent.entry.marked(ActionState.DONE, more=entries.concluded(result))
    elif is_old:
        ended = sent.entry.marked(ActionState.FAILED, f"it was not seen in {LOOKED_FOR.days} days")
    else:
        ended = sent.entry.marked(ActionState.SENT, more=entries.concluded(result))
    journal.mark([ended])
    return discard(removals, connection.writer(), connection.reader(), journal)


def places_in(reader: MailReader, mailbox: MailboxConfig) -> Places:
    """Raises FolderError for a folder that the configuration names and that is not there."""
    return places_of(reader.folders(), inbox=mailbox.inbox, junk=mailbox.junk, sent=mailbox.sent)


def has_leftovers(journal: Journal) -> bool:
    return bool(_open(journal, DISCARD) or _open(journal, PROBE))


def finish(connection: Connection, places: Places, journal: Journal, *, now: datetime) -> tuple[Outcome, ...]:
    """Bring to an end what earlier runs began, and remove what has come late. Call it under the account's lock.

    What a mailbox refuses ends nothing else: it is an outcome, and stays open for the next run.
    """
    removals = [each for each in _open(journal, DISCARD) if not _given_up(each, journal, now)]
    outcomes = discard(removals, connection.writer(), connection.reader(), journal)
    for entry in _open(journal, PROBE):
        outcomes += _finish_probe(entries.read(entry), connection, places, journal=journal, now=now)
    return outcomes


def _finish_probe(
    sent: Sent, connection: Connection, places: Places, *, journal: Journal, now: datetime
) -> tuple[Outcome, ...]:
    if sent.entry.state is ActionState.PLANNED:
        journal.mark([sent.entry.marked(ActionState.SKIPPED, "the run that planned it died before it was sent")])
        return ()
    known = [ref_of(each) for each in journal.of_kind(DISCARD) if each.run == sent.entry.run]
    watch = Watch(connection.reader(), sent.before)
    try:
        found = watch.look(sent.probe)
    except MailboxError:  # looked for again by the next run
        found, complete = (), False
    else:
        complete = not watch.unseen
    new = [each for each in found if each.ref not in known]
    result = _late(sent, [*(ref.folder for ref in known), *(each.ref.folder for each in new)], places)
    return conclude(sent, result, new, complete=complete, connection=connection, journal=journal, now=now)


def _late(sent: Sent, folders: Sequence[str], places: Places) -> Result:
    """What is known now. Of what only a later run saw, nobody knows after how many seconds it came."""
    landing, before = places.landing(folders), sent.result
    if before is not None and (before.landing in ARRIVED or landing not in ARRIVED):
        return before
    result = Result(landing, sent.probe.to, sent.probe.sent_at, tuple(dict.fromkeys(folders)))
    return result if landing in ARRIVED else replace(result, landing=Landing.UNKNOWN, why=UNFINISHED)


def _given_up(entry: Entry, journal: Journal, now: datetime) -> bool:
    """Whether the removal has failed for a week, as where its folder is no longer there."""
    if now - planned_at(entry) <= LOOKED_FOR:
        return False
    said = f"it could not be removed in {LOOKED_FOR.days} days"
    journal.mark([entry.marked(ActionState.FAILED, said)])
    return True


def _open(journal: Journal, kind: str) -> list[Entry]:
    return [each for each in journal.open_entries() if each.kind == kind]


def unremoved(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What a run whose business is another one says of it."""
    return tuple(each.detail for each in outcomes if each.status is not Status.DONE)
