"""The probe's message: what it says, how it is known again, and the signature that somebody put on it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from auditor.probing.letter import OwnSignature, is_ours, letter, own_signature
from tests.probing.memory import NOON, PROBED

TOKEN, ID = PROBED.token.encode(), PROBED.message_id.encode()


def known(raw: bytes) -> bool:
    return is_ours(raw, token=PROBED.token, message_id=PROBED.message_id)


def test_it_is_plain_mail_in_seven_bits_with_crlf() -> None:
    raw = letter(PROBED)
    parsed = message_from_bytes(raw, policy=policy.default)

    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) < 200
    assert (parsed["From"], parsed["To"]) == (PROBED.sender, PROBED.to)
    assert parsed["Date"].datetime == NOON
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert raw.count(TOKEN) == 2
    assert parsed.defects == []


@pytest.mark.parametrize("to", ["a" * 64 + "@" + "b" * 60 + ".example", "a@b.example"])
def test_no_field_is_folded(to: str) -> None:
    assert b"\r\n " not in letter(replace(PROBED, to=to, sender=to)).partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "raw, is_it",
    [
        (letter(PROBED), True),
        (b"Received: by mx\r\n" + letter(PROBED) + b"\r\n-- \r\nfooter\r\n", True),
        (b"X-AUDITOR-PROBE:\r\n\t" + TOKEN + b"\r\n\r\n", True),
        (b"X-Auditor-Probe: " + TOKEN + b"\r\nMessage-ID: <another@mx>\r\n\r\n", True),
        (b"Message-ID: " + ID + b"\r\n\r\n", True),
        (b"Message-ID: " + ID + b"\r\nX-Auditor-Probe: another\r\n\r\n", False),
        (b"Message-ID: " + ID + b"\r\nMessage-ID: <another@mx>\r\n\r\n", False),
        (b"X-Auditor-Probe: " + TOKEN[:-1] + b"\r\n\r\n", False),
        (b"X-Auditor-Probe: x" + TOKEN + b"\r\n\r\n", False),
        (b"In-Reply-To: " + ID + b"\r\nReferences: " + ID + b"\r\n\r\n", False),
        (b"Subject: Undelivered\r\n\r\n" + letter(PROBED), False),
        (b"Subject: a\r\n\r\nX-Auditor-Probe: " + TOKEN + b"\r\n", False),
        (b"", False),
        (b"\0" * 1000, False),
    ],
)
def test_it_is_known_by_its_header_alone(raw: bytes, is_it: bool) -> None:
    assert known(raw) is is_it


SIGNED = b"DKIM-Signature: v=1; a=rsa-sha256; d=%b; s=%b; h=From:To:Subject; bh=eA==; b=eA==\r\n"


@pytest.mark.parametrize(
    "fields, selector",
    [
        (SIGNED % (b"shop.test", b"k1"), "k1"),
        (SIGNED % (b"provider.test", b"p") + SIGNED % (b"Shop.Test", b"k2"), "k2"),
        (SIGNED % (b"provider.test", b"p"), None),
        (SIGNED % (b"evilshop.test", b"p"), None),
        (b"", None),
    ],
)
def test_the_signature_of_our_own_domain(fields: bytes, selector: str | None) -> None:
    found = own_signature(fields + letter(PROBED), PROBED, seen_at=NOON, where="INBOX")

    assert found == (OwnSignature("shop.test", selector, NOON, "INBOX") if selector else None)
