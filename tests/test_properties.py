"""What must hold for any message at all: reading never fails, doubt never moves, and less proof is never more trust."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.mailbox.interface import MessageRef, Role
from auditor.message import read
from auditor.plan import Wishes, moves, plan
from auditor.store.rows import LedgerRow
from auditor.text import read_html, read_plain
from tests.contexts import judged
from tests.mail import Profile, Sample
from tests.mail.genuine import genuine

SAMPLES = [sample for profile in Profile for sample in genuine(profile)[::9]]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        b"From: ", b"help@walmart.com", b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b"\r\n\r\n", b":", b"Content-Type: ",
        b"multipart/mixed; boundary=x", b"--x", b"--x--", b"text/html; charset=", b"utf-16", b"=?utf-8?B?", b"?=",
        b"Content-Transfer-Encoding: base64", b"DKIM-Signature: v=1; d=walmart.com; h=from", b"\xff\xfe", b"<a href=",
        b"Received: from ", b"(", b")", b'"', b"<", b">", b"@", b"Authentication-Results: ",
    ]
)  # fmt: skip


@given(st.binary(max_size=400) | st.lists(PIECES, max_size=40).map(b"".join))
def test_no_bytes_make_reading_fail(raw: bytes) -> None:
    message = read(raw)

    assert all(field.name.isascii() for field in message.fields)


@given(st.text(max_size=400) | st.from_regex(r'[<>a-z="/!& -]{0,200}'))
def test_no_text_makes_looking_for_links_fail(text: str) -> None:
    assert isinstance(read_html(text).targets, tuple)
    assert isinstance(read_plain(text).targets, tuple)


def row(standing: str, kind: str | None, identity: str, hold: str) -> LedgerRow:
    return LedgerRow(
        MessageRef("Junk", 1, 1), Role.JUNK, identity, "", "", NOON, 1, "walmart", standing, "1", kind=kind, hold=hold
    )


@given(
    st.sampled_from(["genuine", "unverified", "forged"]),
    st.sampled_from([None, "customer", "order", "account", "marketing", "never"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "wrapped: x"]),
)
def test_only_what_is_genuine_and_wanted_is_ever_planned(
    standing: str, kind: str | None, identity: str, hold: str
) -> None:
    wishes = Wishes("INBOX", frozenset({"customer", "order"}), rescued={"b"})

    planned = plan([row(standing, kind, identity, hold)], wishes)

    may_move = standing == "genuine" and kind in wishes.streams and identity == "a" and not hold
    assert bool(moves(planned)) == may_move
    assert planned[0].reason


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.profile.value}-{sample.name}")
def test_without_its_signature_nothing_is_genuine(sample: Sample) -> None:
    unsigned = b"".join(
        field
        for field in _fields(sample.raw)
        if not field.lower().startswith((b"dkim-signature:", b"x-google-dkim-signature:"))
    )

    assert judged(replace(sample, raw=unsigned)).verdict.standing.value != "genuine"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_letter_changed_in_the_text_is_never_genuine(data: st.DataObject) -> None:
    """Where our own verification is the proof; a stamp was written before anyone could change the text."""
    sample = data.draw(st.sampled_from([sample for sample in SAMPLES if sample.profile is Profile.NONE]))
    start = sample.raw.index(b"\r\n\r\n") + 4
    places = [place for place in range(start, len(sample.raw)) if sample.raw[place : place + 1].isalpha()]
    place = data.draw(st.sampled_from(places))
    letter = b"q" if sample.raw[place : place + 1] != b"q" else b"z"

    changed = replace(sample, raw=sample.raw[:place] + letter + sample.raw[place + 1 :])

    assert judged(changed).verdict.standing.value != "genuine"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_judged_without_fail(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SAMPLES))
    place = data.draw(st.integers(0, len(sample.raw) - 1))
    changed = sample.raw[:place] + data.draw(st.binary(min_size=1, max_size=2)) + sample.raw[place + 1 :]

    assert judged(replace(sample, raw=changed)).verdict.standing.value in (
        "genuine",
        "unverified",
        "forged",
        "unrelated",
    )


def _fields(raw: bytes) -> list[bytes]:
    """Each header field with its folded lines; the body as the last element."""
    header, blank, body = raw.partition(b"\r\n\r\n")
    fields: list[bytes] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += line + b"\r\n"
        else:
            fields.append(line + b"\r\n")
    return [*fields, blank[2:] + body]
