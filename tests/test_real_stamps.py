"""A whole genuine message of Amazon, as Fastmail delivered it: its stamp proves it when the key is gone from DNS."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from auditor.judging import Letter, judge_all
from tests.contexts import ZoneResolver, context
from tests.corpus import fixtures, needs_corpus
from tests.mail import Profile

RECEIVED = datetime(2023, 10, 23, 21, 23, 11, tzinfo=UTC)
POLICY = {"_dmarc.amazon.com": b"v=DMARC1; p=quarantine"}


def notice() -> bytes:
    (raw,) = (real.raw for real in fixtures() if "Fastmail from Amazon" in real.name)
    return re.sub(rb"\r?\n", b"\r\n", raw)


@needs_corpus
@pytest.mark.parametrize("profile", list(Profile), ids=lambda profile: profile.value)
def test_the_stamp_proves_at_fastmail_and_nowhere_else(profile: Profile) -> None:
    (judged,) = judge_all([Letter(notice(), RECEIVED)], context(profile), ZoneResolver(POLICY))

    (proof,) = (check.passed for check in judged.verdict.checks if check.rule == "domain-proof")

    assert proof is (True if profile is Profile.FASTMAIL else None)
