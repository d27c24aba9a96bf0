from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.display import DECODED_LIMIT, address, block, columns, decoded, line, wrapped

ANYTHING = st.text(st.characters(), max_size=200)
SPICED = st.text(
    st.sampled_from(
        "\x00\x07\x1b\x7f\x80\x9b\u061c\u200b\u200e\u202e\u2066\ufeff\xad\u2028\ufe0f\u0301品aß \t\r\n=?<>@\ud800"
    ),
    max_size=80,
)
HOSTILE = {
    "escape": "\x1b[2J",
    "bell": "\x07",
    "delete": "\x7f",
    "c1 control sequence": "\x9b31m",
    "carriage return": "\r",
    "line feed": "\n",
    "next line": "\x85",
    "arabic letter mark": "\u061c",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "isolate": "\u2067",
    "zero-width space": "\u200b",
    "joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\xad",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "lone surrogate": "\udc80",
    "private use": "\ue000",
    "unassigned": "\u0378",
    "tag": "\U000e0041",
    "variation selector": "\ufe0f",
    "supplementary variation selector": "\U000e0100",
    "hangul filler": "\u3164",
    "braille blank": "\u2800",
    "combining grapheme joiner": "\u034f",
}


def is_safe(text: str) -> bool:
    text.encode()  # no lone surrogate
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return not any(unicodedata.category(each) in bad for each in text) and "\ufe0f" not in text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_moves_reorders_or_hides_is_shown_as_an_escape(text: str) -> None:
    shown = line(f"a{text}b")
    assert shown.isascii()
    assert shown.startswith("a\\")
    assert shown.endswith("b")


@pytest.mark.parametrize(
    "text", ["Where is my order?", "Größe 38", "注文について", "Заказ", "שלום", "ขอบคุณที่", "🎁 gift", "Việt Nam"]
)
def test_words_of_every_script_stay_as_they_are(text: str) -> None:
    assert line(text) == text


@given(ANYTHING | SPICED, st.none() | st.integers(0, 100))
def test_a_line_is_safe_and_fits(text: str, width: int | None) -> None:
    shown = line(text, width)
    assert is_safe(shown)
    assert "\n" not in shown
    assert width is None or columns(shown) <= width


@given(ANYTHING | SPICED, st.integers(0, 100))
@example("=?utf-8?b?V2FsbWFydCA8c3VwcG9ydEB3YWxtYXJ0LmNvbT4=?= <x@evil.example>", 30)
def test_an_address_is_safe_and_fits(value: str, width: int) -> None:
    shown = address(value, width)
    assert is_safe(shown)
    assert columns(shown) <= width


@given(ANYTHING | SPICED)
def test_decoding_never_raises_and_is_bounded(value: str) -> None:
    assert len(decoded(value)) <= DECODED_LIMIT
    assert len(decoded(f"=?utf-8?q?{value}?=")) <= DECODED_LIMIT


@given(ANYTHING | SPICED, st.integers(20, 80))
def test_wrapped_lines_are_safe_and_fit(text: str, width: int) -> None:
    for each in wrapped(text, width):
        assert is_safe(each)
        assert columns(each) <= width


def test_wrapping_keeps_every_word() -> None:
    text = "no reply was seen in this mailbox " * 5
    assert " ".join(wrapped(text, 30)).split() == text.split()


@given(SPICED)
def test_a_block_keeps_its_line_ends_and_nothing_else(text: str) -> None:
    assert all(is_safe(each) for each in block(text).split("\n"))


def test_a_block_has_the_lines_of_the_text() -> None:
    assert block("one\r\ntwo\x1b\rthree\n\tfour") == "one\ntwo\\x1b\nthree\n    four"


def test_wide_characters_take_two_columns() -> None:
    assert line("品" * 10, 9) == "品" * 4 + "…"


def test_an_escape_is_never_cut_in_half() -> None:
    assert line("ab\u202ecd", 6) == "ab…"


def test_a_tower_of_marks_ends_at_the_fourth() -> None:
    assert line("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + "\\u0301\\u0301"


def test_a_mark_never_sits_on_text_of_ours() -> None:
    assert line("\u0338x") == "\\u0338x"


def test_a_long_line_is_cut_fast() -> None:
    assert columns(line("\u202e" * 1_000_000, 80)) <= 80


@pytest.mark.parametrize(
    "value, shown",
    [
        ('"Dana R." <a@relay.walmart.com>', "Dana R. <a@relay.walmart.com>"),
        ("=?utf-8?q?J=C3=B6rg?= <a@b.example>", "Jörg <a@b.example>"),
        ("a@b.example", "a@b.example"),
        ("<a@b.example>", "<a@b.example>"),
        ('"help@walmart.com" <x@evil.example>', '"help@walmart.com" <x@evil.example>'),
        ("=?utf-8?q?Walmart_=3Ch=40walmart.com=3E?= <x@evil.example>", '"Walmart <h@walmart.com>" <x@evil.example>'),
        ("x <=?utf-8?q?a?=@b.example>", "x <=?utf-8?q?a?=@b.example>"),
        ("", ""),
    ],
)
def test_an_address_shows_name_and_address(value: str, shown: str) -> None:
    assert address(value) == shown


def test_a_long_name_never_hides_the_address() -> None:
    assert address(f'"support@walmart.com {"a" * 90}" <x@evil.example>', 40).endswith("… <x@evil.example>")


def test_a_long_address_keeps_the_end_of_its_domain() -> None:
    shown = address(f"Walmart <support@walmart.com.{'a' * 90}.evil.example>", 40)
    assert shown.startswith("…a")
    assert shown.endswith(".evil.example>")


@pytest.mark.parametrize(
    "value, text",
    [
        ("=?utf-8?q?Where_is_it=3F?=", "Where is it?"),
        ("=?utf-8?b?R3LDtsOfZQ==?=", "Größe"),
        ("=?iso-2022-jp?b?GyRCQ21KOBsoQg==?=", "注文"),
        ("=?utf-8?b?R3LD?= =?utf-8?b?tsOfZQ==?=", "Größe"),
        ("Re: =?utf-8?q?a?= =?utf-8?q?b?= c", "Re: ab c"),
        ("folded\r\n\tsubject", "folded subject"),
        ("Gr\udcc3\udcb6\udcc3\udc9fe", "Größe"),
        ("Gr\udcf6\udcdfe", "Größe"),
        ("=?utf-8?b?abcde?=", "=?utf-8?b?abcde?="),
        ("=?no-such-charset?q?x?=", "x"),
        ("=?unicode_escape?q?=5Cd?=", "=?unicode_escape?q?=5Cd?="),
        ("=?rot13?q?x?=", "=?rot13?q?x?="),
    ],
)
def test_encoded_words_are_decoded_or_left(value: str, text: str) -> None:
    assert decoded(value) == text


def test_many_encoded_words_are_decoded_as_far_as_the_limit_goes() -> None:
    decoded_whole = decoded("=?utf-8?q?a?= " * 40_000)

    assert decoded_whole.startswith("a" * 250)
    assert len(decoded_whole) < 400


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=?utf-8*en?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?b?QUI?= =?no-such?b?Q?= =?utf-8?q?C?=", "AB=?no-such?b?Q?=C"),
        ("=?no-such?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("W\u0430l =?utf-8?q?c?=", "W\u0430l c"),
    ],
)
def test_a_word_that_cannot_be_decoded_hides_no_other(value: str, shown: str) -> None:
    assert decoded(value) == shown
