"""A calendar and what was seen of each night go in; a line for each broken promise comes out. Pure.

It is written from what the program promises, before the program: it knows nothing of cursors, ledgers or commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tests.year.calendar import Calendar
from tests.year.events import (
    Deletes,
    Event,
    MarksDeleted,
    MovesState,
    NumbersAnew,
    RestoresMailbox,
    RestoresState,
)
from tests.year.knowledge import Facts, Memory, Tonight, due, fight, learned, remembered, unproved
from tests.year.night import Night
from tests.year.observation import Observation, places
from tests.year.promises import PROMISES
from tests.year.world import Actor, Folder, Mailbox

MISSES_ALLOWED = 1
"""A genuine provable letter may be passed over by one night of service."""


@dataclass(frozen=True, slots=True)
class Duties:
    """Of what lies in spam when the night begins: what it must move, may move, and must never move."""

    must: frozenset[str]
    may: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """`late`: letters that one night of service passed over and a later one moved, or would have had to."""

    nights: int
    nights_of_service: int
    rescued: int
    late: int
    violations: int


@dataclass(slots=True)
class Model:
    """Plays the calendar along with the program. What the program did, right or wrong, is where the next day begins."""

    calendar: Calendar
    misses_allowed: int = MISSES_ALLOWED
    mailbox: Mailbox = field(default_factory=Mailbox)
    memory: Memory = field(default_factory=Memory)
    facts: Facts = field(default_factory=Facts)
    _mailboxes: list[Mailbox] = field(default_factory=list)
    _memories: list[Memory] = field(default_factory=list)
    _nights_of_service: int = 0
    _violations: int = 0

    def violations(self, observations: Iterable[Observation]) -> Iterator[str]:
        """`night N: promise: what`, in the order of the nights. As many observations as nights."""
        for night, seen in zip(self.calendar.nights, observations, strict=True):
            yield from self.night(night, seen)

    def night(self, night: Night, seen: Observation) -> list[str]:
        """One night after the other; for an adapter that wants to stop at the first that went wrong."""
        tonight = self._tonight(night, seen)
        found = [*(line for promise in PROMISES for line in promise(tonight)), *self._missed(tonight)]
        self.mailbox, self.memory, self.facts = tonight.after, remembered(tonight), learned(tonight)
        self._mailboxes.append(self.mailbox)
        self._memories.append(self.memory)
        self._nights_of_service += night.sees is True
        self._violations += len(found)
        return [f"night {night.number}: {line}" for line in found]

    def duties(self, night: Night) -> Duties:
        """What the coming night is obliged to, before anything is known of what the program will do."""
        tonight = self._tonight(night, None)
        in_spam = {each.letter.name: each for each in tonight.before.within([Folder.JUNK])}
        must = due(tonight)
        never = frozenset(name for name, each in in_spam.items() if unproved(tonight, each) or fight(tonight, each))
        return Duties(must, frozenset(in_spam) - must - never, never)

    def _tonight(self, night: Night, seen: Observation | None) -> Tonight:
        """What happened since the last night happens; without an observation the program is taken to do nothing."""
        mailbox, memory, facts = self.mailbox, self.memory, self.facts
        for event in night.events:
            facts = _fact(facts, event, mailbox)
            mailbox = event.change(mailbox, self._mailboxes)
            if isinstance(event, RestoresState):
                memory = replace(self._memories[-event.nights], is_backup=True)
        seen = seen or Observation(None, places(mailbox))
        return Tonight(night, mailbox, _adopted(mailbox, night, seen), memory, facts, seen)

    def summary(self) -> Summary:
        late = sum(missed > 0 for missed in self.facts.missed.values())
        rescued = len(self.facts.rescued)
        return Summary(len(self._mailboxes), self._nights_of_service, rescued, late, self._violations)

    def _missed(self, tonight: Tonight) -> Iterator[str]:
        for name in sorted(due(tonight) - tonight.moved()):
            nights = tonight.facts.missed.get(name, 0) + 1
            if nights > self.misses_allowed:
                yield f"missed: {name} lay in spam for {nights} nights of service"


def _fact(facts: Facts, event: Event, mailbox: Mailbox) -> Facts:
    match event:
        case Deletes(name=name) | MarksDeleted(name=name):
            lying = mailbox.lying.get(name)
            is_unwanted = lying is not None and lying.folder is Folder.JUNK
            return replace(facts, unwanted=facts.unwanted | {name}) if is_unwanted else facts
        case NumbersAnew() | RestoresMailbox():
            return replace(facts, upheavals=facts.upheavals + 1)
        case MovesState():
            return replace(facts, path=facts.path + 1)
        case _:
            return facts


def _adopted(before: Mailbox, night: Night, seen: Observation) -> Mailbox:
    """What the program left. A letter in two places counts as lying in the one where it did not lie."""
    after = before
    for name, was in before.lying.items():
        found = seen.lying.get(name, ())
        new = [place for place in found if place.folder is not was.folder]
        if not found:
            after = after.without([name], Actor.PROGRAM)
        elif new:
            after = after.put(was.letter, new[0].folder, night.at, by=Actor.PROGRAM, flags=new[0].flags)
        elif found[0].flags != was.flags:
            after = after.flagged(name, add=found[0].flags, remove=was.flags - found[0].flags)
    return after
