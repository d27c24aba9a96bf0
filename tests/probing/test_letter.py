"""The probe's message: what it says, how it is known again."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from auditor.probing.letter import is_ours, letter
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
