"""What is verified over is what dkimpy would have made of the same bytes."""

from __future__ import annotations

import re

import dkim
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from auditor.evidence.canonical import relaxed, split

PIECES = st.sampled_from(
    [
        *(b" ", b"  ", b"\t", b"\r\n", b"\n", b"\r", b"a", b"b c", b"X: y"),
        *(b"\r\n\r\n", b"\n\n", b"A: b\r\n", b" \r\n", b"\t\n"),
    ]
)
BYTES = st.lists(PIECES, max_size=14).map(b"".join)


@given(BYTES)
def test_a_message_is_split_where_dkimpy_splits_it(raw: bytes) -> None:
    try:
        headers, body = dkim.rfc822_parse(raw)
    except (dkim.MessageFormatError, IndexError):
        return

    header, found = split(raw)

    assert (dkim.rfc822_parse(header)[0], found) == (headers, body)


@given(BYTES)
def test_a_relaxed_body_hashes_as_dkimpys_own(raw: bytes) -> None:
    body = re.sub(rb"\r?\n", b"\r\n", raw)

    found = relaxed(body)

    assert Relaxed.canonicalize_body(found) == Relaxed.canonicalize_body(body)
    if found.strip(b"\r\n"):
        assert Simple.canonicalize_body(found) == Relaxed.canonicalize_body(body)
