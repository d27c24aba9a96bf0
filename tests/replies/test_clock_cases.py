"""The table of the reply clock agrees with the independent model, and is as large and as varied as promised."""

import random

import pytest

from .clock import Case, cases, model

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
