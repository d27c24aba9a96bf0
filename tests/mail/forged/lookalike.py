"""Look-alike names and addresses, and the brand's own addresses that are no stream: rows 1-3, 18-25, 40, 42, 56."""

from collections.abc import Iterator

from .. import SELLER, Profile, Sample
from ..build import Letter, compose, signed
from ..delivery import deliver, failed, own, passed
from .bait import CUSTOMER, LURE, forge

ENCODED = "=?utf-8?Q?Walmart_=3Chelp=40walmart=2Ecom=3E?="
ENCODED_B = "=?utf-8?B?aGVscEB3YWxtYXJ0LmNvbQ==?="

# (name, display name, row, standing): the address is the forger's own, and it says so.
NAMES = (
    ("display-name-is-brand", "Walmart Marketplace", 1, "unverified"),
    ("display-name-is-amazon", "Amazon Seller Central", 1, "unverified"),
    ("display-name-is-brand-address", '"help@walmart.com"', 2, "forged"),
    ("display-name-holds-brand-address", '"Walmart Support help@walmart.com"', 2, "forged"),
    ("display-name-holds-angle-address", '"Walmart <help@walmart.com>"', 2, "forged"),
    ("encoded-name-decodes-to-address", ENCODED, 3, "forged"),
    ("base64-name-decodes-to-address", ENCODED_B, 3, "forged"),
    ("name-with-cyrillic-letter", "=?utf-8?B?V9CwbG1hcnQgTWFya2V0cGxhY2U=?=", 19, "unverified|forged"),
    ("name-with-combining-mark", "=?utf-8?Q?Wa=CC=81lmart_Marketplace?=", 19, "unverified|forged"),
    ("name-with-zero-width-space", "=?utf-8?Q?Wal=E2=80=8Bmart_Marketplace?=", 20, "unverified|forged"),
    ("name-in-mathematical-letters", "=?utf-8?B?8J2QlvCdkJrwnZCl8J2QpvCdkJrwnZCr8J2QrQ==?=", 19, "unverified|forged"),
    ("name-with-bidi-override", "=?utf-8?Q?=E2=80=AEmoc=2Etramlaw=40pleh=E2=80=AC_Walmart?=", 20, "unverified|forged"),
)

# (name, address, row): domains that anybody could register; each passes its own DMARC.
DOMAINS = (
    ("punycode-of-cyrillic-domain", "help@xn--walmrt-6nf.com", 18),
    ("brand-domain-as-subdomain", "help@walmart.com.evil.com", 21),
    ("brand-as-subdomain", "seller-notification@amazon.evil.com", 21),
    ("brand-as-suffix", "help@notwalmart.com", 22),
    ("brand-after-hyphen", "help@evil-walmart.com", 22),
    ("brand-plus-word", "help@walmart-sellerhelp.com", 23),
    ("word-plus-brand", "seller-notification@sellercentral-amazon.com", 23),
    ("doubled-letter", "help@wallmart.com", 23),
    ("doubled-last-letter", "seller-notification@amazonn.de", 23),
    ("letters-that-look-like-one", "0123456789abcdef0123@rnembers-ebay.com", 23),
    ("real-looking-other-top-domain", "contato@mercadolivre.br", 23),
    ("brand-under-private-suffix", "help@walmart.ru.com", 24),
    ("brand-under-other-suffix", "help@walmart.com.co", 24),
    ("brand-under-new-suffix", "help@walmart.shop", 24),
)

# (name, From, signer, row): the brand itself signed these; no stream of a marketplace sends from there.
NO_STREAM = (
    ("hijacked-subdomain", "help@old.walmart.com", "old.walmart.com", 25),
    ("hijacked-subdomain-of-relay-form", CUSTOMER.sender.replace("relay", "old"), "old.walmart.com", 25),
    ("employee-of-the-brand", "Mary Miller <mary.miller@walmart.com>", "walmart.com", 40),
    ("store-associate", "j0smith.s01234.us@wal-mart.com", "wal-mart.com", 40),
    ("employee-of-amazon", "Jo <jo.doe@amazon.com>", "amazon.com", 40),
    ("another-sellers-alias", f"s-{'0123456789abcdef' * 2}@relay.walmart.com", "walmart.com", 42),
    ("relay-with-33-hex-digits", f"a{CUSTOMER.sender}", "walmart.com", 42),
    ("relay-with-31-hex-digits", CUSTOMER.sender[1:], "walmart.com", 42),
    ("relay-with-letter-outside-hex", CUSTOMER.sender.replace("F@", "G@"), "walmart.com", 42),
    ("unknown-notice-address", "account-suspension@amazon.com", "amazon.com", 39),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Every imitation that needs no broken syntax."""
    for name, display, row, standing in NAMES:
        raw = deliver(signed(_lure(f"{display} <x@evil.test>"), "evil.test"), profile, own())
        yield forge(
            profile,
            name,
            raw,
            by="known-stream",
            why="the name claims the brand, the address does not",
            row=row,
            standing=standing,
        )
    for name, address, row in DOMAINS:
        domain = address.partition("@")[2]
        raw = deliver(signed(_lure(f"Seller Help <{address}>"), domain), profile, own(domain))
        why = "the domain resembles the brand's and is another"
        yield forge(profile, name, raw, by="known-stream", why=why, row=row, standing="forged")
    for name, sender, signer, row in NO_STREAM:
        yield _no_stream(profile, name, sender, signer=signer, row=row)
    yield from _others(profile)


def _lure(sender: str) -> Letter:
    return Letter(sender, LURE.subject, LURE.body)


def _no_stream(profile: Profile, name: str, sender: str, *, signer: str, row: int) -> Sample:
    raw = signed(Letter(sender, CUSTOMER.subject, CUSTOMER.body), signer)
    domain = sender.partition("@")[2].rstrip(">")
    return forge(
        profile,
        name,
        deliver(raw, profile, passed(domain, signer)),
        by="known-stream",
        why="truly from the brand's domain, and from nobody who writes to sellers",
        row=row,
        only=True,
    )


def _others(profile: Profile) -> Iterator[Sample]:
    by = "known-stream"
    itself = compose(_lure(SELLER))
    yield forge(
        profile,
        "sellers-own-address-as-from",
        deliver(itself, profile, failed("shop.test")),
        by="",
        why="claims to be the seller, not a marketplace",
        row=56,
        standing="unrelated",
    )
    branded = compose(_lure(f"Walmart Marketplace <{SELLER}>"))
    delivered = deliver(branded, profile, failed("shop.test"))
    why = "the seller's own address is on no list of senders"
    yield forge(profile, "brand-name-on-sellers-own-address", delivered, by=by, why=why, row=56)
    local = signed(_lure("help.walmart.com@evil.test"), "evil.test")
    yield forge(
        profile,
        "brand-domain-in-local-part",
        deliver(local, profile, own()),
        by=by,
        why="only what stands after the @ is a domain",
        row=23,
        standing="unverified|forged|unrelated",
    )
