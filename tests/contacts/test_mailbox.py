"""What a real mailbox shows of the contact details: whom marketplaces write to, and what answers give out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.mail.build import WALMART, Letter, compose, sign
from tests.servers.account import ImapServer, create_folder, deliver
from tests.shop import OpenShop, Ran, Shop

pytestmark = pytest.mark.server

NOW = datetime.now(UTC).replace(microsecond=0)
CONTACT = """
[contact]
email = "support@shop.test"
phone = "+1 479 273 4000"
customer_service_phone = "+1 800 925 6278"
[contact.return_address]
street = "1 Example Street"
city = "Bentonville"
region = "AR"
postal_code = "72712"
country = "US"
"""
SIGNATURE = "-- \nExample Shop\n{phone}\n{street}\nBentonville, AR {code}\nhttps://{host}/\n"
RIGHT = {"phone": "(479) 273-4000", "street": "1 Example St", "code": "72712", "host": "shop.test"}


@pytest.fixture
def shop(imap_server: ImapServer, open_shop: OpenShop) -> Shop:
    account = imap_server.account()
    create_folder(account, "Sent")
    opened = open_shop(account)
    opened.mailbox |= {"address": "support@shop.test", "marketplaces": ["walmart"]}
    opened.tables = CONTACT
    opened.dns.mx("shop.test", "mx.shop.test")
    opened.dns.a("mx.shop.test", "198.51.100.2")
    opened.dns.txt("shop.test", "v=spf1 mx -all")
    opened.dns.txt("_dmarc.shop.test", "v=DMARC1; p=reject")
    return opened


def relay(number: int) -> str:
    return f"{number:032x}@relay.walmart.com"


def asked(
    shop: Shop, number: int, *, to: str = "support@shop.test", days: int = 1, body: str = "Where is it?\n"
) -> None:
    """A customer's message, proved by Walmart's signature, that many days ago."""
    then = NOW - timedelta(days=days)
    letter = Letter(f"Mary <{relay(number)}>", "Where is my order?", body, to=to, date=then)
    raw = sign(compose(letter), "relay.walmart.com", WALMART, signed_at=then)
    deliver(shop.account, raw, folder="INBOX", internaldate=then)


def answered(shop: Shop, number: int, *, sender: str = "support@shop.test", **changes: str) -> None:
    then = NOW - timedelta(hours=1)
    body = "Hello Mary,\n\nit is on its way.\n\n" + SIGNATURE.format(**{**RIGHT, **changes})
    body += "\nOn Monday Mary wrote:\n> call me: +1 212 555 0100\n> 9 Elm Street, Springfield, IL 62701\n"
    letter = Letter(f"Shop <{sender}>", "Re: Where is my order?", body, to=relay(number), date=then)
    deliver(shop.account, compose(letter), folder="Sent", internaldate=then)


def rules(ran: Ran) -> list[str]:
    return sorted(each["rule"] for each in ran.mailbox["findings"])


def the(rule: str, ran: Ran) -> dict[str, str]:
    (found,) = (each for each in ran.mailbox["findings"] if each["rule"] == rule)
    return dict(found)


def test_all_that_mail_shows_is_right(shop: Shop) -> None:
    asked(shop, 1)
    answered(shop, 1)
    ran = shop.report("contacts")
    assert rules(ran) == []
    assert ran.exit_code == 0
    assert {
        "contact-email-elsewhere",
        "contact-email-silent",
        "contact-address-mismatch",
        "contact-reply-from-unregistered",
        "contact-signature-differs",
    } <= set(ran.mailbox["right"])
    assert any("Walmart Marketplace last wrote to support@shop.test" in each for each in ran.mailbox["remarks"])


def test_a_message_to_an_address_that_is_not_listed_is_the_finding(shop: Shop) -> None:
    asked(shop, 1)
    asked(shop, 2, to="old@shop.test")
    ran = shop.report("contacts")
    found = the("contact-address-mismatch", ran)
    assert found["subject"] == "Walmart Marketplace: old@shop.test"
    assert "two addresses are in use" in found["detail"]
    assert found["evidence"][0].startswith("shop:INBOX/")


def test_an_unsigned_to_proves_nothing(shop: Shop) -> None:
    then = NOW - timedelta(days=1)
    letter = Letter(f"Mary <{relay(1)}>", to="victim@else.test", date=then)
    names = tuple(name for name in WALMART if name != "to")
    asked(shop, 2)
    deliver(shop.account, sign(compose(letter), "relay.walmart.com", names, signed_at=then), internaldate=then)
    assert rules(shop.report("contacts")) == []


def test_the_line_in_the_text_names_the_address_on_file(shop: Shop) -> None:
    body = "Hello\n\nA copy of this message will be sent to boss@else.test.\n"
    asked(shop, 1, body=body)
    assert rules(shop.report("contacts")) == [], "a customer can write such a line himself"
    asked(shop, 2, body=body, days=3)
    assert the("contact-address-mismatch", shop.report("contacts"))["subject"] == "Walmart Marketplace: boss@else.test"


def test_silence(shop: Shop) -> None:
    asked(shop, 1, days=40)
    found = the("contact-email-silent", shop.report("contacts"))
    assert f"the last came on {NOW - timedelta(days=40):%Y-%m-%d}" in found["detail"]
    shop.tables = CONTACT.replace("[contact]\n", "[contact]\nsilent_days = 60\n")
    assert rules(shop.report("contacts")) == []


def test_an_answer_from_another_address(shop: Shop) -> None:
    asked(shop, 1)
    answered(shop, 1, sender="mary.boss@shop.test")
    found = the("contact-reply-from-unregistered", shop.report("contacts"))
    assert found["subject"] == "Walmart Marketplace: mary.boss@shop.test"
    assert "its messages went to support@shop.test" in found["detail"]


@pytest.mark.parametrize(
    "changes, subject",
    [
        ({"phone": "+1 416 967 1111"}, "+14169671111"),
        ({"street": "2 Elm Street", "code": "72756"}, "2 elm street bentonville ar"),
        ({"host": "other-shop.test"}, "other-shop.test"),
        ({"phone": "me@else.test"}, "me@else.test"),
    ],
)
def test_an_answer_that_gives_out_something_else(shop: Shop, changes: dict[str, str], subject: str) -> None:
    shop.tables = CONTACT.replace("[contact]\n", '[contact]\nwebsite = "https://shop.test:1/"\n')
    shop.dns.a("shop.test", "127.0.0.1")
    asked(shop, 1)
    for number in range(3):
        answered(shop, number, **changes)
    found = the("contact-signature-differs", shop.report("contacts"))
    assert found["subject"] == subject
    assert "in the signature of 3 answers" in found["detail"]
    shop.dns.remove("shop.test", "A")


def test_the_nightly_run_says_it_too_and_opens_no_folder_again(shop: Shop) -> None:
    asked(shop, 1, to="old@shop.test")
    night = shop.report("audit")
    assert rules(night) == ["contact-address-mismatch"]
    assert night.exit_code == 10
    assert rules(shop.report("contacts", "--no-mailbox")) == rules(shop.report("contacts"))


def test_without_a_table_the_nightly_run_checks_none_and_says_so(shop: Shop) -> None:
    shop.tables = ""
    asked(shop, 1, to="old@shop.test")
    night = shop.report("audit")
    assert rules(night) == []
    assert "there is no table [contact]" in night.mailbox["incomplete"][-1]["why"]
    assert "contact-address-mismatch" in rules(shop.report("contacts"))


def test_dkim_as_it_was_seen_on_own_mail(shop: Shop) -> None:
    shop.dns.mx("walmart.com", "mx.shop.test")
    shop.mailbox["address"] = "support@walmart.com"
    shop.tables = CONTACT.replace("support@shop.test", "support@walmart.com")
    then = NOW - timedelta(days=1)
    raw = sign(
        compose(Letter("support@walmart.com", to="support@walmart.com", date=then)), "walmart.com", signed_at=then
    )
    deliver(shop.account, raw, folder="INBOX", internaldate=then)
    remarks = " ".join(shop.report("contacts").mailbox["remarks"])
    assert "mail of walmart.com is signed with DKIM (d=walmart.com, s=mail;" in remarks


def test_a_mailbox_that_cannot_be_opened_stops_no_other_check(shop: Shop) -> None:
    shop.mailbox["port"] = 1
    shop.tables = CONTACT.replace("72712", "90210")
    ran = shop.report("contacts")
    assert ran.exit_code == 3
    assert "contact-address-invalid" in rules(ran)
    assert "error: nothing was judged and nothing was moved in `shop`" in ran.stderr
