"""The shape of the table that judges the contact checks; what it says of a record is judged elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from tests.contacts.records import Answers, Half, Record, read

pytestmark = pytest.mark.thorough

HALVES: tuple[Half, ...] = ("open", "held")
RULES = {
    "contact-email-invalid",
    "contact-email-undeliverable",
    "contact-email-null-mx",
    "contact-email-unchecked",
    "contact-email-typo",
    "contact-email-disposable",
    "contact-phone-invalid",
    "contact-phone-region",
    "contact-category-missing",
    "contact-address-invalid",
    "contact-address-region",
    "contact-address-po-box",
    "domain-spf-missing",
    "domain-spf-invalid",
    "domain-dmarc-missing",
    "domain-dmarc-invalid",
    "domain-mx-missing",
}
NO_ANSWERS = {"nxdomain", "timeout", "servfail"}
TYPES = {"A", "AAAA", "CNAME", "MX", "TXT"}
CONTACT_KEYS = {
    "business_name",
    "email",
    "phone",
    "customer_service_phone",
    "website",
    "categories",
    "return_address",
}
ADDRESS_KEYS = {"street", "city", "region", "postal_code", "country"}
WITHOUT_FIELD = {"domain"}  # what is wrong in DNS around the details, and in none of them


def test_no_two_records_share_an_id_or_a_shop() -> None:
    records = [*read("open"), *read("held")]
    assert len(records) >= 220
    assert _twice(record.id for record in records) == []
    assert _twice(str(record.contact["business_name"]) for record in records) == []
    assert _twice(str(record.contact["website"]) for record in records) == []


@pytest.mark.parametrize("half", HALVES)
def test_half_of_the_records_are_right_and_at_least_sixty(half: Half) -> None:
    outcomes = Counter(record.outcome for record in read(half))
    assert outcomes["right"] >= outcomes["wrong"] + outcomes["unknown"]
    assert outcomes["right"] >= 60
    assert outcomes["unknown"] >= 4


def test_both_halves_have_the_same_mix() -> None:
    open_half, held_half = (Counter(_kind(record) for record in read(half)) for half in HALVES)
    assert open_half == held_half


@pytest.mark.parametrize("half", HALVES)
def test_every_rule_is_wanted_in_each_half(half: Half) -> None:
    assert {entry.rule for record in read(half) for entry in record.expected} == RULES


@pytest.mark.parametrize("half", HALVES)
def test_exactly_one_thing_is_said_of_a_record_that_is_not_right(half: Half) -> None:
    for record in read(half):
        assert len(record.expected) <= 1, record.id
        for entry in record.expected:
            assert entry.field in CONTACT_KEYS | WITHOUT_FIELD | {f"return_address.{key}" for key in ADDRESS_KEYS}
            assert (entry.suggestion is not None) == (entry.rule == "contact-email-typo"), record.id


@pytest.mark.parametrize("half", HALVES)
def test_a_record_says_where_its_answer_comes_from(half: Half) -> None:
    for record in read(half):
        assert record.id.startswith(f"{half}-")
        assert record.about, record.id
        assert record.source, record.id
        assert record.now.tzinfo is not None, record.id
        assert record.marketplaces, record.id


@pytest.mark.parametrize("half", HALVES)
def test_details_have_the_keys_of_the_contact_table(half: Half) -> None:
    for record in read(half):
        assert set(record.contact) == CONTACT_KEYS, record.id
        assert set(record.contact["return_address"]) <= ADDRESS_KEYS, record.id
        assert all(record.contact["return_address"].values()), record.id


@pytest.mark.parametrize("half", HALVES)
def test_phones_and_addresses_come_from_at_least_twelve_countries(half: Half) -> None:
    right = [record for record in read(half) if record.outcome == "right"]
    assert len({record.contact["return_address"]["country"] for record in right}) >= 12
    assert len({_calling_code(str(record.contact["phone"])) for record in right} - {None}) >= 12


@pytest.mark.parametrize("half", HALVES)
def test_walmarts_return_centre_is_in_the_us_unless_that_is_what_is_wrong(half: Half) -> None:
    for record in read(half):
        if "walmart" in record.marketplaces and "contact-address-region" not in {e.rule for e in record.expected}:
            assert record.contact["return_address"]["country"] == "US", record.id


@pytest.mark.parametrize("half", HALVES)
def test_zones_are_well_formed(half: Half) -> None:
    for record in read(half):
        assert record.mailbox.rpartition("@")[2] in record.zone, record.id
        for name, answers in record.zone.items():
            assert _is_zone_name(name), (record.id, name)
            assert _answers_are_well_formed(answers), (record.id, name)


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _kind(record: Record) -> str:
    return f"{record.expected[0].rule} {record.outcome}" if record.expected else "right"


def _calling_code(phone: str) -> str | None:
    """What stands between the plus sign and the first space: enough to count countries, as the table writes them."""
    return phone.split(" ")[0] if phone.startswith("+") and " " in phone else None


def _is_zone_name(name: str) -> bool:
    return name.isascii() and name == name.lower() and not name.endswith(".") and len(name) <= 253


def _answers_are_well_formed(answers: Answers) -> bool:
    if isinstance(answers, str):
        return answers in NO_ANSWERS
    if "CNAME" in answers:
        return set(answers) == {"CNAME"} and len(answers["CNAME"]) == 1 and answers["CNAME"][0].endswith(".")
    return bool(answers) and set(answers) <= TYPES and all(map(_is_mail_exchanger, answers.get("MX", [])))


def _is_mail_exchanger(record: str) -> bool:
    preference, _, host = record.partition(" ")
    return preference.isdecimal() and host.endswith(".")
