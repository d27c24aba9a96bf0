"""The table of attacks is whole: no row without a player, no player without a row."""

import re
from pathlib import Path

import pytest

from tests.profiles import QUICK, each

from . import Profile
from .forged import forged
from .forged.honest_rows import genuine_rows
from .forged.rows import ROWS

pytestmark = pytest.mark.thorough

PROJECT = Path(__file__).parents[2]


def test_every_sample_of_the_table_names_its_row() -> None:
    rows = {sample.row for profile in QUICK for sample in (*forged(profile), *genuine_rows(profile))}
    assert rows <= set(ROWS)


def test_every_row_has_a_builder_or_names_the_test_that_plays_it() -> None:
    played = {sample.row for profile in QUICK for sample in (*forged(profile), *genuine_rows(profile))}
    assert sorted(ROWS) == list(range(1, len(ROWS) + 1))
    assert {number for number, row in ROWS.items() if not row.tests} - played == set()
    assert len(ROWS) >= 67 + 20


@pytest.mark.parametrize("test", [test for row in ROWS.values() for test in row.tests])
def test_a_test_that_plays_a_row_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"(?m)^def {name}\(", (PROJECT / file).read_text())


@each()
def test_the_check_that_a_forgery_names_is_one_of_its_row(profile: Profile) -> None:
    for sample in forged(profile):
        assert sample.row is not None
        assert sample.caught_by in ("", *ROWS[sample.row].checks), sample.name


@each()
def test_rows_that_may_be_moved_have_no_forgery(profile: Profile) -> None:
    may_be_moved = {number for number, row in ROWS.items() if row.may_be_moved}
    assert may_be_moved == {41, 50, 61, 62}
    assert may_be_moved & {sample.row for sample in forged(profile)} == set()
    assert may_be_moved - {sample.row for sample in genuine_rows(profile)} == set()
