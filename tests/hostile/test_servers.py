"""Each hostile server of the table against the real program: in time, in memory, by its exit code and sentence."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

from tests.hostile.bench import COMMANDS, HONEST, PROMISED_MB, PROMISED_S, Bench
from tests.hostile.row import Hostile
from tests.hostile.table import SERVERS
from tests.long.results import record

SCORECARD = Path(__file__).with_name("SCORECARD.md")
SAMPLE = 24
OTHERS = ("rescue", "rescue", "doctor", "explain")

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]


def findings(bench: Bench, hostile: Hostile, command: str) -> list[str]:
    """What is wrong with how this command ended on this server."""
    run = bench.run(hostile, command)
    expected = getattr(hostile.codes, command)
    says = (hostile.says,) if isinstance(hostile.says, str) else hostile.says
    found = list(run.broken)
    if run.ended.status != expected:
        found.append(f"ended with {run.ended.status} instead of {expected}: {run.ended.stderr[-500:]}")
    elif expected in (3, 4) and command != "doctor" and not any(each in run.said for each in says):
        found.append(f"said {run.said[:500]!r} instead of {says}")
    return [f"{hostile.name}, {command}: {each}" for each in found]


def undone(bench: Bench, hostile: Hostile) -> list[str]:
    """What is wrong with how an undo ends on this server, after a rescue on an honest one."""
    (_, run), _ = bench.nights(("rescue", HONEST), ("undo", hostile))
    found = [*run.broken, *([] if run.ended.status in (0, 3, 4) else [f"ended with {run.ended.status}"])]
    return [f"{hostile.name}, undo: {each}" for each in found]


def test_the_table_holds_what_was_promised() -> None:
    assert len(SERVERS) >= 60
    assert all(hostile.says or not set(hostile.codes) & {3, 4} for hostile in SERVERS.values())


@pytest.mark.thorough
@pytest.mark.parametrize("half", [0, 1])
def test_some_hostile_servers(bench: Bench, seed: int, half: int) -> None:
    """A dry run and one of the other commands on each server of a sample, another one in each run."""
    dice = random.Random(seed)
    sample = [(name, dice.choice(OTHERS)) for name in dice.sample(sorted(SERVERS), SAMPLE)][half::2]
    found = [each for name, _ in sample[:3] for each in undone(bench, SERVERS[name])]
    found += [
        each
        for name, other in sample
        for command in ("audit", other)
        for each in findings(bench, SERVERS[name], command)
    ]

    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
def test_every_hostile_server(bench: Bench, command: str) -> None:
    bench.slowest_s = bench.peak_mb = 0
    judge = undone if command == "undo" else partial(findings, command=command)
    found = [each for hostile in SERVERS.values() for each in judge(bench, hostile)]
    lines = [
        f"- {len(SERVERS)} servers, `auditor {' '.join(COMMANDS[command])}` on each: {len(found)} findings",
        f"- slowest {bench.slowest_s:.2f} s ({PROMISED_S} s promised), peak {bench.peak_mb:.0f} MB ({PROMISED_MB})",
        *(f"- {each}" for each in found),
    ]
    record(f"Hostile servers: {command}", lines, seed=0, into=SCORECARD)

    assert found == []
