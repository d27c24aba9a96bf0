"""The rows of the matrix that may be moved (41, 50, 61, 62), and the honest side of the rows found later.

A rule that refuses these to be safe from their neighbours in the table is too strict.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from .. import RECEIVED_AT, SELLER, Profile, Sample
from ..build import AMAZON, FULL, WALMART, Letter, compose, on_top, sign, signed, swap
from ..delivery import Stamp, deliver, passed
from ..honest import amazon_relay, walmart_relay
from .bait import CUSTOMER, HTML, NOTICE, RELAY, RELAY_PASSES, SELLER_NOTICE, genuine_customer, genuine_notice

PLEASE_PAY = '<html><p>I paid twice, see <a href="https://evil.test/refund">my receipt</a>, please answer.</p></html>\n'
AT_AMAZON = passed("amazon.com")
MINUTE = timedelta(minutes=1)
OLDEST, NEWEST = RECEIVED_AT - timedelta(days=5) + MINUTE, RECEIVED_AT + timedelta(hours=9)

# (name, From, signer, stream): the relay is genuine, and who writes through it is a fraudulent buyer.
BUYERS = (
    ("walmart", f"Sam <{walmart_relay('fraud')}>", "walmart.com", "walmart/customer"),
    ("amazon", f'"Sam - Amazon Marketplace" <{amazon_relay("fraud", "com")}>', "amazon.com", "amazon/customer"),
    ("ebay", '"eBay - sam_1" <0123456789abcdef0123@members.ebay.com>', "ebay.com", "ebay/customer"),
)

# (name, envelope domain, what SPF said, the forwarder's own lines).
FORWARDERS = (
    (
        "gmail-caf",
        "gmail.com",
        "pass",
        (
            f"X-Forwarded-To: {SELLER}",
            f"X-Forwarded-For: old@gmail.test {SELLER}",
            "Delivered-To: old@gmail.test",
            "Return-Path: <old+caf_=seller=shop.test@gmail.com>",
        ),
    ),
    ("srs", "forwarder.test", "pass", ("Return-Path: <SRS0=Ab1C=XY=walmart.com=bounce@forwarder.test>",)),
    ("plain-alias", "walmart.com", "fail", ("Delivered-To: old@forwarder.test", f"X-Original-To: {SELLER}")),
)

# (name, From, signer, stream).
SPELLINGS = (
    ("upper-case", "HELP@WALMART.COM", "walmart.com", "walmart/order"),
    ("mixed-case-relay", RELAY.swapcase(), "walmart.com", "walmart/customer"),
    ("hyphen-and-capitals", "Partner Help <PartnerHelp@Wal-Mart.com>", "wal-mart.com", "walmart/account"),
    ("capitals-at-amazon", "Seller-Notification@Amazon.COM", "amazon.com", "amazon/order"),
)

# (name, canonicalisation, old, new): what RFC 6376 section 3.4 forgives.
FORGIVEN = (
    ("refolded-subject", "relaxed/relaxed", b"Subject: Where is", b"Subject: Where\r\n\tis"),
    ("case-of-name", "relaxed/simple", b"\r\nSubject:", b"\r\nsubject:"),
    ("two-blanks", "relaxed/relaxed", b"It has not", b"It  has not"),
    ("trailing-blank", "simple/relaxed", b"Please answer.\r\n", b"Please answer. \t\r\n"),
    ("blank-before-value", "relaxed/relaxed", b"Subject: Where", b"Subject:  Where"),
)

# (name, To): the seller among others, or in capitals.
RECIPIENTS = (
    ("in-capitals", SELLER.upper()),
    ("second-of-three", f"a@else.test, Shop <{SELLER}>, b@else.test"),
    ("named-with-comma", f'"Shop, The" <{SELLER}>'),
    ("folded", f"a@else.test,\n\t{SELLER}"),
)


def genuine_rows(profile: Profile) -> Iterator[Sample]:
    """Every one must be GENUINE; the ones of row 41 with a warning."""
    yield from _buyers(profile)
    yield from _forwarded(profile)
    yield from _spelled(profile)
    yield from _in_time(profile)
    yield from _forgiven(profile)
    for name, to in RECIPIENTS:
        raw = deliver(genuine_notice(replace(NOTICE, to=to)), profile, AT_AMAZON)
        yield _honest(profile, f"to-{name}", raw, row=75, stream="amazon/order")
    raw = on_top(genuine_notice(), f"Delivered-To: {SELLER}".encode())
    yield _honest(profile, "own-delivery-field", deliver(raw, profile, AT_AMAZON), row=74, stream="amazon/order")


def _buyers(profile: Profile) -> Iterator[Sample]:
    for name, sender, signer, stream in BUYERS:
        raw = signed(Letter(sender, "Paid twice", PLEASE_PAY, content_type=HTML), signer)
        domain = sender.rpartition("@")[2].rstrip(">")
        raw = deliver(raw, profile, passed(domain, signer))
        yield _honest(profile, f"buyer-with-outside-link-{name}", raw, row=41, stream=stream)


def _forwarded(profile: Profile) -> Iterator[Sample]:
    for name, envelope, spf, lines in FORWARDERS:
        raw = on_top(genuine_customer(), *(line.encode() for line in lines))
        stamp = passed("relay.walmart.com", "walmart.com", spf=spf, mailfrom=envelope)
        yield _honest(profile, f"forwarded-by-own-{name}", deliver(raw, profile, stamp), row=50)


def _spelled(profile: Profile) -> Iterator[Sample]:
    for name, sender, signer, stream in SPELLINGS:
        raw = signed(Letter(sender, "About your order", "See Seller Center.\n"), signer)
        domain = sender.rpartition("@")[2].rstrip(">").lower()
        raw = deliver(raw, profile, passed(domain, signer))
        yield _honest(profile, f"spelled-in-{name}", raw, row=61, stream=stream)
    letter = Letter("Partner Help <partnerhelp@wal-mart.com>", "Case 09418278 has an answer", "See Seller Center.\n")
    raw = sign(compose(letter), "wal-mart.com", WALMART, identity="@wal-mart.com")
    stamp = Stamp("pass", "wal-mart.com", (("pass", "wal-mart.com"),), spf="pass", mailfrom="bounce.salesforce.test")
    yield _honest(profile, "through-salesforce", deliver(raw, profile, stamp), row=62, stream="walmart/account")


def _in_time(profile: Profile) -> Iterator[Sample]:
    for name, moment in (("almost-five-days-old", OLDEST), ("some-hours-ahead", NEWEST)):
        raw = sign(compose(replace(NOTICE, date=moment)), "amazon.com", signed_at=moment)
        yield _honest(profile, f"notice-{name}", deliver(raw, profile, AT_AMAZON), row=103, stream="amazon/order")
    raw = sign(compose(NOTICE), "amazon.com", expires_at=RECEIVED_AT + MINUTE)
    yield _honest(profile, "expires-in-a-minute", deliver(raw, profile, AT_AMAZON), row=103, stream="amazon/order")


def _forgiven(profile: Profile) -> Iterator[Sample]:
    for name, form, old, new in FORGIVEN:
        raw = swap(sign(compose(CUSTOMER), "walmart.com", FULL, canonicalize=form), old, new)
        yield _honest(profile, f"forgiven-{name}", deliver(raw, profile, RELAY_PASSES), row=105)
    raw = sign(compose(CUSTOMER), "walmart.com", FULL, canonicalize="simple/simple") + b"\r\n\r\n"
    yield _honest(profile, "forgiven-empty-lines-at-the-end", deliver(raw, profile, RELAY_PASSES), row=105)
    letter = replace(NOTICE, sender=f"Amazon\n <{SELLER_NOTICE}>")
    raw = sign(compose(letter), "amazon.com", AMAZON, canonicalize="simple/simple")
    yield _honest(profile, "folded-from-under-simple", deliver(raw, profile, AT_AMAZON), row=105, stream="amazon/order")


def _honest(profile: Profile, name: str, raw: bytes, *, row: int, stream: str = "walmart/customer") -> Sample:
    why = "proved, known, fresh, whole and meant for the seller"
    return Sample(f"row-{name}", raw, profile, "genuine", "", row=row, why=why, stream=stream)
