"""Flaws that other programs had, each by its number: a message or a command of the same shape does nothing here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor import message
from auditor.display import address, decoded, line
from auditor.errors import MailboxError
from auditor.evidence.sender import Malformed, header_from, mailboxes
from auditor.mailbox import wire
from auditor.mailbox.connection import connect
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.imap import folder_argument
from auditor.mailbox.signin import AccessToken, Password
from tests.sweeps.ear import listening
from tests.sweeps.payloads import CONTROLS


def read_from(value: str) -> object:
    return header_from(message.read(b"From: " + value.encode() + b"\r\nSubject: x\r\n\r\nx\r\n"))


@pytest.mark.parametrize(
    "value",
    [
        "help@walmart.com)x@evil.example",
        "help@walmart.com<x@evil.example>",
        "help@walmart.com(<x@evil.example>",
        "help@walmart.com;<x@evil.example>",
        "help@walmart.com:<x@evil.example>",
        "help@walmart.com><x@evil.example>",
        'help@walmart.com"<x@evil.example>',
        "help@walmart.com[<x@evil.example>",
        "help@walmart.com\\<x@evil.example>",
    ],
)
def test_cve_2023_27043_an_address_is_not_cut_at_a_special_character(value: str) -> None:
    """CPython's email.utils took what stands in front of the character for the whole address."""
    assert isinstance(read_from(value), Malformed)
    assert not any(one.domain == "walmart.com" for one in mailboxes(value) or ())


@pytest.mark.parametrize(
    "value",
    [
        "x@evil.example@walmart.com",
        "help@walmart.com@evil.example",
        "<help@walmart.com@evil.example>",
        "a@b@walmart.com",
    ],
)
def test_cve_2019_16056_an_address_with_two_at_signs_is_none(value: str) -> None:
    """CPython's email read `a@evil@good` as an address of the one or the other."""
    assert isinstance(read_from(value), Malformed)
    assert mailboxes(value) is None


WAYS_IN: tuple[tuple[str, Password | AccessToken], ...] = (
    ("", Password("x")),
    ("LOGINDISABLED AUTH=PLAIN", Password("x")),
    ("AUTH=XOAUTH2", AccessToken("x")),
)


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_cve_2025_15366_no_control_character_enters_a_command(control: str) -> None:
    """CPython's imaplib sent them as they came."""
    hostile = f"seller{control}X1 DELETE INBOX"
    for offers, credential in WAYS_IN:
        with listening(offers) as ear:
            with pytest.raises(MailboxError, match="control character"):
                connect(Endpoint("127.0.0.1", ear.port, "none"), hostile, credential)
            assert not [heard for heard in ear.lines() if "X1" in heard or "LOGIN" in heard or "AUTHENTICATE" in heard]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"], ids=ascii)
def test_cve_2024_6923_a_line_end_in_an_encoded_word_begins_no_field(end: str) -> None:
    """CPython's email wrote such a header back as two."""
    octets = "".join(f"={octet:02X}" for octet in f"a{end}Bcc: everyone@shop.test".replace(" ", "_").encode())
    raw = f"From: =?utf-8?q?{octets}?= <x@evil.example>\r\nSubject: =?utf-8?q?{octets}?=\r\n\r\nx\r\n".encode()

    read = message.read(raw)

    assert [field.key for field in read.fields] == ["from", "subject"]
    for shown in (line(decoded(read.first("subject") or "")), address(read.first("from") or "")):
        assert len(shown.splitlines()) == 1
        assert "Bcc" in shown


ENTRANCES: dict[str, Callable[[str], object]] = {
    "folder": folder_argument,
    "text": lambda value: wire.quoted(value, "user name"),
    "flag": lambda value: wire.flag_list([value]),
    "field": lambda value: wire.header_fields([value]),
    "number": lambda value: list(wire.uid_sets([value])),  # type: ignore[list-item]
    "range": lambda value: wire.uid_range(value, None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize(
    "value", ["a\r\nX1 EXPUNGE", "\\Seen)\r\nX1 LOGOUT", "\nX1 CLOSE", "1\r\nX1 STORE 1:*"], ids=ascii
)
def test_cve_2026_42257_no_line_end_makes_a_second_command(entrance: str, value: str) -> None:
    """Ruby's net-imap let some arguments pass with CRLF in them."""
    with pytest.raises(MailboxError):
        ENTRANCES[entrance](value)
