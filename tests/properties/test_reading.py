"""Reading never fails, whatever the bytes are; and any changed byte of mail is judged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.authres import parse
from auditor.evidence.sender import mailboxes, one_mailbox
from auditor.evidence.signatures import signatures
from auditor.message import read, read_header
from auditor.text import read_html, read_plain
from tests.properties.case import RANK, cases, judged

PIECES = st.sampled_from(
    [
        b"From: ", b"help@walmart.com", b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b"\r\n\r\n", b":", b"Content-Type: ",
        b"multipart/mixed; boundary=x", b"--x", b"--x--", b"text/html; charset=", b"utf-16", b"=?utf-8?B?", b"?=",
        b"Content-Transfer-Encoding: base64", b"DKIM-Signature: v=1; d=walmart.com; h=from", b"\xff\xfe", b"<a href=",
        b"Received: from ", b"(", b")", b'"', b"<", b">", b"@", b"Authentication-Results: ",
    ]
)  # fmt: skip
RESULTS = st.lists(
    st.sampled_from(
        [
            "mx.shop.test",
            ";",
            " ",
            "dkim",
            "=",
            "pass",
            "header.d",
            "header.b",
            "dmarc",
            "(",
            ")",
            '"',
            "\\",
            "none",
            "1",
        ]
    ),
    max_size=30,
).map("".join)


@given(st.binary(max_size=400) | st.lists(PIECES, max_size=40).map(b"".join))
def test_no_bytes_make_reading_fail(raw: bytes) -> None:
    message = read(raw)

    assert all(field.name.isascii() for field in message.fields)
    assert read_header(raw).fields == message.fields
    assert len(signatures(message)) <= len(message.fields)


@given(st.text(max_size=400) | st.from_regex(r'[<>a-z="/!& -]{0,200}'))
def test_no_text_makes_looking_for_links_fail(text: str) -> None:
    assert isinstance(read_html(text).targets, tuple)
    assert isinstance(read_plain(text).targets, tuple)


@given(st.text(max_size=200) | RESULTS)
def test_results_are_read_whole_or_not_at_all(value: str) -> None:
    found = parse(value)

    assert found is None or all(result.method and result.result.isalpha() for result in found.results)


@given(st.text(max_size=200) | st.from_regex(r"[a-z<>@,;:()\"\\ .]{0,60}"))
def test_an_address_is_plain_or_refused(value: str) -> None:
    read_alone = one_mailbox(value)

    assert isinstance(read_alone, str) or (read_alone.address.isascii() and read_alone.address.count("@") == 1)
    assert all(" " not in each.address for each in mailboxes(value) or ())


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_judged_without_fail(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases("genuine", 9) + cases("forged", 40)))
    place = data.draw(st.integers(0, len(case.raw) - 1))
    changed = case.raw[:place] + data.draw(st.binary(min_size=1, max_size=2)) + case.raw[place + 1 :]

    standing = judged(case.with_raw(changed)).verdict.standing

    assert standing in RANK or standing.value == "unrelated"
