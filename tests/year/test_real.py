"""The year on real parts, judged by the model: two months of it in every run; another one and the year with -m long."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.servers.dovecot import dovecot_unavailable
from tests.servers.plugin import need
from tests.year.calendar import Calendar, draw
from tests.year.diary import SOON, diary
from tests.year.events import Arrives
from tests.year.real.record import Record, recorded
from tests.year.real.run import real_year
from tests.year.world import Folder, Letter, Truth

pytestmark = pytest.mark.server

SEED = os.environ.get("AUDITOR_YEAR_SEED")


def play(calendar: Calendar, folder: Path) -> Record:
    need(dovecot_unavailable())
    with real_year(calendar, folder) as year:
        return recorded(year)


@pytest.mark.parametrize("seed", [1, pytest.param(3, marks=pytest.mark.long)])
def test_a_month_that_brings_as_much_as_a_year(seed: int, tmp_path: Path) -> None:
    assert play(draw(seed, 30, haste=12), tmp_path).lines == []


@pytest.mark.long
def test_another_month_in_each_run(tmp_path: Path) -> None:
    seed = int(SEED or random.SystemRandom().randrange(1_000_000))
    print(f"AUDITOR_YEAR_SEED={seed} repeats it")
    assert play(draw(seed, 30, haste=12), tmp_path).lines == []


def test_a_program_that_moves_nothing_is_caught(tmp_path: Path) -> None:
    need(dovecot_unavailable())
    letter = Arrives(SOON, Letter("n000-00", Truth.PROVABLE), Folder.JUNK)
    with real_year(diary(2, {0: [letter]}), tmp_path) as year:
        year.program.arguments = ("audit", "--format", "json")
        lines = recorded(year).lines

    assert lines == ["night 1: missed: n000-00 lay in spam for 2 nights of service"]


@pytest.mark.long
@pytest.mark.timeout(3 * 15 * 60)  # a quarter of an hour is promised
def test_a_year(tmp_path: Path) -> None:
    record = play(draw(int(SEED or 2025)), tmp_path)
    print("\n".join(record.table()))
    assert record.lines == []
