"""The forgeries that were found by attacking the finished verdict, in the half that the table leaves out by default.

Each was once believed, or nearly: nothing is gained by keeping them unseen.
"""

from __future__ import annotations

import pytest

from tests.contexts import judged
from tests.mail import HALF_B, Profile, Sample, half
from tests.mail.forged import FOUND_LATER

SAMPLES = [
    sample
    for profile in Profile
    for family in FOUND_LATER
    for sample in family.samples(profile)
    if half(sample) == HALF_B
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.profile.value}-{sample.name}")
def test_what_was_found_later_is_refused_by_the_check_that_must_catch_it(sample: Sample) -> None:
    verdict = judged(sample).verdict

    refused = {check.rule for check in verdict.checks if check.passed is not True}
    assert verdict.standing.value in sample.standing.split("|"), verdict.why
    assert sample.caught_by in refused
    if sample.only:
        assert refused == {sample.only}
