"""The table of the reply clock agrees with the independent model, and is as large and as varied as promised."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from .clock import Case, Clock, cases, model

TABLE = cases()


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.id)
def test_model_gives_the_table(case: Case) -> None:
    assert model.clocks(case) == case.expect


def test_table_is_whole() -> None:
    assert len({case.id for case in TABLE}) == len(TABLE) >= 320
    assert sum(case.by_hand and bool(case.worked) for case in TABLE) >= 40
    assert len(cases("open")) + len(cases("held")) == len(TABLE)


def test_every_state_is_in_the_table() -> None:
    states = {clock.state for case in TABLE for clock in case.expect}
    assert states == {"due", "due-soon", "overdue", "in-time", "late", "no-reply-seen", "done"}


def test_random_cases_repeat_by_seed() -> None:
    first, second = ([model.random_case(random.Random(seed)) for seed in range(50)] for _ in range(2))
    assert first == second
    assert all(model.clocks(case) for case in first)


NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _clock(age: timedelta, state: str) -> Clock:
    return Clock(NOW - age, None, state, None, None)


def test_rate_counts_what_is_settled() -> None:
    day = timedelta(days=1)
    found = [_clock(day * n, state) for n, state in enumerate(("in-time", "in-time", "done", "late", "overdue"))]
    found += [_clock(day, "no-reply-seen"), _clock(day, "due"), _clock(day, "due-soon")]
    assert model.rate(found, NOW, 14) == 3 / 6


@pytest.mark.parametrize("days", [14, 30, 60, 90])
def test_rate_leaves_out_the_first_instant_of_its_days(days: int) -> None:
    border, second = timedelta(days=days), timedelta(seconds=1)
    assert model.rate([_clock(border, "late")], NOW, days) is None
    assert model.rate([_clock(border - second, "late"), _clock(-second, "in-time")], NOW, days) == 0.0


def test_rate_of_nothing_settled_is_none() -> None:
    assert model.rate([_clock(timedelta(), "due"), _clock(timedelta(), "due-soon")], NOW, 30) is None
