"""Imaginary programs, each wrong in one thing that a real one could get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tests.year.also_right import MarksInTheNextRun
from tests.year.night import Failure, Standing
from tests.year.observation import Became, Look, Said
from tests.year.programs import Program, Report, Sight, State
from tests.year.world import (
    DELETED,
    IS_NOT_JUNK,
    SEEN,
    WATCHED,
    Actor,
    Folder,
    Lying,
    Mailbox,
    Truth,
)


class TrustsItsCursorAfterANewUidvalidity(Program):
    """It looks at what is numbered from where it stopped, whatever the numbers mean now."""

    def looked_at(self, sight: Sight) -> tuple[Lying, ...]:
        cursor = self.state.numbering.get(Folder.JUNK)
        new = (each for each in sight.in_spam() if not cursor or each.uid >= cursor.uidnext)
        known = (each for each in sight.in_spam() if each.letter.name in self.state.open)
        return (*new, *(each for each in known if cursor and each.uid < cursor.uidnext))


class TrustsItsCursorInAnOlderMailbox(TrustsItsCursorAfterANewUidvalidity):
    """It knows what a new UIDVALIDITY means, and not that numbers can be given twice under the old one."""

    def looked_at(self, sight: Sight) -> tuple[Lying, ...]:
        was, now = self.state.numbering.get(Folder.JUNK), sight.mailbox.numbering[Folder.JUNK]
        if was and was.uidvalidity != now.uidvalidity:
            return sight.in_spam()
        return super().looked_at(sight)


class ForgetsWhatItCouldNotDecide(Program):
    def looked_at(self, sight: Sight) -> tuple[Lying, ...]:
        return tuple(each for each in sight.in_spam() if each.letter.name not in self.state.in_spam)


class ForgetsWhatItCouldNotDecideInAnOutage(Program):
    """Whoever asks for what came since the last run, and counts a run that saw nothing, never sees some of it."""

    def looked_at(self, sight: Sight) -> tuple[Lying, ...]:
        last = self.state.clock
        return tuple(each for each in sight.in_spam() if not last or each.since >= last)

    def blind(self, sight: Sight) -> Report:
        self.state = replace(self.state, clock=sight.night.clock)
        return super().blind(sight)


class NeverJudgesAgain(Program):
    """What was not proved by the old rules is closed for ever; only what was undecided is judged again."""

    def looked_at(self, sight: Sight) -> tuple[Lying, ...]:
        state = self.state
        closed = state.in_spam - state.open
        return tuple(each for each in sight.in_spam() if each.letter.name not in closed)


class RescuesWhatWasPutBack(Program):
    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        return DELETED in each.flags


class RescuesTwiceAfterARestoredState(Program):
    """It believes its state alone, and not the mark that its own rescue left."""

    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        unmarked = replace(each, flags=each.flags - {IS_NOT_JUNK})
        return Program.is_sellers_choice(self, sight, unmarked)


class StartsAnewWhereItsStateWasMoved(Program):
    """It finds no file at the old path, makes a new one, and rescues what the seller had put into spam."""

    def run(self, sight: Sight) -> Report:
        if sight.path != self.state.path:
            self.state = State(path=self.state.path)
        return super().run(sight)


class RescuesWhatTheSellerPutIntoSpam(Program):
    """It knows what it rescued itself, and nothing of what came to the inbox by itself."""

    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        return each.letter.name in self.state.rescued or bool({DELETED, IS_NOT_JUNK} & each.flags)


class RescuesWhatTheSellerMarkedDeleted(Program):
    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        return super().is_sellers_choice(sight, replace(each, flags=each.flags - {DELETED}))


class RescuesAFake(Program):
    def is_proved(self, sight: Sight, each: Lying) -> bool:
        return super().is_proved(sight, each) or each.letter.truth is Truth.IMITATION


class TakesCouldNotTellForProof(Program):
    def is_proved(self, sight: Sight, each: Lying) -> bool:
        return super().is_proved(sight, each) or sight.judge(each).undecided


class ConcludesFromAnOutage(Program):
    """A server that shows nothing is taken for an empty mailbox."""

    def blind(self, sight: Sight) -> Report:
        self.state = replace(self.state, looks=dict.fromkeys(self.state.rescued, Look(Became.GONE)))
        return super().blind(sight)


class ClosesWhatAnOutageHides(Program):
    def blind(self, sight: Sight) -> Report:
        self.state = replace(self.state, open=frozenset())
        return super().blind(sight)


class IsSilentOnAnOutage(Program):
    def blind(self, sight: Sight) -> Report:
        return replace(super().blind(sight), exit_code=0, incomplete=frozenset())


class NamesTheWrongFailure(Program):
    def blind(self, sight: Sight) -> Report:
        return replace(super().blind(sight), incomplete=frozenset({Failure.SERVER}))


class IsSilentOnDns(Program):
    def is_dns_missed(self, sight: Sight) -> bool:
        return False


class TakesAPurgeForTheSellersAct(Program):
    """What vanished from spam was deleted by the seller, it says, and is never touched again."""

    def remember(self, sight: Sight, report: Report) -> None:
        vanished = self.state.in_spam - sight.mailbox.lying.keys()
        refused = self.state.refused | vanished
        super().remember(sight, report)
        self.state = replace(self.state, refused=refused)

    def is_sellers_choice(self, sight: Sight, each: Lying) -> bool:
        return each.letter.name in self.state.refused or super().is_sellers_choice(sight, each)


class BlamesTheSeller(Program):
    """Whatever lies in spam again, the seller put there."""

    def look(self, sight: Sight, after: Mailbox, name: str) -> Iterator[Look]:
        for look in super().look(sight, after, name):
            yield replace(look, by=Actor.SELLER)


class StopsLookingAfterAWeek(Program):
    def look(self, sight: Sight, after: Mailbox, name: str) -> Iterator[Look]:
        if sight.night.clock - self.state.rescued.get(name, sight.night.clock) <= timedelta(days=7):
            yield from super().look(sight, after, name)


class LooksOnce(Program):
    """What it saw on the first night it says for ever."""

    def look(self, sight: Sight, after: Mailbox, name: str) -> Iterator[Look]:
        if said := self.state.looks.get(name):
            yield said
        else:
            yield from super().look(sight, after, name)


class ForgetsByAWrongClock(Program):
    """Fourteen days are over by the clock of one night, and so for ever."""

    def remember(self, sight: Sight, report: Report) -> None:
        young = {name: at for name, at in self.state.rescued.items() if sight.night.clock - at < timedelta(days=15)}
        self.state = replace(self.state, rescued=young)
        super().remember(sight, report)


class TouchesWhatItMoves(Program):
    def rescue(self, mailbox: Mailbox, each: Lying, at: datetime) -> Mailbox:
        return super().rescue(mailbox, each, at).flagged(each.letter.name, add=[SEEN])


class LeavesTheMarkOfJunk(Program):
    def rescue(self, mailbox: Mailbox, each: Lying, at: datetime) -> Mailbox:
        return mailbox.moved(each.letter.name, Folder.INBOX, at, by=Actor.PROGRAM)


class Doubles(Program):
    def run(self, sight: Sight) -> Report:
        report = super().run(sight)
        return replace(report, doubles=report.rescued)


class Loses(Program):
    def rescue(self, mailbox: Mailbox, each: Lying, at: datetime) -> Mailbox:
        return mailbox.without([each.letter.name], Actor.PROGRAM)


class SaysThatItMovedAndDidNot(Program):
    def rescue(self, mailbox: Mailbox, each: Lying, at: datetime) -> Mailbox:
        return mailbox


class MovesAndDoesNotSayIt(Program):
    def run(self, sight: Sight) -> Report:
        return replace(super().run(sight), rescued=frozenset())


class HidesAPossibleCustomer(Program):
    def standings(self, sight: Sight, found: tuple[Lying, ...]) -> dict[str, Standing]:
        named = super().standings(sight, found)
        return {name: standing for name, standing in named.items() if standing is not Standing.UNVERIFIED}


class CallsACustomerAFraud(Program):
    def standing(self, sight: Sight, each: Lying) -> Standing:
        standing = super().standing(sight, each)
        return Standing.FORGED if standing is Standing.UNVERIFIED else standing


class NeedsNobody(Program):
    """Exit code 0 whatever lies there."""

    def exit_code(self, sight: Sight, report: Report) -> int:
        return 0


class CriesWolf(Program):
    def exit_code(self, sight: Sight, report: Report) -> int:
        return 10


class LosesARotatedToken(Program):
    """The first token is good until it was exchanged."""

    def run(self, sight: Sight) -> Report:
        if sight.rotations < 2 or sight.night.sees is not True:
            return super().run(sight)
        return Report(sight.mailbox, exit_code=3, incomplete=frozenset({Failure.SIGN_IN}))


class SaysNothingOfChanges(Program):
    def changes(self, sight: Sight) -> Iterator[Said]:
        return iter(())


class AlwaysSaysThatTheClockIsWrong(Program):
    def changes(self, sight: Sight) -> Iterator[Said]:
        yield from super().changes(sight)
        yield Said.CLOCK


class KeepsEverythingOpen(Program):
    def still_open(self, sight: Sight, after: Mailbox) -> Iterator[str]:
        yield from (each.letter.name for each in after.within(WATCHED))


class GrowsWithEveryNight(Program):
    def run(self, sight: Sight) -> Report:
        return replace(super().run(sight), database_bytes=20_000_000 * (1 + sight.night.number))


class ForgetsTheMarks(MarksInTheNextRun):
    """Of a move that the server broke off it only says later that it was made."""

    def mark(self, mailbox: Mailbox, each: Lying) -> Mailbox:
        return mailbox
