"""`auditor contacts` end to end, in this process: no mailbox is opened, for nothing listens there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.imports import PACKAGE
from tests.servers.account import Account
from tests.servers.zone import DnsServer
from tests.shop import Ran, Shop

pytestmark = pytest.mark.server

RIGHT = """
[contact]
business_name = "Example Shop LLC"
email = "support@shop.test"
phone = "+1 479 273 4000"
customer_service_phone = "+1 800 925 6278"
categories = ["customer-service", "business", "technical", "returns"]
[contact.return_address]
street = "1 Example Street"
city = "Bentonville"
region = "AR"
postal_code = "72712"
country = "US"
"""
SEVEN_WRONG = """
[contact]
email = "support@shop.tset"
phone = "+1 416 967 1111"
customer_service_phone = "+1 800 92"
website = "https://gone.test"
categories = ["customer-service", "business", "technical"]
[contact.return_address]
street = "P.O. Box 123"
city = "Bentonville"
region = "AR"
postal_code = "90210"
country = "US"
"""


@pytest.fixture
def shop(tmp_path: Path, dns_zone: DnsServer) -> Shop:
    dns_zone.mx("shop.test", "mx.shop.test")
    dns_zone.a("mx.shop.test", "198.51.100.2")
    dns_zone.txt("shop.test", "v=spf1 mx -all")
    dns_zone.txt("_dmarc.shop.test", "v=DMARC1; p=reject")
    nowhere = Account("shop", "secret", "127.0.0.1", 1)
    mailbox = {"address": "support@shop.test", "marketplaces": ["walmart"]}
    return Shop(nowhere, tmp_path, dns_zone, mailbox, RIGHT, dns_timeout_s=0.5)


def found(ran: Ran) -> list[str]:
    return [each["rule"] for each in ran.mailbox["findings"]]


def test_all_is_right(shop: Shop) -> None:
    ran = shop.run("contacts", "--no-mailbox")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("shop: contact details: 0 findings; 17 rules checked and right.\n")
    assert ran.stdout.endswith("Nothing needs your attention.\n")


def test_seven_wrong_details(shop: Shop) -> None:
    shop.tables = SEVEN_WRONG
    ran = shop.report("contacts", "--no-mailbox")
    assert ran.exit_code == 10
    assert sorted(found(ran)) == [
        "contact-address-invalid",
        "contact-address-po-box",
        "contact-category-missing",
        "contact-email-typo",
        "contact-phone-invalid",
        "contact-phone-region",
        "contact-website-unreachable",
    ]
    assert not set(found(ran)) & set(ran.mailbox["right"])


def test_the_report_is_as_published(shop: Shop) -> None:
    shop.tables = SEVEN_WRONG
    schema = json.loads((PACKAGE / "report" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(shop.report("contacts", "--no-mailbox").document, schema)


def test_the_text_says_what_about_why_and_what_to_do(shop: Shop) -> None:
    shop.tables = SEVEN_WRONG
    text = " ".join(shop.run("contacts", "--no-mailbox").stdout.split())
    assert "shop: contact details: 7 findings; " in text
    assert "About support@shop.tset Because did you mean support@shop.test?" in text
    assert "Settings > Partner Profile > Manage Contacts" in text
    assert "moved" not in text
    assert "spam" not in text


def test_what_is_acknowledged_needs_no_attention(shop: Shop) -> None:
    shop.tables = RIGHT.replace("+1 479 273 4000", "+1 416 967 1111")
    key = shop.report("contacts", "--no-mailbox").mailbox["findings"][0]["key"]
    assert key == "contact-phone-region:shop:+1 416 967 1111"
    assert shop.run("ack", key).exit_code == 0
    ran = shop.report("contacts", "--no-mailbox")
    assert ran.exit_code == 0
    assert [each["acknowledged"] for each in ran.mailbox["findings"]] == [True]


def test_an_address_that_is_none_is_a_finding_and_stops_nothing(shop: Shop) -> None:
    shop.tables = RIGHT.replace("support@shop.test", "support at shop.test")
    assert found(shop.report("contacts", "--no-mailbox")) == ["contact-email-invalid"]


def test_quiet_says_nothing_where_nothing_is_wrong(shop: Shop) -> None:
    assert shop.run("contacts", "--no-mailbox", "--quiet").stdout == ""
    shop.tables = SEVEN_WRONG
    assert shop.run("contacts", "--no-mailbox", "--quiet").stdout != ""


def test_dns_that_does_not_answer_leaves_the_run_unfinished(shop: Shop) -> None:
    shop.dns.servfail("shop.test")
    try:
        ran = shop.report("contacts", "--no-mailbox")
    finally:
        shop.dns.healthy("shop.test")
    assert ran.exit_code == 3
    assert found(ran) == ["contact-email-unchecked"]
    assert ran.mailbox["findings"][0]["outcome"] == "unknown"
    assert [part["what"] for part in ran.mailbox["incomplete"] if not part["standing"]] == ["SPF of shop.test"]


@pytest.mark.parametrize("package, named", [("httpx2", "auditor[web]"), ("checkdmarc", "auditor[domain]")])
def test_an_extra_that_is_not_installed_is_a_line_and_no_exit_code(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, package: str, named: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "auditor.contacts.visiting", raising=False)
    shop.dns.a("www.shop.test", "127.0.0.1")
    shop.tables = RIGHT.replace("[contact]\n", '[contact]\nwebsite = "http://www.shop.test:1"\n')
    ran = shop.report("contacts", "--no-mailbox")
    lines = [part for part in ran.mailbox["incomplete"] if named in part["why"]]
    assert lines
    assert all(part["standing"] for part in lines)
    assert found(ran) == ([] if package == "httpx2" else ["contact-website-unreachable"])
    assert named in shop.run("contacts", "--no-mailbox").stdout


def test_a_mailbox_that_is_not_there(shop: Shop) -> None:
    ran = shop.run("contacts", "shpo")
    assert (ran.exit_code, ran.stdout) == (2, "")


def test_two_mailboxes_with_one_file_say_it_once(shop: Shop) -> None:
    more = '[mailbox.brand]\naddress = "b@shop.test"\nhost = "127.0.0.1"\nsecurity = "none"\npassword_env = "X"\n'
    shop.tables = more + 'marketplaces = ["walmart"]\n' + RIGHT.replace('"72712"', '"90210"')
    ran = shop.report("contacts", "--no-mailbox")
    (brand, first) = ran.document["mailboxes"]
    assert [len(each["findings"]) for each in (first, brand)] == [1, 0]
    assert "mailbox `brand`" in first["findings"][0]["detail"]
    assert shop.dns.asked("shop.test", "MX") == 1


def test_text_from_outside_reaches_no_terminal_raw(shop: Shop) -> None:
    shop.dns.remove("shop.test", "TXT")
    shop.dns.txt("shop.test", b"v=spf1 \x1b[2J\x1b]0;owned\x07 \xff -all")
    text = shop.run("contacts", "--no-mailbox").stdout
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "domain-spf-invalid" in text
