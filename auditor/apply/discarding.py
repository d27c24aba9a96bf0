r"""Journal entries of our own messages go in; each is removed, or left with the reason, and comes to its end.

For each message:

1. SELECT its folder. Another UIDVALIDITY than planned: it is left.
2. Fetch what lies under the UID. Nothing: it is gone already. Another identity, or a header without our token: that is
   somebody else's message, and is left.
3. The verb goes into the journal with the state "sent", and is on the disk before a command is sent.
4. UID STORE \Deleted and UID EXPUNGE of this UID. On Gmail, where that would only archive, and without UIDPLUS: UID
   MOVE into the folder with \Trash, where there is one and the server has MOVE; else it is left, unflagged.
5. Look whether it is gone. If not, the flag is taken back.
6. The journal gets the end state.

What a dead run left, planned or sent, goes the same way: all that is asked is what the server shows now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from auditor.errors import FolderError, MailboxError, MailboxMisbehaved
from auditor.mailbox.interface import MailReader, MailWriter, MessageRef, Whole
from auditor.outcome import Outcome, Status
from auditor.probing.letter import LONGEST, Probe, is_ours
from auditor.store.rows import ActionState, Entry
from auditor.transfer import ref_json

if TYPE_CHECKING:
    from auditor.store.journal import Journal

DISCARD = "discard"  # the kind of journal entry
_DELETED = "\\Deleted"


class _Verb(StrEnum):
    EXPUNGE = "expunge"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class _Item:
    """What the payload of an entry says. `flagged`: somebody had marked it as deleted before us."""

    entry: Entry
    ref: MessageRef
    identity: str
    token: str
    message_id: str
    flagged: bool | None = None


def planned(ref: MessageRef, identity: str, probe: Probe, *, now: datetime) -> dict[str, object]:
    """The payload of the removal of a probe that lies there."""
    return {
        "from": ref_json(ref),
        "identity": identity,
        "token": probe.token,
        "message_id": probe.message_id,
        "at": now.isoformat(),
    }


def planned_at(entry: Entry) -> datetime:
    payload: Mapping[str, Any] = entry.payload
    return datetime.fromisoformat(payload["at"])


def ref_of(entry: Entry) -> MessageRef:
    payload: Mapping[str, Any] = entry.payload
    return MessageRef(payload["from"]["folder"], payload["from"]["uidvalidity"], payload["from"]["uid"])


def discard(entries: Sequence[Entry], writer: MailWriter, reader: MailReader, journal: Journal) -> tuple[Outcome, ...]:
    """Steps 1 to 6; one outcome each, in their order. Writer and reader share one connection.

    Raises StateError where the journal cannot be written: what was not journalled was not sent.
    """
    remover = _Remover(writer, reader, journal)
    return tuple(remover.remove(_read(entry)) for entry in entries)


class _Remover:
    def __init__(self, writer: MailWriter, reader: MailReader, journal: Journal) -> None:
        self._writer = writer
        self._reader = reader
        self._journal = journal
        self._lost = ""  # why the connection is not to be used any more

    def remove(self, item: _Item) -> Outcome:
        if self._lost:
            return self._left_open(item, self._lost)
        try:
            return self._removed(item)
        except MailboxError as error:
            if not isinstance(error, FolderError):
                self._lost = error.message
            return self._left_open(item, error.message)

    def _removed(self, item: _Item) -> Outcome:
        folder = item.ref.folder
        state = self._writer.select(folder)
        if state.uidvalidity != item.ref.uidvalidity:
            return self._end(item, Status.SKIPPED, f"`{folder}` was rebuilt since; if it is still there, it stays")
        found = self._under_its_uid(item)
        if found is None:
            return self._end(item, Status.DONE, "")
        if found.identity != item.identity or not _bears_token(found, item):
            return self._end(item, Status.SKIPPED, f"another message has its number in `{folder}` now")
        if state.read_only:
            return self._end(item, Status.SKIPPED, f"left: the server opened `{folder}` for reading only")
        return self._carry_out(item, found)

    def _carry_out(self, item: _Item, found: Whole) -> Outcome:
        """Steps 3 to 6."""
        verb, trash = self._way()
        if trash == item.ref.folder:
            return self._end(item, Status.DONE, f"it lies in `{trash}`, and is left there")
        if verb is None:
            said = f"left in `{item.ref.folder}`, for the server cannot remove one message alone: delete it by hand"
            return self._end(item, Status.SKIPPED, said)
        item = self._announced(item, found, verb)
        refused = self._send(item, trash)
        if self._under_its_uid(item) is not None:
            # a session may go on showing what has left the folder (RFC 2180, section 4.1)
            rebuilt = self._writer.select(item.ref.folder).uidvalidity != item.ref.uidvalidity
            if not rebuilt and self._under_its_uid(item) is not None:
                return self._kept(item, refused)
        return self._end(item, Status.DONE, f"moved to `{trash}`" if trash else "")

    def _way(self) -> tuple[_Verb | None, str]:
        """How one message can be removed here, and into which folder if it is moved."""
        if "UIDPLUS" in self._writer.capabilities and "X-GM-EXT-1" not in self._writer.capabilities:
            return _Verb.EXPUNGE, ""
        if "MOVE" in self._writer.capabilities:
            marked = [each.name for each in self._reader.folders() if "\\trash" in each.attributes]
            if marked:
                return _Verb.TRASH, marked[0]
        return None, ""

    def _announced(self, item: _Item, found: Whole, verb: _Verb) -> _Item:
        """Step 3."""
        flagged = _is_deleted(found.flags) if item.flagged is None else item.flagged
        sent = item.entry.marked(ActionState.SENT, more={"verb": verb.value, "flagged": flagged})
        self._journal.mark([sent])
        return _read(sent)

    def _send(self, item: _Item, trash: str) -> str:
        """Step 4; the server's words where it refused."""
        uids = [item.ref.uid]
        try:
            if trash:
                self._writer.move(uids, trash)
            else:
                self._writer.store(uids, add=[_DELETED])
                self._writer.uid_expunge(uids)
        except MailboxMisbehaved:  # nothing that this server says next is worth asking for
            raise
        except MailboxError as error:
            return error.message
        return ""

    def _kept(self, item: _Item, refused: str) -> Outcome:
        """It is still there; the flag goes, since whoever expunges next would remove it without a trace."""
        if not item.flagged:
            self._writer.store([item.ref.uid], remove=[_DELETED])
        why = refused or "the server agreed, and kept it all the same"
        return self._end(item, Status.FAILED, f"it is still in `{item.ref.folder}`, delete it by hand: {why}")

    def _under_its_uid(self, item: _Item) -> Whole | None:
        found = self._reader.whole([(item.ref.uid, 0)], limit=LONGEST)
        return next((each for each in found if each.uid == item.ref.uid), None)

    def _end(self, item: _Item, status: Status, detail: str) -> Outcome:
        """Step 6: first the journal, then the report."""
        self._journal.mark([item.entry.marked(ActionState(status.value), detail)])
        return Outcome(item.ref, status, None, detail)

    def _left_open(self, item: _Item, why: str) -> Outcome:
        said = f"{why}; the next run asks the server what became of it"
        return Outcome(item.ref, Status.FAILED, None, said)


def _read(entry: Entry) -> _Item:
    payload: Mapping[str, Any] = entry.payload
    return _Item(
        entry, ref_of(entry), payload["identity"], payload["token"], payload["message_id"], payload.get("flagged")
    )


def _bears_token(found: Whole, item: _Item) -> bool:
    return is_ours(found.raw, token=item.token, message_id=item.message_id)


def _is_deleted(flags: frozenset[str]) -> bool:
    return _DELETED.lower() in {flag.lower() for flag in flags}
