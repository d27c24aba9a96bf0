"""Every case; hours on a small machine. AUDITOR_CRASH_STEP=8 takes every eighth octet, AUDITOR_CRASH_SEEDS=100 fewer
schedules."""

from __future__ import annotations

import os
from typing import Any, get_args

import pytest

from tests.crash import boundaries
from tests.crash.octets import inside
from tests.crash.scene import Scene
from tests.crash.schedules import Theatre, schedule
from tests.crash.tally import Tally, tallied
from tests.crash.trial import Bench, Way
from tests.servers.account import ImapServer
from tests.servers.plugin import ALL_SERVERS

SCHEDULES = int(os.environ.get("AUDITOR_CRASH_SEEDS", "1000"))
BLOCKS = 10
SLICES = 16
STEP = int(os.environ.get("AUDITOR_CRASH_STEP", "1"))

pytestmark = [pytest.mark.long, pytest.mark.server, pytest.mark.timeout(6 * 3600)]


@pytest.mark.parametrize("happens", boundaries.HAPPENS)
@pytest.mark.parametrize("way", get_args(Way))
@pytest.mark.parametrize("server", ALL_SERVERS, indirect=True)
def test_every_command_boundary(server: ImapServer, way: Way, happens: str, bench: Bench, score: Any) -> None:
    scene = Scene(server, 20)
    bench.rehearse(scene)
    commands, _ = boundaries.count_commands(bench, scene, way)
    cases = [each for each in boundaries.cases(way, commands) if each.happens == happens]
    tally = Tally("boundaries", server.name, way, note=f"{commands} commands")

    score(tallied(tally, cases, lambda case: boundaries.attempt(bench, scene, case)))


@pytest.mark.parametrize("happens", boundaries.HAPPENS)
@pytest.mark.parametrize("way", get_args(Way))
@pytest.mark.parametrize("server", ALL_SERVERS, indirect=True)
def test_every_command_boundary_of_undo(server: ImapServer, way: Way, happens: str, bench: Bench, score: Any) -> None:
    scene = Scene(server, 20)
    bench.rehearse(scene)
    _, commands = boundaries.count_commands(bench, scene, way)
    cases = [each for each in boundaries.cases(way, commands) if each.happens == happens]
    tally = Tally("undo boundaries", server.name, way, note=f"{commands} commands")

    score(tallied(tally, cases, lambda case: boundaries.attempt_undo(bench, scene, case)))


@pytest.mark.parametrize("first", range(BLOCKS))
@pytest.mark.parametrize("server", ALL_SERVERS, indirect=True)
def test_random_schedules(server: ImapServer, first: int, bench: Bench, score: Any) -> None:
    theatre = Theatre.on(bench, server)
    bench.rehearse(theatre.scenes[20])
    seeds = range(first, SCHEDULES, BLOCKS)
    tally = Tally("schedules", server.name, "", note=f"seeds 0 to {SCHEDULES - 1}")
    tallied(tally, seeds, lambda each: theatre.live_through(schedule(each)))
    failed = sorted({int(finding.split(": ")[1]) for finding in tally.findings})
    tally.findings += (f"smallest: {theatre.shrunk(schedule(each))}" for each in failed[:3])

    score(tally)


@pytest.mark.parametrize("remainder", range(SLICES))
@pytest.mark.parametrize("way", get_args(Way))
@pytest.mark.parametrize("server", ALL_SERVERS[:1], indirect=True)
def test_every_octet(server: ImapServer, way: Way, remainder: int, bench: Bench, score: Any) -> None:
    scene = Scene(server, 5, small=True)
    with inside(bench, scene) as program:
        octets = program.count(scene, way)
        chosen = range(remainder * STEP, octets, SLICES * STEP)
        share = "" if STEP == 1 else f", one of {STEP}"
        tally = Tally("octets", server.name, way, note=f"{octets:,} octets{share}")
        tallied(tally, chosen, lambda octet: program.attempt(scene, way, octet))

    score(tally)
