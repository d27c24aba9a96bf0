"""A mailbox as a value: what lies where since when and by whom, and what each move or loss makes of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

SEEN, ANSWERED, DELETED = "\\Seen", "\\Answered", "\\Deleted"
IS_JUNK, IS_NOT_JUNK = "$Junk", "$NotJunk"
KEPT_IN_SPAM = timedelta(days=30)
"""How long a provider keeps what lies in spam; most of them say 30 days."""


class Folder(StrEnum):
    """ELSEWHERE is a folder of the seller's that the program is not told to watch."""

    INBOX = "INBOX"
    JUNK = "Junk"
    ARCHIVE = "Archive"
    ELSEWHERE = "Old"


OUTSIDE_SPAM = (Folder.INBOX, Folder.ARCHIVE)
"""Where the program looks beside spam."""
WATCHED = (*OUTSIDE_SPAM, Folder.JUNK)


class Actor(StrEnum):
    """Who put a letter where it lies, or took it away. BACKUP: an older copy of the mailbox was put back."""

    PROVIDER = "provider"
    SELLER = "seller"
    PROGRAM = "program"
    BACKUP = "backup"


class Truth(StrEnum):
    """What a letter is, whatever anybody says of it."""

    PROVABLE = "provable"
    """Genuine, and proved on every night on which its marketplace's key is in DNS and the rules know its stream."""
    UNDECIDABLE = "undecidable"
    """Genuine, signed with a key that never comes back to DNS: never proved and never refuted."""
    BROKEN = "broken"
    """Genuine, changed on its way: no night can prove it, and none need try again."""
    IMITATION = "imitation"
    STRANGER = "stranger"
    """Mail of no marketplace."""


HONEST = (Truth.PROVABLE, Truth.UNDECIDABLE, Truth.BROKEN)


@dataclass(frozen=True, slots=True)
class Letter:
    """`name` is found again in the bytes. `rules`: the first version of rules and catalogue that knows its stream."""

    name: str
    truth: Truth
    marketplace: str = "amazon"
    rules: int = 1


@dataclass(frozen=True, slots=True)
class Lying:
    """`since`: when it came into this folder. `by`: who put it there."""

    letter: Letter
    folder: Folder
    uid: int
    since: datetime
    flags: frozenset[str]
    by: Actor


@dataclass(frozen=True, slots=True)
class Numbering:
    """Of one folder (RFC 9051, section 2.3.1.1)."""

    uidvalidity: int = 1
    uidnext: int = 1


def _fresh() -> Mapping[Folder, Numbering]:
    return {folder: Numbering() for folder in Folder}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Every letter lies in at most one place. `gone`: who took away what lies nowhere any more."""

    lying: Mapping[str, Lying] = field(default_factory=dict)
    gone: Mapping[str, Actor] = field(default_factory=dict)
    numbering: Mapping[Folder, Numbering] = field(default_factory=_fresh)

    def within(self, folders: Collection[Folder]) -> Iterable[Lying]:
        return (each for each in self.lying.values() if each.folder in folders)

    def put(self, letter: Letter, folder: Folder, at: datetime, *, by: Actor, flags: frozenset[str]) -> Mailbox:
        """Into the folder, under its next number, from wherever it lay."""
        numbers = self.numbering[folder]
        placed = Lying(letter, folder, numbers.uidnext, at, flags, by)
        numbering = {**self.numbering, folder: replace(numbers, uidnext=numbers.uidnext + 1)}
        return replace(self, lying={**self.lying, letter.name: placed}, numbering=numbering)

    def moved(self, name: str, folder: Folder, at: datetime, *, by: Actor) -> Mailbox:
        was = self.lying[name]
        return self.put(was.letter, folder, at, by=by, flags=was.flags)

    def flagged(self, name: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Mailbox:
        was = self.lying[name]
        flags = (was.flags - frozenset(remove)) | frozenset(add)
        return replace(self, lying={**self.lying, name: replace(was, flags=flags)})

    def without(self, names: Collection[str], by: Actor) -> Mailbox:
        lying = {name: each for name, each in self.lying.items() if name not in names}
        return replace(self, lying=lying, gone={**self.gone, **dict.fromkeys(names, by)})

    def renumbered(self, folder: Folder) -> Mailbox:
        """The same letters in the same order under a new UIDVALIDITY, numbered from 1."""
        inside = sorted(self.within([folder]), key=lambda each: each.uid)
        anew = {each.letter.name: replace(each, uid=uid) for uid, each in enumerate(inside, 1)}
        numbers = Numbering(self.numbering[folder].uidvalidity + 1, len(inside) + 1)
        return replace(self, lying={**self.lying, **anew}, numbering={**self.numbering, folder: numbers})

    def restored_to(self, older: Mailbox, *, keeps_numbers: bool) -> Mailbox:
        """An older copy in its place. With its numbers kept, UIDs that were given since are given again."""
        lying = {name: each if each == self.lying.get(name) else _by_backup(each) for name, each in older.lying.items()}
        lost = dict.fromkeys(self.lying.keys() - lying.keys(), Actor.BACKUP)
        restored = Mailbox(lying, {**self.gone, **lost}, older.numbering)
        if keeps_numbers:
            return restored
        for folder in Folder:
            newest = replace(older.numbering[folder], uidvalidity=self.numbering[folder].uidvalidity)
            restored = replace(restored, numbering={**restored.numbering, folder: newest}).renumbered(folder)
        return restored


def _by_backup(each: Lying) -> Lying:
    return replace(each, by=Actor.BACKUP)
