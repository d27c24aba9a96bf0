"""The seed of a sweep, and the scorecard at the end of the run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sweeps.program import BOX, NO_DNS, Program
from tests.sweeps.scorecard import PROPERTY, SCORECARD, Row, Score, as_property, rows, table, written


@pytest.fixture
def seed() -> int:
    """Another one in each run, and printed where a test fails; AUDITOR_SWEEP_SEED repeats it."""
    chosen = int(os.environ.get("AUDITOR_SWEEP_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"AUDITOR_SWEEP_SEED={chosen}")
    return chosen


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The command line, with everything imported that a run imports late."""
    folder = tmp_path_factory.mktemp("runs")
    config = folder / "auditor.toml"
    config.write_text(f'{BOX}port = 9\npassword_env = "PATH"\n{NO_DNS}')
    state = {"AUDITOR_STATE_URL": f"sqlite:///{folder / 'auditor.db'}"}
    with Program(folder) as started:
        for command in ("rescue", "doctor"):
            started.rehearse(command, "--config", str(config), environment=state)
        yield started


@pytest.fixture
def score(record_property: Any) -> Score:
    """`score(row)` puts it on the scorecard and fails where a promise was broken."""

    def scored(row: Row) -> None:
        record_property(*as_property(row))
        assert row.cases
        assert list(row.findings) == []

    return scored


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])]
    recorded = [value for each in reports for name, value in each.user_properties if name == PROPERTY]
    if not recorded:
        return
    found = rows(recorded)
    terminalreporter.section("sweeps")
    for line in table(found):
        terminalreporter.write_line(line)
    if config.option.markexpr == "long":
        SCORECARD.write_text(written(found))
