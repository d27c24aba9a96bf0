"""Where the walk from the top ends: the border's Received, which nothing that a sender wrote may move."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor import providers
from auditor.evidence.stamp import MAX_NESTED, Stamp, StampRule, _hop, _without_comments, pinned, read_stamp
from auditor.message import read_header

DATE = "Fri, 20 Nov 2026 12:00:00 +0000"
PINNED = pinned(["mx.shop.test"], ["shop.test"])
GOOGLE = providers.by_name("google").stamp
MICROSOFT = providers.by_name("microsoft").stamp

RESULTS = "dkim=pass header.d=walmart.com; dmarc=pass header.from=walmart.com"
FAKE = "Received: from out1.walmart.com (out1.walmart.com [161.170.1.1]) by {} with ESMTPS id 4K; " + DATE


def is_believed(rule: StampRule, *fields: str) -> bool:
    return bool(read_stamp(read_header("\r\n".join((*fields, "From: help@walmart.com", "")).encode()), rule).results)


def below(top: str, *, host: str = "mx.shop.test", rule: StampRule = PINNED) -> bool:
    """Whether results are believed that a sender planted, with a border of his own, under this hop."""
    name = "" if rule.anonymous else f" {host};"
    return is_believed(rule, top, f"Authentication-Results:{name} {RESULTS}", FAKE.format(host))


POSTFIX = "by mx.shop.test (Postfix) with ESMTPS id 4K"
HIDES_THE_BORDER = {
    "greeting-opens-a-comment": f"from x by mx.shop.test with LMTP id 1 ( (mail.evil.test [192.0.2.25]) {POSTFIX}"
    ' for <"seller+)"@shop.test>',
    "certificate-opens-a-comment": 'from x (x [192.0.2.25]) (Client CN "a) by mx.shop.test with LMTP id 1 (",'
    f' Issuer "b" (not verified)) {POSTFIX} for <"seller+)"@shop.test>',
    "recipient-names-a-protocol": f'from x (mail.evil.test [192.0.2.25]) {POSTFIX} for <"a with LMTP"@shop.test>',
    "fetched-by-pop3": "by mx.shop.test with POP3 id 1",
    "fetched-by-imap": "by mx.shop.test with IMAP id 1",
    "written-in-a-browser": "by mx.shop.test with HTTP",
    "handed-on-without-source-by-another": "by mx.other.test with SMTP id 1",
    "protocol-in-the-date": f"from x (mail.evil.test [192.0.2.25]) by mx.shop.test; {DATE} with LMTP",
}


@pytest.mark.parametrize("hop", HIDES_THE_BORDER.values(), ids=list(HIDES_THE_BORDER))
def test_a_hop_that_hides_the_border_ends_the_walk(hop: str) -> None:
    assert not below(f"Received: {hop}; {DATE}")


@pytest.mark.parametrize(
    "hop",
    [
        "from mx.shop.test by mx.shop.test with LMTP id 1",
        "from localhost (localhost [127.0.0.1]) by mx.shop.test (Postfix) with ESMTP id 1",
        "by mx.shop.test with SMTP id 1",
    ],
    ids=["lmtp", "loopback", "without-source"],
)
def test_the_servers_own_hops_are_passed(hop: str) -> None:
    assert below(f"Received: {hop}; {DATE}")


def test_a_certificate_named_by_postfix_is_no_riddle() -> None:
    border = (
        "Received: from out1.walmart.com (out1.walmart.com [161.170.1.1])"
        ' (using TLSv1.3 with cipher X (256/256 bits)) (Client CN "*.walmart.com", Issuer "WR2" (verified OK))'
        f" {POSTFIX} for <seller@shop.test>; {DATE}"
    )

    assert is_believed(PINNED, f"Authentication-Results: mx.shop.test; {RESULTS}", border)


@pytest.mark.parametrize("protocol", ["POP3", "IMAP", "HTTP", "HTTPREST"])
def test_what_google_fetched_elsewhere_bears_no_stamp_of_its_border(protocol: str) -> None:
    fetched = f"Received: by 10.14.153.77 with {protocol} id e53mf1; {DATE}"
    planted = f"Authentication-Results: mx.google.com; {RESULTS}"
    copy = f"ARC-Authentication-Results: i=1; mx.google.com; {RESULTS}"

    assert not is_believed(GOOGLE, fetched, copy, FAKE.format("mx.google.com"), planted)
    assert is_believed(GOOGLE, fetched.replace(protocol, "SMTP"), copy, FAKE.format("mx.google.com"), planted)


@pytest.mark.parametrize(
    ("address", "believed"),
    [("2603:10a6:208::1", True), ("::1", True), ("fe80::1%3", True), ("192.0.2.25", False), ("2001:db8::1", False)],
)
def test_an_exchange_host_is_an_inner_hop_only_from_an_inner_address(address: str, *, believed: bool) -> None:
    hop = f"Received: from AM0PR01.prod.outlook.com ({address}) by AM1PR01.prod.outlook.com (2603:10a6:208::2) with x"

    assert below(f"{hop}; {DATE}", host="DU6.mail.protection.outlook.com", rule=MICROSOFT) is believed


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("a (b) c", "a  c"),
        ("a(b)c", "ac"),
        ("a (b (c) d) e", "a  e"),
        ("(" * MAX_NESTED + ")" * MAX_NESTED, ""),
        ("(" * (MAX_NESTED + 1) + ")" * (MAX_NESTED + 1), None),
        ("a (b", None),
        ("a b)", None),
        (")(", None),
        ('a "b" c', 'a "b" c'),
        ('a (b "c) d" e)', None),
        ('x (Client CN "y", Issuer "z" (verified OK)) by', "x  by"),
    ],
)
def test_comments_are_taken_out_where_they_close(text: str, bare: str | None) -> None:
    assert _without_comments(text) == bare


def test_a_hop_is_read_with_comments_between_its_words() -> None:
    hop = _hop("FROM out1.walmart.com (161.170.1.1) by MX.shop.test (y) with(z) ESMTPS id 4K")

    assert hop is not None
    assert (hop.by, hop.protocol, hop.has_source, hop.address) == ("mx.shop.test", "ESMTPS", True, "161.170.1.1")


OWN = f"Authentication-Results: mx.shop.test; {RESULTS}"
BORDER = FAKE.format("mx.shop.test")


def test_a_stamp_above_the_provider_s_border_is_believed() -> None:
    assert is_believed(PINNED, OWN, BORDER)


@pytest.mark.parametrize(
    "border",
    [
        FAKE.format("mx.evil.test"),
        FAKE.format("mx.shop.test.evil.test"),
        "Received: by mx.evil.test with HTTP id 4K; x",
    ],
)
def test_a_stamp_above_somebody_elses_border_is_not(border: str) -> None:
    assert not is_believed(PINNED, OWN, border)
    assert not is_believed(PINNED, OWN, border, BORDER)


def test_where_one_of_the_fields_lies_astray_none_is_believed() -> None:
    assert not is_believed(PINNED, OWN, "Subject: x", OWN, BORDER)


def test_without_a_witness_nothing_below_the_border_is_believed() -> None:
    rule = replace(PINNED, below_border=True)
    message = read_header("\r\n".join((BORDER, OWN, "From: help@walmart.com", "")).encode())

    assert read_stamp(message, rule) == Stamp(why="the stamp stands where a sender could have put it")
