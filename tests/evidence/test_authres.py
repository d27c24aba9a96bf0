"""Authentication-Results as real providers write them, and as forgers would like them to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.evidence.authres import MAX_FIELD, MAX_RESULTS, parse
from tests.corpus import needs_corpus, phish

GOOGLE = """mx.google.com;
       dkim=pass header.i=@amazon.co.jp header.s=efcs header.b=HqMXmpdl;
       spf=pass (google.com: domain of 2@bounces.amazon.co.jp designates 54.240.2.2) smtp.mailfrom=2@amazon.co.jp;
       dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=amazon.co.jp"""
MICROSOFT = (
    "spf=pass (sender IP is 52.101.53.78)\r\n smtp.mailfrom=ug.edu.ec; dkim=fail (signature did not verify)\r\n"
    " header.d=ug.edu.ec;dmarc=pass action=none\r\n header.from=ug.edu.ec;compauth=pass reason=100"
)


def said(value: str) -> list[tuple[str, str]]:
    read = parse(value)
    assert read is not None
    return [(result.method, result.result) for result in read.results]


def test_googles_form_is_read() -> None:
    read = parse(GOOGLE)

    assert read is not None
    assert read.authserv_id == "mx.google.com"
    assert said(GOOGLE) == [("dkim", "pass"), ("spf", "pass"), ("dmarc", "pass")]
    assert read.results[2].get("header.from") == "amazon.co.jp"


def test_microsofts_form_without_an_id_is_read() -> None:
    read = parse(MICROSOFT)

    assert read is not None
    assert read.authserv_id is None
    assert said(MICROSOFT) == [("spf", "pass"), ("dkim", "fail"), ("dmarc", "pass"), ("compauth", "pass")]


READ = {
    "mx.a.example; none": [],
    "mx.a.example 1; dkim=pass header.d=a.example;": [("dkim", "pass")],
    '"mx.a.example"; dkim=pass header.d=a.example': [("dkim", "pass")],
    "mx.a.example; dmarc=PASS header.from=a.example": [("dmarc", "pass")],
    "mx.a.example (host); dkim/1 = pass header.d=a.example": [("dkim", "pass")],
    "dkim=pass header.d=a.org;alum.example;dmarc=none": [("dkim", "pass"), ("dmarc", "none")],
    'mx.a.example; dmarc=fail reason="SPF not aligned; x" header.from=a.example (policy=reject)': [("dmarc", "fail")],
    'mx.a.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=walmart.com"@evil.test': [("spf", "pass")],
    "mx.a.example; spf=pass (a (nested) \\) comment; dmarc=pass) smtp.mailfrom=a.example": [("spf", "pass")],
}


@pytest.mark.parametrize(("value", "results"), READ.items(), ids=list(READ))
def test_other_honest_forms_are_read(value: str, results: list[tuple[str, str]]) -> None:
    assert said(value) == results


REFUSED = [
    'mx.a.example; dkim=pass reason="=?utf-8?q?x?=" header.d=a.example',
    "none; dkim=pass header.d=a.example",
    "NONE; dkim=pass header.d=a.example",
    "mx.a.example; none; dkim=pass header.d=a.example",
    "mx.a.example; dkim=pass header.d walmart.com",
    "mx.a.example; dkim=pass header.d",
    "mx.a.example; =; dkim=pass header.d=a.example",
    'mx.a.example; "x"; dkim=pass header.d=a.example',
    "=?utf-8?B?c3BmPXBhc3M7IGRtYXJjPXBhc3M=?=",
    "mx.a.example; dmarc=pass header.from=w\u0430lmart.com",
    "mx.a.example; dmarc=pass (open",
    'mx.a.example; dmarc=pass "open',
    "mx.a.example 2; dmarc=pass",
    "mx.a.example 1 2; dmarc=pass",
    "mx a example; dmarc=pass",
    "mx.a.example; dmarc=pass=fail header.from=x",
    "mx.a.example; dmarc=pass what ever",
    "mx.a.example; 1dmarc=pass",
    "mx.a.example; dmarc=pass header=x",
    "mx.a.example; dmarc= ",
    'mx.a.example; spf=pass (domain of "a) ; dkim=pass header.d=walmart.com (b"@walmart.com) smtp.mailfrom=x',
    "mx.a.example; " + "dkim=pass header.d=a.example; " * 200,
    "mx.a.example; dmarc=pass " + "(" * 20_000,
]


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: repr(value)[:50])
def test_what_could_be_read_in_two_ways_is_not_read(value: str) -> None:
    assert parse(value) is None


def test_quoted_words_are_read_for_what_they_say() -> None:
    read = parse(r'"mx.a.example"; spf=pass smtp.mailfrom="a\"b\\c"@evil.test')

    assert read is not None
    assert read.authserv_id == "mx.a.example"
    assert read.results[0].get("smtp.mailfrom") == r'a"b\c@evil.test'


def test_as_many_results_and_octets_are_read_as_the_bounds_say() -> None:
    results = ["mx.a.example", *["dkim=pass header.d=a.example"] * (MAX_RESULTS - 1)]
    filled = "mx.a.example; dkim=pass header.d=".ljust(MAX_FIELD, "a")

    assert parse(";".join(results)) is not None
    assert parse(";".join((*results, "spf=none"))) is None
    assert parse(filled) is not None
    assert parse(filled + "a") is None


def test_a_property_said_twice_with_two_meanings_has_no_value() -> None:
    read = parse("mx.a.example; dmarc=pass header.from=a.example header.from=b.example")

    assert read is not None
    assert read.results[0].get("header.from") is None


@given(st.text(max_size=300) | st.from_regex(r'[a-z.;=()"\\ ]{0,120}'))
def test_no_text_raises(value: str) -> None:
    read = parse(value)

    assert read is None or all(result.method.isascii() for result in read.results)


@pytest.mark.thorough
@needs_corpus
def test_every_stamp_of_the_corpus_is_read_or_refused_for_its_encoding() -> None:
    from auditor.message import read_header

    unread = []
    for real in phish():
        fields = read_header(real.raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]).all("authentication-results")
        unread += [f.value for f in fields[:1] if parse(f.value) is None and "=?" not in f.value and f.value.isascii()]

    assert unread == []


YAHOO = (
    "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com;\r\n"
    " dkim=pass header.i=@amazon.com header.s=x arc_overridden_status=NOT_OVERRIDDEN;\r\n"
    " dmarc=pass(p=REJECT) header.from=amazon.com arc_overridden_status=NOT_OVERRIDDEN;"
)
NOT_OVERRIDDEN = ("arc_overridden_status=NOT_OVERRIDDEN",)


def test_a_word_of_one_provider_is_read_over_only_where_it_is_known_to_change_nothing() -> None:
    read = parse(YAHOO, extra_words=NOT_OVERRIDDEN)

    assert read is not None
    assert [(r.method, r.result, r.get("header.from")) for r in read.results] == [
        ("dkim", "pass", None),
        ("dmarc", "pass", "amazon.com"),
    ]
    assert parse(YAHOO) is None
    assert parse(YAHOO.replace("NOT_OVERRIDDEN", "OVERRIDDEN"), extra_words=NOT_OVERRIDDEN) is None
