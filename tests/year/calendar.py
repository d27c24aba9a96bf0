"""A seed goes in; a year of a seller's mailbox comes out: 365 nights, what happens before each, what is wrong in each.

The same seed gives the same year for ever. While it is drawn, a program that errs in nothing is taken to run, so that
the seller can do something with what was rescued; an act changes nothing where another program left
the letter elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.year.events import Event, Purges, SetsClock, UpgradesRules, due_for_purge, happen
from tests.year.life import (
    BEFORE_THE_FIRST_NIGHT,
    MARKETPLACES,
    Plan,
    Rarely,
    acts_on,
    after_a_rescue,
    deliveries,
    happenings,
    of_a_stream_unknown,
)
from tests.year.night import TROUBLES, Night, ServerDown, Throttled, Trouble
from tests.year.world import (
    DELETED,
    IS_JUNK,
    IS_NOT_JUNK,
    OUTSIDE_SPAM,
    Actor,
    Folder,
    Letter,
    Lying,
    Mailbox,
)

ZONE = ZoneInfo("America/Chicago")
"""The seller's: the night's run starts by its clock, so that two nights of the year are 23 and 25 hours apart."""
FIRST = date(2025, 1, 1)
"""In the past: no server stores a letter with an INTERNALDATE that lies ahead of its own clock."""
STARTS = time(2, 30)
"""By the seller's clock; in the night in which summer time begins there is no such moment, and it runs at 3:30."""
JITTER_S = 20 * 60
NIGHTS = 365
KEY_ABSENT_A_YEAR = 3.0
"""How often each marketplace's key is missing in DNS, for KEY_ABSENT_NIGHTS."""
KEY_ABSENT_NIGHTS = (2, 9)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`seed` is None where the nights were written by hand."""

    nights: tuple[Night, ...]
    seed: int | None = None

    def letters(self) -> dict[str, Letter]:
        """Every letter that ever arrives, by name."""
        arriving = (getattr(event, "letter", None) for night in self.nights for event in night.events)
        return {letter.name: letter for letter in arriving if isinstance(letter, Letter)}


def draw(seed: int, nights: int = NIGHTS, *, haste: float = 1) -> Calendar:
    """A shorter year is the beginning of the same one. `haste`: how many times as often what is rare comes, for a month
    that is to bring as much of it as a year."""
    rng = Random(f"year {seed}")
    drawing = _Drawing(rng, Rarely(rng, haste))
    return Calendar(tuple(drawing.night(number) for number in range(nights)), seed)


def moment_of(number: int, jitter_s: int = 0) -> datetime:
    """When the n-th night's run starts, in UTC."""
    local = datetime.combine(FIRST + timedelta(days=number), STARTS, ZONE)
    return local.astimezone(UTC) + timedelta(seconds=jitter_s)


@dataclass(slots=True)
class _Drawing:
    """What the nights so far left: the mailbox, what the seller is going to do, and what is wrong for how long."""

    rng: Random
    rarely: Rarely
    mailbox: Mailbox = field(default_factory=Mailbox)
    past: list[Mailbox] = field(default_factory=list)
    planned: dict[int, list[tuple[float, Event]]] = field(default_factory=dict)
    was_outside: set[str] = field(default_factory=set)
    last: datetime = field(default_factory=lambda: moment_of(-BEFORE_THE_FIRST_NIGHT))
    trouble: tuple[Trouble | None, int] = (None, -1)
    absent_until: dict[str, int] = field(default_factory=dict)
    rules: int = 1
    offset: timedelta = timedelta()
    clock_wrong_until: int = -1

    def night(self, number: int) -> Night:
        at = moment_of(number, self.rng.randrange(JITTER_S))
        events = tuple(sorted(self._events(number, at), key=lambda event: event.at))
        self._take_note(events)
        night = Night(number, at, at + self.offset, events, self._trouble(number), self._absent(number), self.rules)
        self.mailbox = self._served(night, happen(self.mailbox, events, self.past))
        self.past.append(self.mailbox)
        self.last = at
        return night

    def _events(self, number: int, until: datetime) -> Iterator[Event]:
        span = until - self.last
        dawn = self.last + timedelta(minutes=1)
        if purged := due_for_purge(self.mailbox, dawn):
            yield Purges(dawn, purged)
        yield from self._due_now(number, (self.last, until))
        for arrival in deliveries(self.rng, number, (self.last, until), self.rules):
            yield arrival
            self._plan(number, acts_on(self.rng, arrival.letter, arrival.folder))
            if arrival.folder is Folder.JUNK and arrival.letter.rules > self.rules:
                self._plan(number, of_a_stream_unknown(self.rng, arrival.letter))
            yield from self._due_now(number, (arrival.at, until))
        yield from happenings(self.rarely, number, lambda: self.last + span * self.rng.random(), rules=self.rules)
        yield from self._clock(number, self.last + span * self.rng.random())

    def _plan(self, number: int, plans: Iterable[Plan]) -> None:
        for nights, when, act in plans:
            self.planned.setdefault(number + nights, []).append((when, act))

    def _due_now(self, number: int, span: tuple[datetime, datetime]) -> Iterator[Event]:
        for when, act in self.planned.pop(number, []):
            yield replace(act, at=span[0] + (span[1] - span[0]) * when)

    def _clock(self, number: int, at: datetime) -> Iterator[Event]:
        if number == self.clock_wrong_until:
            yield SetsClock(at, timedelta())
        elif number > self.clock_wrong_until and self.rarely.comes(SetsClock.A_YEAR):
            self.clock_wrong_until = number + self.rng.randint(1, 3)
            forward = self.rng.random() < 0.5
            yield SetsClock(at, timedelta(hours=self.rng.randint(1, 24 * 40)) * (1 if forward else -1))

    def _take_note(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, SetsClock):
                self.offset = event.offset
            if isinstance(event, UpgradesRules):
                self.rules = max(self.rules, event.version)

    def _trouble(self, number: int) -> Trouble | None:
        if number <= self.trouble[1]:
            return self.trouble[0]
        for kind in TROUBLES:
            if number and self.rarely.comes(kind.A_YEAR):
                self.trouble = (self._of(kind), number + self.rng.randint(*kind.LASTS) - 1)
                return self.trouble[0]
        return None

    def _of(self, kind: type[Trouble]) -> Trouble:
        if kind is ServerDown:
            return ServerDown(in_select=self.rng.random() < 0.5)
        return Throttled(after=self.rng.randint(1, 12)) if kind is Throttled else kind()

    def _absent(self, number: int) -> frozenset[str]:
        for marketplace in MARKETPLACES:
            if number > self.absent_until.get(marketplace, -1) and self.rarely.comes(KEY_ABSENT_A_YEAR):
                self.absent_until[marketplace] = number + self.rng.randint(*KEY_ABSENT_NIGHTS) - 1
        return frozenset(name for name, until in self.absent_until.items() if number <= until)

    def _served(self, night: Night, mailbox: Mailbox) -> Mailbox:
        """As a program leaves it that errs in nothing."""
        if not night.sees:
            return mailbox
        self.was_outside |= {each.letter.name for each in mailbox.within(OUTSIDE_SPAM)}
        for each in tuple(mailbox.within([Folder.JUNK])):
            if self._is_for_rescue(night, each):
                mailbox = rescued(mailbox, each.letter.name, night.at)
                self.was_outside.add(each.letter.name)
                story = after_a_rescue(self.rng, each.letter, is_first=night.number == 0)
                self._plan(night.number + 1, story)
        return mailbox

    def _is_for_rescue(self, night: Night, each: Lying) -> bool:
        is_sellers = each.by is Actor.SELLER or DELETED in each.flags or each.letter.name in self.was_outside
        return night.proves(each.letter) and not is_sellers


def rescued(mailbox: Mailbox, name: str, at: datetime) -> Mailbox:
    """Moved to the inbox, the marks of junk turned, nothing else touched."""
    moved = mailbox.moved(name, Folder.INBOX, at, by=Actor.PROGRAM)
    return moved.flagged(name, add=[IS_NOT_JUNK], remove=[IS_JUNK])
