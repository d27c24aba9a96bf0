"""Imaginary programs that do otherwise than the first one, and are as right: the model must not ask for one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.year.night import DnsDown, Failure, Standing, Throttled
from tests.year.observation import FINAL, Look, Said, became
from tests.year.programs import Program, Report, Sight, State
from tests.year.world import IS_JUNK, IS_NOT_JUNK, OUTSIDE_SPAM, Actor, Folder, Lying, Mailbox


class FinishesThoughThrottled(Program):
    """It waits as long as the server asked for, and goes on."""

    def run(self, sight: Sight) -> Report:
        if isinstance(sight.night.trouble, Throttled):
            sight = replace(sight, night=replace(sight.night, trouble=None))
        return super().run(sight)


class DoesAPartAndSaysSo(FinishesThoughThrottled):
    """It rescued before the server had enough, and may have seen all there was."""

    def run(self, sight: Sight) -> Report:
        report = super().run(sight)
        if not isinstance(sight.night.trouble, Throttled):
            return report
        return replace(report, exit_code=3, incomplete=frozenset({Failure.THROTTLED}))


class LooksForEver(Program):
    """Also after the fourteen days, and after something final was seen."""

    def look(self, sight: Sight, after: Mailbox, name: str) -> Iterator[Look]:
        yield Look(became(after, name).became)


class NamesWhoDidIt(Program):
    """Rightly."""

    def look(self, sight: Sight, after: Mailbox, name: str) -> Iterator[Look]:
        for look in super().look(sight, after, name):
            is_new = look != self.state.looks.get(name) and look.became in FINAL
            yield became(after, name) if is_new else look


@dataclass(slots=True)
class RemembersBesideItsState(Program):
    """What it saw outside spam it keeps where no backup of the state file reaches."""

    kept: set[str] = field(default_factory=set)

    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        return each.letter.name in self.kept or Program.is_sellers_choice(self, sight, each)

    def remember(self, sight: Sight, report: Report) -> None:
        Program.remember(self, sight, report)
        self.kept |= {each.letter.name for each in report.mailbox.within(OUTSIDE_SPAM)}


class ListsOnlyWhatIsNew(Program):
    def standings(self, sight: Sight, found: tuple[Lying, ...]) -> dict[str, Standing]:
        named = super().standings(sight, found)
        known = self.state.in_spam - self.state.open
        return {name: standing for name, standing in named.items() if name not in known}


class IsUnfinishedWithoutDns(Program):
    """Whether it had to ask or not."""

    def is_dns_missed(self, sight: Sight) -> bool:
        return isinstance(sight.night.trouble, DnsDown)


@dataclass(slots=True)
class NoticesARestoredState(Program):
    last: State = field(default_factory=State)

    def changes(self, sight: Sight) -> Iterator[Said]:
        yield from Program.changes(self, sight)
        if self.state != self.last:
            yield Said.STATE

    def run(self, sight: Sight) -> Report:
        report = Program.run(self, sight)
        self.last = self.state
        return report


@dataclass(slots=True)
class MovesWhatItOnceProved(Program):
    """In a throttled night it proves, and comes to no move; the proof holds in the next, whatever DNS says then."""

    proved: set[str] = field(default_factory=set)

    def blind(self, sight: Sight) -> Report:
        if isinstance(sight.night.trouble, Throttled):
            self.proved |= {each.letter.name for each in sight.in_spam() if Program.is_proved(self, sight, each)}
        return Program.blind(self, sight)

    def is_proved(self, sight: Sight, each: Lying) -> bool:
        return each.letter.name in self.proved or Program.is_proved(self, sight, each)

    def standing(self, sight: Sight, each: Lying) -> Standing:
        return Standing.GENUINE if each.letter.name in self.proved else Program.standing(self, sight, each)


@dataclass(slots=True)
class MarksInTheNextRun(Program):
    """The server has enough between its moves and their marks: it ends with exit 4, and finishes in the next run."""

    unmarked: tuple[str, ...] = ()

    def blind(self, sight: Sight) -> Report:
        if not isinstance(sight.night.trouble, Throttled):
            return Program.blind(self, sight)
        names = tuple(each.letter.name for each in sight.in_spam() if self.is_for_rescue(sight, each))
        mailbox = sight.mailbox
        for name in names:
            mailbox = mailbox.moved(name, Folder.INBOX, sight.night.clock, by=Actor.PROGRAM)
        self.unmarked += names
        return Report(mailbox, 4 if names else 3, incomplete=frozenset({Failure.THROTTLED}))

    def run(self, sight: Sight) -> Report:
        if sight.night.sees is not True:
            return Program.run(self, sight)
        late, self.unmarked = self.unmarked, ()
        known = {**self.state.rescued, **dict.fromkeys(late, sight.night.clock)}
        self.state = replace(self.state, rescued=known)
        mailbox = sight.mailbox
        for each in tuple(mailbox.within([Folder.INBOX])):
            if each.letter.name in late:
                mailbox = self.mark(mailbox, each)
        report = Program.run(self, replace(sight, mailbox=mailbox))
        return replace(report, rescued=report.rescued | frozenset(late))

    def mark(self, mailbox: Mailbox, each: Lying) -> Mailbox:
        return mailbox.flagged(each.letter.name, add=[IS_NOT_JUNK], remove=[IS_JUNK])


RIGHT = (
    FinishesThoughThrottled,
    DoesAPartAndSaysSo,
    MarksInTheNextRun,
    LooksForEver,
    NamesWhoDidIt,
    RemembersBesideItsState,
    ListsOnlyWhatIsNew,
    IsUnfinishedWithoutDns,
    NoticesARestoredState,
    MovesWhatItOnceProved,
)
