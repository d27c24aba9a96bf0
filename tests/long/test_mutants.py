"""Damaged mail, ten thousand times: judging never raises, and each takes at most three times what is promised."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from random import Random

import pytest

from auditor.judging import Letter, judge_all
from auditor.verdict import Standing
from tests.contexts import ZoneResolver, context
from tests.corpus import Real, fixtures, needs_corpus, phish
from tests.long.killers import KILLERS
from tests.long.mutants import MUTATIONS, mutated
from tests.long.results import SEED, record
from tests.long.weighing import CAN_WEIGH, Cost, weighed
from tests.mail import RECEIVED_AT, Profile
from tests.mail.forged import forged
from tests.mail.genuine import genuine
from tests.mail.keys import zone

MAY_TAKE_S, MAY_GROW_MB = 3 * 1, 3 * 150
AT_LEAST = 10_000
A_FEW = 200
BUILT = "built"  # damage may undo what makes such a message a forgery; a real phish stays one
CHUNK = 100

pytestmark = pytest.mark.skipif(not CAN_WEIGH, reason="peak memory is read from /proc")


@dataclass(frozen=True, slots=True)
class Tried:
    """One mutant: where it came from, what it became, what it cost."""

    name: str
    standing: Standing
    is_phish: bool
    cost: Cost


def judged(raw: bytes, profile: Profile) -> Standing:
    """Raises what judging raises, which is what is looked for."""
    return judge_all([Letter(raw, RECEIVED_AT)], context(profile), ZoneResolver(zone()))[0].verdict.standing


def tried(choice: tuple[Real, int], seed: int) -> Tried:
    """One mutant under one profile, both chosen by the seed and the choice alone; number 0 is left as it is."""
    real, number = choice
    rng = Random(f"{seed} {real.name} {number}")
    raw, how = mutated(real.raw, rng) if number else (real.raw, "unchanged")
    profile = rng.choice(list(Profile))
    standing, cost = weighed(partial(judged, raw, profile))
    return Tried(f"{real.name} {number} {profile.value}: {how}", standing, real.verdict == "never_rescue", cost)


@cache
def built() -> tuple[Real, ...]:
    """Mail of our own making, whose signatures hold: the way into every module leads past them."""
    kinds = (*(s for p in Profile for s in genuine(p)[::5]), *(s for p in Profile for s in forged(p)[::20]))
    return tuple(Real(f"{s.profile.value}/{s.name}", s.raw, BUILT) for s in kinds)


def warm() -> None:
    """What is imported on first use is not the message's to answer for."""
    for profile in Profile:
        for sample in (*genuine(profile), *forged(profile)[::10]):
            judged(sample.raw, profile)


def summary(found: Sequence[Tried]) -> list[str]:
    slowest, heaviest = max(found, key=lambda t: t.cost.seconds), max(found, key=lambda t: t.cost.grown_mb)
    counts = {one.value: sum(t.standing is one for t in found) for one in Standing}
    return [
        f"{len(found):,} messages, {len(MUTATIONS)} kinds of damage: {counts}; no exception.",
        "",
        f"- slowest: {slowest.cost.seconds:.2f} s of at most {MAY_TAKE_S}, {slowest.name}",
        f"- heaviest: {heaviest.cost.grown_mb:.0f} MB of at most {MAY_GROW_MB}, {heaviest.name}",
    ]


def over_the_bound(found: Sequence[Tried]) -> list[Tried]:
    return [t for t in found if t.cost.seconds > MAY_TAKE_S or t.cost.grown_mb > MAY_GROW_MB]


@pytest.mark.thorough
@pytest.mark.parametrize("name", list(KILLERS))
def test_what_kills_the_standard_library_is_judged(name: str) -> None:
    for profile in Profile:
        standing, cost = weighed(partial(judged, KILLERS[name], profile))

        assert standing is not Standing.GENUINE
        assert cost.seconds <= MAY_TAKE_S
        assert cost.grown_mb <= MAY_GROW_MB


@pytest.mark.thorough
def test_a_few_mutants_are_judged_in_time() -> None:
    seed = int(os.environ.get("AUDITOR_SEED") or secrets.randbelow(10**9))
    print(f"seed {seed}: AUDITOR_SEED={seed} repeats it")
    warm()
    rng = Random(seed)

    found = [tried((rng.choice(built()), number), seed) for number in range(1, A_FEW + 1)]

    print("\n".join(summary(found)))
    assert over_the_bound(found) == []


@needs_corpus
@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_ten_thousand_mutants_are_judged_in_time() -> None:
    real = (*phish(), *fixtures())
    choices = [(one, number) for one in real for number in range(3)]
    choices += [(one, number) for number in range(1, 5) for one in built()]
    warm()

    with get_context("fork").Pool(os.cpu_count(), maxtasksperchild=20) as pool:
        found = list(pool.imap_unordered(partial(tried, seed=SEED), choices, chunksize=CHUNK))

    mutants = [t for t in found if not t.name.endswith("unchanged")]
    record("Damaged mail", [f"{len(mutants):,} mutants and the {len(real):,} files themselves.", "", *summary(found)])
    assert len(mutants) >= AT_LEAST
    assert over_the_bound(found) == []
    assert [t for t in found if t.standing is Standing.GENUINE and t.is_phish] == []
