"""The reply clock against the judging table and against an independent model of it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from auditor.replies import clock
from auditor.replies.business import BusinessTime
from auditor.replies.clock import Mail, Rule, clocks
from tests.replies.clock import Case, Clock, Window, cases, minutes, model

OPEN, HELD = cases("open"), cases("held")


def rule(case: Case) -> Rule:
    return Rule(window(case.window), restarts=case.restarts, first_only=case.first_only)


def window(one: Window | None) -> clock.Window | None:
    if one is None or one.zone is None:
        return None if one is None else clock.Window(one.length)
    hours = (timedelta(minutes=minutes(one.opens)), timedelta(minutes=minutes(one.closes)))
    return clock.Window(one.length, BusinessTime(one.zone, one.weekdays, hours, one.holidays))


def mails(case: Case) -> list[Mail]:
    """Each with the first answer behind it that counts."""
    counted = sorted(each.at for each in case.answers if case.automatic_counts or not each.automatic)
    return [
        Mail(at, next((answer for answer in counted if answer >= at), None), done=case.done)
        for at in sorted(case.received)
    ]


def told(case: Case) -> list[tuple[datetime, datetime | None, str, datetime | None]]:
    return [
        (each.received_at, each.due_at, each.state.value, each.answered_at)
        for each in clocks(mails(case), rule(case), case.now)
    ]


def expected(found: tuple[Clock, ...]) -> list[tuple[datetime, datetime | None, str, datetime | None]]:
    return [(each.received, each.due_at, each.state, each.answered_at) for each in found]


@pytest.mark.parametrize("case", OPEN, ids=lambda case: case.id)
def test_the_open_half_of_the_table(case: Case) -> None:
    assert told(case) == expected(case.expect)


@pytest.mark.parametrize("case", HELD, ids=lambda case: case.id)
def test_the_held_half_of_the_table(case: Case) -> None:
    assert told(case) == expected(case.expect)


def test_a_thousand_random_cases_are_as_the_model_says() -> None:
    drawn = random.Random(20_261_124)
    for case in (model.random_case(drawn) for _ in range(1_000)):
        assert told(case) == expected(model.clocks(case)), case
