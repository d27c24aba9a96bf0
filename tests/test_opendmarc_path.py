"""Postfix with OpenDKIM and OpenDMARC: what they write, where, what they remove, and that the product reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import dkim
import pytest

from tests.servers.account import Account, stored
from tests.servers.mailpath import MailPath
from tests.shop import OpenShop
from tests.test_mail_path import NOTICE, SIGNED, letter, proof

pytestmark = pytest.mark.server

ID = "mx.shop.test"
RELAY = "9b1c0f6e2d3a4b5c6d7e8f9012345678@relay.walmart.com"
SPELLINGS = (ID, f"{ID} 1", f'"{ID}"', ID.upper(), f"(a) {ID}", f"{ID} (a)")
FILED_AS_SPAM = b"X-Spam: Yes\r\n"  # what Dovecot's filter goes by; no filter on this path takes it away
PASSES_DKIM, PASSES_DMARC = "dkim=pass header.d=walmart.com", "dmarc=pass header.from=walmart.com"


def results(raw: bytes) -> Iterator[str]:
    """The trace fields of a delivered message, from the top: "received" or the methods of a results field."""
    head = re.sub(rb"\r\n[ \t]+", b" ", raw.partition(b"\r\n\r\n")[0]).decode()
    for line in head.split("\r\n"):
        name, _, value = line.partition(": ")
        if name == "Received":
            yield "received"
        elif name == "Authentication-Results":
            yield f"{value.partition(';')[0]} {'+'.join(re.findall(r'; *([a-z-]+)=', value))}"


def delivered(account: Account) -> list[bytes]:
    return [message.raw for message in stored(account, "INBOX")]


@pytest.fixture
def account(opendmarc_path: MailPath) -> Account:
    return opendmarc_path.account()


def test_their_fields_stand_above_the_received_of_postfix(opendmarc_path: MailPath, account: Account) -> None:
    walmart, to = opendmarc_path.sender("walmart.com"), account.username
    signed = walmart.sign(letter(f"Jane <{RELAY}>", to, "Where is it?"))
    opendmarc_path.send(signed, RELAY, to, source_ip=walmart.source_ip)
    opendmarc_path.send(letter(NOTICE, to, "Suspended"), "x@evil.test", to, source_ip="203.0.113.66")

    genuine, forged = delivered(account)

    assert list(results(genuine)) == [
        "received",
        f"{ID} dmarc",
        f"{ID} spf",
        f"{ID} dkim+dkim-atps",
        "received",
    ]
    assert list(results(forged)) == ["received", f"{ID} dmarc", f"{ID} spf", "received"]
    assert b"dmarc=pass (p=reject dis=none) header.from=relay.walmart.com" in genuine
    assert b"dmarc=fail (p=reject dis=none) header.from=walmart.com" in forged


def test_only_planted_dkim_results_of_their_own_id_are_removed(opendmarc_path: MailPath, account: Account) -> None:
    planted = [f"Authentication-Results: {name}; {PASSES_DKIM}" for name in SPELLINGS]
    planted += [f"Authentication-Results: {ID}; {PASSES_DMARC}", f"Authentication-Results: other.test; {PASSES_DKIM}"]
    raw = "".join(f"{line}\r\n" for line in planted).encode() + letter(NOTICE, account.username, "Suspended")

    opendmarc_path.send(raw, "x@evil.test", account.username, source_ip="203.0.113.66")

    (message,) = delivered(account)
    assert list(results(message)) == [
        *("received", f"{ID} dmarc", f"{ID} spf", "received"),
        *(f"{ID} dmarc", "other.test dkim"),
    ]


def test_their_fields_prove_and_refute_when_the_keys_are_gone(opendmarc_path: MailPath, open_shop: OpenShop) -> None:
    shop = open_shop(opendmarc_path.account())
    to = shop.account.username
    shop.mailbox |= {"address": to, "provider": "opendmarc", "authserv_ids": [ID]}
    walmart, evil = opendmarc_path.sender("walmart.com"), opendmarc_path.sender("evil.test")
    forged = evil.sign(letter(NOTICE, to, "Your account is closed"), fields=SIGNED)
    planted = f"Authentication-Results: {ID}; {PASSES_DMARC}\r\n".encode() + forged.replace(b"closed", b"locked")
    for raw, sender, source in (
        (walmart.sign(letter(f"Jane <{RELAY}>", to, "Where is it?")), RELAY, walmart),
        (walmart.sign(letter(NOTICE, to, "Shipped"), fields=SIGNED), NOTICE, walmart),
        (forged, "x@evil.test", evil),
        (planted, "x@evil.test", evil),
    ):
        opendmarc_path.send(FILED_AS_SPAM + raw, sender, to, source_ip=source.source_ip)
    shop.dns.clear()
    shop.dns.txt("_dmarc.walmart.com", "v=DMARC1; p=reject")

    ran = shop.report("rescue")

    found = {m["subject"]: (m["standing"], proof(m)) for m in ran.mailbox["messages"]}
    assert found == {
        "Where is it?": ("genuine", True),
        "Shipped": ("genuine", True),
        "Your account is closed": ("forged", False),
        "Your account is locked": ("forged", False),
    }


def test_what_a_signature_says_of_itself_is_no_result_of_theirs(opendmarc_path: MailPath, open_shop: OpenShop) -> None:
    """OpenDKIM decodes i= and repeats it unquoted; OpenDMARC reads that as a pass of walmart.com."""
    shop = open_shop(opendmarc_path.account())
    to, evil = shop.account.username, opendmarc_path.sender("evil.test")
    shop.mailbox |= {"address": to, "provider": "opendmarc", "authserv_ids": [ID]}
    raw = letter(f"Jane <{RELAY}>", to, "Your account is closed")
    fields = [name.encode() for name in SIGNED]
    made_up = dkim.sign(raw, b"nowhere", b"walmart.com", evil.private_key, include_headers=fields)
    mark = re.search(rb"\sb=([^;]{4})", made_up)  # OpenDKIM names eight of its letters
    assert mark
    identity = f"x;{PASSES_DKIM} header.b={mark[1].decode()};dkim=neutral header.i="
    own = dkim.sign(raw, b"s1", b"evil.test", evil.private_key, include_headers=fields, identity=_written(identity))

    opendmarc_path.send(FILED_AS_SPAM + made_up + own + raw, "x@evil.test", to, source_ip=evil.source_ip)

    (message,) = [one.raw for one in stored(shop.account, "Junk")]
    assert f"dmarc=pass (p=reject dis=none) header.from={RELAY.partition('@')[2]}".encode() in message
    (found,) = shop.report("rescue").mailbox["messages"]
    assert (found["standing"], proof(found)) == ("unverified", None)


def _written(identity: str) -> bytes:
    """In the encoding that RFC 6376 section 2.11 gives a signer."""
    return re.sub(r"[^A-Za-z0-9.]", lambda sign: f"={ord(sign[0]):02X}", identity).encode() + b"@evil.test"
