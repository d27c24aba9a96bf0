"""A record that is wrong in one way breaks the one rule that says so, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.make import ZONE, broken, contact, dns_of

pytestmark = pytest.mark.thorough

Changes = dict[str, Any]

EMAIL: tuple[tuple[str, str], ...] = (
    ("contact-email-invalid", "support.shop.example"),
    ("contact-email-invalid", "support@"),
    ("contact-email-invalid", "@shop.example"),
    ("contact-email-invalid", "support@shop"),
    ("contact-email-invalid", "support@@shop.example"),
    ("contact-email-invalid", "support@shop..example"),
    ("contact-email-invalid", "sup port@shop.example"),
    ("contact-email-invalid", "support@shop_.example"),
    ("contact-email-invalid", "support@192.0.2.1"),
    ("contact-email-invalid", "support@localhost"),
    ("contact-email-invalid", ".support@shop.example"),
    ("contact-email-invalid", "support@shop.example, sales@shop.example"),
    ("contact-email-invalid", "mailto:support@shop.example;x"),
    ("contact-email-invalid", "info@𝐚𝐦𝐚𝐳𝐨𝐧.𝐝𝐞"),
    ("contact-email-invalid", "kundenbüro@shop.example"),
    ("contact-email-invalid", "*@gmail.com"),
    ("contact-email-typo", "shop@gmial.com"),
    ("contact-email-typo", "shop@gmail.con"),
    ("contact-email-typo", "shop@gmail.co"),
    ("contact-email-typo", "shop@gnail.com"),
    ("contact-email-typo", "shop@gamil.com"),
    ("contact-email-typo", "shop@hotmial.com"),
    ("contact-email-typo", "shop@hotmail.co"),
    ("contact-email-typo", "shop@outlok.com"),
    ("contact-email-typo", "shop@yaho.com"),
    ("contact-email-typo", "shop@yahoo.cmo"),
    ("contact-email-typo", "shop@iclod.com"),
    ("contact-email-typo", "shop@aol.con"),
    ("contact-email-typo", "support@shop.exmaple"),
    ("contact-email-typo", "support@brand-house.con"),
    ("contact-email-undeliverable", "support@nowhere.example"),
    ("contact-email-undeliverable", "support@lost-servers.example"),
    ("contact-email-undeliverable", "support@sends-nothing.example"),
    ("contact-email-undeliverable", "support@at-home.example"),
    ("contact-email-null-mx", "support@no-mail.example"),
    ("contact-email-null-mx", "support@no-mail-at-all.example"),
    ("contact-email-disposable", "shop@mailinator.com"),
    ("contact-email-disposable", "shop@sub.guerrillamail.com"),
    ("contact-email-disposable", "shop@yopmail.com"),
    ("contact-email-disposable", "shop@10minutemail.com"),
)
MAIL_ZONE = {
    **ZONE,
    "lost-servers.example": {"MX": ["10 mx1.gone.example.", "20 mx2.gone.example."]},
    "sends-nothing.example": {"A": ["198.51.100.7"], "TXT": ["v=spf1 -all"]},
    "at-home.example": {"MX": ["0 localhost."]},
    "no-mail.example": {"MX": ["0 ."]},
    "no-mail-at-all.example": {"MX": ["0 ."], "A": ["198.51.100.7"]},
    **{
        name: {"MX": ["10 mx.shop.example."]}
        for name in ("mailinator.com", "sub.guerrillamail.com", "yopmail.com", "10minutemail.com", "gmail.co")
    },
}


@pytest.mark.parametrize("rule, email", EMAIL)
def test_a_wrong_address(rule: str, email: str) -> None:
    assert broken(contact(email=email), dns=dns_of(MAIL_ZONE), address="support@shop.example") == [rule]


PHONES: tuple[tuple[str, Changes], ...] = (
    ("contact-phone-invalid", {"phone": "call us"}),
    ("contact-phone-invalid", {"phone": "+1 479 273"}),
    ("contact-phone-invalid", {"phone": "+1 479 273 40000"}),
    ("contact-phone-invalid", {"phone": "479 173 4000"}),
    ("contact-phone-invalid", {"phone": "+1 555 0100"}),
    ("contact-phone-invalid", {"phone": "+999 479 273 4000"}),
    ("contact-phone-invalid", {"phone": "000-000-0000"}),
    ("contact-phone-invalid", {"phone": "123-456-7890"}),
    ("contact-phone-invalid", {"phone": "+1 800 925 6278"}),
    ("contact-phone-invalid", {"phone": "+1 479 273 4000 ext. 12"}),
    ("contact-phone-invalid", {"customer_service_phone": "925-6278"}),
    ("contact-phone-invalid", {"customer_service_phone": "+1 900 925 6278"}),
    ("contact-phone-invalid", {"customer_service_phone": "1-800-CALL"}),
    ("contact-phone-region", {"phone": "+1 416 967 1111"}),
    ("contact-phone-region", {"phone": "+49 30 83050"}),
    ("contact-phone-region", {"phone": "+86 138 0013 8000"}),
    ("contact-phone-region", {"phone": "+52 55 3688 1100"}),
    ("contact-phone-region", {"phone": "+1 876 922 1000"}),
    ("contact-phone-region", {"customer_service_phone": "+44 20 7925 0918"}),
)


@pytest.mark.parametrize(
    "rule, changes", PHONES, ids=lambda each: " ".join(each.values()) if type(each) is dict else each
)
def test_a_wrong_phone(rule: str, changes: Changes) -> None:
    assert broken(contact(**changes)) == [rule]


ADDRESSES: tuple[tuple[str, Changes], ...] = (
    ("contact-address-invalid", {"street": None}),
    ("contact-address-invalid", {"city": None}),
    ("contact-address-invalid", {"region": None}),
    ("contact-address-invalid", {"postal_code": None}),
    ("contact-address-invalid", {"country": None}),
    ("contact-address-invalid", {"country": "Arkansas"}),
    ("contact-address-invalid", {"region": "Bavaria"}),
    ("contact-address-invalid", {"region": "ARK"}),
    ("contact-address-invalid", {"postal_code": "90210"}),
    ("contact-address-invalid", {"postal_code": "7271"}),
    ("contact-address-invalid", {"postal_code": "SW1A 2AA"}),
    ("contact-address-invalid", {"region": "CA"}),
    ("contact-address-region", {"city": "Anchorage", "region": "AK", "postal_code": "99501"}),
    ("contact-address-region", {"city": "Honolulu", "region": "Hawaii", "postal_code": "96813"}),
    ("contact-address-region", {"city": "San Juan", "region": "PR", "postal_code": "00901"}),
    ("contact-address-region", {"city": "San Juan", "region": None, "postal_code": "00901", "country": "PR"}),
    ("contact-address-region", {"city": "Tamuning", "region": "GU", "postal_code": "96913"}),
    ("contact-address-region", {"city": "Toronto", "region": "ON", "postal_code": "M5V 2T6", "country": "CA"}),
    ("contact-address-region", {"city": "Berlin", "region": None, "postal_code": "10117", "country": "Germany"}),
    ("contact-address-region", {"city": "APO", "region": "AE", "postal_code": "09128"}),
    ("contact-address-po-box", {"street": "P.O. Box 123"}),
    ("contact-address-po-box", {"street": "PO BOX 123"}),
    ("contact-address-po-box", {"street": "p.o.box 7"}),
    ("contact-address-po-box", {"street": "P O Box 99, Suite 2"}),
    ("contact-address-po-box", {"street": "POB 4410"}),
    ("contact-address-po-box", {"street": "Post Office Box 4410"}),
    ("contact-address-po-box", {"street": "12 Main Street, PO Box 9"}),
    ("contact-address-po-box", {"street": "Box 1190"}),
    ("contact-address-po-box", {"street": "P.O. Drawer 7"}),
    ("contact-address-po-box", {"street": "PO Box A"}),
)


@pytest.mark.parametrize("rule, changes", ADDRESSES, ids=lambda each: str(each))
def test_a_wrong_return_address(rule: str, changes: Changes) -> None:
    assert broken(contact(**{f"address_{key}": value for key, value in changes.items()})) == [rule]


CATEGORIES: tuple[tuple[str, Changes], ...] = (
    ("contact-category-missing", {"categories": ("customer-service", "business", "technical")}),
    ("contact-category-missing", {"categories": ("Customer Service", "Business Management", "Fulfillment/Returns")}),
    ("contact-category-missing", {"customer_service_phone": None}),
)


@pytest.mark.parametrize("rule, changes", CATEGORIES, ids=lambda each: str(each))
def test_a_category_that_is_not_filled(rule: str, changes: Changes) -> None:
    assert broken(contact(**changes)) == [rule]


def test_each_missing_category_is_named() -> None:
    assert broken(contact(categories=())) == ["contact-category-missing"] * 4


DOMAINS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("domain-mx-missing", {"shop.example": {"A": ["198.51.100.1"], "TXT": ["v=spf1 a -all"]}}),
    ("domain-spf-missing", {"shop.example": {"MX": ["10 mx.shop.example."]}}),
    ("domain-spf-missing", {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["google-site-verification=x"]}}),
    ("domain-spf-invalid", {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 -all", "v=spf1 mx -all"]}}),
    ("domain-spf-invalid", {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 ipv4:192.0.2.1 -all"]}}),
    ("domain-spf-invalid", {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 ip4:192.0.2.300 -all"]}}),
    (
        "domain-spf-invalid",
        {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 include:gone.example -all"]}},
    ),
    ("domain-spf-invalid", {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 mx +all"]}}),
    ("domain-spf-invalid", {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1mx -all"]}}),
    (
        "domain-spf-invalid",
        {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 include:shop.example -all"]}},
    ),
    (
        "domain-spf-invalid",
        {"shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 -all"]}},
    ),
    ("domain-dmarc-invalid", {"_dmarc.shop.example": {"TXT": ["v=DMARC1; adkim=s"]}}),
    ("domain-dmarc-missing", {"_dmarc.shop.example": {}}),
    ("domain-dmarc-missing", {"_dmarc.shop.example": {"TXT": ["some other text"]}}),
    ("domain-dmarc-invalid", {"_dmarc.shop.example": {"TXT": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}}),
    ("domain-dmarc-invalid", {"_dmarc.shop.example": {"TXT": ["v=DMARC1; p=monitor"]}}),
    ("domain-dmarc-invalid", {"_dmarc.shop.example": {"TXT": ["v=DMARC1 p=none"]}}),
    ("domain-dmarc-invalid", {"_dmarc.shop.example": {"TXT": ["v=dmarc1; p=none"]}}),
    ("domain-dmarc-invalid", {"_dmarc.shop.example": {"TXT": ["v=DMARC1; p=none; p=reject"]}}),
)


@pytest.mark.parametrize("rule, changes", DOMAINS, ids=lambda each: str(each))
def test_a_wrong_domain(rule: str, changes: dict[str, Any]) -> None:
    assert broken(contact(), dns=dns_of({**ZONE, **changes})) == [rule]


def test_too_many_includes() -> None:
    many = " ".join(f"include:s{number}.example" for number in range(11))
    zone = {**ZONE, **{f"s{number}.example": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]} for number in range(11)}}
    zone["shop.example"] = {"MX": ["10 mx.shop.example."], "TXT": [f"v=spf1 {many} -all"]}
    assert broken(contact(), dns=dns_of(zone)) == ["domain-spf-invalid"]


def test_there_are_enough() -> None:
    assert len((*EMAIL, *PHONES, *ADDRESSES, *CATEGORIES, *DOMAINS)) >= 60
