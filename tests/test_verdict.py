"""The table of genuine and forged mail against the verdict; the table was written without sight of the rule."""

from __future__ import annotations

import os
from operator import attrgetter

import pytest

from tests.contexts import judged
from tests.mail import HALF_A, HALF_B, Profile, Sample, half
from tests.mail.forged import forged
from tests.mail.genuine import genuine, honest_but_unprovable

HALVES = os.environ.get("AUDITOR_TABLE_HALVES", HALF_A + HALF_B)


def of_every_profile(kind) -> list[Sample]:  # type: ignore[no-untyped-def]
    return [sample for profile in Profile for sample in kind(profile) if half(sample) in HALVES]


def name(sample: Sample) -> str:
    return f"{sample.profile.value}-{sample.name}"


@pytest.mark.parametrize("sample", of_every_profile(genuine), ids=name)
def test_genuine_mail_is_known(sample: Sample) -> None:
    verdict = judged(sample).verdict

    assert verdict.standing.value == "genuine", [c for c in verdict.checks if not c.passed]
    assert verdict.marketplace == sample.stream.partition("/")[0]


@pytest.mark.parametrize("sample", of_every_profile(honest_but_unprovable), ids=name)
def test_honest_mail_without_proof_is_doubted_for_the_right_reason(sample: Sample) -> None:
    verdict = judged(sample).verdict

    assert verdict.standing.value in sample.standing.split("|")
    assert sample.caught_by in {check.rule for check in verdict.checks if check.passed is not True}


@pytest.mark.parametrize("sample", of_every_profile(forged), ids=name)
def test_forged_mail_is_refused_by_the_check_that_must_catch_it(sample: Sample) -> None:
    verdict = judged(sample).verdict

    assert verdict.standing.value in sample.standing.split("|"), verdict.why
    if verdict.checks:
        assert sample.caught_by in {check.rule for check in verdict.checks if check.passed is not True}


def test_the_table_is_large_enough() -> None:
    rows = {sample.row for profile in Profile for sample in forged(profile)}

    assert set(range(1, 41)) <= rows
    assert min(len(genuine(profile)) for profile in Profile) >= 40
    assert len({attrgetter("stream")(sample) for sample in genuine(Profile.NONE)}) >= 10
