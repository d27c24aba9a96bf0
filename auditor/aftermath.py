"""What became of the messages that were rescued: journal entries, flags and what lies in spam -> one word for each.

Pure. They are followed for 14 days: whether somebody reads them, answers them, or puts them back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auditor import transfer
from auditor.mailbox.interface import MessageRef
from auditor.store.rows import ActionState, Entry, Kept, LedgerRow

FOLLOWED_FOR = timedelta(days=14)
_REMEMBERED_FOR = timedelta(days=90)  # so that a clock that is set forward for some nights lets nothing be forgotten


class Became(StrEnum):
    """What was seen of a rescued message last."""

    THERE = "there"  # where it was put, and unread
    READ = "read"
    ANSWERED = "answered"
    PUT_BACK = "put-back"  # in spam again
    GONE = "gone"  # moved elsewhere or deleted, which IMAP does not tell apart
    UNKNOWN = "unknown"  # the folder was rebuilt, and its old UIDs mean nothing


_CLOSED = frozenset({Became.PUT_BACK, Became.GONE, Became.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Rescued:
    """One message that was moved out of spam; `since`: when it was first seen to have become that."""

    identity: str
    ref: MessageRef  # where it was put
    rescued_at: datetime
    became: Became = Became.THERE
    since: datetime | None = None
    was_read: bool = False  # before it was put back or went away
    by: str = ""  # who put it back, where that can be told
    taken_from: MessageRef | None = None  # where it lay before
    message_id: str = ""
    subject: str = ""

    def kept(self, now: datetime) -> Kept:
        return Kept(self.became.value, self.since or now, self.was_read, self.by, self.message_id, self.subject)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be looked for."""
        return self.became not in _CLOSED


def lately(moved: Sequence[Entry], undone: Sequence[Entry], kept: Mapping[str, Kept]) -> tuple[Rescued, ...]:
    """What these journal entries of moves put somewhere, as it was `kept`; without what an undo took back."""
    taken_back = {transfer.read(entry.payload).undoes for entry in undone if entry.state is not ActionState.SKIPPED}
    return tuple(_rescued([entry for entry in moved if entry.key not in taken_back], kept))


def remembered(kept: Mapping[str, Kept], now: datetime) -> dict[str, Kept]:
    """What is to be kept of it beside what is followed tonight."""
    return {identity: each for identity, each in kept.items() if each.since and now - each.since < _REMEMBERED_FOR}


def _rescued(moved: Sequence[Entry], kept: Mapping[str, Kept]) -> Iterator[Rescued]:
    for entry in moved:
        done = transfer.read(entry.payload)
        if entry.state is not ActionState.DONE or done.landed is None:
            continue
        last = kept.get(done.identity, Kept(Became.THERE, None, was_read=False))
        yield Rescued(
            done.identity,
            done.landed,
            entry.at,
            Became(last.became),
            last.since,
            was_read=last.was_read,
            by=last.by,
            taken_from=done.ref,
            message_id=last.message_id,
            subject=last.subject,
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the ledger knows by identity after tonight's sweeps.

    `in_spam`: what lies there. `outside`: where else it was seen, the last place last. `swept`: the folders that were
    looked at tonight; `unswept`: those beside them into which it may have been filed.
    """

    in_spam: Mapping[str, LedgerRow] = field(default_factory=dict)
    outside: Mapping[str, tuple[MessageRef, ...]] = field(default_factory=dict)
    swept: Collection[str] = ()
    unswept: Collection[str] = ()

    def elsewhere(self, each: Rescued) -> tuple[MessageRef, ...]:
        """Where it may lie if not where it was put."""
        return tuple(ref for ref in self.outside.get(each.identity, ()) if ref != each.ref)

    def may_hide(self, each: Rescued) -> bool:
        """Whether it may have been filed into a folder that was not looked at tonight."""
        return each.identity not in self.in_spam and bool(set(self.unswept) - {each.ref.folder})


def seen(
    each: Rescued,
    found: tuple[MessageRef, frozenset[str]] | None,
    surroundings: Surroundings,
    *,
    readable: bool,
    now: datetime,
) -> Rescued:
    """The message as it is now. `found`: where it lies outside spam, with its flags.

    `readable`: the folder into which it was put is still the same one, or was swept tonight under its new numbers.
    """
    in_spam = surroundings.in_spam.get(each.identity)
    became = _became(found, in_spam, readable=readable)
    was_read = each.was_read or each.became in (Became.READ, Became.ANSWERED)
    by = _who(each, in_spam) if became is Became.PUT_BACK and in_spam else ""
    ref = found[0] if found else each.ref
    since = each.since if became is each.became else now
    return replace(each, ref=ref, became=became, since=since, was_read=was_read, by=by)


def _became(found: tuple[MessageRef, frozenset[str]] | None, in_spam: LedgerRow | None, *, readable: bool) -> Became:
    if found is not None:
        return _from_flags({flag.lower() for flag in found[1]})
    if in_spam is not None:
        return Became.PUT_BACK
    return Became.GONE if readable else Became.UNKNOWN


def _who(each: Rescued, in_spam: LedgerRow) -> str:
    """A rescue clears `$Junk`: where it is set on what came anew, a mail program set it. Other moves leave no trace."""
    was, now = each.taken_from, in_spam.ref
    came_anew = was is not None and was.uidvalidity == now.uidvalidity and was.uid < now.uid
    return MAIL_PROGRAM if came_anew and "$junk" in {flag.lower() for flag in in_spam.flags} else ""


MAIL_PROGRAM = "a mail program that marked it as junk"


def _from_flags(flags: Collection[str]) -> Became:
    if "\\answered" in flags:
        return Became.ANSWERED
    return Became.READ if "\\seen" in flags else Became.THERE
