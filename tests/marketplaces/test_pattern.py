"""The pattern language: what it takes, what it refuses, and that no text makes a match slow."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.marketplaces.pattern import expand, literal_end, parse


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("a.b@x.com", "a.b@x.com", True),
        ("a.b@x.com", "axb@x.com", False),
        ("a+b@x.com", "a+b@x.com", True),
        ("a+b@x.com", "aab@x.com", False),
        ("a[+]b@x.com", "a+b@x.com", True),
        ("[0-9a-f]{2}@x.com", "0f@x.com", True),
        ("[0-9a-f]{2}@x.com", "0ff@x.com", False),
        ("[a-c-]{1,3}@x.com", "a-c@x.com", True),
        ("[a-c-]{1,3}@x.com", "d@x.com", False),
        ("[+.-]{2}@x.com", "+.@x.com", True),
        ("[+.-]{2}@x.com", "+,@x.com", False),
        ("*@x.com", "any.thing+else@x.com", True),
        ("*@x.com", "a@b@x.com", False),
        ("*@x.com", "a b@x.com", False),
        ("*@x.com", "a" * 65 + "@x.com", False),
        ("*@x.com", "a@x.com.evil.test", False),
        ("*@x.com", "a@x.com\n", False),
        ("*@x.com", "a@xxcom", False),
        ("a@*.x.com", "a@m.x.com", True),
        ("a@*.x.com", "a@m.n.x.com", False),
        ("a@*.x.com", "a@x.com", False),
        ("a@reply[0-9]{1}.x.com", "a@reply7.x.com", True),
    ],
)
def test_a_pattern_covers_the_whole_address(pattern: str, address: str, expected: bool) -> None:
    assert parse(pattern).matches(address) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "x.com",
        "@x.com",
        "a@",
        "a@@x.com",
        "a@b@x.com",
        "a@x..com",
        "A@x.com",
        "a*@x.com",
        "a@b*.x.com",
        "a?@x.com",
        "(a|b)@x.com",
        "a|b@x.com",
        "^a@x.com$",
        "a\\d@x.com",
        "[^a]@x.com",
        "[]@x.com",
        "[z-a]{2}@x.com",
        "[a-z]*@x.com",
        "[a-z]+[@x.com",
        "[a-z]{0}@x.com",
        "[a-z]{65}@x.com",
        "[a-z]{5,2}@x.com",
        "[a-z]{2,}@x.com",
        "([a-z]{1,9}){1,9}@x.com",
        "[a-z]{1,9}[a-z]{1,9}[a-z]{1,9}[a-z]{1,9}@x.com",
        "a@[a.]{3}.com",
        "a@x+y.com",
        "é@x.com",
        "a b@x.com",
        "a@x.com\n",
        "",
    ],
)
def test_anything_else_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError):
        parse(pattern)


@pytest.mark.parametrize("pattern", ["a@{tld}", "a@x.{com}", "a@x.{com,}", "a@x.{}", "a@x.{com,d e}", "a@x.{com,@}"])
def test_alternatives_that_name_nothing_are_refused(pattern: str) -> None:
    with pytest.raises(ConfigError):
        expand(pattern)


def test_alternatives_are_written_out() -> None:
    assert expand("{a,b}@x.{tld}", ["com", "de"]) == (
        ("a@x.com", "com"),
        ("a@x.de", "de"),
        ("b@x.com", "com"),
        ("b@x.de", "de"),
    )


def test_the_same_tld_stands_in_every_place() -> None:
    assert expand("{tld}@x.{tld}", ["com", "de"]) == (("com@x.com", "com"), ("de@x.de", "de"))


def test_too_many_alternatives_are_refused() -> None:
    with pytest.raises(ConfigError, match="more than 500"):
        expand("{a,b,c}{a,b,c}{a,b,c}{a,b,c}{a,b,c}{a,b,c}@x.com")


def test_exact_is_narrower_than_a_set_than_a_star() -> None:
    widths = [parse(text).width for text in ("a@x.com", "[0-9a-f]{32}@x.com", "[a-z0-9._-]{1,64}@x.com", "*@x.com")]

    assert widths == sorted(widths)
    assert widths[0] == 0


def test_the_written_end_of_a_domain_has_no_wildcard() -> None:
    assert literal_end("*@*.mail.ebay.com") == "mail.ebay.com"
    assert literal_end("a@reply[0-9]{1}.ebay.com") == "ebay.com"
    assert literal_end("a@*") == ""


@given(st.text(alphabet="ab0-.+*@[]{},\né") | st.text())
def test_reading_any_text_ends_in_a_pattern_or_a_refusal(text: str) -> None:
    try:
        pattern = parse(text)
    except ConfigError:
        return

    assert pattern.text == text
    assert re.compile(pattern.regex)


def test_the_slowest_pattern_allowed_stays_quick() -> None:
    pattern = parse("[a-z.]{1,64}[a-z.]{1,64}[a-z.]{1,64}@x.com")
    start = time.perf_counter()

    assert not pattern.matches("a" * 64 + "!@x.com")

    assert time.perf_counter() - start < 0.5
