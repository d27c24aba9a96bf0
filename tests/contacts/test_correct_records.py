"""No false alarm on records of real shapes."""

from __future__ import annotations

import pytest

from auditor.contacts import judge
from auditor.rules import Finding
from tests.contacts.make import contact, facts
from tests.contacts.samples import ELSEWHERE, UNITED_STATES

pytestmark = pytest.mark.thorough

KEYS = ("street", "city", "region", "postal_code", "country")


def found(row: tuple[str | None, ...], **changes: object) -> list[Finding]:
    *address, phone = row
    given = {f"address_{key}": value for key, value in zip(KEYS, address, strict=True)}
    return list(judge(facts(contact(phone=phone, **given), **changes)).findings)


@pytest.mark.parametrize("row", UNITED_STATES, ids=lambda row: row[0])
def test_a_right_record_of_a_seller_at_walmart(row: tuple[str, ...]) -> None:
    assert found((*row[:4], "US", row[4])) == []


@pytest.mark.parametrize("row", ELSEWHERE, ids=lambda row: row[0])
def test_a_right_record_of_a_seller_elsewhere(row: tuple[str | None, ...]) -> None:
    assert found(row, marketplaces=frozenset({"ebay", "amazon"})) == []


EMAILS = (
    *("support@shop.example", "Sales.Team+walmart@shop.example", "o'brien@shop.example", "a@shop.example"),
    *("kontakt@xn--bro-hoa.example", "kontakt@büro.example", "orders@mail.shop.example", "shop@gmail.com"),
    *("shop@yahoo.co.uk", "shop@gmx.de", "shop@mail.com", "shop@email.com", "shop@outlook.fr", "shop@hotmart.com"),
)
MORE = {
    "xn--bro-hoa.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 mx -all"]},
    "_dmarc.xn--bro-hoa.example": {"TXT": ["v=DMARC1;p=none"]},
    "mail.shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 mx -all"]},
    "hotmart.com": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 mx -all"]},
    "_dmarc.hotmart.com": {"TXT": ["v=DMARC1; p=reject"]},
}


@pytest.mark.parametrize("email", EMAILS)
def test_a_right_address(email: str) -> None:
    from tests.contacts.make import ZONE, dns_of

    free = {name: {"MX": ["5 mx.shop.example."]} for name in ("gmail.com", "yahoo.co.uk", "gmx.de", "mail.com")}
    more = {name: {"MX": ["5 mx.shop.example."]} for name in ("email.com", "outlook.fr")}
    dns = dns_of({**ZONE, **MORE, **free, **more})
    assert judge(facts(contact(email=email), dns=dns)).findings == ()
