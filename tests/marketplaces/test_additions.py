"""What a seller's `[marketplace.NAME]` tables change, and which of them are refused."""

from __future__ import annotations

import tomllib

import pytest

from auditor.errors import ConfigError
from auditor.marketplaces import Catalogue, Kind, load

pytestmark = pytest.mark.thorough


def _load(text: str) -> Catalogue:
    return load(tomllib.loads(text)["marketplace"])


def _own(*, patterns: str = '["*@mail.mystore.com"]', more: str = "", table: str = "") -> str:
    return f"""
        [marketplace.mystore]
        domains = ["mystore.com"]
        {table}
        [marketplace.mystore.stream.orders]
        kind = "order"
        patterns = {patterns}
        {more}
    """


def test_a_sellers_own_marketplace_needs_few_keys() -> None:
    match = _load(_own()).match("orders@mail.mystore.com")

    assert match is not None
    assert (match.marketplace.title, match.stream.kind) == ("mystore", Kind.ORDER)
    assert match.stream.confirmed
    assert match.stream.third_party_text


def test_an_addition_leaves_the_shipped_streams_as_they_were() -> None:
    assert _load(_own()).match("transaction@etsy.com") == load().match("transaction@etsy.com")


def test_a_shipped_marketplace_is_extended() -> None:
    catalogue = _load("""
        [marketplace.walmart]
        link_domains = ["walmart.com.mx"]
        brands = ["bodega aurrera"]
        confirmed = ["customer-question"]
        [marketplace.walmart.stream.mexico]
        kind = "customer"
        patterns = ["[0-9a-f]{32}@relay.walmart.com.mx"]
        [marketplace.walmart.stream.payments]
        kind = "account"
        patterns = ["payments@relay.walmart.com"]
        [marketplace.walmart.reply_window]
        hours = 24
        calendar = "calendar"
    """)
    walmart = next(one for one in catalogue.marketplaces if one.name == "walmart")
    streams = {stream.name: stream for stream in walmart.streams}

    assert walmart.link_domains[0] == "walmart.com"
    assert walmart.link_domains[-1] == "walmart.com.mx"
    assert walmart.brands[-1] == "bodega aurrera"
    assert walmart.reply_window is not None
    assert walmart.reply_window.hours == 24
    assert streams["payments"].patterns == ("payments@relay.walmart.com",)
    assert streams["customer-question"].confirmed
    assert not streams["customer-relay"].confirmed
    assert catalogue.match("0" * 32 + "@relay.walmart.com.mx") is not None
    assert catalogue.match("mp-payments@relay.walmart.com") is None


def test_a_new_country_reaches_every_stream() -> None:
    catalogue = _load('marketplace.amazon.tld = ["com.co"]')

    assert catalogue.match("a0952547w2gonh17wevw@marketplace.amazon.com.co") is not None
    assert catalogue.owner("amazon.com.co") is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "*@*.com",
        "*@*",
        "*@com",
        "*@co.uk",
        "*@*.co.uk",
        "*@[a-z]{3,9}.com",
        "*@localhost",
        "*@amazonses.com",
        "*@eu-west-1.amazonses.com",
        "*@shopifyemail.com",
        "store@t.shopifyemail.com",
        "bounces@sendgrid.net",
        "*@mailgun.org",
        "*@mail1.mcsv.net",
        "*@rsgsv.net",
        "*@bounce.salesforce.com",
        "*@s1.exacttarget.com",
        "help@mystore.zendesk.com",
        "*@mystore.onmicrosoft.com",
        "*@mystore-com.20230601.gappssmtp.com",
        "noreply@mystore.firebaseapp.com",
        "*@sparkpostmail.com",
        "*@mandrillapp.com",
        "mystore@gmail.com",
        "*@outlook.com",
        "*@hotmail.com",
        "*@yahoo.com",
        "*@myshopify.com",
    ],
)
def test_a_pattern_for_strangers_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match=r"marketplace `mystore`, stream `orders`: `patterns`: too wide"):
        _load(_own(patterns=f"['{pattern}']"))


@pytest.mark.parametrize("pattern", ["*@*.com", "*@amazonses.com", "*@gmail.com"])
def test_a_shipped_marketplace_is_not_widened(pattern: str) -> None:
    with pytest.raises(ConfigError, match=r"marketplace `etsy`, stream `mine`: `patterns`: too wide"):
        _load(f'marketplace.etsy.stream.mine = {{ kind = "order", patterns = ["{pattern}"] }}')


def test_a_shared_platform_may_be_named_as_never() -> None:
    match = _load("""
        [marketplace.mystore.stream.platform]
        kind = "never"
        patterns = ["*@sendgrid.net"]
    """).match("x@sendgrid.net")

    assert match is not None
    assert match.stream.kind is Kind.NEVER


def test_even_never_must_not_swallow_all_mail() -> None:
    with pytest.raises(ConfigError, match="too wide"):
        _load('marketplace.mystore.stream.all = { kind = "never", patterns = ["*@*.com"] }')


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (_own(more='auth = ["amazonses.com"]'), "stream `orders`: `auth`"),
        (_own(more='auth = ["com"]'), "stream `orders`: `auth`"),
        (_own(more='auth = ["mystore.{tld}"]'), "stream `orders`: `auth`"),
        (_own(more='reply_to = ["*@gmail.com"]'), "stream `orders`: `reply_to`"),
        (_own(more='reply_to = ["nonsense"]'), "stream `orders`: `reply_to`"),
        (_own(more="confidence = 4"), "stream `orders`: `confidence`"),
        (_own(more="confidence = true"), "stream `orders`: `confidence`"),
        (_own(more='confirmed = "yes"'), "stream `orders`: `confirmed`"),
        (_own(more="seen = 2026-11-22T10:00:00"), "stream `orders`: `seen`"),
        (_own(more='sean = "x"'), "stream `orders`: `sean`"),
        (_own(more='title = ""'), "stream `orders`: `title`"),
        (_own(more="display_names = [1]"), "stream `orders`: `display_names`"),
        (_own(patterns="[]"), "stream `orders`: `patterns`"),
        (_own(patterns='"*@mail.mystore.com"'), "stream `orders`: `patterns`"),
        (_own(patterns='["*@MAIL.mystore.com"]'), "stream `orders`: `patterns`"),
        (_own(patterns='["x@mail.mystore.{tld}"]'), "stream `orders`: `patterns`"),
        (_own(patterns='["*@elsewhere.com"]'), "stream `orders`: `patterns`"),
        (_own(patterns='["*@notmystore.com"]'), "stream `orders`: `patterns`"),
        (_own().replace('"order"', '"orders"'), "stream `orders`: `kind`"),
        (_own().replace('kind = "order"', ""), "stream `orders`: `kind`"),
        (_own(table='link_domains = ["bit.ly"]'), "`link_domains`"),
        (_own(table='link_domains = ["s3.amazonaws.com"]'), "`link_domains`"),
        (_own(table='link_domains = ["http://mystore.com"]'), "`link_domains`"),
        (_own(table='brands = "mystore"'), "`brands`"),
        (_own(table='tld = ["c om"]'), "`tld`"),
        (_own(table='confirmed = ["order"]'), "`confirmed`"),
        (_own(table="colour = 1"), "`colour`"),
        (_own(table="reply_window = 48"), "`reply_window`"),
        (_own(table='reply_window = { hours = 0, calendar = "calendar" }'), "`hours`"),
        (_own(table='reply_window = { hours = 4, calendar = "working" }'), "`calendar`"),
        (_own(table='reply_window = { hours = 4, calendar = "business", per = 1 }'), "`per`"),
        ("marketplace.mystore.stream = 7", "`stream`"),
        ("marketplace.mystore.stream.orders = 7", "stream `orders`"),
        (
            'marketplace.mystore.stream."My Orders" = { kind = "order", patterns = ["a@b.com"] }',
            "stream `My Orders`",
        ),
        ("marketplace.mystore = 7", "must be a table"),
    ],
)
def test_a_wrong_addition_is_named(text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(text)

    assert caught.value.message.startswith("marketplace `mystore`")
    assert named in caught.value.message


def test_a_wrong_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="marketplace `My Store`"):
        _load('marketplace."My Store".domains = ["mystore.com"]')
