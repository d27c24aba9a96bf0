"""The shipped files: complete, dated, narrow enough, and quick to load."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from publicsuffixlist import PublicSuffixList

from auditor.marketplaces import Kind, Marketplace, Stream, load
from auditor.marketplaces.breadth import check
from auditor.marketplaces.pattern import expand, literal_end

MARKETPLACES = load().marketplaces
STREAMS = [(marketplace, stream) for marketplace in MARKETPLACES for stream in marketplace.streams]
STREAM_IDS = [f"{marketplace.name}-{stream.name}" for marketplace, stream in STREAMS]
NAMES = [marketplace.name for marketplace in MARKETPLACES]
SUFFIXES = PublicSuffixList(accept_unknown=False)


@pytest.mark.parametrize(("marketplace", "stream"), STREAMS, ids=STREAM_IDS)
def test_a_stream_has_a_source_and_its_date(marketplace: Marketplace, stream: Stream) -> None:
    assert stream.source
    assert stream.seen > date(2010, 1, 1)
    assert not stream.confirmed


@pytest.mark.parametrize(("marketplace", "stream"), STREAMS, ids=STREAM_IDS)
def test_a_stream_lies_under_its_marketplaces_domains(marketplace: Marketplace, stream: Stream) -> None:
    ends = {literal_end(concrete) for text in stream.patterns for concrete, _ in expand(text, marketplace.tld)}
    foreign = {end for end in ends if not any(f".{end}".endswith(f".{own}") for own in marketplace.domains)}

    assert stream.kind is Kind.NEVER or not foreign


@pytest.mark.parametrize(("marketplace", "stream"), STREAMS, ids=STREAM_IDS)
def test_customer_streams_count_as_a_strangers_words(marketplace: Marketplace, stream: Stream) -> None:
    assert stream.third_party_text or stream.kind in {Kind.ACCOUNT, Kind.MARKETING}


@pytest.mark.parametrize("marketplace", MARKETPLACES, ids=NAMES)
def test_nothing_shipped_is_too_wide(marketplace: Marketplace) -> None:
    check(marketplace, suffixes=SUFFIXES)


@pytest.mark.parametrize("marketplace", MARKETPLACES, ids=NAMES)
def test_a_marketplace_says_who_it_is(marketplace: Marketplace) -> None:
    assert marketplace.title
    assert marketplace.source
    assert marketplace.domains
    assert all(brand == brand.casefold() for brand in marketplace.brands)
    assert marketplace.brands


def test_no_domain_belongs_to_two_marketplaces() -> None:
    domains = [domain for marketplace in MARKETPLACES for domain in marketplace.domains]

    assert len(domains) == len(set(domains))


def test_domains_are_registered_ones() -> None:
    # The list has no rule for com.be, so it takes amazon.com.be for a host of com.be.
    below = {d for m in MARKETPLACES for d in m.domains if SUFFIXES.privatesuffix(d) != d}

    assert below <= {"amazon.com.be"}


def test_the_published_reply_windows_are_shipped() -> None:
    windows = {m.name: (m.reply_window.hours, m.reply_window.calendar, m.reply_window.target_percent)
               for m in MARKETPLACES if m.reply_window}  # fmt: skip

    assert windows == {
        "walmart": (48, "calendar", 95),
        "amazon": (24, "calendar", 90),
        "etsy": (24, "calendar", 95),
        "tiktok": (24, "calendar", None),
        "bol": (24, "business", 90),
        "bestbuy": (24, "business", None),
        "ebay": (72, "business", None),
    }


def test_weak_address_forms_are_marked_weak() -> None:
    weak = {f"{marketplace.name}/{stream.name}" for marketplace, stream in STREAMS if stream.confidence == 1}

    assert weak == {
        "allegro/customer-relay-older",
        "cdiscount/customer-relay",
        "cdiscount/notice",
        "ebay/customer-alias",
        "kaufland/customer-relay",
        "temu/customer-relay",
        "temu/marketing",
        "temu/order-notice",
    }


def test_loading_the_shipped_files_imports_nothing_heavy() -> None:
    heavy = {"pydantic", "publicsuffixlist", "dns", "typer", "sqlalchemy", "imapclient"}
    code = f"import sys; from auditor.marketplaces import load; load(); print(*{heavy} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
