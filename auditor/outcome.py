"""What the server shows of one message that was to be moved goes in; what became of it comes out, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.mailbox.interface import MessageRef
from auditor.transfer import Transfer, Verb, Where

MARKED = "another program marked it as deleted on its way"
TAKEN = "another program took the original away in the meantime, and may have put it elsewhere"


class Status(StrEnum):
    """Copied: it lies in both folders, since the original could not be removed safely."""

    DONE = "done"
    COPIED = "copied"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the message that was at `ref`; `to` is where it was seen afterwards.

    `shared`: another program worked on it too, so that it may lie elsewhere as well.
    """

    ref: MessageRef
    status: Status
    to: MessageRef | None
    detail: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the sentence about a message depends on besides the message itself."""

    refused: str = ""  # the server's words where it refused the command
    resumed: bool = False  # the command was sent by a run that died
    rebuilt: bool = False  # the source folder has another UIDVALIDITY now: nobody knows what it holds
    can_expunge: bool = True  # UIDPLUS: the server can remove one message alone


_Settled = tuple[Status | None, str]


def settle(transfer: Transfer, where: Where, given: Circumstances) -> _Settled:
    """Decide by where the message is; an answer of the server alone proves nothing.

    No status where the copy is verified and its original has yet to be removed.
    """
    if where.uid is None:
        return _not_arrived(transfer, where, given)
    if where.at_source:
        return _in_both(transfer, given)
    if given.rebuilt and transfer.verb is Verb.COPY:
        return Status.COPIED, f"copied; `{transfer.ref.folder}` was rebuilt before the original was removed"
    return Status.DONE, ""


def _not_arrived(transfer: Transfer, where: Where, given: Circumstances) -> _Settled:
    source, to = transfer.ref.folder, transfer.to
    if given.rebuilt:
        return Status.SKIPPED, f"`{source}` was rebuilt since; it will be planned again"
    if transfer.landed and where.at_source:
        return Status.COPIED, f"its copy has left `{to}` since; the original was kept in `{source}`"
    if transfer.landed:
        return Status.DONE, f"it has left `{to}` since"
    if not where.at_source:
        return Status.FAILED, f"it left `{source}` without arriving in `{to}`: another program may have taken it"
    if given.resumed:
        return Status.SKIPPED, "the run that planned it died; it will be planned again"
    return Status.FAILED, given.refused or f"the server agreed, and left it in `{source}` all the same"


def _in_both(transfer: Transfer, given: Circumstances) -> _Settled:
    if transfer.verb is Verb.MOVE:
        said = f": {given.refused}" if given.refused else ""
        return Status.COPIED, f"it is in `{transfer.to}`, and still in `{transfer.ref.folder}`{said}"
    if given.refused:
        return Status.COPIED, f"copied, although the server refused; the original was kept: {given.refused}"
    if not given.can_expunge:
        return Status.COPIED, "copied; the original was kept: the server cannot remove one message alone"
    return None, ""


def shared(transfer: Transfer, where: Where, flags: frozenset[str]) -> str:
    """What another program did to a message that has arrived with these flags; empty where it did nothing.

    While its original is still there, copies too many are not told yet: there will be another look.
    """
    taken = transfer.verb is Verb.COPY and transfer.landed is None and not where.at_source
    marked = "\\deleted" in {flag.lower() for flag in flags}
    twice = "" if where.at_source else doubled(transfer.to, where.doubles)
    return "; ".join(filter(None, (TAKEN if taken else "", twice, MARKED if marked else "")))


def doubled(to: str, uids: Sequence[int]) -> str:
    """Said of copies too many, which nobody here deletes; empty where there are none."""
    if not uids:
        return ""
    return f"`{to}` holds it more than once (also UID {', '.join(map(str, uids))}); another program moved it too"
