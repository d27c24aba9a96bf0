"""The model judged by itself: programs that err in nothing pass, each that errs in one thing is caught in it."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import NamedTuple

import pytest

from tests.year import planted
from tests.year.also_right import RIGHT, MarksInTheNextRun
from tests.year.calendar import Calendar, draw
from tests.year.diary import SOON, diary
from tests.year.events import (
    Answers,
    Arrives,
    Deletes,
    Files,
    MarksDeleted,
    MovesState,
    NumbersAnew,
    Purges,
    PutsIntoSpam,
    Reads,
    RestoresMailbox,
    RestoresState,
    RotatesToken,
    SetsClock,
    TakesOut,
    UpgradesRules,
)
from tests.year.model import Model
from tests.year.night import DnsDown, MachineOff, ServerDown, SignInRefused, Throttled
from tests.year.observation import Observation
from tests.year.programs import Program, play
from tests.year.world import IS_JUNK, Folder, Letter, Truth

pytestmark = pytest.mark.thorough

INBOX, JUNK = Folder.INBOX, Folder.JUNK


def spam(name: str, truth: Truth = Truth.PROVABLE, rules: int = 1) -> Arrives:
    return Arrives(SOON, Letter(name, truth, rules=rules), JUNK, frozenset({IS_JUNK}))


def inbox(name: str) -> Arrives:
    return Arrives(SOON, Letter(name, Truth.PROVABLE), INBOX)


def puts_back(name: str, *, marks: bool = False) -> PutsIntoSpam:
    return PutsIntoSpam(SOON, name, marks)


def violations(calendar: Calendar, program: Program) -> list[str]:
    return list(Model(calendar).violations(play(calendar, program)))


RESCUE = diary(4, {0: [spam("a")]})
PUT_BACK = diary(8, {0: [spam("a")], 2: [puts_back("a")]})
OUTAGE = diary(6, {0: [spam("a")], 2: [spam("b"), ServerDown()]})
NUMBERED_ANEW = diary(
    8,
    {
        0: [spam("x", Truth.BROKEN), spam("y", Truth.BROKEN)],
        2: [spam("a"), Deletes(SOON, "x"), NumbersAnew(SOON, JUNK)],
    },
)
OLDER_MAILBOX = diary(
    9,
    {1: [spam("b", Truth.IMITATION)], 2: [spam("c", Truth.IMITATION)], 4: [RestoresMailbox(SOON, 4, True), spam("a")]},
)
BACK_BY_BACKUP = diary(6, {0: [inbox("x")], 1: [spam("a"), DnsDown()], 4: [RestoresMailbox(SOON, 3, False)]})
KEY_RETURNS = diary(8, {0: [spam("a")]}, absent={0: "amazon", 1: "amazon", 2: "amazon"})
PURGED = diary(
    38,
    {
        0: [spam("a")],
        32: [Purges(SOON, frozenset({"a"}))],
        34: [RestoresMailbox(SOON, 3, False)],
    },
    absent=dict.fromkeys(range(33), "amazon"),
)
FORGOTTEN_RESCUE = diary(8, {2: [spam("a")], 3: [puts_back("a")], 4: [RestoresState(SOON, 3)]})
OWN_CHOICE = diary(6, {0: [inbox("a")], 2: [puts_back("a")]})
LATER_RULES = diary(8, {0: [spam("a", rules=2)], 3: [UpgradesRules(SOON, 2)]})
FORWARD_AND_BACK = diary(
    9, {0: [spam("a")], 3: [SetsClock(SOON, timedelta(days=30))], 4: [SetsClock(SOON, timedelta())]}
)


BROKEN_OFF = diary(4, {1: [spam("a"), Throttled()]})


class Case(NamedTuple):
    program: type[Program]
    calendar: Calendar
    found: str


CASES = (
    Case(planted.ForgetsTheMarks, BROKEN_OFF, "flags: a"),
    Case(planted.TrustsItsCursorAfterANewUidvalidity, NUMBERED_ANEW, "missed: a"),
    Case(planted.TrustsItsCursorInAnOlderMailbox, OLDER_MAILBOX, "missed: a"),
    Case(planted.ForgetsWhatItCouldNotDecide, KEY_RETURNS, "missed: a"),
    Case(planted.ForgetsWhatItCouldNotDecideInAnOutage, OUTAGE, "missed: b"),
    Case(planted.NeverJudgesAgain, LATER_RULES, "missed: a"),
    Case(planted.RescuesWhatWasPutBack, PUT_BACK, "rescued twice: a"),
    Case(planted.RescuesWhatWasPutBack, BACK_BY_BACKUP, "rescued twice: a"),
    Case(planted.RescuesTwiceAfterARestoredState, FORGOTTEN_RESCUE, "rescued twice: a"),
    Case(
        planted.StartsAnewWhereItsStateWasMoved,
        diary(8, {0: [inbox("a")], 2: [puts_back("a")], 4: [MovesState(SOON)]}),
        "fought over, it was seen outside spam: a",
    ),
    Case(planted.RescuesWhatTheSellerPutIntoSpam, OWN_CHOICE, "fought over, it was seen outside spam: a"),
    Case(
        planted.RescuesWhatTheSellerMarkedDeleted,
        diary(4, {0: [spam("a"), MarksDeleted(SOON, "a")]}),
        "fought over, the seller marked it deleted: a",
    ),
    Case(planted.RescuesAFake, diary(3, {0: [spam("a", Truth.IMITATION)]}), "an imitation was rescued: a"),
    Case(planted.TakesCouldNotTellForProof, KEY_RETURNS, "rescued without proof: a"),
    Case(planted.TakesCouldNotTellForProof, diary(3, {0: [spam("a"), DnsDown()]}), "rescued without proof: a"),
    Case(planted.ConcludesFromAnOutage, OUTAGE, "look: concluded in a night that could see nothing: a"),
    Case(
        planted.ClosesWhatAnOutageHides,
        diary(5, {0: [spam("a", Truth.UNDECIDABLE)], 2: [ServerDown()]}),
        "open: a was closed unseen",
    ),
    Case(planted.IsSilentOnAnOutage, OUTAGE, "exit: 0 is not 3"),
    Case(
        planted.NamesTheWrongFailure, diary(3, {1: [SignInRefused()]}), "incomplete: names server, which did not fail"
    ),
    Case(planted.IsSilentOnDns, diary(3, {0: [spam("a"), DnsDown()]}), "exit: 10 is not 3"),
    Case(planted.TakesAPurgeForTheSellersAct, PURGED, "missed: a"),
    Case(planted.BlamesTheSeller, BACK_BY_BACKUP, "look: a is put back by backup, not put back by seller"),
    Case(planted.StopsLookingAfterAWeek, diary(12, {0: [spam("a")]}), "look: none for a"),
    Case(
        planted.LooksOnce, diary(5, {0: [spam("a")], 2: [Reads(SOON, "a")]}), "look: a is read by None, not still there"
    ),
    Case(planted.LooksOnce, diary(5, {0: [spam("a")], 2: [Answers(SOON, "a")]}), "look: a is answered"),
    Case(planted.LooksOnce, PUT_BACK, "look: a is put back by seller, not still there"),
    Case(
        planted.LooksOnce, diary(5, {0: [spam("a")], 2: [Deletes(SOON, "a")]}), "look: a is gone by seller, not still"
    ),
    Case(
        planted.LooksOnce,
        diary(5, {0: [spam("a")], 2: [Files(SOON, "a", Folder.ELSEWHERE)]}),
        "look: a is gone by seller, not still there",
    ),
    Case(planted.ForgetsByAWrongClock, FORWARD_AND_BACK, "look: none for a"),
    Case(planted.TouchesWhatItMoves, RESCUE, "flags: a has"),
    Case(planted.LeavesTheMarkOfJunk, RESCUE, "flags: a has"),
    Case(planted.Doubles, RESCUE, "doubled: a lies in INBOX, Junk"),
    Case(planted.Loses, RESCUE, "lost: a"),
    Case(planted.SaysThatItMovedAndDidNot, RESCUE, "report: says that it moved a"),
    Case(planted.MovesAndDoesNotSayIt, RESCUE, "report: is silent on moving a"),
    Case(planted.HidesAPossibleCustomer, diary(3, {0: [spam("a", Truth.BROKEN)]}), "not listed: a, broken"),
    Case(planted.CallsACustomerAFraud, KEY_RETURNS, "standing: a, provable, is called forged"),
    Case(planted.NeedsNobody, KEY_RETURNS, "exit: 0 is not 10"),
    Case(planted.CriesWolf, RESCUE, "exit: 10 is not 0"),
    Case(
        planted.LosesARotatedToken,
        diary(6, {1: [RotatesToken(SOON)], 3: [RotatesToken(SOON)]}),
        "incomplete: names sign-in, which did not fail",
    ),
    Case(planted.SaysNothingOfChanges, NUMBERED_ANEW, "not said: a folder was numbered anew"),
    Case(planted.SaysNothingOfChanges, FORWARD_AND_BACK, "not said: the clock is behind the last run"),
    Case(planted.SaysNothingOfChanges, diary(4, {2: [MovesState(SOON)]}), "not said: the state file"),
    Case(planted.SaysNothingOfChanges, OLDER_MAILBOX, "not said: a folder was numbered anew"),
    Case(planted.AlwaysSaysThatTheClockIsWrong, RESCUE, "said, and it is not so: the clock is behind"),
    Case(planted.KeepsEverythingOpen, RESCUE, "open: a should be closed"),
    Case(planted.GrowsWithEveryNight, RESCUE, "database: 60000000 bytes"),
)


def _id(case: Case) -> str:
    return f"{case.program.__name__}: {case.found}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_wrong_program_is_caught_in_what_it_does(case: Case) -> None:
    """And in nothing that the right one does in the same days."""
    assert violations(case.calendar, Program()) == []
    assert any(case.found in line for line in violations(case.calendar, case.program()))


def test_every_planted_program_has_its_case() -> None:
    classes = {each for each in vars(planted).values() if isinstance(each, type) and issubclass(each, Program)}
    assert classes - {Program, MarksInTheNextRun} == {case.program for case in CASES}


@pytest.mark.parametrize(
    "calendar",
    [
        pytest.param(diary(5, {0: [spam("a")], 2: [MachineOff()]}), id="machine off"),
        pytest.param(diary(5, {0: [spam("a"), Throttled()], 1: [Throttled()]}), id="throttled"),
        pytest.param(
            diary(6, {0: [spam("a"), TakesOut(SOON, "a")], 2: [puts_back("a")]}), id="taken out by the seller"
        ),
        pytest.param(diary(5, {0: [inbox("a"), puts_back("a")]}), id="nobody can know that the seller did it"),
        pytest.param(
            diary(8, {2: [spam("a")], 3: [puts_back("a", marks=True)], 4: [RestoresState(SOON, 3)]}),
            id="nobody can know that it was rescued",
        ),
        pytest.param(diary(20, {0: [spam("a")]}), id="past the fourteen days"),
    ],
)
def test_what_is_right_passes(calendar: Calendar) -> None:
    assert violations(calendar, Program()) == []


@pytest.mark.parametrize("haste", [1, 12])
def test_a_month_of_a_drawn_year_passes(haste: float) -> None:
    assert violations(draw(5, 30, haste=haste), Program()) == []


HASTY = draw(0, 24, haste=12)


@pytest.mark.parametrize("program", RIGHT)
def test_another_way_to_be_right_passes(program: type[Program]) -> None:
    assert violations(HASTY, program()) == []


@pytest.mark.thorough
@pytest.mark.parametrize("program", RIGHT)
def test_another_way_to_be_right_passes_in_many_months(program: type[Program]) -> None:
    for seed in range(3):
        assert violations(draw(seed, 60, haste=12), program()) == []


def test_what_nobody_could_know_is_asked_of_nobody() -> None:
    """Leaving a letter that the seller put into spam unseen is as right as rescuing it."""

    class Timid(Program):
        def is_proved(self, *_: object) -> bool:
            return False

    assert violations(diary(4, {0: [inbox("a"), puts_back("a")]}), Timid()) == []


def test_one_night_may_pass_over_a_letter_and_is_counted() -> None:
    class Slow(Program):
        def is_proved(self, sight: object, each: object) -> bool:
            return bool(self.state.clock) and Program.is_proved(self, sight, each)  # type: ignore[arg-type]

    calendar = diary(4, {0: [spam("a")]})
    lenient, strict = Model(calendar), Model(calendar, misses_allowed=0)

    assert not any("missed" in line for line in lenient.violations(play(calendar, Slow())))
    assert lenient.summary().late == 1
    assert any("missed: a" in line for line in strict.violations(play(calendar, Slow())))


def test_the_duties_of_a_night_part_what_lies_in_spam() -> None:
    """Each letter is to be moved, may be, or must never be; and a right program moves what it is to move."""
    calendar = draw(7, 30)
    model = Model(calendar)
    for night, seen in zip(calendar.nights, play(calendar, Program()), strict=True):
        owed = model.duties(night)
        in_spam = {name for name, places in seen.lying.items() if places[0].folder is JUNK}
        assert not owed.must & owed.never | owed.must & owed.may | owed.may & owed.never
        assert owed.must <= seen.rescued <= owed.must | owed.may
        assert in_spam | seen.rescued == owed.must | owed.may | owed.never
        assert model.night(night, seen) == []


def test_a_night_too_few_is_not_a_year() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(Model(RESCUE).violations([Observation(0, {})]))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_a_year_of_a_program_that_errs_in_nothing_passes(seed: int) -> None:
    calendar = year(seed)
    model = Model(calendar, misses_allowed=0)

    assert list(model.violations(play(calendar, Program()))) == []
    assert model.summary().rescued > 150
    assert model.summary().nights_of_service > 300


@pytest.mark.thorough
@pytest.mark.parametrize("program", list(dict.fromkeys(case.program for case in CASES)))
def test_a_drawn_year_brings_every_danger(program: type[Program]) -> None:
    """Each wrong program comes to grief in one of the first years."""
    assert any(is_caught(program, seed) for seed in range(3))


def is_caught(program: type[Program], seed: int) -> bool:
    """By the first line; the rest of the year is not played."""
    calendar = year(seed)
    return next(Model(calendar).violations(play(calendar, program())), None) is not None


@cache
def year(seed: int) -> Calendar:
    return draw(seed)
