"""What several mailboxes share is said once; what the seller has dealt with stays so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.contacts import ContactFacts, judge, judge_all
from tests.contacts.make import contact, dns_of, facts, rules

pytestmark = pytest.mark.thorough

BAD = contact(email="support@nowhere.example", phone="+1 416 967 1111")


def of(mailbox: str, **changes: object) -> ContactFacts:
    given = facts(BAD, address="support@nowhere.example", **changes)
    return replace(given, mailbox=mailbox)


def test_a_shared_detail_is_said_at_the_first_mailbox_which_names_the_others() -> None:
    first, second, third = judge_all([of("a"), of("b"), of("c")])
    assert rules(first) == ["contact-email-undeliverable", "contact-phone-region"]
    assert (second.findings, third.findings) == ((), ())
    assert all("`b`, `c`" in found.detail for found in first.findings)
    assert {found.key.split(":")[1] for found in first.findings} == {"a"}


def test_what_is_broken_is_right_nowhere() -> None:
    _, second = judge_all([of("a"), of("b")])
    assert "contact-email-undeliverable" not in second.right


def test_that_they_share_an_address_is_said_once() -> None:
    first, second = judge_all([of("a"), of("b")])
    assert first.remarks[0] == "support@nowhere.example is on file for the mailboxes `a`, `b`"
    assert second.remarks == ()


def test_two_different_addresses_are_two_findings() -> None:
    other = facts(contact(email="support@void.example"), address="support@void.example")
    first, second = judge_all([of("a"), replace(other, mailbox="b")])
    assert rules(first) == ["contact-email-undeliverable", "contact-phone-region"]
    assert rules(second) == ["contact-email-undeliverable"]


def test_a_category_that_two_shops_lack_is_missing_in_each() -> None:
    one = facts(contact(categories=("business", "technical", "returns")))
    other = facts(contact(categories=("business", "technical", "returns"), business_name="Brand LLC"))
    judged = judge_all([one, replace(other, mailbox="b")])
    assert [rules(each) for each in judged] == [["contact-category-missing"]] * 2
    assert [rules(each) for each in judge_all([one, replace(one, mailbox="b")])] == [["contact-category-missing"], []]


def test_what_is_acknowledged_for_one_of_those_who_share_it_is_so_for_all() -> None:
    keys = {"contact-email-undeliverable:b:support@nowhere.example"}
    first, _ = judge_all([of("a"), of("b", acknowledged=keys)])
    assert [found.acknowledged for found in first.findings] == [True, False]


def test_one_number_in_two_places_is_one_finding() -> None:
    same = contact(phone="+1 999", customer_service_phone="+1 999")
    assert rules(judge(facts(same))) == ["contact-phone-invalid"]


def test_walmarts_rules_hold_for_walmarts_sellers_alone() -> None:
    abroad = contact(
        phone="+49 30 83050",
        categories=(),
        address_street="Postfach 12",
        address_city="Berlin",
        address_region=None,
        address_postal_code="10117",
        address_country="DE",
    )
    assert rules(judge(facts(abroad, marketplaces=frozenset({"ebay"})))) == []
    assert rules(judge(facts(abroad))) == [
        *["contact-address-region", *["contact-category-missing"] * 4, "contact-phone-region"]
    ]


def test_where_no_marketplace_is_named_walmarts_rules_are_not_judged_and_that_is_said() -> None:
    judged = judge(facts(contact(phone="+49 30 83050"), marketplaces=None))
    assert judged.findings == ()
    assert [part.what for part in judged.incomplete if "Walmart" in part.what] == [
        "Walmart's rules for contact details"
    ]
    assert all(part.standing for part in judged.incomplete)


def test_what_is_not_written_is_neither_right_nor_wrong() -> None:
    empty = contact(email=None, phone=None, customer_service_phone=None, categories=None, return_address=None)
    judged = judge(facts(empty))
    assert judged.findings == ()
    assert not [rule for rule in judged.right if "phone" in rule or "address" in rule or "category" in rule]
    assert {part.what for part in judged.incomplete} == {
        "what mail shows of the contact details",
        *(f"[contact] {key}" for key in ("phone", "customer_service_phone", "categories", "return_address", "website")),
    }


def test_without_an_address_on_file_the_mailboxs_own_is_checked() -> None:
    judged = judge(facts(contact(email=None), address="shop@nowhere.example", dns=dns_of({})))
    assert [(found.rule.id, found.subject) for found in judged.findings] == [
        ("contact-email-undeliverable", "shop@nowhere.example")
    ]


def test_remarks_are_no_findings() -> None:
    dns = dns_of({"gmail.com": {"MX": ["5 mx.gmail.com."]}, "mx.gmail.com": {"A": ["198.51.100.5"]}})
    judged = judge(facts(contact(email="info@gmail.com"), dns=dns))
    assert judged.findings == ()
    assert any("free mailbox" in remark for remark in judged.remarks)
    assert any("distribution list" in remark for remark in judged.remarks)


def test_a_slip_is_told_only_where_the_seller_is_not_known_to_be() -> None:
    """Whoever reads mail at gmai1-like domains of his own has made no slip."""
    dns = dns_of(
        {"gmall.com": {"MX": ["5 mx.gmall.com."], "TXT": ["v=spf1 mx -all"]}, "mx.gmall.com": {"A": ["198.51.100.5"]}}
    )
    mine = facts(contact(email="info@gmall.com"), address="info@gmall.com", dns=dns)
    assert rules(judge(mine)) == ["domain-dmarc-missing"]
    assert rules(judge(replace(mine, address="x@gmail.com", own_addresses=("x@gmail.com",)))) == ["contact-email-typo"]


def test_the_remedy_of_spf_is_the_record_of_the_mail_provider() -> None:
    zone = {
        "shop.example": {"MX": ["1 smtp.google.com."]},
        "smtp.google.com": {"A": ["198.51.100.5"]},
        "_dmarc.shop.example": {"TXT": ["v=DMARC1; p=none"]},
    }
    (found,) = judge(facts(dns=dns_of(zone))).findings
    assert found.remedy == "Publish a TXT record at shop.example: v=spf1 include:_spf.google.com ~all"
