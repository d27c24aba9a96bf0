"""Every case; more than an hour on two cores. AUDITOR_CRASH_STEP=8 takes every eighth case of each kind.

Each test is a block, and is not run again where RESULTS.jsonl holds it of the same commit.
"""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tests.crash import boundaries, overlap, quiet
from tests.crash.conftest import SHARE, STEP
from tests.crash.forks import Forks
from tests.crash.octets import inside
from tests.crash.scene import Scene
from tests.crash.schedules import Theatre, schedule
from tests.crash.tally import Tally, tallied
from tests.crash.trial import Bench, Way
from tests.servers.account import ImapServer
from tests.servers.plugin import ALL_SERVERS

SCHEDULES, DRY, SECOND = 1000, 250, 100  # on each server
BLOCKS = 10
SLICES = 16

pytestmark = [pytest.mark.long, pytest.mark.server, pytest.mark.timeout(6 * 3600)]
each_server = pytest.mark.parametrize("server", ALL_SERVERS, indirect=True)
each_way = pytest.mark.parametrize("way", get_args(Way))
each_happening = pytest.mark.parametrize("happens", boundaries.HAPPENS)


@each_happening
@each_way
@each_server
def test_every_command_boundary(server: ImapServer, way: Way, happens: str, bench: Bench, score: Any) -> None:
    scene = Scene(server, 20)
    bench.rehearse(scene)
    commands, _ = boundaries.count_commands(bench, scene, way)
    cases = [each for each in boundaries.cases(way, commands) if each.happens == happens][::STEP]
    tally = Tally("boundaries", server.name, way, note=f"{commands} commands", share=SHARE)

    score(tallied(tally, cases, lambda case: boundaries.attempt(bench, scene, case)))


@each_happening
@each_way
@each_server
def test_every_command_boundary_of_undo(server: ImapServer, way: Way, happens: str, bench: Bench, score: Any) -> None:
    scene = Scene(server, 20)
    bench.rehearse(scene)
    _, commands = boundaries.count_commands(bench, scene, way)
    cases = [each for each in boundaries.cases(way, commands) if each.happens == happens][::STEP]
    tally = Tally("undo boundaries", server.name, way, note=f"{commands} commands", share=SHARE)

    score(tallied(tally, cases, lambda case: boundaries.attempt_undo(bench, scene, case)))


@pytest.mark.parametrize("first", range(BLOCKS))
@each_server
def test_random_schedules(server: ImapServer, first: int, bench: Bench, score: Any) -> None:
    theatre = Theatre.on(bench, server)
    bench.rehearse(theatre.scenes[20])
    seeds = range(first, SCHEDULES, BLOCKS)[::STEP]
    tally = Tally("schedules", server.name, "", note=f"seeds 0 to {SCHEDULES - 1}", share=SHARE)
    tallied(tally, seeds, lambda each: theatre.live_through(schedule(each)))
    failed = sorted({int(finding.split(": ")[1]) for finding in tally.findings})
    tally.findings += (f"smallest: {theatre.shrunk(schedule(each))}" for each in failed[:3])

    score(tally)


@pytest.mark.parametrize("remainder", range(SLICES))
@each_way
@pytest.mark.parametrize("server", ALL_SERVERS[:1], indirect=True)
def test_every_octet(server: ImapServer, way: Way, remainder: int, bench: Bench, score: Any) -> None:
    scene = Scene(server, 5, small=True)
    with inside(bench, scene) as program:
        octets = program.count(scene, way)
        chosen = range(remainder, octets, SLICES)[::STEP]
        tally = Tally("octets", server.name, way, note=f"{octets:,} octets", share=SHARE)
        tallied(tally, chosen, lambda octet: program.attempt(scene, way, octet))

    score(tally)


@each_server
def test_dry_runs_send_nothing_that_writes(server: ImapServer, bench: Bench, score: Any) -> None:
    theatre = Theatre.on(bench, server)
    bench.rehearse(theatre.scenes[20])
    tally = Tally("dry runs", server.name, "", note=f"seeds 0 to {DRY - 1}", share=SHARE)

    score(tallied(tally, range(DRY)[::STEP], lambda seed: quiet.dry_run(theatre, seed)))


@each_server
def test_second_runs_after_success_write_nothing(server: ImapServer, bench: Bench, score: Any) -> None:
    theatre = Theatre.on(bench, server)
    bench.rehearse(theatre.scenes[20])
    tally = Tally("second runs", server.name, "", note=f"seeds 0 to {SECOND - 1}", share=SHARE)

    score(tallied(tally, range(SECOND)[::STEP], lambda seed: quiet.second_run(theatre, seed)))


@each_way
@each_server
def test_another_program_takes_the_same_messages(server: ImapServer, way: Way, bench: Bench, score: Any) -> None:
    scene = Scene(server, 5)
    bench.rehearse(scene)
    commands, _ = boundaries.count_commands(bench, scene, way)
    tally = Tally("overlaps", server.name, way, note=f"{commands} commands", share=SHARE)

    score(tallied(tally, list(overlap.cases(way, commands))[::STEP], lambda case: overlap.attempt(bench, scene, case)))


@each_way
@each_server
def test_two_hosts_at_once(server: ImapServer, way: Way, bench: Bench, second_host: Forks, score: Any) -> None:
    scene = Scene(server, 5)
    bench.rehearse(scene)
    hosts = overlap.Hosts(bench, second_host)
    tally = Tally("two hosts", server.name, way, share=SHARE)
    tallied(tally, range(overlap.PAIRS)[::STEP], lambda seed: hosts.meet(scene, way, seed))
    tally.note = hosts.told()

    score(tally)
