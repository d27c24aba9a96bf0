"""The bench on which trials are made, and the scorecard at the end of the run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.disk import disk_unavailable, small_disk
from tests.crash.forks import Forks
from tests.crash.tally import PROPERTY, Tally, as_property, rows, table
from tests.crash.trial import Bench
from tests.servers.account import ImapServer
from tests.servers.plugin import named_server, need
from tests.servers.zone import running_dns
from tests.shop import publish_test_keys

SCORECARD = Path(__file__).with_name("SCORECARD.md")


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    need(disk_unavailable())
    folder = tmp_path_factory.mktemp("crash")
    (folder / "disk").mkdir()
    with running_dns() as dns, small_disk(folder / "disk") as disk, Forks(folder) as forks:
        publish_test_keys(dns)
        yield Bench(forks, dns, disk)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> ImapServer:
    """The server that the parameter names."""
    return named_server(request.param, request)


@pytest.fixture
def seed() -> int:
    """Another one in each run; AUDITOR_CRASH_SEED repeats one that was printed."""
    return int(os.environ.get("AUDITOR_CRASH_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.fixture
def score(record_property: Any) -> Any:
    """`score(tally)` puts it on the scorecard and fails where a promise was broken."""

    def scored(tally: Tally) -> None:
        record_property(*as_property(tally))
        assert tally.cases
        assert tally.findings == [], tally.note

    return scored


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])]
    recorded = [value for each in reports for name, value in each.user_properties if name == PROPERTY]
    if not recorded:
        return
    found = rows(recorded)
    terminalreporter.section("crash trials")
    for line in table(found):
        terminalreporter.write_line(line)
    if config.option.markexpr == "long":
        SCORECARD.write_text(_scorecard(found))


def _scorecard(found: list[Tally]) -> str:
    findings = [f"- {each}" for tally in found for each in tally.findings] or ["None."]
    return "\n".join([_PREFACE, *table(found), "", "## Findings", "", *findings, ""])


_PREFACE = """# Never lose, never double: the scorecard

Written by `python -m pytest -m long tests/crash`; CONTRIBUTING.md says what is in it.

- *boundaries*: each command of a 20-message rescue x cut before, cut at once behind it, cut after its answer, SIGKILL
  before, SIGKILL after, SIGTERM, disk full; another client brings mail to two folders at that moment.
- *octets*: the connection ends at an octet of the server's answers in a 5-message rescue.
- *schedules*: 1 to 4 faults of eleven kinds over 1 to 3 nights, mailboxes of 1 to 20 letters, another client at work;
  `seed n` of the schedules is `tests.crash.schedules.schedule(n)`.

After the faults a model of the mailbox decides: nothing lost, nothing doubled, no message of others touched. Then the
next run must complete; the run after that must send no command that writes; and `undo` must restore the first state.
*copy* is the way of a server without MOVE: COPY, verify, STORE, EXPUNGE by UID.
"""
