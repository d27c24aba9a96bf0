"""Whether a domain's DMARC policy has forged mail refused: by the nearest record, None where DNS could not tell."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditor.resolver import Answer, Found
from auditor.whitelist.policies import is_enforced, questions

DOWN = Answer(Found.TEMPERROR)


def answers(records: Mapping[str, str | Answer], domain: str) -> dict[str, Answer]:
    found = {f"_dmarc.{name}": value for name, value in records.items()}
    return {name: _answer(found.get(name, Answer(Found.ABSENT))) for name in questions(domain)}


def _answer(value: str | Answer) -> Answer:
    return value if isinstance(value, Answer) else Answer(Found.FOUND, (value.encode(),))


@pytest.mark.parametrize(
    "records, expected",
    [
        ({"relay.walmart.com": "v=DMARC1; p=reject"}, True),
        ({"relay.walmart.com": "v=DMARC1;p=QUARANTINE"}, True),
        ({"relay.walmart.com": "v=DMARC1; p=none"}, False),
        ({"relay.walmart.com": "v=DMARC1; p=none", "walmart.com": "v=DMARC1; p=reject"}, False),
        ({"walmart.com": "v=DMARC1; p=reject"}, True),
        ({"walmart.com": "v=DMARC1; p=reject; sp=none"}, False),
        ({"walmart.com": "v=DMARC1; p=none; sp=reject"}, True),
        ({"relay.walmart.com": "v=DMARC1; p=reject; sp=none"}, True),
        ({"walmart.com": "v=DMARC1; p=reject; t=y"}, False),
        ({"walmart.com": "v=DMARC1; p=reject; pct=50"}, False),
        ({"walmart.com": "v=DMARC1; p=reject; pct=100"}, True),
        ({"walmart.com": "v=DMARC1; p=rejected"}, False),
        ({"walmart.com": "v=spf1 -all"}, False),
        ({}, False),
        ({"walmart.com": DOWN}, None),
        ({"relay.walmart.com": DOWN, "walmart.com": "v=DMARC1; p=reject"}, None),
        ({"relay.walmart.com": Answer(Found.FOUND, (b"v=DMARC1; p=reject", b"v=DMARC1; p=none"))}, False),
    ],
)
def test_the_nearest_record_tells(records: Mapping[str, str | Answer], expected: bool | None) -> None:
    assert is_enforced("relay.walmart.com", answers(records, "relay.walmart.com")) is expected


def test_what_was_not_asked_is_not_known() -> None:
    assert is_enforced("relay.walmart.com", {}) is None
