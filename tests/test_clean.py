"""The seventh check beside the table: whose a page of a social network is, and of what a seller is warned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.clean import _is_page_of, clean
from auditor.evidence.collect import collect, origin
from auditor.evidence.links import Contents
from auditor.marketplaces import Marketplace
from auditor.message import read
from tests.contexts import catalogue, context
from tests.mail import Profile
from tests.mail.build import Letter, compose
from tests.mail.genuine import genuine


def marketplace(name: str) -> Marketplace:
    return next(one for one in catalogue().marketplaces if one.name == name)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        *(("amazon", name) for name in ("amazon", "amazonuk", "amazoncouk", "amazon.co.uk", "amazoncom", "amazonde")),
        *(("mercadolibre", name) for name in ("mercadolibre", "mercado.libre", "mercadopago")),
        ("walmart", "walmart"),
    ],
)
def test_a_page_with_the_marketplaces_own_name_or_country_is_its_own(owner: str, name: str) -> None:
    assert _is_page_of(marketplace(owner), name)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        *(("amazon", name) for name in ("amazonco", "amazonsupport", "amazonxx", "co.uk", "uk", "", "a")),
        *(("walmart", name) for name in ("walmartde", "wal", "etsy", "walmart-help")),
    ],
)
def test_any_other_page_is_anybodys(owner: str, name: str) -> None:
    assert not _is_page_of(marketplace(owner), name)


def told(contents: Contents) -> tuple[bool | None, str, list[str]]:
    """The answer about a customer's message with these contents, and the warnings."""
    own = context(Profile.NONE)
    evidence = replace(collect(origin(read(genuine(Profile.NONE)[0].raw), own), {}, own), contents=contents)
    warnings: list[str] = []
    return *clean(evidence, own, warnings), warnings


def test_a_seller_is_warned_of_each_place_that_a_customer_links_to_or_names() -> None:
    passed, _, warnings = told(Contents(("shop.example",), ("named.example (a link that cannot be read)",)))

    assert passed
    assert warnings == [
        "a stranger wrote this, and it links to shop.example",
        "a stranger wrote this, and it names named.example",
    ]


def test_of_many_places_ten_of_a_kind_are_named() -> None:
    passed, _, warnings = told(
        Contents(tuple(f"s{n}.example" for n in range(50)), tuple(f"n{n}.example" for n in range(50)), attachments=3)
    )

    assert passed
    assert len(warnings) == 21
    assert warnings[-1] == "a stranger wrote this, and it has an attachment"


def test_a_place_of_the_marketplace_is_nothing_to_warn_of() -> None:
    assert told(Contents(("www.walmart.com",), ("walmart.com",))) == (True, "a customer's message", [])


def test_a_look_alike_that_is_folded_only_by_a_reader_is_refused() -> None:
    passed, detail, _ = told(Contents((), ("w\u0430lmart.com",)))

    assert passed is False
    assert "made to look like" in detail


@pytest.mark.parametrize(
    ("contents", "passed"),
    [
        (Contents(named_hosts=("www.etsy.com",), profiles=("www.facebook.com/etsy",)), True),
        (Contents(named_hosts=("shop.example",)), False),
        (Contents(profiles=("www.facebook.com/etsysupport",)), False),
    ],
)
def test_a_notice_with_strangers_words_names_the_marketplaces_own_places_only(contents: Contents, passed: bool) -> None:
    own = context(Profile.NONE)
    sale = read(compose(Letter("transaction@etsy.com", "You made a sale")))
    evidence = replace(collect(origin(sale, own), {}, own), contents=contents)

    assert clean(evidence, own, [])[0] is passed
