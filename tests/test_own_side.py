"""What the seller's own side did to a message: forwarded it, tagged it, or wrapped it in a SpamAssassin report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import explaining
from auditor.candidates import Look, candidate
from auditor.evidence.forwarding import forwarding
from auditor.judging import Judged, judge_all
from auditor.judging import Letter as Received
from auditor.message import read
from auditor.verdict import Verdict
from tests.contexts import ZoneResolver, catalogue, context, imitations
from tests.mail import RECEIVED_AT, Profile
from tests.mail.build import compose, multipart, on_top, sign
from tests.mail.forged.bait import CUSTOMER, NOTICE, genuine_customer, genuine_notice
from tests.mail.keys import zone

pytestmark = pytest.mark.thorough

FORWARDER = "forward.example"
SEAL = f"ARC-Seal: i=1; a=rsa-sha256; cv=none; d={FORWARDER}; s=x; b=AAAA"
SAW_PASS = f"ARC-Authentication-Results: i=1; mx.{FORWARDER}; dmarc=pass header.from=relay.walmart.com"

FORWARDED = {
    "gmail-forwarded-for": (["X-Forwarded-For: me@gmail.com support@shop.test"], "me@gmail.com"),
    "gmail-return-path": (["Return-Path: <me+caf_=support=shop.test@gmail.com>"], "me@gmail.com"),
    "srs0": (["Return-Path: <SRS0=HHH=TT=walmart.com=bounce@alias.example>"], "alias.example"),
    "srs1": (["Return-Path: <SRS1=HHH=first.example==HHH=TT=a.example=b@alias.example>"], "alias.example"),
    "delivered-twice": (["Delivered-To: support@shop.test", "Delivered-To: old@alias.example"], "old@alias.example"),
    "resent": (["Resent-From: Me <me@alias.example>"], "me@alias.example"),
    "listed-arc": ([SEAL, SAW_PASS], FORWARDER),
}
NOT_FORWARDED = {
    "nothing": ["X-Other: 1"],
    "one-delivery": ["Delivered-To: support@shop.test", "Delivered-To: support@shop.test"],
    "local-user": ["Delivered-To: support@shop.test", "Delivered-To: vmail"],
    "no-address": ["X-Forwarded-For: \x1b[2J <>", "Return-Path: <>", "Resent-From: a <b> c"],
    "stranger's-arc": [SEAL.replace(FORWARDER, "evil.test"), SAW_PASS],
}


def judged(raw: bytes, profile: Profile = Profile.NONE) -> Judged:
    settings = replace(context(profile), arc_forwarders=(FORWARDER,))
    return judge_all([Received(raw, RECEIVED_AT)], settings, ZoneResolver(zone()))[0]


def broken() -> bytes:
    """A genuine message with the footer of a forwarder."""
    return genuine_customer() + b"-- \r\nforwarded for you\r\n"


def answers(verdict: Verdict) -> list[tuple[str, bool | None, str]]:
    return [(check.rule, check.passed, check.detail) for check in verdict.checks]


@pytest.mark.parametrize("lines, by", FORWARDED.values(), ids=FORWARDED)
def test_who_forwarded_a_broken_message_is_said(lines: list[str], by: str) -> None:
    plain, found = judged(broken()).verdict, judged(on_top(broken(), *map(str.encode, lines))).verdict
    assert (plain.standing, answers(plain)) == (found.standing, answers(found))
    assert found.standing.value == "unverified"
    (sentence,) = found.warnings
    assert f"by {by}," in sentence or sentence.startswith(f"{by} forwarded it")


@pytest.mark.parametrize("lines", NOT_FORWARDED.values(), ids=NOT_FORWARDED)
def test_what_does_not_tell_of_forwarding_is_not_taken_for_it(lines: list[str]) -> None:
    assert judged(on_top(broken(), *map(str.encode, lines))).verdict.warnings == ()


def test_the_outermost_instance_of_the_listed_forwarder_counts() -> None:
    outer = (SEAL.replace("i=1", "i=2"), SAW_PASS.replace("i=1", "i=2").replace("dmarc=pass", "dmarc=fail"))
    message = read("\r\n".join([*outer, SEAL, SAW_PASS, "", ""]).encode())
    found = forwarding(message, "relay.walmart.com", [FORWARDER])
    assert found is not None
    assert not found.saw_pass


@pytest.mark.parametrize("other", ["dmarc=pass header.from=walmart.com", "spf=pass", "dmarc=pass (", "dmarc=none"])
def test_only_a_pass_of_this_sender_is_quoted(other: str) -> None:
    said = f"ARC-Authentication-Results: i=1; mx.{FORWARDER}; {other}"
    found = forwarding(read(f"{SEAL}\r\n{said}\r\n\r\n".encode()), "relay.walmart.com", [FORWARDER])
    assert found is not None
    assert not found.saw_pass


def test_a_genuine_message_needs_no_such_sentence() -> None:
    verdict = judged(on_top(genuine_customer(), SEAL.encode(), SAW_PASS.encode())).verdict
    assert verdict.standing.value == "genuine"
    assert not any("forwarded" in warning for warning in verdict.warnings)


def test_of_forwarding_nothing_is_said_where_no_signature_broke() -> None:
    unsigned = judged(on_top(compose(CUSTOMER), SEAL.encode(), SAW_PASS.encode())).verdict
    assert unsigned.standing.value == "unverified"
    assert unsigned.warnings == ()


def test_of_a_genuine_message_with_a_second_signature_that_broke_nothing_is_said() -> None:
    changed = sign(compose(replace(CUSTOMER, body="Another text.\n")), "relay.walmart.com")
    broke = changed.removesuffix(changed.partition(b"\r\nDate:")[2]).removesuffix(b"\r\nDate:")
    verdict = judged(on_top(genuine_customer(), SEAL.encode(), SAW_PASS.encode(), broke)).verdict
    assert verdict.standing.value == "genuine"
    assert verdict.warnings == ()


FIELDS = [line for lines, _ in FORWARDED.values() for line in lines] + [
    line for each in NOT_FORWARDED.values() for line in each
]
MESSAGES = {
    "genuine": genuine_customer(),
    "broken": broken(),
    "unsigned": compose(CUSTOMER),
    "notice": genuine_notice(),
    "changed-notice": genuine_notice().replace(b"amazon", b"amaz0n"),
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(MESSAGES)), st.lists(st.sampled_from(FIELDS), max_size=6), st.sampled_from(list(Profile)))
def test_no_field_of_forwarding_changes_a_standing_or_an_answer(name: str, fields: list[str], profile: Profile) -> None:
    plain = judged(MESSAGES[name], profile).verdict
    dressed = judged(on_top(MESSAGES[name], *map(str.encode, fields)), profile).verdict
    assert dressed.standing is plain.standing
    assert answers(dressed) == answers(plain)
    assert dressed.trick == plain.trick


ORIGINAL = "message/rfc822; x-spam-type=original"
FLAGS = (b"X-Spam-Flag: YES", b"X-Spam-Checker-Version: SpamAssassin 4.0.1 (2024-03-26) on mx.shop.test")


def wrap(inner: bytes, sender: str = CUSTOMER.sender, kind: str = ORIGINAL, boundary: str = "----=_65A1.9") -> bytes:
    note = "\nContent-Description: original message before SpamAssassin\nContent-Disposition: inline"
    report = ("text/plain; charset=UTF-8", "Spam detection software has identified this mail as possible spam.\n")
    outer_kind, body = multipart("mixed", report, (kind + note, "INNER"), boundary=boundary)
    letter = replace(CUSTOMER, sender=sender, subject="*****SPAM***** Hello", content_type=outer_kind, body=body)
    return on_top(compose(letter).replace(b"INNER", inner, 1), *FLAGS)


@pytest.mark.parametrize(
    "raw",
    [
        wrap(genuine_customer()),
        wrap(genuine_customer(), kind="text/plain; x-spam-type=original"),
        wrap(wrap(genuine_customer()), boundary="----=_second"),
        wrap(genuine_customer(), sender=f"{CUSTOMER.sender} (*****SPAM*****)"),
        wrap(genuine_customer()).replace(b"\r\n", b"\n"),
    ],
    ids=["report-safe-1", "report-safe-2", "wrapped-twice", "tagged-from", "lf"],
)
def test_what_spamassassin_wrapped_is_judged_by_its_own_signature(raw: bytes) -> None:
    found = judged(raw)
    assert found.evidence.wrapped
    assert found.verdict.standing.value == "genuine", found.verdict.why


@pytest.mark.parametrize(
    "raw",
    [
        wrap(genuine_customer(), sender="Mary <help@evil.test>"),
        wrap(genuine_notice()),
        wrap(genuine_customer(), kind="application/octet-stream"),
        b"\r\n".join(line for line in wrap(genuine_customer()).split(b"\r\n") if not line.startswith(b"X-Spam")),
    ],
    ids=["another-sender", "another-marketplace", "another-type", "no-mark-of-the-filter"],
)
def test_what_is_no_wrapper_is_judged_for_what_it_says_itself(raw: bytes) -> None:
    found = judged(raw)
    assert not found.evidence.wrapped
    assert found.verdict.standing.value != "genuine"


def test_a_wrapper_without_its_end_is_not_believed() -> None:
    raw = wrap(genuine_customer())
    found = judged(raw[: raw.rindex(b"\r\n------")])
    assert found.evidence.wrapped
    assert found.verdict.standing.value == "unverified"


def test_wrappers_are_undone_three_deep_and_no_deeper() -> None:
    raw = genuine_customer()
    for number in range(4):
        raw = wrap(raw, boundary=f"----=_{number}x")
    assert judged(raw).verdict.standing.value == "unverified"


def test_a_from_that_the_own_filter_tagged_is_read_whole_and_accused_of_nothing() -> None:
    header = f"From: {CUSTOMER.sender} (*****SPAM*****)\r\nSubject: x\r\n\r\n".encode()
    assert candidate(header, catalogue(), imitations()).look is Look.WHOLE
    tagged = genuine_customer().replace(f"From: {CUSTOMER.sender}".encode(), header.partition(b"\r\n")[0])
    assert judged(tagged).verdict.standing.value == "unverified"


@pytest.mark.parametrize("sender", ["Mary <mary@evil.test> (SPAM)", "help@walmart.com <x@evil.test> (SPAM)"])
def test_a_tag_gives_nobody_more_than_a_look(sender: str) -> None:
    letter = replace(NOTICE, sender=sender)
    assert judged(compose(letter)).verdict.standing.value in ("unrelated", "forged")


def test_the_explanation_of_a_wrapped_message_says_how_to_switch_wrapping_off() -> None:
    text = explaining.text(explaining.Told("x", judged(wrap(genuine_customer())), RECEIVED_AT, stopped_short=False))
    flat = " ".join(text.split())
    assert "report_safe 0" in flat
    assert "It is left where it is, inside its wrapper." in flat
    assert "would move it" not in flat


def test_a_tag_of_the_own_filter_in_the_subject_is_undone_and_said() -> None:
    raw = genuine_customer().replace(b"Subject: ", b"Subject: ***SPAM*** ")
    verdict = judged(raw).verdict
    assert verdict.standing.value == "genuine"
    assert "a spam tag was taken off the Subject first" in verdict.why
