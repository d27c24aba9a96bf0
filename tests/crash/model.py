"""What lay where at first, and what another client did since, go in; what is wrong with what lies there now comes out.

It knows nothing of commands, journals or the program: it holds the promise, never to lose, double or touch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.crash.scene import FOLDERS, INBOX, SPAM, Contents, Mail


@dataclass(slots=True)
class Model:
    """`ours` are the letters to rescue. Mail of others is what the first look showed, and what `arrived` and `left`."""

    ours: frozenset[bytes]
    first: Contents
    theirs: dict[str, Counter[Mail]]

    @classmethod
    def of(cls, ours: Sequence[bytes], first: Contents) -> Model:
        mine = frozenset(ours)
        theirs = {folder: _without(mine, lying) for folder, lying in first.items()}
        return cls(mine, first, theirs)

    def arrived(self, folder: str, mail: Mail) -> None:
        self.theirs[folder][mail] += 1

    def left(self, folder: str, mail: Mail) -> None:
        self.theirs[folder] -= Counter([mail])

    def at_any_moment(self, now: Contents, *, may_lie_in_both: bool = False) -> Iterator[str]:
        """`may_lie_in_both`: between copying a message and removing the original it lies in both folders."""
        yield from self.touched(now)
        for raw in self.ours:
            inbox, spam = _count(raw, now, (INBOX,)), _count(raw, now, SPAM)
            if not inbox + spam:
                yield f"lost: {_name(raw)}"
            elif inbox > 1 or spam > 1 or (inbox + spam > 1 and not may_lie_in_both):
                yield f"doubled: {_name(raw)} lies {inbox} times in INBOX and {spam} times in spam"

    def at_the_end(self, now: Contents, *, may_lie_in_both: bool = False) -> Iterator[str]:
        """After a run that nothing disturbed."""
        yield from self.at_any_moment(now, may_lie_in_both=may_lie_in_both)
        for raw in self.ours:
            if not _count(raw, now, (INBOX,)):
                yield f"not completed: {_name(raw)} is not in INBOX"
            if _count(raw, now, SPAM) and not may_lie_in_both:
                yield f"not completed: {_name(raw)} is still in spam"
        yield from self._changed_flags(now)

    def put_back(self, now: Contents) -> Iterator[str]:
        """After undo: our mail where and as it was."""
        yield from self.touched(now)
        for folder in FOLDERS:
            was, is_ = _only(self.ours, self.first[folder]), _only(self.ours, now[folder])
            if was != is_:
                names = sorted({_name(raw) for raw, _ in (was - is_) + (is_ - was)})
                yield f"not put back: {folder} differs in {', '.join(names)}"

    def touched(self, now: Contents) -> Iterator[str]:
        """Mail of others that is missing, new or flagged differently."""
        for folder, theirs in self.theirs.items():
            found = _without(self.ours, now[folder])
            yield from (f"touched: {_name(raw)} {set(flags)} is missing in {folder}" for raw, flags in theirs - found)
            yield from (f"touched: {_name(raw)} {set(flags)} is new in {folder}" for raw, flags in found - theirs)

    def _changed_flags(self, now: Contents) -> Iterator[str]:
        """A rescue clears the marks of junk, sets those of not junk, and nothing else."""
        marks = {"$Junk", "Junk", "$NotJunk", "NonJunk"}
        was = {raw: flags - marks for folder in SPAM for raw, flags in _only(self.ours, self.first[folder])}
        for raw, flags in _only(self.ours, now[INBOX]):
            if flags - marks != was[raw]:
                yield f"flags: {_name(raw)} had {set(was[raw])} and has {set(flags)}"
            if flags & {"$Junk", "Junk"} and flags & {"$NotJunk", "NonJunk"}:
                yield f"flags: {_name(raw)} is marked as junk and as not junk"


def _only(ours: frozenset[bytes], lying: Counter[Mail]) -> Counter[Mail]:
    return Counter({mail: count for mail, count in lying.items() if mail[0] in ours})


def _without(ours: frozenset[bytes], lying: Counter[Mail]) -> Counter[Mail]:
    return Counter({mail: count for mail, count in lying.items() if mail[0] not in ours})


def _count(raw: bytes, now: Contents, folders: Sequence[str]) -> int:
    return sum(count for folder in folders for mail, count in now[folder].items() if mail[0] == raw)


def _name(raw: bytes) -> str:
    subject = next((line for line in raw.split(b"\r\n") if line.startswith(b"Subject: ")), raw[:40])
    return repr(subject.removeprefix(b"Subject: ").decode("utf-8", "replace")[:60])
