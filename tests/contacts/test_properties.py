"""Whatever is written on file and whatever DNS says: no check raises, and no key carries what a terminal obeys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.config import ContactConfig, ReturnAddressConfig
from auditor.contacts import ContactFacts, Dns, judge
from auditor.contacts.asking import questions
from auditor.contacts.records import read_dmarc, read_spf
from auditor.resolver import Answer, Found
from auditor.rules import Outcome
from tests.contacts.make import ADDRESS, CONTACT, NOW, ZONE

pytestmark = pytest.mark.thorough

WORDS = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"[+0-9() .x#-]{1,24}", fullmatch=True),
    st.from_regex(r"[a-z.+]{1,9}@[a-zß.-]{1,20}", fullmatch=True),
    st.sampled_from(
        [*map(str, CONTACT.values()), *ADDRESS.values(), "PO Box", "DE", "Guam", "https://[", "http://a:b"]
    ),
)
MAYBE = st.none() | WORDS


@st.composite
def contacts(draw: st.DrawFn) -> ContactConfig:
    """As a later step may make them too, past the configuration's own checks."""
    parts: dict[str, Any] = {key: draw(MAYBE) for key in ADDRESS}
    address = ReturnAddressConfig.model_construct(**parts)
    keys = ("business_name", "email", "phone", "customer_service_phone", "website")
    values: dict[str, Any] = {key: draw(MAYBE) for key in keys}
    categories = tuple(draw(st.lists(WORDS, max_size=3)))
    return ContactConfig.model_construct(
        **values, categories=categories, return_address=draw(st.none() | st.just(address))
    )


TEXTS = st.one_of(
    st.binary(max_size=80),
    st.from_regex(rb"v=(spf1|DMARC1)[ ;][ -~]{0,60}", fullmatch=True),
    st.sampled_from([text.encode() for records in ZONE.values() for texts in records.values() for text in texts]),
)
ANSWERS = st.builds(Answer, st.sampled_from(Found), st.lists(TEXTS, max_size=3).map(tuple), st.text(max_size=10))


@st.composite
def facts(draw: st.DrawFn) -> ContactFacts:
    contact = draw(contacts())
    empty = ContactFacts("shop", "support@shop.example", contact, NOW)
    answers: dict[str, dict[str, Answer]] = {}
    for _ in range(3):
        known = ContactFacts("shop", empty.address, contact, NOW, dns=Dns(answers, NOW))
        for name, rdtype in sorted(questions(known)):
            answers.setdefault(rdtype, {}).setdefault(name, draw(ANSWERS))
    sold = draw(st.sampled_from([None, frozenset({"walmart"}), frozenset({"ebay"})]))
    return ContactFacts("shop", empty.address, contact, NOW, marketplaces=sold, dns=Dns(answers, NOW))


@settings(max_examples=300, deadline=None)
@given(facts())
def test_nothing_makes_a_check_raise(known: ContactFacts) -> None:
    judged = judge(known)
    assert not {found.rule.id for found in judged.findings} & set(judged.right)
    assert all(found.key.isprintable() and found.detail and found.remedy for found in judged.findings)
    unknown = {found.rule.id for found in judged.findings if found.outcome is Outcome.UNKNOWN}
    assert unknown <= {"contact-email-unchecked"}


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_nothing_makes_the_reading_of_a_record_raise(record: bytes) -> None:
    read_dmarc(record, "shop.example")
    for name, rdtype in read_spf(record, "shop.example", Dns({}, NOW)).wanted:
        assert rdtype in ("TXT", "A", "AAAA", "MX")
        assert name
