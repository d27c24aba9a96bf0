"""One message on its way between two folders: as the journal keeps it, and where the server shows it to be.

Pure: what the server was asked and what it answered go in, whereabouts and flag changes come out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.mailbox.interface import Copied, Identity, MessageRef
from auditor.plan import Move

MOVE, UNDO = "move", "undo"  # kinds of journal entries that are transfers

JUNK_FLAGS = ("$Junk", "Junk")
NOT_JUNK_FLAGS = ("$NotJunk", "NonJunk")


class Verb(StrEnum):
    """How a message is brought over; COPY leaves the original to be removed by a second step."""

    MOVE = "move"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the payload of a journal entry says. The last five are known from the moment before the command on."""

    ref: MessageRef
    to: str
    identity: str
    undoes: tuple[str, int] | None = None  # the entry that this one takes back
    had: frozenset[str] = frozenset()  # the flags that an undo gives back
    verb: Verb | None = None
    uidvalidity: int = 0  # of the destination, before
    uidnext: int = 1  # of the destination, before
    flags: frozenset[str] = frozenset()  # of the message, before
    landed: MessageRef | None = None  # verified in the destination


def planned(move: Move) -> dict[str, object]:
    """The payload of a move that is still to be made."""
    return {"from": ref_json(move.ref), "to": move.to, "identity": move.identity}


def planned_back(key: tuple[str, int], done: Transfer, landed: MessageRef) -> dict[str, object]:
    """The payload of the way back from where it landed; `key` is the journal entry of the way there."""
    return {
        "from": ref_json(landed),
        "to": done.ref.folder,
        "identity": done.identity,
        "undoes": list(key),
        "had": sorted(done.flags),
    }


def read(payload: Mapping[str, Any]) -> Transfer:
    """The transfer in the payload of a journal entry."""
    undoes, verb, landed = payload.get("undoes"), payload.get("verb"), payload.get("landed")
    return Transfer(
        ref=_ref(payload["from"]),
        to=payload["to"],
        identity=payload["identity"],
        undoes=(undoes[0], undoes[1]) if undoes else None,
        had=frozenset(payload.get("had", ())),
        verb=Verb(verb) if verb else None,
        uidvalidity=payload.get("uidvalidity", 0),
        uidnext=payload.get("uidnext", 1),
        flags=frozenset(payload.get("flags", ())),
        landed=_ref(landed) if landed else None,
    )


def ref_json(ref: MessageRef) -> dict[str, object]:
    return {"folder": ref.folder, "uidvalidity": ref.uidvalidity, "uid": ref.uid}


def _ref(found: Mapping[str, Any]) -> MessageRef:
    return MessageRef(found["folder"], found["uidvalidity"], found["uid"])


@dataclass(frozen=True, slots=True)
class Where:
    """Where one message is: still at its old place or not, its UID in the destination, and copies too many."""

    at_source: bool
    uid: int | None
    doubles: tuple[int, ...] = ()


def locate(
    transfers: Sequence[Transfer],
    source: Mapping[int, Identity],
    destination: Mapping[int, Identity],
    *,
    copied: Copied | None = None,
) -> tuple[Where, ...]:
    """Find each message by what it is, not by what the server promised.

    `destination` holds what came there since the command was sent. Of several alike, the one that COPYUID names
    is taken first, then those that left the source choose before those still there; whatever remains is a double.
    """
    free: dict[str, list[int]] = {}
    for uid in sorted(destination):
        free.setdefault(destination[uid].value, []).append(uid)
    still = [
        transfer.ref.uid in source and source[transfer.ref.uid].value == transfer.identity for transfer in transfers
    ]
    taken: list[int | None] = [None] * len(transfers)
    named = dict(copied.uids) if copied else {}
    for index, transfer in enumerate(transfers):
        promised = named.get(transfer.ref.uid)
        if promised is not None and promised in free.get(transfer.identity, ()):
            free[transfer.identity].remove(promised)
            taken[index] = promised
    for index in sorted(range(len(transfers)), key=still.__getitem__):
        if taken[index] is None and free.get(transfers[index].identity):
            taken[index] = free[transfers[index].identity].pop(0)
    return tuple(
        Where(at_source, uid, tuple(free.get(transfer.identity, ())))
        for transfer, at_source, uid in zip(transfers, still, taken, strict=True)
    )


@dataclass(frozen=True, slots=True)
class FlagChange:
    add: frozenset[str]
    remove: frozenset[str]


def flag_change(transfer: Transfer, flags: frozenset[str], permanent: frozenset[str]) -> FlagChange:
    """What the message's flags in the destination still lack, as far as the folder keeps them (PERMANENTFLAGS).

    A rescue clears the marks of junk and sets those of not junk; an undo restores what was before the rescue.
    """
    rescue = transfer.undoes is None
    wanted = set(NOT_JUNK_FLAGS) if rescue else _among(JUNK_FLAGS, transfer.had)
    unwanted = set(JUNK_FLAGS) if rescue else set(NOT_JUNK_FLAGS) - _among(NOT_JUNK_FLAGS, transfer.had)
    return FlagChange(
        add=frozenset(flag for flag in wanted - _among(wanted, flags) if _keeps(permanent, flag)),
        remove=frozenset(flag for flag in _among(unwanted, flags) if _keeps(permanent, flag)),
    )


def _among(flags: Sequence[str] | set[str], present: frozenset[str]) -> set[str]:
    """Those of `flags` that are present; flags are the same in upper and lower case."""
    lower = {flag.lower() for flag in present}
    return {flag for flag in flags if flag.lower() in lower}


def _keeps(permanent: frozenset[str], flag: str) -> bool:
    return "\\*" in permanent or flag.lower() in {each.lower() for each in permanent}
