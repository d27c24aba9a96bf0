"""Real phish with their provider's stamp planted by the sender: none is GENUINE, and only the proof stands between."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context

import pytest

from tests.corpus import Real, fixtures, needs_corpus, phish
from tests.long.planting import FORMS, pairs
from tests.long.refusing import Refusals, by_check, by_form, refusals
from tests.long.results import SEED, record
from tests.mail import Profile

AT_LEAST = 50_000
CHUNK = 250
A_FEW = 300
REFUSED_ANYWAY = {"name-before-a-space"}  # two programs may read such a header differently, which the first check sees


def bad_mail() -> list[Real]:
    """Everything that must never be rescued. Mail of a size that takes a second to read is left to other tests."""
    return [real for real in (*phish(), *fixtures()) if real.verdict == "never_rescue" and len(real.raw) < 1_000_000]


def chunks(chosen: Sequence[tuple[Real, Profile, int]]) -> Iterator[Sequence[tuple[Real, Profile, int]]]:
    yield from (chosen[start : start + CHUNK] for start in range(0, len(chosen), CHUNK))


def merged(parts: Iterable[Refusals]) -> Refusals:
    whole = Refusals()
    for part in parts:
        whole.merge(part)
    return whole


@needs_corpus
@pytest.mark.thorough
def test_a_few_planted_stamps_are_not_believed() -> None:
    seed = int(os.environ.get("AUDITOR_SEED") or secrets.randbelow(10**9))
    print(f"seed {seed}: AUDITOR_SEED={seed} repeats it")

    found = refusals(pairs(bad_mail(), seed, 1)[:A_FEW], seed)

    assert found.total == A_FEW
    assert found.genuine == [], seed
    assert found.genuine_without_proof > 0


@needs_corpus
@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_fifty_thousand_planted_stamps_are_not_believed() -> None:
    chosen = pairs(bad_mail(), SEED, AT_LEAST)

    with get_context("fork").Pool(os.cpu_count()) as pool:
        found = merged(pool.imap_unordered(partial(refusals, seed=SEED), chunks(chosen)))

    record(
        "Stamps planted by the sender",
        (
            f"{found.total:,} variants of {len(bad_mail()):,} messages under {len(Profile)} providers' stamps:",
            f"**{len(found.genuine)} GENUINE**. With the third check taken as True, on the word of any signature,",
            f"{found.genuine_without_proof:,} would be.",
            "",
            *by_check(found),
            "",
            *by_form(found),
        ),
    )
    assert found.total >= AT_LEAST
    assert found.genuine == []
    assert {form for form, word in found.forms if word == "genuine"} == set(FORMS) - REFUSED_ANYWAY
    assert {profile for profile, word in found.profiles if word == "genuine"} == set(Profile)
