"""What became of the messages that were rescued: journal entries, flags and what lies in spam -> one word for each.

Pure. They are followed for 14 days: whether somebody reads them, answers them, or puts them back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auditor import transfer
from auditor.mailbox.interface import MessageRef
from auditor.store.rows import ActionState, Entry, Kept

FOLLOWED_FOR = timedelta(days=14)


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

    def kept(self, now: datetime) -> Kept:
        return Kept(self.became.value, self.since or now, self.was_read)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be looked for."""
        return self.became not in _CLOSED


def lately(moved: Sequence[Entry], undone: Sequence[Entry], kept: Mapping[str, Kept]) -> tuple[Rescued, ...]:
    """What these journal entries of moves put somewhere, as it was `kept`; without what an undo took back."""
    taken_back = {transfer.read(entry.payload).undoes for entry in undone if entry.state is not ActionState.SKIPPED}
    return tuple(_rescued([entry for entry in moved if entry.key not in taken_back], kept))


def _rescued(moved: Sequence[Entry], kept: Mapping[str, Kept]) -> Iterator[Rescued]:
    for entry in moved:
        done = transfer.read(entry.payload)
        if entry.state is not ActionState.DONE or done.landed is None:
            continue
        last = kept.get(done.identity)
        if last is None:
            yield Rescued(done.identity, done.landed, entry.at)
        else:
            yield Rescued(done.identity, done.landed, entry.at, Became(last.became), last.since, was_read=last.was_read)


def seen(
    each: Rescued, flags: frozenset[str] | None, *, in_spam: Collection[str], readable: bool, now: datetime
) -> Rescued:
    """The message as it is now. `flags`: None where it is not; `in_spam`: identities of what lies in spam.

    `readable`: the folder is still the one into which it was put.
    """
    became = _became(each, flags, in_spam, readable=readable)
    was_read = each.was_read or each.became in (Became.READ, Became.ANSWERED)
    return replace(each, became=became, since=each.since if became is each.became else now, was_read=was_read)


def _became(each: Rescued, flags: frozenset[str] | None, in_spam: Collection[str], *, readable: bool) -> Became:
    if flags is not None:
        return _from_flags({flag.lower() for flag in flags})
    if each.identity in in_spam:
        return Became.PUT_BACK
    return Became.GONE if readable else Became.UNKNOWN


def _from_flags(flags: Collection[str]) -> Became:
    if "\\answered" in flags:
        return Became.ANSWERED
    return Became.READ if "\\seen" in flags else Became.THERE
