"""What comes to a seller's mailbox, what he does with it, and what becomes of server, state file and program: drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from tests.year.events import (
    Answers,
    Arrives,
    Deletes,
    Event,
    Files,
    MarksDeleted,
    MovesState,
    NumbersAnew,
    PutsIntoSpam,
    Reads,
    RestoresMailbox,
    RestoresState,
    RotatesToken,
    TakesOut,
    UpgradesDatabase,
    UpgradesRules,
)
from tests.year.world import HONEST, IS_JUNK, SEEN, WATCHED, Folder, Letter, Truth

A_NIGHT = {
    (Truth.PROVABLE, Folder.JUNK): 0.6,
    (Truth.PROVABLE, Folder.INBOX): 0.8,
    (Truth.UNDECIDABLE, Folder.JUNK): 0.05,
    (Truth.UNDECIDABLE, Folder.INBOX): 0.03,
    (Truth.BROKEN, Folder.JUNK): 0.08,
    (Truth.BROKEN, Folder.INBOX): 0.04,
    (Truth.IMITATION, Folder.JUNK): 0.9,
    (Truth.IMITATION, Folder.INBOX): 0.03,
    (Truth.STRANGER, Folder.JUNK): 1.2,
    (Truth.STRANGER, Folder.INBOX): 0.6,
}
"""How many letters of a kind come to a folder in an ordinary day."""
BEFORE_THE_FIRST_NIGHT = 12
"""So many days' letters lie there when the program looks for the first time."""
OF_A_STREAM_UNKNOWN = 0.06
PURGED_AND_BACK = 0.3
"""Of those: purged unproved, and back with an older mailbox."""
FORGOTTEN_AND_PUT_BACK = 0.03
"""Of the rescued letters: put back the next day, and the day after the state file is from before the rescue."""
MARKETPLACES = ("amazon", "ebay", "etsy", "walmart")
_NEVER = datetime.min.replace(tzinfo=UTC)
"""Stands in an act until the day comes."""

Span = tuple[datetime, datetime]
Plan = tuple[int, float, Event]
"""In how many nights, when between the two, and what."""


def deliveries(rng: Random, number: int, span: Span, rules: int) -> Iterator[Arrives]:
    """What arrives before the n-th night. Names tell the night and the place in it."""
    days = BEFORE_THE_FIRST_NIGHT if number == 0 else 1
    kinds = [kind for kind, rate in A_NIGHT.items() for _ in range(_how_many(rng, rate * days))]
    rng.shuffle(kinds)
    for place, (truth, folder) in enumerate(kinds):
        unknown = truth is Truth.PROVABLE and rng.random() < OF_A_STREAM_UNKNOWN
        letter = Letter(f"n{number:03}-{place:02}", truth, rng.choice(MARKETPLACES), rules + unknown)
        yield Arrives(span[0] + (span[1] - span[0]) * rng.random(), letter, folder, _flags(rng, folder))


def _how_many(rng: Random, expected: float) -> int:
    """Of twenty chances, each as likely as makes the expected number."""
    return sum(rng.random() < expected / 20 for _ in range(20))


def _flags(rng: Random, folder: Folder) -> frozenset[str]:
    """Some servers mark what they put into spam; some letters were read on the telephone within the hour."""
    marked = {IS_JUNK} if folder is Folder.JUNK and rng.random() < 0.3 else set[str]()
    return frozenset(marked | ({SEEN} if rng.random() < 0.1 else set()))


def acts_on(rng: Random, letter: Letter, folder: Folder) -> Iterator[Plan]:
    """What the seller is going to do with a letter that came into a folder just now."""
    kinds = _in_spam(rng, letter) if folder is Folder.JUNK else _in_the_inbox(rng, letter)
    for nights, act in kinds:
        yield nights, rng.random(), act


def _in_spam(rng: Random, letter: Letter) -> Iterator[tuple[int, Event]]:
    name, share = letter.name, 1.0 if letter.truth in HONEST else 0.1
    if rng.random() < TakesOut.CHANCE * share:
        yield rng.randint(0, 2), TakesOut(_NEVER, name)
        if rng.random() < 0.4:
            yield rng.randint(3, 9), PutsIntoSpam(_NEVER, name)
    if rng.random() < MarksDeleted.CHANCE:
        yield rng.randint(0, 1), MarksDeleted(_NEVER, name)
    if rng.random() < Deletes.CHANCE / 4:
        yield rng.randint(0, 20), Deletes(_NEVER, name)


def _in_the_inbox(rng: Random, letter: Letter) -> Iterator[tuple[int, Event]]:
    name = letter.name
    if rng.random() < Reads.CHANCE:
        yield rng.randint(0, 3), Reads(_NEVER, name)
    if letter.truth in HONEST and rng.random() < Answers.CHANCE:
        yield rng.randint(0, 5), Answers(_NEVER, name)
    if rng.random() < PutsIntoSpam.CHANCE:
        yield rng.randint(0, 10), PutsIntoSpam(_NEVER, name, marks=rng.random() < 0.25)
        if rng.random() < 0.2:
            yield rng.randint(11, 13), TakesOut(_NEVER, name)
    if rng.random() < Files.CHANCE:
        folder = Folder.ARCHIVE if rng.random() < 0.7 else Folder.ELSEWHERE
        yield rng.randint(1, 20), Files(_NEVER, name, folder)
    if rng.random() < Deletes.CHANCE:
        yield rng.randint(1, 25), Deletes(_NEVER, name)


def of_a_stream_unknown(rng: Random, letter: Letter) -> Iterator[Plan]:
    """What was purged comes back with an older mailbox, on the day on which the rules know its stream at last."""
    if rng.random() < PURGED_AND_BACK:
        yield 32, 0.3, RestoresMailbox(_NEVER, 2, keeps_numbers=rng.random() < 0.5)
        yield 32, 0.6, UpgradesRules(_NEVER, letter.rules)


def after_a_rescue(rng: Random, letter: Letter, *, is_first: bool) -> Iterator[Plan]:
    """What he does with it. Two rare things that must meet in a year seldom would, so they are planned together.

    `is_first`: by the first night, before which there is no state to go back to.
    """
    yield from acts_on(rng, letter, Folder.INBOX)
    if rng.random() < FORGOTTEN_AND_PUT_BACK and not is_first:
        yield 0, rng.random(), PutsIntoSpam(_NEVER, letter.name)
        yield 1, rng.random(), RestoresState(_NEVER, nights=3)


@dataclass(frozen=True, slots=True)
class Rarely:
    """`haste`: how many times as often as in a year of its own pace."""

    rng: Random
    haste: float = 1

    def comes(self, a_year: float) -> bool:
        return self.rng.random() < a_year * self.haste / 365


def happenings(rarely: Rarely, number: int, moment: Callable[[], datetime], *, rules: int) -> Iterator[Event]:
    """What becomes of the server, the state file and the program itself before the n-th night."""
    rng = rarely.rng
    if rarely.comes(NumbersAnew.A_YEAR):
        yield NumbersAnew(moment(), rng.choice(WATCHED))
    if number > 1 and rarely.comes(RestoresMailbox.A_YEAR):
        yield RestoresMailbox(moment(), rng.randint(1, min(4, number)), keeps_numbers=rng.random() < 0.5)
    if rarely.comes(MovesState.A_YEAR):
        yield MovesState(moment())
    if number > 2 and rarely.comes(RestoresState.A_YEAR):
        yield RestoresState(moment(), rng.randint(2, min(6, number)))
    if rarely.comes(UpgradesRules.A_YEAR):
        yield UpgradesRules(moment(), rules + 1)
    for kind in (UpgradesDatabase, RotatesToken):
        if rarely.comes(kind.A_YEAR):
            yield kind(moment())
