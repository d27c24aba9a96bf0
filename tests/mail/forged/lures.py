"""Whole lures as sellers get them, and brands named in odd fields: rows 23, 39, 48, 49, 63, 65, 106 and 107."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import AMAZON, Letter, compose, on_top, sign, signed, swap
from ..delivery import deliver, failed, own, passed
from ..keys import key_name, public_record
from .bait import (
    CUSTOMER,
    HTML,
    LURE,
    NO_REPLY_TO,
    NOTICE,
    RELAY,
    RELAY_PASSES,
    SELLER_NOTICE,
    forge,
    genuine_customer,
    genuine_notice,
    relay_signed_by,
    spoof,
)

PICTURES = '<img src="https://m.media-amazon.com/a.png"><img src="https://amazon-logo.s3.amazonaws.com/b.png">'
FOOTER = '<a href="https://www.amazon.com/gp/help">Help</a><a href="https://sellercentral.amazon.com/preferences">Unsubscribe</a>'
NINE = "".join(f'<a href="https://sellercentral.amazon.com/case/{number}">case {number}</a>' for number in range(9))
PAGE = (
    f"<html><body>{PICTURES}<p>Your seller account is suspended. Verify your bank.</p>{NINE}"
    f'<a href="https://evil.test/verify">Verify now</a>{FOOTER}</body></html>\n'
)
PAGE_LURE = replace(LURE, body=PAGE, content_type=HTML)

# (name, From, row, standing): the page is Amazon's to the last picture; the sender is not.
DRESSED = (
    ("own-domain", "Amazon Seller Performance <x@evil.test>", 63, "unverified"),
    ("look-alike", "Seller Performance <x@sellercentral-amazon.com>", 63, "forged"),
    ("own-domain-store-pictures", "Amazon Services <x@evil.test>", 65, "unverified"),
    ("brand-and-word", "Seller Help <help@walmart-sellerhelp.com>", 23, "forged"),
)

# (name, field): where a reader may look for the author when From is a stranger's.
AUTHORS = (
    ("sender", f"Sender: Walmart <{RELAY}>"),
    ("resent-from", f"Resent-From: {RELAY}"),
    ("x-original-from", f"X-Original-From: {RELAY}"),
    ("x-google-original-from", f"X-Google-Original-From: {RELAY}"),
    ("return-path", f"Return-Path: <{RELAY}>"),
    ("author", f"Author: {RELAY}"),
    ("reply-to", f"Reply-To: {RELAY}"),
    ("from-in-other-spelling", f"X-From: {RELAY}"),
    ("organization", "Organization: Walmart Marketplace"),
)

# (name, display name): written at Walmart's relay by a customer.
OTHER_STAFF = (
    ("amazon-seller-support", "Amazon Seller Support"),
    ("ebay-customer-service", "eBay Customer Service"),
    ("etsy-trust-team", "Etsy Trust and Safety Team"),
    ("walmart-payments-team", "Walmart Payments Team"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """None of them needs a broken byte."""
    for name, sender, row, standing in DRESSED:
        domain = sender.partition("@")[2].rstrip(">")
        raw = deliver(signed(replace(PAGE_LURE, sender=sender), domain), profile, own(domain))
        why = "nine links and every picture are the brand's, the sender is not"
        name = f"dressed-lure-{name}"
        yield forge(profile, name, raw, by="known-stream", why=why, row=row, standing=standing)
    raw = deliver(compose(replace(PAGE_LURE, sender=SELLER_NOTICE)), profile, failed("amazon.com"))
    why = "the exact address, and nothing that proves it"
    name = "dressed-lure-from-exact-address"
    yield forge(profile, name, raw, by="domain-proof", why=why, row=63, standing=spoof(profile))
    yield from _compromised(profile)
    yield from _reply_elsewhere(profile)
    yield from _changed_on_the_way(profile)
    for name, line in AUTHORS:
        raw = on_top(signed(LURE, "evil.test", headers=NO_REPLY_TO), line.encode())
        why = "From alone says who writes"
        standing = "unverified|forged|unrelated"
        raw = deliver(raw, profile, own())
        yield forge(profile, f"brand-in-{name}", raw, by="known-stream", why=why, row=106, standing=standing)
    for name, display in OTHER_STAFF:
        raw = genuine_customer(replace(CUSTOMER, sender=f"{display} <{RELAY}>"))
        why = "a customer does not sign as staff, of whichever marketplace"
        raw = deliver(raw, profile, RELAY_PASSES)
        yield forge(profile, f"staff-at-walmart-{name}", raw, by="clean", why=why, row=107, only=True)


def _compromised(profile: Profile) -> Iterator[Sample]:
    """Row 39: everything passes, for a sender of the brand that lost its keys or its mailing account."""
    unknown = signed(replace(PAGE_LURE, sender="noreply@amazon.com"), "amazon.com")
    why = "the domain is proved; no stream of the marketplace sends from this address"
    raw = deliver(unknown, profile, passed("amazon.com"))
    yield forge(profile, "compromised-sender-unknown-address", raw, by="known-stream", why=why, row=39)
    known = signed(replace(PAGE_LURE, sender=SELLER_NOTICE), "amazon.com")
    why = "the address is known and the domain proved; the page leads elsewhere"
    raw = deliver(known, profile, passed("amazon.com"))
    yield forge(profile, "compromised-sender-known-address", raw, by="clean", why=why, row=39, only=True)


def _reply_elsewhere(profile: Profile) -> Iterator[Sample]:
    """Row 48; DESIGN 4 wins over its N: a brand in the display name alone is UNVERIFIED."""
    unsigned = on_top(genuine_notice(NOTICE, AMAZON), b"Reply-To: Amazon <seller-help@evil.test>")
    raw = deliver(unsigned, profile, passed("amazon.com"))
    why = "the brand is proved, and the answer goes to another organization"
    yield forge(profile, "reply-to-elsewhere-brand-proved", raw, by="untouched", why=why, row=48, only=True)
    branded = replace(LURE, sender="Amazon <x@evil.com>", extra=(("Reply-To", "x@evil.test"),))
    raw = deliver(signed(branded, "evil.com"), profile, own("evil.com"))
    why = "DMARC passes for the forger's own domain; the answer goes to a third"
    yield forge(profile, "reply-to-elsewhere-own-domain", raw, by="known-stream", why=why, row=48)
    spoofed = Letter(SELLER_NOTICE, LURE.subject, LURE.body, extra=(("Reply-To", "x@evil.test"),))
    raw = deliver(compose(spoofed), profile, failed("amazon.com"))
    why = "the exact address, nothing that proves it, and the answer goes to the forger"
    name = "reply-to-elsewhere-exact-address"
    yield forge(profile, name, raw, by="domain-proof", why=why, row=48, standing=spoof(profile))


def _changed_on_the_way(profile: Profile) -> Iterator[Sample]:
    """Row 49: honest or not, nobody can tell any more; a customer is never called a fraud for it."""
    good = genuine_customer()
    html = genuine_customer(replace(CUSTOMER, body="<html><p>It has not come.</p></html>\n", content_type=HTML))
    tricks = (
        ("list-adds-footer", good + b"_____\r\ntraders mailing list\r\n"),
        ("list-tags-subject", swap(good, b"Subject: ", b"Subject: [traders] ")),
        ("list-writes-itself-into-to", swap(good, b"To: seller@shop.test", b"To: traders@list.test")),
        ("scanner-adds-banner", swap(html, b"<p>", b"<p>CAUTION: external sender</p><p>")),
        ("gateway-rewrites-encoding", swap(good, b"It has not", b"It=20has not")),
    )
    for name, raw in tricks:
        why = "the signature of a known stream is there and holds no more"
        raw = deliver(raw, profile, relay_signed_by("walmart.com", "fail"))
        yield forge(profile, name, raw, by="domain-proof", why=why, row=49)
    stripped = sign(compose(CUSTOMER), "traders.list.test", selector="s1", key="evil")
    raw = deliver(stripped, profile, relay_signed_by("traders.list.test"))
    why = "the list took the brand's signature off and put its own on: what is left is a stranger's word"
    sample = forge(profile, "list-signs-anew", raw, by="domain-proof", why=why, row=49, standing=spoof(profile))
    yield replace(sample, zone=((key_name("s1", "traders.list.test"), public_record("evil")),), only="domain-proof")
