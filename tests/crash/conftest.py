"""The bench on which trials are made, and the scorecard at the end of the run."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from tests.crash import results
from tests.crash.disk import disk_unavailable, small_disk
from tests.crash.forks import Forks
from tests.crash.tally import Tally, rows, table
from tests.crash.trial import Bench
from tests.servers.account import ImapServer
from tests.servers.plugin import named_server, need
from tests.servers.zone import running_dns
from tests.shop import publish_test_keys

STEP = int(os.environ.get("AUDITOR_CRASH_STEP", "1"))
SHARE = f"one of {STEP}" if STEP > 1 else ""

_PROPERTY = "crash"


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    need(disk_unavailable())
    folder = tmp_path_factory.mktemp("crash")
    (folder / "disk").mkdir()
    with running_dns() as dns, small_disk(folder / "disk") as disk, Forks(folder) as forks:
        publish_test_keys(dns)
        yield Bench(forks, dns, disk)


@pytest.fixture(scope="session")
def second_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Where another host runs the program."""
    with Forks(tmp_path_factory.mktemp("second")) as forks:
        yield forks


@pytest.fixture
def server(request: pytest.FixtureRequest) -> ImapServer:
    """The server that the parameter names."""
    return named_server(request.param, request)


@pytest.fixture
def seed() -> int:
    """Another one in each run; AUDITOR_CRASH_SEED repeats one that was printed."""
    return int(os.environ.get("AUDITOR_CRASH_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.fixture
def score(request: pytest.FixtureRequest, record_property: Any) -> Any:
    """`score(tally)` puts it on the scorecard and fails where a promise was broken."""

    def scored(tally: Tally) -> None:
        record_property(_PROPERTY, json.dumps(asdict(tally)))
        if _is_whole(request.node):
            results.record(_block(request.node), tally)
        assert tally.cases
        assert tally.findings == [], tally.note

    return scored


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _is_whole(item) and results.is_recorded(_block(item)):
        pytest.skip("RESULTS.jsonl has it, of this very commit")


def _is_whole(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is not None


def _block(item: pytest.Item) -> str:
    return f"{item.name} {SHARE}".strip()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])]
    told = [value for each in reports for name, value in each.user_properties if name == _PROPERTY]
    if not told:
        return
    terminalreporter.section("crash trials")
    for line in table(rows(Tally(**json.loads(each)) for each in told)):
        terminalreporter.write_line(line)
    if config.option.markexpr == "long":
        results.write_scorecard()
