"""What real servers said in a dry run and in a rescue, played back with something wrong in it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.hostile.bench import PROMISED_S, Bench
from tests.hostile.mutation import mutated
from tests.hostile.playing import QUICK, Program, filled, program
from tests.hostile.test_servers import SCORECARD
from tests.hostile.transcript import Transcript, recorded
from tests.long.results import record
from tests.servers.account import ImapServer
from tests.servers.plugin import named_server

SAMPLE = 50  # of each of the transcripts
WHOLE = int(os.environ.get("AUDITOR_HOSTILE_TRANSCRIPTS", "2500"))
SERVERS = ("pymap", "dovecot")

pytestmark = [pytest.mark.server, pytest.mark.timeout(3600)]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One conversation, and what was asked of the program in it."""

    program: Program
    transcript: Transcript
    apply: bool


@pytest.fixture(scope="module")
def playing(bench: Bench) -> Iterator[Program]:
    (bench.folder / "playing").mkdir()
    with program(bench.dns, bench.folder / "playing") as made:
        yield made


@pytest.fixture(params=[f"{server}-{kind}" for server in SERVERS for kind in ("dry", "rescue")])
def taken(request: pytest.FixtureRequest, playing: Program) -> Recorded:
    """A conversation of each server and kind."""
    name, kind = request.param.split("-")
    server: ImapServer = named_server(name, request)
    apply = kind == "rescue"
    account = filled(server.account())
    return Recorded(playing, recorded(account, lambda proxied: playing.on_a_server(proxied, apply=apply)), apply)


def test_what_was_recorded_plays_back_as_it_was(taken: Recorded) -> None:
    played = taken.program.play(taken.transcript, apply=taken.apply)

    assert (played.code, played.broken) == (0 if taken.apply else 10, ())


def test_a_mutant_is_the_same_for_the_same_seed(taken: Recorded) -> None:
    mutants = [mutated(taken.transcript, seed) for seed in range(200)]

    assert mutants == [mutated(taken.transcript, seed) for seed in range(200)]
    assert sum(mutant != taken.transcript for mutant in mutants) > 150


@pytest.mark.thorough
def test_some_mutants(taken: Recorded, seed: int) -> None:
    assert attempt(taken, range(seed * 1_000, seed * 1_000 + SAMPLE)).findings == []


@pytest.mark.long
def test_ten_thousand_mutants(taken: Recorded, request: pytest.FixtureRequest) -> None:
    tally = attempt(taken, range(WHOLE))
    ends = ", ".join(f"{count:,} with {code}" for code, count in sorted(tally.codes.items()))
    rate = WHOLE / tally.seconds
    lines = [
        f"- {WHOLE:,} mutants, seeds 0 to {WHOLE - 1:,}, {rate:.0f} a second: {len(tally.findings)} findings",
        f"- ended {ends}; slowest {tally.slowest_s:.2f} s ({PROMISED_S} s promised)",
        *(f"- {each}" for each in tally.findings),
    ]
    record(f"Mutated transcripts: {request.node.callspec.id}", lines, seed=0, into=SCORECARD)

    assert tally.findings == []


@dataclass(slots=True)
class Tally:
    codes: Counter[str]
    findings: list[str]
    seconds: float = 0
    slowest_s: float = 0


def attempt(taken: Recorded, seeds: range) -> Tally:
    """Play each mutant; what one breaks is no reason to stop."""
    tally = Tally(Counter(), [])
    for seed in seeds:
        played = taken.program.play(mutated(taken.transcript, seed), apply=taken.apply, limits=QUICK)
        tally.codes[str(played.code)] += 1
        tally.seconds += played.seconds
        tally.slowest_s = max(tally.slowest_s, played.seconds)
        tally.findings += (f"seed {seed}: {each}" for each in played.broken)
    return tally
