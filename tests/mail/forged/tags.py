"""Signatures by the forger's own key whose tags speak of the brand: rows 38 and 81 to 83."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import dkim

from .. import Profile, Sample
from ..build import FULL, SENT_AT, Letter, compose, sign, signed
from ..delivery import deliver, failed, passed
from ..keys import key_name, private_key, public_record
from .bait import CUSTOMER, NOTICE, forge, relay_signed_by, spoof

BY = "domain-proof"
Tags = list[tuple[bytes, bytes]]

# Platforms on which anybody may open an account; each signs for its customers with its own domain.
PLATFORMS = ("sendgrid.net", "seller-help.onmicrosoft.com", "x.20230601.gappssmtp.com", "mcsv.net", "salesforce.com")

# (name, d=): every domain lies below it, or a careless comparison says so.
ABOVE = (("top-domain", "com"), ("dot-and-top-domain", ".com"), ("nothing", ""), ("dot", "."))

# (name, From, d=): of one marketplace, and of another organizational domain.
COUNTRIES = (
    ("amazon-de-by-com", "seller-notification@amazon.de", "amazon.com"),
    ("amazon-com-by-de", "seller-notification@amazon.com", "amazon.de"),
    ("amazon-it-relay-by-com", "a0123456789abcdef012@marketplace.amazon.it", "amazon.com"),
    ("ebay-de-by-com", "ebay@ebay.de", "ebay.com"),
    ("walmart-by-wal-mart", CUSTOMER.sender, "wal-mart.com"),
    ("wal-mart-by-walmart", "partnerhelp@wal-mart.com", "walmart.com"),
)


def _before(tag: bytes, value: bytes) -> Callable[[Tags], Tags]:
    return lambda tags: [(tag, value), *tags]


def _behind(tag: bytes, value: bytes) -> Callable[[Tags], Tags]:
    return lambda tags: [*tags[:-2], (tag, value), *tags[-2:]]


def _instead(tag: bytes, value: bytes) -> Callable[[Tags], Tags]:
    return lambda tags: [(name, value if name == tag else old) for name, old in tags]


# (name, change of the tags): what RFC 6376 sections 3.2, 3.5 and 6.1.1 have a verifier ignore whole.
ODD = (
    ("two-domains-brand-first", _before(b"d", b"walmart.com")),
    ("two-domains-brand-last", _behind(b"d", b"walmart.com")),
    ("domain-in-upper-case-tag", _behind(b"D", b"walmart.com")),
    ("identity-of-brand", _instead(b"i", b"@relay.walmart.com")),
    ("identity-names-brand-first", _instead(b"i", b"@relay.walmart.com@evil.test")),
    ("identity-of-brand-quoted", _instead(b"i", b"=40relay.walmart.com@evil.test")),
    ("copied-fields-name-brand", _behind(b"z", f"From:{CUSTOMER.sender}".encode().replace(b"@", b"=40"))),
    ("agent-of-brand", _behind(b"r", b"walmart.com")),
    ("third-party-brand", _behind(b"atps", b"walmart.com")),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Every one of them verifies, for somebody who is not the sender."""
    for platform in PLATFORMS:
        raw = sign(compose(NOTICE), platform, selector="s1", key="evil")
        why = "every customer of the platform has this signature"
        raw = deliver(raw, profile, failed("amazon.com", ("pass", platform)))
        name = f"notice-signed-by-{platform.replace('.', '-')}"
        yield _published(_made(profile, name, raw, why=why, row=38, standing=spoof(profile)), platform)
    for name, domain in ABOVE:
        yield _above(profile, name, domain)
    yield _under_a_private_registry(profile)
    for name, change in ODD:
        raw = deliver(crafted(compose(CUSTOMER), "evil.test", change), profile, relay_signed_by("evil.test"))
        why = "the key is the forger's, whatever else the tags name"
        yield _made(profile, f"signature-with-{name}", raw, why=why, row=83, standing="unverified|forged")
    for name, sender, domain in COUNTRIES:
        raw = signed(replace(NOTICE, sender=sender), domain)
        raw = deliver(raw, profile, failed(sender.partition("@")[2], ("pass", domain)))
        why = "the same company, another organizational domain: whoever takes one of them takes all"
        sample = _made(profile, f"country-{name}", raw, why=why, row=81, standing=spoof(profile))
        yield replace(sample, only=BY)


def _above(profile: Profile, name: str, domain: str) -> Sample:
    """d= is empty, or all that the From domain ends in; the key stands where such a d= leads."""
    letter = Letter("seller-notification@amazon.com", NOTICE.subject, NOTICE.body)
    raw = crafted(compose(letter), "evil.test", _domain(domain.encode()))
    raw = deliver(raw, profile, failed("amazon.com", ("pass", domain)))
    why = "the end of every domain is not its parent"
    sample = _made(profile, f"signed-by-{name}", raw, why=why, row=82, standing="unverified|forged")
    return _published(sample, domain.strip(".")) if domain.strip(".") else sample


def _under_a_private_registry(profile: Profile) -> Sample:
    """The public suffix list does not know com.be, so by it alone whoever holds com.be signs for amazon.com.be."""
    raw = sign(
        compose(replace(NOTICE, sender="seller-notification@amazon.com.be")), "com.be", selector="s1", key="evil"
    )
    raw = deliver(raw, profile, passed("amazon.com.be", "com.be"))
    why = "the tree walk finds amazon.com.be an organization of its own; aligned is what both say"
    sample = _made(profile, "signed-by-private-registry", raw, why=why, row=82, standing="unverified")
    policy = ("_dmarc.amazon.com.be", b"v=DMARC1; p=quarantine")
    return replace(sample, zone=(policy, (key_name("s1", "com.be"), public_record("evil"))), only=BY)


def _domain(value: bytes) -> Callable[[Tags], Tags]:
    return lambda tags: _instead(b"i", b"@" + value)(_instead(b"d", value)(tags))


def crafted(raw: bytes, domain: str, change: Callable[[Tags], Tags], headers: tuple[str, ...] = FULL) -> bytes:
    """`raw` signed for `domain` with the forger's key, the tags as `change` leaves them before they are signed."""
    work = dkim.DKIM(raw)
    write = work.gen_header
    work.gen_header = lambda fields, *rest: _once(write, change(fields), rest)
    names = [name.lower().encode() for name in headers]
    signature: bytes = work.sign(b"s1", domain.encode(), private_key("evil"), include_headers=names)
    return signature + raw


def _once(write: Callable[..., bytes], tags: Tags, rest: tuple[Any, ...]) -> bytes:
    """t= must not depend on the day of the test."""
    return write([(name, b"%d" % SENT_AT.timestamp() if name == b"t" else value) for name, value in tags], *rest)


def _published(sample: Sample, domain: str) -> Sample:
    return replace(sample, zone=((key_name("s1", domain), public_record("evil")),))


def _made(profile: Profile, name: str, raw: bytes, *, why: str, row: int, standing: str) -> Sample:
    return forge(profile, name, raw, by=BY, why=why, row=row, standing=standing)
