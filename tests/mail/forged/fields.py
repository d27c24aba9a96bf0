"""Truly signed mail with something added or exchanged where no signature looks: rows 45 to 48 and 55."""

from collections.abc import Iterator
from dataclasses import replace

from .. import SELLER, Profile, Sample
from ..build import CRLF, FULL, compose, on_top, signed, swap
from ..delivery import Stamp, deliver, own, passed
from .bait import (
    CUSTOMER,
    LURE,
    NO_CONTENT_TYPE,
    NO_REPLY_TO,
    NOTICE,
    RELAY,
    forge,
    genuine_customer,
    genuine_notice,
)

BY = "untouched"
AT_AMAZON = passed("amazon.com")
AT_WALMART = passed("relay.walmart.com", "walmart.com")

# (name, the field put on top): DKIM reads the lowest, many programs show the first.
DOUBLED = (
    ("subject", b"Subject: Your account closes today"),
    ("subject-in-lower-case", b"subject: Your account closes today"),
    ("date", b"Date: Fri, 20 Nov 2026 11:59:00 +0000"),
    ("message-id", b"Message-ID: <new@evil.test>"),
    ("to", f"To: {SELLER}".encode()),
    ("mime-version", b"MIME-Version: 1.0"),
    ("content-type", b'Content-Type: multipart/mixed; boundary="x"'),
    ("transfer-encoding", b"Content-Transfer-Encoding: base64"),
)

# (name, lines): what one reader takes for a single field and another for two. The second is "Subject".
SMUGGLED = (
    ("bare-cr-hides-subject", b"X-Note: a\rSubject: Your account closes today"),
    ("bare-lf-hides-subject", b"X-Note: a\nSubject: Your account closes today"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Doubled, added, exchanged and smuggled fields."""
    yield from _doubled(profile)
    yield from _reply_to(profile)
    yield from _content_type(profile)
    yield from _smuggled(profile)
    yield from _broken_header(profile)


def _doubled(profile: Profile) -> Iterator[Sample]:
    for name, line in DOUBLED:
        raw = deliver(on_top(genuine_notice(), line), profile, AT_AMAZON)
        why = "two fields where RFC 5322 allows one; the signature covers the one that is not shown"
        # Under a second encoding nobody can say what the page is, so there the page is refused as well.
        only = name != "transfer-encoding"
        yield forge(profile, f"second-{name}-not-oversigned", raw, by=BY, why=why, row=46, only=only)
    oversigned = genuine_customer(CUSTOMER, (*FULL, "Subject"))
    raw = deliver(
        on_top(oversigned, DOUBLED[0][1]), profile, Stamp("fail", "relay.walmart.com", (("fail", "walmart.com"),))
    )
    why = "the second Subject breaks a signature that had room for one"
    yield forge(profile, "second-subject-oversigned", raw, by="domain-proof", why=why, row=46)


def _reply_to(profile: Profile) -> Iterator[Sample]:
    customer = genuine_customer(CUSTOMER, NO_REPLY_TO)
    notice = genuine_notice(NOTICE, NO_REPLY_TO)
    tricks = (
        ("reply-to-added-to-customer-message", customer, AT_WALMART, b"Reply-To: x@evil.test"),
        ("reply-to-other-relay-address", customer, AT_WALMART, f"Reply-To: {'F' * 32}@relay.walmart.com".encode()),
        ("reply-to-added-to-notice", notice, AT_AMAZON, b"Reply-To: x@evil.test"),
        ("reply-to-look-alike", notice, AT_AMAZON, b"Reply-To: seller-notification@amazonn.de"),
        (
            "reply-to-named-as-brand",
            notice,
            AT_AMAZON,
            b'Reply-To: "seller-notification@amazon.com" <x@evil.test>',
        ),
        ("reply-to-two-addresses", notice, AT_AMAZON, b"Reply-To: seller-notification@amazon.com, x@evil.test"),
        (
            "reply-to-from-and-stranger",
            customer,
            AT_WALMART,
            f"Reply-To: {RELAY}, x@evil.test".encode(),
        ),
    )
    for name, raw, stamp, line in tricks:
        why = "the answer goes to a stranger, and nobody signed that"
        delivered = deliver(on_top(raw, line), profile, stamp)
        yield forge(profile, name, delivered, by=BY, why=why, row=45, only=True)
    twice = on_top(notice, b"Reply-To: seller-notification@amazon.com", b"Reply-To: x@evil.test")
    raw = deliver(twice, profile, AT_AMAZON)
    yield forge(profile, "reply-to-twice", raw, by=BY, why="one of two is the stranger's", row=45, only=True)


def _content_type(profile: Profile) -> Iterator[Sample]:
    """Row 47: the body is as signed; what it means is not."""
    quoting = "--b\nContent-Type: text/html\n\nYour account closes today.\n--b--\n"
    notice = genuine_notice(replace(NOTICE, body=NOTICE.body + quoting), NO_CONTENT_TYPE)
    tricks = (
        ("content-type-new-boundary", b'multipart/mixed; boundary="b"'),
        ("content-type-text-to-html", b"text/html; charset=utf-8"),
        ("content-type-other-charset", b"text/plain; charset=utf-7"),
    )
    for name, kind in tricks:
        raw = deliver(swap(notice, b"text/plain; charset=utf-8", kind), profile, AT_AMAZON)
        why = "Content-Type was not signed, so the signed bytes may be shown as something else"
        yield forge(profile, name, raw, by=BY, why=why, row=47, only=True)


def _smuggled(profile: Profile) -> Iterator[Sample]:
    for name, line in SMUGGLED:
        raw = deliver(on_top(genuine_notice(), line), profile, AT_AMAZON)
        why = "whether there are two Subjects depends on what ends a line"
        # A header that can be read in two ways has no one sender; a line feed ends a line everywhere.
        is_bare_cr = b"\r" in line
        yield forge(profile, name, raw, by="one-sender" if is_bare_cr else BY, why=why, row=55, only=not is_bare_cr)
    hidden = on_top(signed(LURE, "evil.test"), f"X-Note: a\rFrom: {RELAY}".encode())
    raw = deliver(hidden, profile, own())
    why = "one reader sees a second From, the brand's"
    standing = "unverified|forged|unrelated"
    yield forge(profile, "bare-cr-hides-from", raw, by="known-stream", why=why, row=55, standing=standing)


def _broken_header(profile: Profile) -> Iterator[Sample]:
    """Bytes no mail program should have written. None may end a run, and none may be believed."""
    stamp = Stamp("none", "relay.walmart.com")
    brand = compose(CUSTOMER)
    tricks = (
        ("nul-in-subject", swap(brand, b"Where is", b"Where\x00is")),
        ("eight-bit-header", swap(brand, b"Where is", b"W\xf6 ist \xff\xfe")),
        ("no-empty-line-before-body", brand.replace(CRLF + CRLF, CRLF, 1)),
        ("no-body-at-all", brand.partition(CRLF + CRLF)[0]),
        ("line-without-colon-in-header", swap(brand, b"MIME-Version: 1.0", b"this is no field")),
        ("lf-only-lines", brand.replace(CRLF, b"\n")),
        ("no-date-no-message-id", compose(replace(CUSTOMER, date=None, message_id="\n "))),
    )
    for name, raw in tricks:
        why = "broken bytes, and no proof of the domain"
        yield forge(profile, name, deliver(raw, profile, stamp), by="domain-proof", why=why, row=55)
    faceless = compose(replace(LURE, subject="Walmart: your account is suspended", sender=""))
    why = "nobody is named as the sender; the Subject alone names the brand"
    raw = deliver(faceless, profile, Stamp("none", ""))
    standing = "unverified|forged|unrelated"
    yield forge(profile, "no-from-at-all", raw, by="one-sender", why=why, row=55, standing=standing)
