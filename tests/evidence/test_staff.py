"""Display names by which a customer poses as the marketplace's staff, and names that customers really have."""

from __future__ import annotations

import base64

import pytest

from auditor.display import decoded
from auditor.evidence.staff import poses_as_staff
from tests.contexts import catalogue


def encoded(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode()).decode()}?="


SUPPORT = encoded("Walmart Seller Support")
POSES = {
    "encoded": SUPPORT,
    "with-a-language": encoded("Walmart Seller Support", "utf-8*en"),
    "beside-an-unknown-charset": f"=?x-unknown?Q?a?= {SUPPORT}",
    "beside-a-hundred-empty-words": f"{SUPPORT} " + " ".join(["=?utf-8?Q??="] * 100),
    "encoded-twice": encoded(SUPPORT),
    "raw-look-alike-letters-beside-a-word": "W\u0430lm\u0430rt S\u0435ll\u0435r Supp\u043ert =?utf-8?Q?=20?=",
    "run-together": "SupportTeam",
    "help-center": "HelpCenter",
    "security": "SecurityTeam",
    "billing": "BillingDept",
    "payments": "Payments Department",
    "short-brand": "eBaySecurity",
    "short-brand-support": "eBay - eBaySupport",
    "short-brand-german": "eBayKundenservice",
    "etsy": "EtsyTeam",
}


@pytest.mark.parametrize("name", POSES.values(), ids=list(POSES))
def test_a_name_that_poses_as_staff_is_known(name: str) -> None:
    assert poses_as_staff(decoded(name), catalogue())


@pytest.mark.parametrize(
    "name",
    [
        "Mary Miller",
        "McDonald, R.",
        "DeLaCruz Family",
        "Betsy Team",
        encoded("Jörg Weiß"),
        "=?iso-8859-1?Q?Andr=E9?= =?iso-8859-1?Q?_Roy?=",
    ],
)
def test_a_customers_own_name_is_no_claim(name: str) -> None:
    assert not poses_as_staff(decoded(name), catalogue())
