"""What can happen between two nights: one small class a kind, each with how often it happens.

A_YEAR is the expected number in 365 nights; CHANCE is the share of the letters to which it ever happens. The seller
acts on what he finds: an act on a letter that does not lie where he would do that changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from tests.year.world import (
    ANSWERED,
    DELETED,
    IS_JUNK,
    IS_NOT_JUNK,
    KEPT_IN_SPAM,
    OUTSIDE_SPAM,
    SEEN,
    Actor,
    Folder,
    Letter,
    Mailbox,
)


@dataclass(frozen=True, slots=True)
class Event:
    """`past`, in what follows: the mailbox as each night left it, the last night's last."""

    at: datetime

    def change(self, mailbox: Mailbox, past: Sequence[Mailbox]) -> Mailbox:
        """What the mailbox is afterwards. What happens on our own side of the wire leaves it as it is."""
        return mailbox


@dataclass(frozen=True, slots=True)
class Arrives(Event):
    """The provider delivers a letter; `at` is its INTERNALDATE. How often: A_NIGHT in life.py."""

    letter: Letter
    folder: Folder
    flags: frozenset[str] = frozenset()

    def change(self, mailbox: Mailbox, past: Sequence[Mailbox]) -> Mailbox:
        return mailbox.put(self.letter, self.folder, self.at, by=Actor.PROVIDER, flags=self.flags)


@dataclass(frozen=True, slots=True)
class Act(Event):
    """What the seller does with one letter, where it lies in one of the folders in WHERE."""

    name: str
    WHERE: ClassVar[Sequence[Folder]] = OUTSIDE_SPAM

    def change(self, mailbox: Mailbox, past: Sequence[Mailbox]) -> Mailbox:
        lying = mailbox.lying.get(self.name)
        return self.do(mailbox) if lying and lying.folder in self.WHERE else mailbox

    def do(self, mailbox: Mailbox) -> Mailbox:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Reads(Act):
    CHANCE: ClassVar[float] = 0.8

    def do(self, mailbox: Mailbox) -> Mailbox:
        return mailbox.flagged(self.name, add=[SEEN])


@dataclass(frozen=True, slots=True)
class Answers(Act):
    """A reply in Sent that names the letter goes with the flag."""

    CHANCE: ClassVar[float] = 0.4

    def do(self, mailbox: Mailbox) -> Mailbox:
        return mailbox.flagged(self.name, add=[SEEN, ANSWERED])


@dataclass(frozen=True, slots=True)
class PutsIntoSpam(Act):
    """What the seller does not want, whether it was rescued before or never lay in spam.

    `marks`: his mail program clears `$NotJunk` and sets `$Junk`; a plain move leaves the keywords as they are.
    """

    marks: bool = False
    CHANCE: ClassVar[float] = 0.1

    def do(self, mailbox: Mailbox) -> Mailbox:
        moved = mailbox.moved(self.name, Folder.JUNK, self.at, by=Actor.SELLER)
        return moved.flagged(self.name, add=[IS_JUNK], remove=[IS_NOT_JUNK]) if self.marks else moved


@dataclass(frozen=True, slots=True)
class TakesOut(Act):
    """He finds it in spam before any program does."""

    CHANCE: ClassVar[float] = 0.06
    WHERE: ClassVar[Sequence[Folder]] = (Folder.JUNK,)

    def do(self, mailbox: Mailbox) -> Mailbox:
        return mailbox.moved(self.name, Folder.INBOX, self.at, by=Actor.SELLER)


@dataclass(frozen=True, slots=True)
class Files(Act):
    """Out of the inbox: into a folder that is watched, or one that is not."""

    folder: Folder = Folder.ARCHIVE
    CHANCE: ClassVar[float] = 0.3
    WHERE: ClassVar[Sequence[Folder]] = (Folder.INBOX,)

    def do(self, mailbox: Mailbox) -> Mailbox:
        return mailbox.moved(self.name, self.folder, self.at, by=Actor.SELLER)


@dataclass(frozen=True, slots=True)
class MarksDeleted(Act):
    """`\\Deleted` on a letter in spam; it lies there until something expunges it."""

    CHANCE: ClassVar[float] = 0.03
    WHERE: ClassVar[Sequence[Folder]] = (Folder.JUNK,)

    def do(self, mailbox: Mailbox) -> Mailbox:
        return mailbox.flagged(self.name, add=[DELETED])


@dataclass(frozen=True, slots=True)
class Deletes(Act):
    """For good, wherever it lies."""

    CHANCE: ClassVar[float] = 0.1
    WHERE: ClassVar[Sequence[Folder]] = tuple(Folder)

    def do(self, mailbox: Mailbox) -> Mailbox:
        return mailbox.without([self.name], Actor.SELLER)


@dataclass(frozen=True, slots=True)
class Purges(Event):
    """The provider empties spam of what has lain in it for thirty days, once a day."""

    names: frozenset[str]

    def change(self, mailbox: Mailbox, past: Sequence[Mailbox]) -> Mailbox:
        return mailbox.without(self.names & due_for_purge(mailbox, self.at), Actor.PROVIDER)


def due_for_purge(mailbox: Mailbox, at: datetime) -> frozenset[str]:
    """What has lain in spam for as long as the provider keeps it."""
    return frozenset(each.letter.name for each in mailbox.within([Folder.JUNK]) if each.since + KEPT_IN_SPAM <= at)


@dataclass(frozen=True, slots=True)
class NumbersAnew(Event):
    """A new UIDVALIDITY for one folder, the letters untouched: the server rebuilt its index."""

    folder: Folder
    A_YEAR: ClassVar[float] = 6

    def change(self, mailbox: Mailbox, past: Sequence[Mailbox]) -> Mailbox:
        return mailbox.renumbered(self.folder)


@dataclass(frozen=True, slots=True)
class RestoresMailbox(Event):
    """The provider puts back the mailbox as it was after the `nights`-th night before this one (1: the last).

    What came since is lost, what was moved since lies where it lay. `keeps_numbers`: under the same UIDVALIDITY.
    """

    nights: int
    keeps_numbers: bool
    A_YEAR: ClassVar[float] = 2

    def change(self, mailbox: Mailbox, past: Sequence[Mailbox]) -> Mailbox:
        return mailbox.restored_to(past[-self.nights], keeps_numbers=self.keeps_numbers)


@dataclass(frozen=True, slots=True)
class MovesState(Event):
    """The state file, with all that belongs to it, lies at another path, and the configuration says so."""

    A_YEAR: ClassVar[float] = 2


@dataclass(frozen=True, slots=True)
class RestoresState(Event):
    """The state file is the one that the `nights`-th night before this one left (1: the last, so nothing is lost)."""

    nights: int
    A_YEAR: ClassVar[float] = 3


@dataclass(frozen=True, slots=True)
class UpgradesRules(Event):
    """Rules, or the catalogue, of a newer version: they know streams that were unknown."""

    version: int
    A_YEAR: ClassVar[float] = 5


@dataclass(frozen=True, slots=True)
class UpgradesDatabase(Event):
    """From now on the program's schema is the next one that landed; where there is no next one, nothing happens."""

    A_YEAR: ClassVar[float] = 3


@dataclass(frozen=True, slots=True)
class RotatesToken(Event):
    """From the next sign-in on the refresh token that the program holds is good once more, and brings a new one."""

    A_YEAR: ClassVar[float] = 12


@dataclass(frozen=True, slots=True)
class SetsClock(Event):
    """The clock of the program's computer is wrong by this much from now on; zero sets it right."""

    offset: timedelta
    A_YEAR: ClassVar[float] = 4


def happen(mailbox: Mailbox, events: Sequence[Event], past: Sequence[Mailbox]) -> Mailbox:
    """All of them, one after the other."""
    for event in events:
        mailbox = event.change(mailbox, past)
    return mailbox
