"""Journal entries of transfers go in; each is carried out, or looked for, and comes to its end.

The messages of one source folder on their way to one destination are carried in batches of at most 50:

1. SELECT the source. Another UIDVALIDITY than planned: the whole batch is skipped. Read-only: nothing is sent.
2. Fetch the identities under the UIDs. Gone, marked as deleted, or another message: skipped.
3. STATUS of the destination. Its UIDVALIDITY and UIDNEXT go into the journal with the state "sent", and are on
   the disk before the command is sent. No journal, no command.
4. UID MOVE; without MOVE, UID COPY; on Gmail never UID COPY.
5. Look: what is still in the source, and what came to the destination since? Identities decide, not the OK and
   not COPYUID. More copies than were asked for are reported and never deleted.
6. In the destination `$Junk` is cleared and `$NotJunk` set, as far as the folder keeps such flags. A refusal
   here is a detail.
7. After UID COPY with UIDPLUS: journal where the verified copy is, SELECT the source, see which originals are still
   there, UID STORE \\Deleted and UID EXPUNGE of exactly those, look whether they are gone, and look once more for
   copies too many. Without UIDPLUS the original stays, unflagged.
8. The journal gets the end state and the place.

After a refused command the same look decides. Where looking fails too, the entry stays "sent" and the next run
asks the server.

Commands for a batch, however many messages it holds: 8 or 9 with MOVE and 15 or 16 with COPY; at most 4 more
STOREs where the messages carried different flags, and one more where the server would not remove an original.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from auditor import transfer
from auditor.apply import arrival
from auditor.batch import Ending, Item, item, to_carry, to_resume, why_not
from auditor.errors import FolderError, MailboxError, MailboxMisbehaved
from auditor.mailbox.interface import Copied, FolderState, Identity, MailWriter, MessageRef
from auditor.outcome import Circumstances, Outcome, Status
from auditor.store.rows import ActionState, Entry
from auditor.transfer import MOVE, UNDO, Verb

if TYPE_CHECKING:
    from auditor.store.journal import Journal


class Carrier:
    """One connection and one journal for the length of one call, and the outcomes so far."""

    def __init__(self, writer: MailWriter, journal: Journal, *, gmail: bool) -> None:
        self._writer = writer
        self._journal = journal
        gmail = gmail or "X-GM-EXT-1" in writer.capabilities
        self._verb = Verb.MOVE if "MOVE" in writer.capabilities else None if gmail else Verb.COPY
        self._can_expunge = "UIDPLUS" in writer.capabilities and not gmail
        self._outcomes: dict[tuple[str, int], Outcome] = {}
        self._lost = ""  # why the connection is not to be used any more

    def carry(self, entries: Sequence[Entry]) -> tuple[Outcome, ...]:
        """Steps 1 to 8 for entries that are planned."""
        for batch in to_carry(self._not_barred([item(entry) for entry in entries])):
            if self._lost:
                self._end([Ending(each, Status.FAILED, f"not tried: {self._lost}") for each in batch])
                continue
            try:
                sent = self._announce(self._check(batch))
            except MailboxError as error:  # so far no command that changes anything
                self._end([Ending(each, Status.FAILED, error.message) for each in self._open(batch)])
                self._note(error)
            else:
                self._send(sent)
        return tuple(self._outcomes[entry.key] for entry in entries)

    def resume(self, entries: Sequence[Entry]) -> tuple[Outcome, ...]:
        """Ask the server what is true of entries that a dead run left planned or sent."""
        items = [item(entry) for entry in entries]
        told = "the run that planned it died; it will be planned again"
        never_sent = [each for each in items if each.entry.state is ActionState.PLANNED]
        self._end([Ending(each, Status.SKIPPED, told) for each in never_sent])
        for batch in to_resume(self._open(items)):
            if self._lost:
                self._leave(batch, self._lost)
                continue
            try:
                self._look_again(batch)
            except MailboxError as error:
                self._leave(self._open(batch), error.message)
                self._note(error)
        return tuple(self._outcomes[entry.key] for entry in entries)

    def _not_barred(self, items: Sequence[Item]) -> list[Item]:
        """Without those that must not be sent again, since that could double them."""
        if not items:
            return []
        barred = self._barred()
        refs: set[MessageRef] = set()
        endings: list[Ending] = []
        for each in items:
            why = barred.get(each.same, "")
            if each.transfer.ref in refs:
                why = "it was asked for twice"
            elif each.transfer.ref.folder == each.transfer.to:
                why = "it is there already"
            if why:
                endings.append(Ending(each, Status.SKIPPED, why))
            refs.add(each.transfer.ref)
        self._end(endings)
        return self._open(items)

    def _barred(self) -> dict[tuple[str, str], str]:
        """Messages of which a copy is at the destination already, or may be."""
        copied = [item(entry) for entry in self._journal.copied()]
        barred = {each.same: f"run {each.entry.run} copied it; the original was kept" for each in copied}
        for entry in self._journal.open_entries():
            if entry.state is ActionState.SENT and entry.kind in (MOVE, UNDO):
                barred[item(entry).same] = f"what became of it in run {entry.run} is not settled yet"
        return barred

    def _check(self, batch: Sequence[Item]) -> list[Item]:
        """Steps 1 and 2: those that may be moved, with the flags they have now."""
        planned = batch[0].transfer.ref
        state = self._writer.select(planned.folder)
        if refusal := self._refusal(state, planned):
            self._end([Ending(each, *refusal) for each in batch])
            return []
        found = self._writer.identify([each.uid for each in batch])
        reasons = [(each, why_not(each, found.get(each.uid))) for each in batch]
        self._end([Ending(each, Status.SKIPPED, why) for each, why in reasons if why])
        flags = {uid: sorted(identity.flags) for uid, identity in found.items()}
        return [each.marked(ActionState.PLANNED, {"flags": flags[each.uid]}) for each, why in reasons if not why]

    def _refusal(self, state: FolderState, planned: MessageRef) -> tuple[Status, str] | None:
        if state.uidvalidity != planned.uidvalidity:
            return Status.SKIPPED, f"`{planned.folder}` was rebuilt since: its messages have other numbers now"
        if state.read_only:
            return Status.FAILED, f"the server opened `{planned.folder}` for reading only"
        if self._verb is None:
            return Status.FAILED, "Gmail offered no MOVE, and there copying is not safe"
        return None

    def _announce(self, ready: Sequence[Item]) -> list[Item]:
        """Step 3."""
        if not ready or self._verb is None:
            return []
        state = self._writer.status(ready[0].transfer.to)
        if state.uidnext is None:
            said = f"the server does not tell the UIDNEXT of `{state.name}`: the move could not be verified"
            self._end([Ending(each, Status.FAILED, said) for each in ready])
            return []
        before = {"verb": self._verb.value, "uidvalidity": state.uidvalidity, "uidnext": state.uidnext}
        sent = [each.marked(ActionState.SENT, before) for each in ready]
        self._journal.mark([each.entry for each in sent])
        return sent

    def _send(self, sent: Sequence[Item]) -> None:
        """Step 4 and the look at what it did."""
        if not sent:
            return
        uids, to = [each.uid for each in sent], sent[0].transfer.to
        copied, refused = None, ""
        try:
            command = self._writer.move if self._verb is Verb.MOVE else self._writer.copy
            copied = command(uids, to)
        except MailboxMisbehaved as error:  # nothing that this server says next is worth asking for
            self._leave(sent, error.message)
            self._note(error)
            return
        except MailboxError as error:
            refused = error.message
        try:
            source, rebuilt = self._writer.identify(uids), False
            if source and self._verb is Verb.MOVE:  # a session may go on showing what others removed (RFC 2180, 4.1)
                source, rebuilt = self._source(sent)
            given = Circumstances(refused, rebuilt=rebuilt, can_expunge=self._can_expunge)
            self._settle(sent, source, given, copied=copied)
        except MailboxError as error:
            self._leave(self._open(sent), refused or error.message)
            self._note(error)

    def _look_again(self, batch: Sequence[Item]) -> None:
        """The same look for what a dead run sent."""
        source, rebuilt = self._source(batch)
        given = Circumstances(resumed=True, rebuilt=rebuilt, can_expunge=self._can_expunge)
        self._settle(batch, source, given)

    def _source(self, batch: Sequence[Item]) -> tuple[dict[int, Identity], bool]:
        """What is at the source, and whether it was rebuilt, in which case nobody can say."""
        ref = batch[0].transfer.ref
        rebuilt = self._writer.select(ref.folder).uidvalidity != ref.uidvalidity
        return {} if rebuilt else self._writer.identify([each.uid for each in batch]), rebuilt

    def _settle(
        self,
        sent: Sequence[Item],
        source: Mapping[int, Identity],
        given: Circumstances,
        *,
        copied: Copied | None = None,
    ) -> None:
        """Steps 5, 6 and 8; step 7 for those that need it."""
        state, arrived = arrival.since(self._writer, sent[0].transfer)
        if copied is not None and copied.uidvalidity != state.uidvalidity:
            copied = None
        found = transfer.locate([each.transfer for each in sent], source, arrived, copied=copied)
        places = list(zip(sent, found, strict=True))
        complaint = arrival.set_flags(self._writer, state, places, arrived)
        ends = [arrival.ending(*place, given, state=state, arrived=arrived) for place in places]
        self._end([ending.noting(complaint) for ending, is_final in ends if is_final])
        copies = [ending.noting(complaint) for ending, is_final in ends if not is_final]
        if copies:  # step 7
            self._journal.mark([copy.unfinished() for copy in copies])
            self._end(arrival.remove_originals(self._writer, copies))

    def _open(self, items: Iterable[Item]) -> list[Item]:
        return [each for each in items if each.entry.key not in self._outcomes]

    def _end(self, endings: Sequence[Ending]) -> None:
        """Step 8: first the journal, then the report."""
        self._journal.mark([ending.entry() for ending in endings])
        self._outcomes |= {ending.item.entry.key: ending.outcome() for ending in endings}

    def _leave(self, items: Iterable[Item], why: str) -> None:
        """The journal keeps them as sent; only the server knows what became of them."""
        said = f"{why}; the next run asks the server what became of it"
        for each in items:
            self._outcomes[each.entry.key] = Outcome(each.transfer.ref, Status.FAILED, None, said)

    def _note(self, error: MailboxError) -> None:
        """A folder that cannot be opened says nothing against the others; anything else ends the talking."""
        if not isinstance(error, FolderError):
            self._lost = error.message
