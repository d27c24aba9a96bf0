"""The table of genuine and forged mail against the verdict; the table was written without sight of the rule.

A test judges all samples of one profile and names each that it got wrong: thousands of tests would cost more than
what they test. The quick run judges the first profile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest

from auditor.verdict import Verdict
from tests.contexts import judged
from tests.mail import HALF_A, HALF_B, PROVING, Profile, Sample, half
from tests.mail.forged import forged
from tests.mail.forged.honest_rows import genuine_rows
from tests.mail.genuine import genuine, honest_but_unprovable

HALVES = os.environ.get("AUDITOR_TABLE_HALVES", HALF_A + HALF_B)

each_profile = pytest.mark.parametrize(
    "profile",
    [pytest.param(p, marks=() if p is Profile.NONE else pytest.mark.thorough, id=p.value) for p in Profile],
)


each_proving_profile = pytest.mark.parametrize(
    "profile",
    [pytest.param(p, marks=() if p is Profile.NONE else pytest.mark.thorough, id=p.value) for p in PROVING],
)


def judged_wrong(samples: Sequence[Sample], right: Callable[[Sample, Verdict], bool]) -> list[str]:
    """What is wrong with each sample that is not judged right; raises AssertionError where there is none to judge."""
    chosen = [sample for sample in samples if half(sample) in HALVES]
    assert chosen
    verdicts = [(sample, judged(sample).verdict) for sample in chosen]
    return [
        f"{sample.name}: {verdict.standing.value}, {verdict.why} {[c.rule for c in verdict.checks if not c.passed]}"
        for sample, verdict in verdicts
        if not right(sample, verdict)
    ]


def is_known(sample: Sample, verdict: Verdict) -> bool:
    return verdict.standing.value == "genuine" and verdict.marketplace == sample.stream.partition("/")[0]


def is_doubted_rightly(sample: Sample, verdict: Verdict) -> bool:
    return verdict.standing.value in sample.standing.split("|") and sample.caught_by in caught_by(verdict)


def is_refused_rightly(sample: Sample, verdict: Verdict) -> bool:
    standing_is_right = verdict.standing.value in sample.standing.split("|")
    return standing_is_right and (not verdict.checks or sample.caught_by in caught_by(verdict))


def caught_by(verdict: Verdict) -> set[str]:
    return {check.rule for check in verdict.checks if check.passed is not True}


@each_proving_profile
def test_genuine_mail_is_known(profile: Profile) -> None:
    assert judged_wrong(genuine(profile), is_known) == []


@each_profile
def test_honest_mail_without_proof_is_doubted_for_the_right_reason(profile: Profile) -> None:
    assert judged_wrong(honest_but_unprovable(profile), is_doubted_rightly) == []


@each_profile
def test_forged_mail_is_refused_by_the_check_that_must_catch_it(profile: Profile) -> None:
    assert judged_wrong(forged(profile), is_refused_rightly) == []


@each_proving_profile
def test_rows_that_may_be_moved_and_honest_neighbours_of_the_others_are_genuine(profile: Profile) -> None:
    assert judged_wrong(tuple(genuine_rows(profile)), is_known) == []


@each_proving_profile
def test_a_buyers_link_that_leads_outside_is_warned_of(profile: Profile) -> None:
    buyers = [sample for sample in genuine_rows(profile) if sample.row == 41]
    assert [sample.name for sample in buyers if "evil.test" not in " ".join(judged(sample).verdict.warnings)] == []


@pytest.mark.thorough
def test_the_table_is_large_enough() -> None:
    rows = {sample.row for profile in Profile for sample in forged(profile)}

    assert len(rows) >= 100
    assert min(len(genuine(profile)) for profile in PROVING) >= 40
    assert len({sample.stream for sample in genuine(Profile.NONE)}) >= 10
