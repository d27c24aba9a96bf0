"""An imaginary program that errs in nothing, played over a calendar; those in planted.py are wrong in one thing each.

It has what a real one has: the mailbox as the server shows it, DNS through what can be proved tonight, and a state that
is copied, restored and moved with its file. It knows no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.year.calendar import Calendar, rescued
from tests.year.events import MovesState, RestoresState, RotatesToken, happen
from tests.year.night import DnsDown, Failure, Night, Standing, Verdict
from tests.year.observation import FINAL, Look, Observation, Place, Said, became, places
from tests.year.world import (
    DELETED,
    IS_NOT_JUNK,
    OUTSIDE_SPAM,
    WATCHED,
    Folder,
    Lying,
    Mailbox,
    Numbering,
)

LOOKS_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class State:
    """What it writes into its state file."""

    rescued: Mapping[str, datetime] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    in_spam: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    looks: Mapping[str, Look] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    clock: datetime | None = None
    numbering: Mapping[Folder, Numbering] = field(default_factory=dict)
    holding: frozenset[Folder] = frozenset()
    path: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """What the world shows it. `path`, `rotations`: how often the state was moved, the token rotated, so far."""

    night: Night
    mailbox: Mailbox
    path: int
    rotations: int

    def in_spam(self) -> tuple[Lying, ...]:
        return tuple(self.mailbox.within([Folder.JUNK]))

    def judge(self, each: Lying) -> Verdict:
        return self.night.judge(each.letter)


@dataclass(frozen=True, slots=True)
class Report:
    """What it says. `doubles`: letters that it left in spam as well."""

    mailbox: Mailbox
    exit_code: int = 0
    rescued: frozenset[str] = frozenset()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    incomplete: frozenset[Failure] = frozenset()
    said: frozenset[Said] = frozenset()
    doubles: frozenset[str] = frozenset()
    database_bytes: int = 1_000_000


@dataclass(slots=True)
class Program:
    """Each question that it asks itself is a method, so that a wrong program answers one of them wrongly."""

    state: State = field(default_factory=State)

    def run(self, sight: Sight) -> Report:
        if sight.night.sees is not True:
            return self.blind(sight)
        found = self.looked_at(sight)
        said = frozenset(self.changes(sight))
        chosen = [each for each in found if self.is_for_rescue(sight, each)]
        mailbox = sight.mailbox
        for each in chosen:
            mailbox = self.rescue(mailbox, each, sight.night.clock)
        names = frozenset(each.letter.name for each in chosen)
        report = Report(mailbox, rescued=names, standings=self.standings(sight, found), said=said)
        self.remember(sight, report)
        unfinished = self.is_dns_missed(sight)
        incomplete = frozenset({Failure.DNS}) if unfinished else frozenset[Failure]()
        return replace(report, incomplete=incomplete, exit_code=3 if unfinished else self.exit_code(sight, report))

    def blind(self, sight: Sight) -> Report:
        """Nothing seen, nothing concluded."""
        trouble = sight.night.trouble
        assert trouble
        assert trouble.failure
        return Report(sight.mailbox, exit_code=3, incomplete=frozenset({trouble.failure}))

    def looked_at(self, sight: Sight) -> tuple[Lying, ...]:
        return sight.in_spam()

    def is_for_rescue(self, sight: Sight, each: Lying) -> bool:
        return self.is_proved(sight, each) and not self.is_sellers_choice(sight, each)

    def is_proved(self, sight: Sight, each: Lying) -> bool:
        return sight.judge(each).standing is Standing.GENUINE

    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        name = each.letter.name
        return name in self.state.rescued or name in self.state.outside or bool({DELETED, IS_NOT_JUNK} & each.flags)

    def rescue(self, mailbox: Mailbox, each: Lying, at: datetime) -> Mailbox:
        return rescued(mailbox, each.letter.name, at)

    def standings(self, sight: Sight, found: tuple[Lying, ...]) -> dict[str, Standing]:
        named = {each.letter.name: self.standing(sight, each) for each in found}
        return {name: standing for name, standing in named.items() if standing is not Standing.UNRELATED}

    def standing(self, sight: Sight, each: Lying) -> Standing:
        return sight.judge(each).standing

    def changes(self, sight: Sight) -> Iterator[Said]:
        state = self.state
        if state.clock and sight.night.clock < state.clock:
            yield Said.CLOCK
        if state.path != sight.path:
            yield Said.STATE
        for folder in state.holding & set(WATCHED):
            was, now = state.numbering[folder], sight.mailbox.numbering[folder]
            if now.uidvalidity != was.uidvalidity or now.uidnext < was.uidnext:
                yield Said.NUMBERING

    def is_dns_missed(self, sight: Sight) -> bool:
        return isinstance(sight.night.trouble, DnsDown) and bool(self.state.open)

    def exit_code(self, sight: Sight, report: Report) -> int:
        left = report.mailbox.within([Folder.JUNK])
        unverified = (each for each in left if sight.judge(each).standing is Standing.UNVERIFIED)
        return 10 if any(not self.is_sellers_choice(sight, each) for each in unverified) else 0

    def remember(self, sight: Sight, report: Report) -> None:
        state, after = self.state, report.mailbox
        in_spam = frozenset(each.letter.name for each in sight.in_spam())
        done = {**state.rescued, **dict.fromkeys(report.rescued, sight.night.clock)}
        self.state = State(
            rescued=done,
            outside=state.outside | frozenset(each.letter.name for each in sight.mailbox.within(OUTSIDE_SPAM)),
            in_spam=in_spam - report.rescued,
            refused=state.refused,
            looks={name: look for name in done for look in self.look(sight, after, name)},
            open=frozenset(self.still_open(sight, after)),
            clock=sight.night.clock,
            numbering=after.numbering,
            holding=frozenset(each.folder for each in after.lying.values()),
            path=sight.path,
        )

    def look(self, sight: Sight, after: Mailbox, name: str) -> Iterator[Look]:
        """Until something final was seen, or the fourteen days are over by its own clock."""
        said = self.state.looks.get(name)
        if said and said.became in FINAL:
            yield said
        elif sight.night.clock - self.state.rescued.get(name, sight.night.clock) <= LOOKS_FOR:
            yield Look(became(after, name).became)

    def still_open(self, sight: Sight, after: Mailbox) -> Iterator[str]:
        for each in after.within(WATCHED):
            if sight.judge(each).undecided and not self.is_sellers_choice(sight, each):
                yield each.letter.name


def play(calendar: Calendar, program: Program) -> Iterator[Observation]:
    """What an adapter does with a real mailbox and the real program, done with values."""
    mailbox, past, states = Mailbox(), list[Mailbox](), list[State]()
    path = rotations = 0
    for night in calendar.nights:
        mailbox = happen(mailbox, night.events, past)
        for event in night.events:
            path += isinstance(event, MovesState)
            rotations += isinstance(event, RotatesToken)
            if isinstance(event, RestoresState):
                program.state = states[-event.nights]
        report = program.run(Sight(night, mailbox, path, rotations)) if night.runs else None
        mailbox = report.mailbox if report else mailbox
        yield _observed(mailbox, report, program.state)
        past.append(mailbox)
        states.append(program.state)


def _observed(mailbox: Mailbox, report: Report | None, state: State) -> Observation:
    lying = places(mailbox)
    if report is None:
        return Observation(None, lying)
    for name in report.doubles:
        lying[name] = (*lying[name], Place(Folder.JUNK, frozenset()))
    return Observation(
        report.exit_code,
        lying,
        report.rescued,
        report.standings,
        state.looks,
        report.incomplete,
        report.said,
        state.open,
        report.database_bytes,
    )
