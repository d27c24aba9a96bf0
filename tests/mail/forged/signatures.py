"""Signatures that verify and prove nothing, and proofs that were broken: rows 36 to 38, 44, 45 and 54."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from .. import RECEIVED_AT, Profile, Sample
from ..build import FULL, SES, Letter, compose, on_top, sign, signed, swap
from ..delivery import Stamp, deliver, failed, passed
from ..keys import public_record
from .bait import (
    CUSTOMER,
    NO_SUBJECT,
    NOTICE,
    RELAY_FAILS,
    forge,
    genuine_customer,
    relay_signed_by,
    spoof,
)

BY = "domain-proof"
PASSES = passed("relay.walmart.com", "walmart.com")
FAILS = relay_signed_by("walmart.com", "fail")

# (name, the key's selector, key): walmart.com publishes them; a receiver that follows the RFCs refuses each.
BAD_KEYS = (
    ("key-of-512-bits", "short512", "weak512"),
    ("key-of-768-bits", "short768", "weak768"),
    ("key-is-for-testing", "testing", "walmart"),
    ("key-is-revoked", "revoked", "walmart"),
    ("key-is-for-another-service", "other", "walmart"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Forgeries whose only fault, or first fault, is the signature."""
    yield from _strangers(profile)
    yield from _relatives(profile)
    yield from _bad_keys(profile)
    yield from _weak_tags(profile)
    yield from _tampered(profile)
    yield from _many(profile)


def _strangers(profile: Profile) -> Iterator[Sample]:
    """Somebody else's signature covers every field of a message From the brand."""
    for domain, row in (("evil.test", 37), ("notwalmart.com", 22), ("walmart.com.evil.com", 21), ("amazonses.com", 38)):
        raw = deliver(signed(CUSTOMER, domain), profile, relay_signed_by(domain))
        name = f"relay-signed-by-{domain.replace('.', '-')}"
        why = "a good signature, of a domain that is not the sender's"
        yield forge(profile, name, raw, by=BY, why=why, row=row, standing=spoof(profile), only=True)
    shared = sign(compose(NOTICE), "amazonses.com", (*SES, "Reply-To"))
    raw = deliver(shared, profile, failed("amazon.com", ("pass", "amazonses.com")))
    why = "every customer of the mailing service has this signature"
    yield forge(profile, "notice-signed-by-ses-alone", raw, by=BY, why=why, row=38, standing=spoof(profile), only=True)
    raw = deliver(compose(CUSTOMER), profile, RELAY_FAILS)
    why = "the envelope is the forger's own; nothing is signed"
    yield forge(profile, "relay-unsigned-envelope-passes", raw, by=BY, why=why, row=37, standing=spoof(profile))
    yield _public_suffix(profile)


def _public_suffix(profile: Profile) -> Sample:
    letter = Letter("seller-notification@amazon.co.uk", NOTICE.subject, NOTICE.body)
    raw = sign(compose(letter), "co.uk", selector="s1", key="evil")
    sample = forge(
        profile,
        "notice-signed-by-public-suffix",
        deliver(raw, profile, failed("amazon.co.uk", ("pass", "co.uk"))),
        by=BY,
        why="a parent of the From domain, above its organizational domain",
        row=82,
        standing="unverified|forged",
        only=True,
    )
    return replace(sample, zone=(("s1._domainkey.co.uk", public_record("evil")),))


def _relatives(profile: Profile) -> Iterator[Sample]:
    """DMARC's relaxed alignment accepts each of these, and so does an honest receiver."""
    child = Letter("Walmart <help@walmart.com>", CUSTOMER.subject, CUSTOMER.body)
    tricks = (
        ("relay-signed-by-sibling", CUSTOMER, "relay.walmart.com", "promo.walmart.com"),
        ("parent-signed-by-child", child, "walmart.com", "promo.walmart.com"),
        ("relay-signed-by-hijacked-host", CUSTOMER, "relay.walmart.com", "old.walmart.com"),
    )
    for name, letter, domain, signer in tricks:
        raw = deliver(signed(letter, signer), profile, passed(domain, signer))
        why = "a subdomain lost to a stranger signs for another part of the brand"
        yield forge(profile, name, raw, by=BY, why=why, row=80, only=True)


def _bad_keys(profile: Profile) -> Iterator[Sample]:
    for name, selector, key in BAD_KEYS:
        raw = sign(compose(CUSTOMER), "walmart.com", selector=selector, key=key)
        why = "the published key may not be used to prove anything"
        # dkimpy takes a testing key for a good one, so nothing but the rule stands against it.
        only = not profile.is_believed and selector == "testing"
        yield forge(profile, name, deliver(raw, profile, FAILS), by=BY, why=why, row=108, only=only)


def _weak_tags(profile: Profile) -> Iterator[Sample]:
    """The receiver lets each pass; what the tags say is visible to everybody."""
    plain = compose(CUSTOMER)
    early, expired = (RECEIVED_AT - timedelta(hours=hours) for hours in (2, 1))
    tricks = (
        ("length-tag-text-appended", sign(plain, "walmart.com", length=True) + b"Pay at evil.test\r\n", 44),
        ("length-tag-nothing-appended", sign(plain, "walmart.com", length=True), 44),
        ("sha1-signature", sign(plain, "walmart.com", algorithm="rsa-sha1"), 108),
        ("signature-expired", sign(plain, "walmart.com", signed_at=early, expires_at=expired), 43),
        ("subject-not-signed-and-changed", _new_subject(sign(plain, "walmart.com", NO_SUBJECT)), 45),
    )
    for name, raw, row in tricks:
        why = "the signature leaves open what it must close"
        yield forge(profile, name, deliver(raw, profile, PASSES), by=BY, why=why, row=row, only=True)


def _new_subject(raw: bytes) -> bytes:
    return swap(raw, CUSTOMER.subject.encode(), b"Your account closes today")


def _tampered(profile: Profile) -> Iterator[Sample]:
    """A genuine message, changed on the way to the victim."""
    good = genuine_customer()
    other = genuine_customer(Letter(CUSTOMER.sender, "Another message", "Other words.\n"))
    stolen = other[: other.index(b"\r\nDate: ") + 2]
    tricks = (
        ("body-changed", swap(good, b"Please answer.", b"Please pay at https://evil.test/."), 47),
        ("subject-changed", _new_subject(good), 45),
        ("from-name-changed", swap(good, b"From: ", b'From: "Walmart Support" '), 45),
        ("to-changed-to-victim", swap(genuine_customer(_to_another()), b"other@else.test", b"seller@shop.test"), 43),
        ("signature-of-another-message", stolen + compose(CUSTOMER), 36),
        ("signature-is-noise", on_top(compose(CUSTOMER), _noise("walmart.com", 0)), 36),
    )
    for name, raw, row in tricks:
        why = "the brand's signature is on it and does not hold"
        # Without angle brackets around the address the changed From is malformed too, and names the brand.
        standing = "unverified|forged" if name == "from-name-changed" else "unverified"
        yield forge(profile, name, deliver(raw, profile, FAILS), by=BY, why=why, row=row, standing=standing)


def _to_another() -> Letter:
    return Letter(CUSTOMER.sender, CUSTOMER.subject, CUSTOMER.body, to="other@else.test")


def _many(profile: Profile) -> Iterator[Sample]:
    """Row 54: work for the reader, and a question to DNS for each, unless it is bounded."""
    brand = on_top(compose(CUSTOMER), *(_noise("walmart.com", i) for i in range(1000)))
    raw = deliver(brand, profile, FAILS)
    yield forge(profile, "thousand-signatures-of-brand", raw, by=BY, why="a thousand claims, no proof", row=54)
    foreign = on_top(compose(CUSTOMER), *(_noise(f"d{i}.evil.test", i) for i in range(1000)))
    stamp = Stamp("fail", "relay.walmart.com", (("fail", "d0.evil.test"),))
    raw = deliver(foreign, profile, stamp)
    why = "a thousand strangers' claims, each with a name of its own to look up"
    yield forge(profile, "thousand-foreign-signatures", raw, by=BY, why=why, row=54, standing=spoof(profile))
    impossible = b"DKIM-Signature: v=1; a=rsa-sha256; d=walmart.com; s=" + b"a" * 5000 + b"; h=from; bh=YQ==; b=YQ=="
    raw = deliver(on_top(compose(CUSTOMER), impossible), profile, FAILS)
    yield forge(profile, "selector-too-long-for-dns", raw, by=BY, why="no such name can exist in DNS", row=54)


def _noise(domain: str, number: int) -> bytes:
    head = f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=n{number};"
    return f"{head}\r\n h={':'.join(FULL)}; bh=bm9pc2U=; b=bm9pc2U=".encode()
