"""Through the whole path: what the filter stamps on a genuine and on a forged message, and where it stands."""

from __future__ import annotations

import re
import smtplib
from email import message_from_bytes
from email.message import Message

import pytest

from tests.servers.account import Account, stored
from tests.servers.mailpath import MailPath
from tests.servers.rspamd import AUTHSERV_ID

pytestmark = pytest.mark.server

PRETENDED = f"Authentication-Results: {AUTHSERV_ID}; dkim=pass header.d=walmart.com; dmarc=pass\r\n".encode()


def question(account: Account, *, sender: str = "Jane <abc@walmart.com>") -> bytes:
    return (
        f"From: {sender}\r\nTo: {account.username}\r\nSubject: Where is my order?\r\n"
        "Date: Mon, 23 Nov 2026 07:00:00 +0000\r\nMessage-ID: <1@walmart.com>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello, it has not come.\r\n"
    ).encode()


def only_message(account: Account, folder: str) -> Message:
    (message,) = stored(account, folder)
    return message_from_bytes(message.raw)


def stamp(message: Message) -> str:
    (value,) = message.get_all("Authentication-Results", [])
    return re.sub(r"\s+", " ", str(value))


def test_a_genuine_message_taken_for_spam_lies_stamped_in_junk(mail_path: MailPath) -> None:
    account, walmart = mail_path.account(), mail_path.sender("walmart.com")
    signed = walmart.sign(question(account))
    mail_path.send(signed, "abc@walmart.com", account.username, source_ip=walmart.source_ip, spam=True)
    found = stamp(only_message(account, "Junk"))
    assert found.startswith(f"{AUTHSERV_ID};")
    assert "dkim=pass header.d=walmart.com" in found
    assert "dmarc=pass" in found


def test_a_genuine_message_lies_in_the_inbox(mail_path: MailPath) -> None:
    account, walmart = mail_path.account(), mail_path.sender("walmart.com")
    signed = walmart.sign(question(account))
    mail_path.send(signed, "abc@walmart.com", account.username, source_ip=walmart.source_ip)
    assert stored(account, "INBOX")[0].raw.endswith(signed.partition(b"\r\n\r\n")[2])


def test_a_forged_message_signed_by_its_forger_fails_dmarc(mail_path: MailPath) -> None:
    account, evil = mail_path.account(), mail_path.sender("evil.test")
    signed = evil.sign(question(account))
    mail_path.send(signed, "x@evil.test", account.username, source_ip=evil.source_ip)
    found = stamp(only_message(account, "INBOX"))
    assert "dkim=pass header.d=evil.test" in found
    assert "dmarc=fail" in found


def test_a_stamp_brought_along_is_removed(mail_path: MailPath) -> None:
    account = mail_path.account()
    raw = PRETENDED + question(account)
    mail_path.send(raw, "abc@walmart.com", account.username, source_ip="203.0.113.9")
    found = stamp(only_message(account, "Junk"))
    assert "dkim=none" in found
    assert "dmarc=fail" in found


def test_the_stamp_stands_directly_below_the_borders_own_received_field(mail_path: MailPath) -> None:
    account, walmart = mail_path.account(), mail_path.sender("walmart.com")
    signed = b"Received: from inside.walmart.com by out.walmart.com; Mon, 23 Nov 2026 06:59:00 +0000\r\n"
    signed += walmart.sign(question(account))
    mail_path.send(signed, "abc@walmart.com", account.username, source_ip=walmart.source_ip, spam=True)
    message = only_message(account, "Junk")
    names = [name.lower() for name, _ in message.items()]
    assert names[:7] == [
        "return-path",
        "delivered-to",
        "received",
        "received",
        "authentication-results",
        "x-test-spam",
        "received",
    ]
    assert sorted(names[-3:]) == ["x-rspamd-queue-id", "x-spam", "x-spam-status"]
    received = message.get_all("Received", [])
    assert "with LMTP" in received[0]
    assert f"[{walmart.source_ip}]" in received[1]


def test_a_new_sender_can_be_published(mail_path: MailPath) -> None:
    account, relay = mail_path.account(), mail_path.sender("relay.walmart.com", "192.0.2.54")
    signed = relay.sign(question(account, sender="Jane <abc@relay.walmart.com>"))
    mail_path.send(signed, "abc@relay.walmart.com", account.username, source_ip="192.0.2.54", spam=True)
    assert "dmarc=pass" in stamp(only_message(account, "Junk"))


def test_mail_for_others_is_refused(mail_path: MailPath) -> None:
    with pytest.raises(smtplib.SMTPException, match="Relay access denied"):
        mail_path.send(b"Subject: x\r\n\r\nx\r\n", "a@evil.test", "someone@example.com", source_ip="203.0.113.66")


def test_every_result_that_a_sender_brings_is_removed_whatever_its_id(mail_path: MailPath) -> None:
    """However the id is spelled; the providers' file of rspamd says so."""
    account, evil = mail_path.account(), mail_path.sender("evil.test")
    ids = (AUTHSERV_ID, f"{AUTHSERV_ID} 1", f'"{AUTHSERV_ID}"', AUTHSERV_ID.upper(), f"(a) {AUTHSERV_ID}", "other.test")
    planted = "".join(f"Authentication-Results: {one}; dkim=pass header.d=walmart.com\r\n" for one in ids)

    mail_path.send(planted.encode() + question(account), "x@evil.test", account.username, source_ip=evil.source_ip)

    assert "dkim=none" in stamp(only_message(account, "INBOX"))
