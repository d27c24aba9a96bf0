"""Messages that have arrived go in: their flags are set, their originals removed, copies too many told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor import transfer
from auditor.batch import Ending, Item, by_flags
from auditor.errors import MailboxError, MailboxMisbehaved
from auditor.mailbox.interface import FolderState, Identity, MailWriter, MessageRef
from auditor.outcome import TAKEN, Circumstances, Status, doubled, settle, shared
from auditor.transfer import Transfer, Where


def since(writer: MailWriter, sent: Transfer) -> tuple[FolderState, dict[int, Identity]]:
    """The destination, and what came to it since the command was announced; all of it where it was rebuilt."""
    state = writer.select(sent.to)
    first = sent.uidnext if state.uidvalidity == sent.uidvalidity else 1
    return state, {uid: found for uid, found in writer.identify_from(first).items() if uid >= first}


def set_flags(
    writer: MailWriter, state: FolderState, placed: Iterable[tuple[Item, Where]], arrived: Mapping[int, Identity]
) -> str:
    """Mark as not junk what lies in the open destination; what went wrong with it."""
    if state.read_only:
        return ""
    changes = {
        where.uid: transfer.flag_change(each.transfer, arrived[where.uid].flags, state.permanent_flags)
        for each, where in placed
        if where.uid is not None
    }
    try:
        for flags, uids in by_flags({uid: change.remove for uid, change in changes.items()}):
            writer.store(uids, remove=flags)
        for flags, uids in by_flags({uid: change.add for uid, change in changes.items()}):
            writer.store(uids, add=flags)
    except MailboxMisbehaved:
        raise
    except MailboxError as error:
        writer.select(state.name)  # raises where the connection is gone: the next run sets them
        return f"its flags could not be set: {error.message}"
    return ""


def ending(
    item: Item, where: Where, given: Circumstances, *, state: FolderState, arrived: Mapping[int, Identity]
) -> tuple[Ending, bool]:
    """How the message ends, and whether that is final: it is not where its original has yet to be removed."""
    status, detail = settle(item.transfer, where, given)
    if where.uid is None:
        return Ending(item, status or Status.FAILED, detail), True
    to = MessageRef(state.name, state.uidvalidity, where.uid)
    others = shared(item.transfer, where, arrived[where.uid].flags)
    return Ending(item, status or Status.DONE, detail, to, others), status is not None


def remove_originals(writer: MailWriter, copies: Sequence[Ending]) -> list[Ending]:
    """Remove exactly the originals of these verified copies, and look once more at both ends."""
    ref = copies[0].item.transfer.ref
    state = writer.select(ref.folder)
    if state.uidvalidity != ref.uidvalidity or state.read_only:
        said = f"copied; `{ref.folder}` could not be opened for removing the original"
        return [copy.kept(said) for copy in copies]
    wanted = {copy.item.uid: copy.item.transfer.identity for copy in copies}
    there = [uid for uid, found in writer.identify(sorted(wanted)).items() if found.value == wanted[uid]]
    refused, left = _expunge(writer, there)
    said = f"copied; the server did not remove the original: {refused}".rstrip(": ")
    ended = [copy.kept(said) if copy.item.uid in left else copy for copy in copies]
    return _doubles_told(writer, [each if each.item.uid in there else each.sharing(TAKEN) for each in ended])


def _expunge(writer: MailWriter, uids: Sequence[int]) -> tuple[str, set[int]]:
    """What the server said against it, and which are still there; those are unmarked again."""
    if not uids:
        return "", set()
    refused = ""
    try:
        writer.store(uids, add=["\\Deleted"])
        writer.uid_expunge(uids)
    except MailboxMisbehaved:
        raise
    except MailboxError as error:
        refused = error.message
    left = set(writer.identify(uids))
    if left:
        writer.store(sorted(left), remove=["\\Deleted"])
    return refused, left


def _doubles_told(writer: MailWriter, ended: Sequence[Ending]) -> list[Ending]:
    """Another program may have brought the same messages as long as the originals were there."""
    state, arrived = since(writer, ended[0].item.transfer)
    claimed = {each.to.uid for each in ended if each.to and each.to.uidvalidity == state.uidvalidity}
    others: dict[str, list[int]] = {}
    for uid in sorted(arrived.keys() - claimed):
        others.setdefault(arrived[uid].value, []).append(uid)
    return [each.sharing(doubled(state.name, others.get(each.item.transfer.identity, ()))) for each in ended]
