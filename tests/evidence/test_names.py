"""Names of hosts in words, and what a reader takes a name for."""

from __future__ import annotations

import pytest

from auditor.evidence.names import MAX_NAMED, MAX_RUNS, as_mapped, named_places


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("see evil.com now", "evil.com"),
        ("see EVIL.COM.", "evil.com"),
        ("see evil.com/a?b=c", "evil.com/a?b=c"),
        ("a@evil.com", "evil.com"),
        ("at...evil.com", "evil.com"),
        ("evil.com- now", "evil.com"),
        ("(evil.com)", "evil.com"),
        ("seller-check.xn--p1ai", "seller-check.xn--p1ai"),
        ("проверка.рф", "проверка.рф"),
        ("जाँच.भारत", "जाँच.भारत"),
        ("\u0435tsy-help.com", "\u0435tsy-help.com"),
        ("etsy-help.\u0441om", "etsy-help.\u0441om"),
        ("my_shop.evil.com", "my_shop.evil.com"),
        ("a.b.c.d.e.f.g.h.evil.com", "a.b.c.d.e.f.g.h.evil.com"),
        ("s3.amazonaws.com", "s3.amazonaws.com"),
        ("x.ck", "x.ck"),
        ("evil\uff0ecom", "evil.com"),
        ("evil\u3002com", "evil.com"),
        ("evil\ufe0f.com", "evil.com"),
        ("ev\u034fil.com", "evil.com"),
        ("evil\u180e.com", "evil.com"),
        ("e\u202evil.com", "evil.com"),
        ("evil\U000e0061.com", "evil.com"),
        ("evil\U000e0100.com", "evil.com"),
        ("\u0e17\u0e35\u0e48.com", "\u0e17\u0e35\u0e48.com"),
        ("ev\u00adil.c\u200bom", "evil.com"),
    ],
)
def test_a_name_is_found_in_any_spelling(words: str, place: str) -> None:
    assert named_places(words) == (place,)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "12.50",
        "e.g. this",
        "thanks.Please hurry",
        "photo.jpg",
        "v1.2.3",
        "спасибо.Жду",
        "订单。谢谢。",
        "a.b",
        "。。。",
    ],
)
def test_what_is_no_name_is_left_alone(words: str) -> None:
    assert named_places(words) == ()


def test_the_end_of_a_name_too_long_is_kept() -> None:
    (place,) = named_places("a." * 500 + "evil.com") or ()

    assert place.endswith(".evil.com")
    assert len(place) == 253


def test_more_names_than_can_be_looked_at_are_not_looked_through() -> None:
    assert len(named_places(" ".join(f"a{n}.com" for n in range(MAX_NAMED))) or ()) == MAX_NAMED
    assert named_places(" ".join(f"a{n}.com" for n in range(MAX_NAMED + 1))) is None
    assert named_places("1.2 " * MAX_RUNS) == ()
    assert named_places("1.2 " * (MAX_RUNS + 1)) is None


@pytest.mark.parametrize(
    ("host", "mapped"),
    [
        ("w%61lmart.com", "walmart.com"),
        ("wal\u00admart.com", "walmart.com"),
        ("walmart\uff0ecom", "walmart.com"),
        ("\uff57almart\u3002com", "walmart.com"),
        ("walmart.com\uff0fevil.test", "walmart.com"),
        ("w\u0430lmart.com", "w\u0430lmart.com"),
    ],
)
def test_a_name_is_mapped_as_a_browser_would(host: str, mapped: str) -> None:
    assert as_mapped(host) == mapped
