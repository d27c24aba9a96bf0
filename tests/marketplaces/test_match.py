"""Which stream an address belongs to: the forms on record, their near misses, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.marketplaces import Catalogue, Kind, load
from auditor.marketplaces.pattern import expand, literal_end

CATALOGUE = load()
HEX32 = "4b20d3a3d3f848788ac97c39fbdf85c2"

GENUINE = [
    (f"{HEX32}@relay.walmart.com", "walmart/customer-relay/customer"),
    ("257050e418f3443db6c22d63ebae015d@relay.walmart.com", "walmart/customer-relay/customer"),
    (f"pc-{HEX32}@relay.walmart.com", "walmart/customer-question/customer"),
    (f"s-{HEX32}@relay.walmart.com", "walmart/seller-alias/never"),
    ("mp-payments@relay.walmart.com", "walmart/payments/account"),
    ("no-reply@es.relay.walmart.com", "walmart/account-notice/account"),
    ("no-reply-acnt@es.relay.walmart.com", "walmart/account-notice/account"),
    ("partnerhelp@wal-mart.com", "walmart/partner-support/account"),
    ("help@walmart.com", "walmart/purchase/order"),
    ("no-reply@walmart.com", "walmart/purchase/order"),
    ("noreply@walmart.com", "walmart/purchase/order"),
    ("newsletters@em.walmart.com", "walmart/marketing/marketing"),
    ("newsletter@em.business.walmart.com", "walmart/marketing/marketing"),
    ("feedback@reviews.walmart.com", "walmart/marketing/marketing"),
    ("nocxemail@walmartone.com", "walmart/placeholder/never"),
    ("subseller@walmart.com", "walmart/written-to/never"),
    ("jane.doe@wal-mart.com", "walmart/other-wal-mart/never"),
    ("manager.s01234.us@wal-mart.com", "walmart/other-wal-mart/never"),
    ("sgn06jdnnyfqlg4@marketplace.amazon.com", "amazon/customer-relay/customer"),
    ("6cs7rrkcqtcbn7y@marketplace.amazon.ca", "amazon/customer-relay/customer"),
    ("mnqxldr5q311j1g@marketplace.amazon.de", "amazon/customer-relay/customer"),
    ("ydtnb1t2gk9npt6@marketplace.amazon.co.uk", "amazon/customer-relay/customer"),
    ("a0952547w2gonh17wevw@marketplace.amazon.it", "amazon/customer-relay/customer"),
    ("a0952547w2gonh17wevw+a1b2c3d4@marketplace.amazon.it", "amazon/customer-relay/customer"),
    ("gfwv9k7xvwfrg11@marketplace.amazon.es", "amazon/customer-relay/customer"),
    (
        "43vfy537czcw8nq+2a7e7298-a90a-4ad6-962c-77ccae27280a@marketplace.amazon.fr",
        "amazon/customer-relay/customer",
    ),
    ("0fqqxc7r722f7fk@marketplace.amazon.com.br", "amazon/customer-relay/customer"),
    ("q77l6xlf2zr6rzq@marketplace.amazon.in", "amazon/customer-relay/customer"),
    ("b9h2fb3jc5m9lb2@marketplace.amazon.com.mx", "amazon/customer-relay/customer"),
    ("q77l6xlf2zr6rzq@marketplace.amazon.com.au", "amazon/customer-relay/customer"),
    ("ydtnb1t2gk9npt6@marketplace.amazon.co.jp", "amazon/customer-relay/customer"),
    ("bm11jdhs75yyts4@marketplace.amazon.com.be", "amazon/customer-relay/customer"),
    ("bcd1j3qq43q3jn8@marketplace.amazon.nl", "amazon/customer-relay-elsewhere/customer"),
    ("bcd1j3qq43q3jn8@marketplace.amazon.se", "amazon/customer-relay-elsewhere/customer"),
    ("bcd1j3qq43q3jn8@marketplace.amazon.com.tr", "amazon/customer-relay-elsewhere/customer"),
    ("bcd1j3qq43q3jn8@marketplace.amazon.ae", "amazon/customer-relay-elsewhere/customer"),
    ("donotreply@amazon.com", "amazon/seller-notice/order"),
    ("seller-notification@amazon.com", "amazon/seller-notice/order"),
    ("seller-notification@amazon.co.uk", "amazon/seller-notice/order"),
    ("seller-notification@amazon.co.jp", "amazon/seller-notice/order"),
    ("seller-notification@amazon.fr", "amazon/seller-notice-elsewhere/order"),
    ("return@amazon.com", "amazon/return-notice/order"),
    ("auto-communication@amazon.com", "amazon/undelivered/account"),
    ("atoz-guarantee-no-reply@amazon.it", "amazon/claim/account"),
    ("atoz-guarantee-no-reply@amazon.com", "amazon/claim/account"),
    ("atoz-guarantee-no-reply@amazon.de", "amazon/claim-elsewhere/account"),
    ("cb-seller-notification@amazon.com", "amazon/chargeback/account"),
    ("payments-messages@amazon.ca", "amazon/payments/account"),
    ("account-update@amazon.com", "amazon/sign-up/account"),
    ("digital-no-reply@amazon.co.jp", "amazon/purchase/order"),
    ("store-news@amazon.com", "amazon/marketing/marketing"),
    ("news@sell.amazon.com.au", "amazon/marketing/marketing"),
    ("events@amazonsellerservices.com", "amazon/marketing/marketing"),
    ("cn-news@gs.amazon.cn", "amazon/marketing/marketing"),
    ("0a1b2c3d4e5f6071829a@members.ebay.com", "ebay/customer-relay/customer"),
    ("0a1b2c3d4e5f607182@members.ebay.co.uk", "ebay/customer-relay/customer"),
    ("0a1b2c3d4e5f6071829a@members.ebay.de", "ebay/customer-relay/customer"),
    ("paydro_jqwp5748pcfa@members.ebay.de", "ebay/customer-alias/customer"),
    ("ebay@ebay.com", "ebay/notice/order"),
    ("ebay@ebay.co.uk", "ebay/notice/order"),
    ("ebay@reply.ebay.de", "ebay/marketing/marketing"),
    ("deals@reply2.ebay.com", "ebay/marketing/marketing"),
    ("conversations@mail.etsy.com", "etsy/customer-messages/customer"),
    ("no-reply@account.etsy.com", "etsy/customer-messages/customer"),
    ("k3j9d@convos.etsy.com", "etsy/customer-alias/customer"),
    ("transaction@etsy.com", "etsy/sale/order"),
    ("emails@mail.etsy.com", "etsy/account-notice/account"),
    ("etsy@email.etsy.com", "etsy/marketing/marketing"),
    ("sellersupport@shop.tiktok.com", "tiktok/shop/account"),
    ("notification@service.tiktok.com", "tiktok/account-notice/account"),
    ("register@account.tiktok.com", "tiktok/account-notice/account"),
    ("gdv6l0viwo4l7j1d@marketplace.newegg.com", "newegg/customer-relay/customer"),
    ("cusa.q1mw1x7erw0t9nhm@marketplace.newegg.com", "newegg/customer-relay/customer"),
    ("2ioibz4pe37ygpc5rx3ralvznyxzr4@verkopen.bol.com", "bol/customer-relay/customer"),
    ("2awq74td4z4mizmx6dcdbsdbdcna@verkopen.bol.com", "bol/customer-relay/customer"),
    ("noreply@verkopen.bol.com", "bol/notice/order"),
    ("hamu7udk3p+17454c1b6@allegromail.pl", "allegro/customer-relay/customer"),
    ("8awgqyk6a5+cub31c122@allegromail.com", "allegro/customer-relay/customer"),
    ("powiadomienia@allegromail.pl", "allegro/notice/order"),
    ("815db15ff6ee7c02@pc.fw.rakuten.ne.jp", "rakuten-jp/customer-relay/customer"),
    ("9820883ead5b8e3ef43d733780fa82c7s1@dm.fw.rakuten.ne.jp", "rakuten-jp/customer-relay/customer"),
    ("fernan.s0wjb7@mail.mercadolibre.com", "mercadolibre/customer-relay/customer"),
    ("lrodrig.48ppf8+2-ogi2dmmbsg42domru@mail.mercadolibre.com", "mercadolibre/customer-relay/customer"),
    ("gmendoz.5g013s@mail.mercadolivre.com", "mercadolibre/customer-relay/customer"),
    ("k2v8q7x1m4n6b3c9z5l0p8w2d7f4g1@customer.otto.market", "otto/customer-relay/customer"),
    ("mailer@shopify.com", "shopify/account-notice/account"),
    ("store+1234567@t.shopifyemail.com", "shopify/any-shop/never"),
    ("orders@shopifyemail.com", "shopify/any-shop/never"),
    ("email@news.temuemail.com", "temu/marketing/marketing"),
    ("po-211-0123@temuemail.com", "temu/customer-relay/customer"),
    ("x1y2z3@clemarche.com", "cdiscount/customer-relay/customer"),
    ("noreply@clemarche.com", "cdiscount/notice/order"),
    ("cauw31zq-e52f3c6c67e2@kaufland-marktplatz.de", "kaufland/customer-relay/customer"),
    ("noreply@kaufland-marktplatz.de", "kaufland/notice/order"),
]

NEAR_MISSES = [
    HEX32[1:] + "@relay.walmart.com",
    HEX32 + "0@relay.walmart.com",
    HEX32[1:] + "g@relay.walmart.com",
    HEX32 + "+1@relay.walmart.com",
    "x@relay.walmart.com",
    "customer@relay.walmart.com",
    "mp-payments@es.relay.walmart.com",
    "no-reply@relay.walmart.com",
    f"a@{HEX32}@relay.walmart.com",
    f"{HEX32}@relay.walmart.com@evil.test",
    f"{HEX32}@relay.walmart.com.evil.test",
    f"{HEX32}@evilrelay.walmart.com",
    f"{HEX32}@relay.walmart.com.",
    f"{HEX32}@relay.walmart.com\n",
    f" {HEX32}@relay.walmart.com",
    f"{HEX32}@relay.walmart.co",
    f"{HEX32}@relay-walmart.com",
    f"{HEX32}@walmart.com",
    f"{HEX32}@relay.wal-mart.com",
    f"{HEX32}@x.relay.walmart.com",
    f"{HEX32.upper()}@RELAY.WALMART.COM",  # the caller folds case, after it has refused what is not ASCII
    "help@notwalmart.com",
    "help@walmart.com.co",
    "firstname.lastname@walmart.com",
    "partnerhelp@walmart.com",
    "sgn06jdnnyfqlg4@marketplace.amazon.com.evil.tld",
    "sgn06jdnnyfqlg4@notmarketplace.amazon.com",
    "sgn06jdnnyfqlg4@marketplace.amazon.xyz",
    "sgn06jdnnyfqlg4@amazon.com",
    "short@marketplace.amazon.com",
    "no-reply@marketplace.amazon.it",
    "a0952547w2gonh17wevwxx@marketplace.amazon.it",
    "amazonnews@about.amazon.com",
    "donotreply@amazon.de",
    "donotreply@amazonses.com",
    "no-reply@𝐚𝐦𝐚𝐳𝐨𝐧.𝐝𝐞",
    "0a1b2c3d4e5f6071829@members.ebay.evil.test",
    "0a1b2c3d4e5f6071z29a@members.ebay.com",
    "ebay@signin-ebay.com",
    "ebay@members.ebay.com",
    "transaction@mail.etsy.com",
    "conversations@etsy.com",
    "a@b@mail.mercadolibre.com",
    "@mail.mercadolibre.com",
    "x@y.mail.mercadolibre.com",
    "message@my.zalando.it",
    "noreply@magazineluiza.com.br",
    "otto-newsletter@newsletter.otto.de",
    "help@walmart.com\x00",
    "hélp@em.walmart.com",
    "",
    "@",
    "walmart.com",
]


@pytest.mark.parametrize(("address", "expected"), GENUINE, ids=[address for address, _ in GENUINE])
def test_recorded_addresses_find_their_stream(address: str, expected: str) -> None:
    match = CATALOGUE.match(address)

    assert match is not None
    assert f"{match.marketplace.name}/{match.stream.name}/{match.stream.kind}" == expected


@pytest.mark.parametrize("address", NEAR_MISSES)
def test_near_misses_belong_to_no_stream(address: str) -> None:
    assert CATALOGUE.match(address) is None


def test_every_shipped_stream_has_a_recorded_address() -> None:
    streams = {f"{m.name}/{s.name}/{s.kind}" for m in CATALOGUE.marketplaces for s in m.streams}

    assert streams - {expected for _, expected in GENUINE} == {
        "allegro/customer-relay-older/customer",  # only the domain is on record
        "temu/order-notice/order",
    }


def test_auth_is_filled_in_from_the_address() -> None:
    match = CATALOGUE.match("ebay@ebay.co.uk")

    assert match is not None
    assert match.auth == ("export.ebay.co.uk",)


def test_a_notice_may_answer_to_the_recorded_address_only() -> None:
    match = CATALOGUE.match("emails@mail.etsy.com")

    assert match is not None
    assert match.stream.allows_reply_to("noreply@mail.etsy.com")
    assert not match.stream.allows_reply_to("noreply@mail.etsy.com.evil.test")


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("walmart.com", "walmart"),
        ("old.promo.walmart.com", "walmart"),
        ("wal-mart.com", "walmart"),
        ("marketplace.amazon.co.uk", "amazon"),
        ("amazon.com.be", "amazon"),
        ("my.zalando.it", "zalando"),
        ("notwalmart.com", None),
        ("walmart.com.evil.test", None),
        ("com", None),
        ("", None),
        (".", None),
    ],
)
def test_a_domain_has_an_owner_on_label_borders(domain: str, name: str | None) -> None:
    owner = CATALOGUE.owner(domain)

    assert (owner.name if owner else None) == name


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("seller.walmart.com", True),
        ("www.fedex.com", True),
        ("www.facebook.com", True),
        ("l.facebook.com", False),
        ("walmart.com.evil.test", False),
        ("notwalmart.com", False),
        ("s3.amazonaws.com", False),
        ("amazon.com", False),
        ("bit.ly", False),
    ],
)
def test_a_notice_links_to_its_marketplace(host: str, allowed: bool) -> None:
    walmart = next(one for one in CATALOGUE.marketplaces if one.name == "walmart")

    assert CATALOGUE.is_link(walmart, host) is allowed


def test_only_keeps_what_was_named_and_changes_the_version() -> None:
    fewer = CATALOGUE.only(["etsy", "bol"])

    assert [one.name for one in fewer.marketplaces] == ["bol", "etsy"]
    assert fewer.match("donotreply@amazon.com") is None
    assert fewer.match("transaction@etsy.com") is not None
    assert fewer.version != CATALOGUE.version


def test_the_version_follows_the_content() -> None:
    assert load().version == CATALOGUE.version
    assert load({"etsy": {"confirmed": ["sale"]}}).version != CATALOGUE.version


DOMAINS = sorted({literal_end(p) for m in CATALOGUE.marketplaces for s in m.streams
                  for text in s.patterns for p, _ in expand(text, m.tld)})  # fmt: skip
LOCALS = st.from_regex(r"[a-z0-9.+_@-]{0,40}", fullmatch=True) | st.text(max_size=70)


@given(st.text() | st.builds("{}@{}".format, LOCALS, st.sampled_from(DOMAINS)) | st.emails())
def test_a_match_lies_under_its_streams_domain(address: str) -> None:
    match = CATALOGUE.match(address)

    assert match is None or _lies_under(address, match.marketplace.name, match.stream.name, CATALOGUE)


@given(LOCALS, st.sampled_from(DOMAINS), st.sampled_from(["x", ".x", "x.", ".evil.test", "\n", "@"]))
def test_a_longer_domain_is_another_domain(local: str, domain: str, more: str) -> None:
    assert CATALOGUE.match(f"{local}@{domain}{more}") is None


def _lies_under(address: str, marketplace: str, stream: str, catalogue: Catalogue) -> bool:
    owner = next(one for one in catalogue.marketplaces if one.name == marketplace)
    found = next(one for one in owner.streams if one.name == stream)
    ends = {literal_end(concrete) for text in found.patterns for concrete, _ in expand(text, owner.tld)}
    domain = address.rpartition("@")[2]
    return any(domain == end or domain.endswith("." + end) for end in ends)


def test_never_wins_over_a_pattern_as_wide() -> None:
    catalogue = load({"etsy": {"stream": {"blocked": {"kind": "never", "patterns": ["transaction@etsy.com"]}}}})

    match = catalogue.match("transaction@etsy.com")

    assert match is not None
    assert match.stream.kind is Kind.NEVER


def test_of_two_patterns_as_wide_the_surer_wins() -> None:
    same = {"kind": "order", "patterns": ["transaction@etsy.com"]}
    catalogue = load({"etsy": {"stream": {"sale": {**same, "confidence": 1}, "mine": {**same, "confidence": 3}}}})

    match = catalogue.match("transaction@etsy.com")

    assert match is not None
    assert match.stream.name == "mine"


@pytest.mark.parametrize("address", ["a" * 100_000 + "@etsy.com", "a@" + "b." * 100_000 + "etsy.com"])
def test_a_huge_address_is_refused_at_once(address: str) -> None:
    assert CATALOGUE.match(address) is None
    assert CATALOGUE.owner(address) is None
