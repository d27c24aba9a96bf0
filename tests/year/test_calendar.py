"""A drawn year is one that could be: played by itself, whatever the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.year import events, night
from tests.year.calendar import NIGHTS, ZONE, Calendar, draw, moment_of
from tests.year.events import Act, Arrives, Event, Purges, RestoresMailbox, RestoresState
from tests.year.night import TROUBLES, Trouble
from tests.year.programs import Program, play
from tests.year.world import KEPT_IN_SPAM, Folder, Mailbox, Truth

pytestmark = pytest.mark.thorough

MONTH = 34
SEEDS = st.integers(0, 2**32)
some_seeds = settings(max_examples=3, deadline=None)
many_seeds = settings(max_examples=20, deadline=None)


@cache
def played(calendar: Calendar) -> tuple[tuple[Event, Mailbox, Mailbox], ...]:
    return tuple(_played(calendar))


def _played(calendar: Calendar) -> Iterator[tuple[Event, Mailbox, Mailbox]]:
    """Each event with the mailbox before and after it, while a program that errs in nothing runs every night."""
    mailboxes = [Mailbox()]
    for each, seen in zip(calendar.nights, play(calendar, Program()), strict=True):
        mailbox = mailboxes[-1]
        for event in each.events:
            before, mailbox = mailbox, event.change(mailbox, mailboxes[1:])
            yield event, before, mailbox
        for name in seen.rescued:
            mailbox = mailbox.moved(name, Folder.INBOX, each.at, by=mailbox.lying[name].by)
        mailboxes.append(mailbox)


def check(calendar: Calendar) -> None:
    for each in CHECKS:
        each(calendar)


def nights_follow_each_other(calendar: Calendar) -> None:
    assert [each.number for each in calendar.nights] == list(range(len(calendar.nights)))
    for before, after in pairwise(calendar.nights):
        assert timedelta(hours=22) < after.at - before.at < timedelta(hours=26)
        assert all(before.at <= event.at <= after.at for event in after.events)
        assert after.rules >= before.rules


def events_are_in_order(calendar: Calendar) -> None:
    moments = [event.at for each in calendar.nights for event in each.events]
    assert moments == sorted(moments)


def letters_arrive_once(calendar: Calendar) -> None:
    names = Counter(event.letter.name for _, event in _all(calendar) if isinstance(event, Arrives))
    assert set(names.values()) <= {1}


def nobody_acts_on_what_never_came(calendar: Calendar) -> None:
    arrived: set[str] = set()
    for _, event in _all(calendar):
        if isinstance(event, Arrives):
            arrived.add(event.letter.name)
        if isinstance(event, Act):
            assert event.name in arrived


def backups_are_of_nights_that_were(calendar: Calendar) -> None:
    for number, event in _all(calendar):
        if isinstance(event, RestoresMailbox | RestoresState):
            assert 1 <= event.nights <= number


def a_letter_is_in_one_place_or_gone(calendar: Calendar) -> None:
    """And no two in one folder have one number, and none the number that the next one gets."""
    for event, _, after in played(calendar):
        numbers = [(each.folder, each.uid) for each in after.lying.values()]
        assert len(set(numbers)) == len(numbers), event
        assert all(uid < after.numbering[folder].uidnext for folder, uid in numbers)


def a_purge_takes_what_lay_in_spam_for_thirty_days(calendar: Calendar) -> None:
    for event, before, after in played(calendar):
        if isinstance(event, Purges):
            for name in before.lying.keys() - after.lying.keys():
                assert before.lying[name].folder is Folder.JUNK
                assert event.at - before.lying[name].since >= KEPT_IN_SPAM


def nothing_vanishes_unasked(calendar: Calendar) -> None:
    for event, before, after in played(calendar):
        if before.lying.keys() - after.lying.keys():
            assert isinstance(event, Purges | events.Deletes | RestoresMailbox)


CHECKS = (
    nights_follow_each_other,
    events_are_in_order,
    letters_arrive_once,
    nobody_acts_on_what_never_came,
    backups_are_of_nights_that_were,
    a_letter_is_in_one_place_or_gone,
    a_purge_takes_what_lay_in_spam_for_thirty_days,
    nothing_vanishes_unasked,
)


def _all(calendar: Calendar) -> Iterator[tuple[int, Event]]:
    return ((each.number, event) for each in calendar.nights for event in each.events)


@some_seeds
@given(SEEDS, st.sampled_from([1, 10]))
def test_a_month_is_one_that_could_be(seed: int, haste: float) -> None:
    check(draw(seed, MONTH, haste=haste))


@pytest.mark.thorough
@many_seeds
@given(SEEDS, st.integers(1, 90), st.sampled_from([1, 5, 20]))
def test_many_months_are_ones_that_could_be(seed: int, nights: int, haste: float) -> None:
    check(draw(seed, nights, haste=haste))


@some_seeds
@given(SEEDS, st.integers(1, 12))
def test_the_same_seed_gives_the_same_days(seed: int, nights: int) -> None:
    assert draw(seed, nights) == draw(seed, nights)
    assert draw(seed, nights).nights == draw(seed, 14).nights[:nights]


def test_other_seeds_give_other_days() -> None:
    assert draw(1, 10) != draw(2, 10)


def test_summer_time_shortens_one_night_and_lengthens_another() -> None:
    moments = [moment_of(number) for number in range(NIGHTS)]
    hours = Counter((after - before) // timedelta(hours=1) for before, after in pairwise(moments))
    local = Counter((at.astimezone(ZONE).hour, at.astimezone(ZONE).minute) for at in moments)

    assert hours == {24: NIGHTS - 3, 23: 1, 25: 1}
    assert local == {(2, 30): NIGHTS - 1, (3, 30): 1}


@pytest.mark.thorough
def test_a_year_brings_every_kind_of_event_and_trouble() -> None:
    drawn = [draw(seed) for seed in range(2)]
    kinds = {type(event) for calendar in drawn for _, event in _all(calendar)}
    troubles = {type(each.trouble) for calendar in drawn for each in calendar.nights if each.trouble}

    assert kinds == _subclasses(events, Event) - {Event, Act}
    assert troubles == set(TROUBLES) == _subclasses(night, Trouble) - {Trouble}
    assert all(len(calendar.nights) == NIGHTS and any(each.absent for each in calendar.nights) for calendar in drawn)


@pytest.mark.thorough
def test_a_year_is_about_as_rich_as_its_rates() -> None:
    truths = Counter(letter.truth for letter in draw(0).letters().values())

    assert 400 < truths[Truth.PROVABLE] < 650
    assert truths[Truth.IMITATION] > 250
    assert truths[Truth.UNDECIDABLE] > 10


def _subclasses(module: object, base: type) -> set[type]:
    return {each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base)}
