"""A sample of the crash cases, another one in each run; its seed is printed and can be given again."""

from __future__ import annotations

import random
from typing import Any, get_args

import pytest

from tests.crash import boundaries, overlap, quiet
from tests.crash.forks import Forks
from tests.crash.octets import inside
from tests.crash.scene import Scene
from tests.crash.schedules import Theatre, schedule
from tests.crash.tally import Tally, tallied
from tests.crash.trial import Bench, Way
from tests.servers.account import ImapServer
from tests.servers.plugin import ALL_SERVERS

BOUNDARIES, SCHEDULES, OCTETS, DRY, SECOND, OVERLAPS, PAIRS = 1, 2, 10, 2, 1, 1, 1  # how many cases a test takes

pytestmark = [pytest.mark.thorough, pytest.mark.server]
each_server = pytest.mark.parametrize("server", ALL_SERVERS, indirect=True)
each_way = pytest.mark.parametrize("way", get_args(Way))


@each_server
def test_some_command_boundaries(server: ImapServer, seed: int, bench: Bench, score: Any) -> None:
    scene = Scene(server, 20)
    bench.rehearse(scene)
    dice = random.Random(f"{seed} {server.name}")
    way: Way = dice.choice(get_args(Way))
    rescue, undo = boundaries.count_commands(bench, scene, way)
    cases = dice.sample(list(boundaries.cases(way, rescue)), BOUNDARIES)
    undone = dice.sample(list(boundaries.cases(way, undo)), 1)
    tally = Tally("boundaries", server.name, way, note=f"AUDITOR_CRASH_SEED={seed}")
    tallied(tally, cases, lambda case: boundaries.attempt(bench, scene, case))
    tallied(tally, undone, lambda case: boundaries.attempt_undo(bench, scene, case))

    score(tally)


@each_server
def test_some_random_schedules(server: ImapServer, seed: int, bench: Bench, score: Any) -> None:
    theatre = Theatre.on(bench, server)
    bench.rehearse(theatre.scenes[20])
    seeds = random.Random(seed).sample(range(10_000), SCHEDULES)
    tally = Tally("schedules", server.name, "", note=f"AUDITOR_CRASH_SEED={seed}")

    score(tallied(tally, seeds, lambda each: theatre.live_through(schedule(each))))


@each_way
@pytest.mark.parametrize("server", ALL_SERVERS[:1], indirect=True)
def test_some_octets(server: ImapServer, way: Way, seed: int, bench: Bench, score: Any) -> None:
    scene = Scene(server, 5, small=True)
    with inside(bench, scene) as program:
        octets = random.Random(seed).sample(range(program.count(scene, way)), OCTETS)
        tally = Tally("octets", server.name, way, note=f"AUDITOR_CRASH_SEED={seed}")
        tallied(tally, octets, lambda octet: program.attempt(scene, way, octet))

    score(tally)


@each_server
def test_some_dry_and_second_runs(server: ImapServer, seed: int, bench: Bench, score: Any) -> None:
    theatre = Theatre.on(bench, server)
    bench.rehearse(theatre.scenes[20])
    seeds = random.Random(seed).sample(range(10_000), DRY + SECOND)
    tally = Tally("dry and second runs", server.name, "", note=f"AUDITOR_CRASH_SEED={seed}")
    tallied(tally, seeds[:DRY], lambda each: quiet.dry_run(theatre, each))
    tallied(tally, seeds[DRY:], lambda each: quiet.second_run(theatre, each))

    score(tally)


@each_way
@pytest.mark.parametrize("server", ALL_SERVERS[:3:2], indirect=True)
def test_some_overlaps(server: ImapServer, way: Way, seed: int, bench: Bench, second_host: Forks, score: Any) -> None:
    scene = Scene(server, 5)
    bench.rehearse(scene)
    commands, _ = boundaries.count_commands(bench, scene, way)
    dice = random.Random(seed)
    cases = dice.sample(list(overlap.cases(way, commands)), OVERLAPS)
    tally = Tally("overlaps", server.name, way, note=f"AUDITOR_CRASH_SEED={seed}")
    tallied(tally, cases, lambda case: overlap.attempt(bench, scene, case))
    hosts = overlap.Hosts(bench, second_host)
    tallied(tally, dice.sample(range(10_000), PAIRS), lambda each: hosts.meet(scene, way, each))

    score(tally)
