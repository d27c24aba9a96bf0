"""From the marketplace's server to the inbox: submitted, stamped, taken for spam by a real filter, rescued."""

from __future__ import annotations

from typing import cast

import pytest

from tests.servers.mailpath import MailPath
from tests.servers.sender_domain import SenderDomain
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.server

NOTICE = "help@walmart.com"
SIGNED = ["from", "to", "subject", "date", "message-id", "mime-version", "content-type"]
RELAY = "9b1c0f6e2d3a4b5c6d7e8f9012345678@relay.walmart.com"


def letter(sender: str, to: str, subject: str) -> bytes:
    from datetime import UTC, datetime
    from email.utils import format_datetime, make_msgid

    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Date: {format_datetime(datetime.now(UTC))}\r\nMessage-ID: {make_msgid(domain='walmart.com')}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Hello, my order 200014756467686 has not arrived. Can you help?\r\n"
    ).encode()


def seller(mail_path: MailPath, open_shop: OpenShop) -> tuple[Shop, list[SenderDomain]]:
    """A shop whose mail comes over the whole path, and the two domains that write to it."""
    account = mail_path.account()
    shop = open_shop(account)
    shop.mailbox |= {"address": account.username}
    senders = [mail_path.sender("walmart.com", "192.0.2.53"), mail_path.sender("evil.test", "203.0.113.66")]
    for sender in senders:
        sender.publish(shop.dns)
    return shop, senders


@pytest.fixture
def arrived(mail_path: MailPath, open_shop: OpenShop) -> Shop:
    """A genuine message and a forged one, both put into spam on the way."""
    shop, (walmart, evil) = seller(mail_path, open_shop)
    to = shop.account.username
    genuine = walmart.sign(letter(f'"Jane Doe" <{RELAY}>', to, "Where is my order?"))
    forged = evil.sign(letter(f'"Jane Doe" <{RELAY}>', to, "Your account is closed"))
    mail_path.send(genuine, RELAY, to, source_ip=walmart.source_ip, spam=True)
    mail_path.send(forged, "x@evil.test", to, source_ip=evil.source_ip, spam=True)
    return shop


def test_a_customer_taken_for_spam_on_the_way_is_in_the_inbox_at_the_end(arrived: Shop) -> None:
    assert len(arrived.junk()) == 2

    ran = arrived.report("rescue", "--apply")

    standings = {m["subject"]: m["standing"] for m in ran.mailbox["messages"]}
    assert standings == {"Where is my order?": "genuine", "Your account is closed": standings["Your account is closed"]}
    assert standings["Your account is closed"] in ("unverified", "forged")
    assert [b"Where is my order?" in m.raw for m in arrived.inbox()] == [True]
    assert [b"Your account is closed" in m.raw for m in arrived.junk()] == [True]


def test_the_stamp_of_the_filter_is_read_where_the_seller_says_how_his_server_is_set_up(
    mail_path: MailPath, open_shop: OpenShop
) -> None:
    """With rspamd named, its stamp proves the one and refutes the other although their keys are gone from DNS."""
    shop, (walmart, evil) = seller(mail_path, open_shop)
    shop.mailbox |= {"provider": "rspamd", "authserv_ids": ["mx.shop.test"]}
    to = shop.account.username
    genuine = walmart.sign(letter(NOTICE, to, "Shipped"), fields=SIGNED)
    forged = evil.sign(letter(NOTICE, to, "Your account is closed"), fields=SIGNED)
    mail_path.send(genuine, NOTICE, to, source_ip=walmart.source_ip, spam=True)
    mail_path.send(forged, "x@evil.test", to, source_ip=evil.source_ip, spam=True)
    shop.dns.clear()

    ran = shop.report("rescue")

    found = {m["subject"]: (m["standing"], proof(m)) for m in ran.mailbox["messages"]}
    assert found == {"Shipped": ("genuine", True), "Your account is closed": ("forged", False)}


def test_a_stamp_that_names_only_the_organizations_domain_is_no_proof_and_no_lie(arrived: Shop) -> None:
    """rspamd writes header.from=walmart.com for a sender at relay.walmart.com."""
    arrived.mailbox |= {"provider": "rspamd", "authserv_ids": ["mx.shop.test"]}
    arrived.dns.clear()

    ran = arrived.report("rescue")

    found = {m["subject"]: (m["standing"], proof(m)) for m in ran.mailbox["messages"]}
    assert found["Where is my order?"] == ("unverified", None)


def test_without_naming_rspamd_a_stamp_below_the_border_proves_nothing(arrived: Shop) -> None:
    arrived.mailbox |= {"authserv_ids": ["mx.shop.test"]}
    arrived.dns.clear()

    ran = arrived.report("rescue")

    assert {proof(m) for m in ran.mailbox["messages"]} == {None}


def proof(message: dict) -> bool | None:  # type: ignore[type-arg]
    return next(cast("bool | None", check["passed"]) for check in message["checks"] if check["rule"] == "domain-proof")
