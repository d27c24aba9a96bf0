"""Proof that belongs to something inside or beside the message: rows 51, 54 and 64."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from .. import PINNED_ID, RECEIVED_AT, Profile, Sample
from ..build import Letter, compose, multipart, on_top, sign, signed
from ..delivery import deliver, own, passed, pinned_text
from .bait import CUSTOMER, LURE, NOTICE, RELAY, RELAY_FAILS, forge, genuine_customer, spoof, uncheckable

OLD = RECEIVED_AT - timedelta(days=40)
GOOD = pinned_text(passed("relay.walmart.com", "walmart.com"))
PREFACE = (
    "Spam detection software, running on the system, has identified this incoming email as possible spam.\n"
    "To see it, sign in at https://evil.test/release first.\n"
)

# Marks that only look like the marketplace's or the provider's own.
FINGERPRINTS = (
    b"X-eBay-MailTracker: 11021.000.1.1.1",
    b"X-AMAZON-MAIL-RELAY-TYPE: notification",
    b"X-Space-Notification-Type: RETURN_REQUEST",
    b"X-MS-Exchange-Organization-SCL: -1",
    b"X-MS-Exchange-Organization-AuthAs: Internal",
    b"X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;dest:I;OFR:TrustedSenderList;",
    b"X-IncomingTopHeaderMarker: OriginalChecksum:00;SizeAsReceived:410;Count:9",
    b"X-Spam-Status: No, score=-7.6 required=4.0 tests=DKIM_VALID_AU,SPF_PASS",
    b"X-Rspamd-Action: no action",
    b"X-ME-VSScore: 0",
    b"BIMI-Indicator: PHN2Zz48L3N2Zz4=",
)

# What SpamAssassin writes around mail it reports safely, and anybody else can.
ORIGINAL = (
    "; x-spam-type=original\nContent-Description: original message before SpamAssassin\nContent-Disposition: inline"
)
FLAGS = (
    b"X-Spam-Flag: YES",
    b"X-Spam-Checker-Version: SpamAssassin 4.0.1 (2024-03-26) on mx.shop.test",
    b"X-Spam-Status: Yes, score=9.1 required=5.0 tests=BAYES_99 autolearn=no version=4.0.1",
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Wrapped, forwarded, over-long and dressed-up messages."""
    yield from _forwarded(profile)
    yield from _report_safe(profile)
    yield from _long(profile)
    yield from _fingerprints(profile)


def _attached(inner: bytes, preface: str, outer: Letter, note: str = "") -> bytes:
    """`outer` around a whole message, kept byte for byte."""
    kind, body = multipart("mixed", ("text/plain; charset=utf-8", preface), (f"message/rfc822{note}", "INNER"))
    return compose(replace(outer, content_type=kind, body=body)).replace(b"INNER", inner, 1)


def _forwarded(profile: Profile) -> Iterator[Sample]:
    """Row 51: a stranger sends on, or claims to send on, a message that was genuine."""
    plain = replace(LURE, subject="Fwd: Where is my order?")
    branded = replace(plain, sender="Walmart Marketplace <x@evil.test>")
    note = "\nContent-Disposition: attachment"
    for name, outer, standing in (
        ("genuine-message-as-attachment", plain, "unrelated"),
        ("genuine-message-as-attachment-named-as-brand", branded, "unverified"),
    ):
        raw = sign(_attached(genuine_customer(), "See below.\n", outer, note), "evil.test")
        by = "" if standing == "unrelated" else "known-stream"
        why = "the proof belongs to the attachment, not to the message around it"
        yield forge(profile, name, deliver(raw, profile, own()), by=by, why=why, row=51, standing=standing)
    raw = _attached(genuine_customer(), "See below.\n", CUSTOMER, note)
    why = "the brand's signature holds for the attachment alone"
    yield forge(
        profile,
        "genuine-message-inside-relay-spoof",
        deliver(raw, profile, RELAY_FAILS),
        by="domain-proof",
        why=why,
        row=51,
        standing=spoof(profile),
    )
    quoted = replace(LURE, body=genuine_customer().decode().replace("\r\n", "\n"))
    raw = deliver(signed(quoted, "evil.test"), profile, own())
    why = "header lines in a text are text"
    yield forge(profile, "genuine-message-quoted-in-text", raw, by="", why=why, row=51, standing="unrelated")


def _report_safe(profile: Profile) -> Iterator[Sample]:
    """A SpamAssassin wrapper that no SpamAssassin of the seller's made."""
    stamped = on_top(uncheckable(), f"Authentication-Results: {PINNED_ID}; {GOOD}".encode().replace(b"\n", b"\r\n"))
    replayed = sign(compose(replace(NOTICE, date=OLD, to="other@else.test")), "amazon.com", signed_at=OLD)
    tampered = genuine_customer().replace(b"Please answer.", b"Pay now.")
    tricks = (
        ("wrapper-around-planted-stamp", stamped, CUSTOMER, "domain-proof", RELAY_FAILS, spoof(profile)),
        ("wrapper-around-old-replay", replayed, NOTICE, "meant-for-seller", passed("amazon.com"), "unverified"),
        ("wrapper-around-changed-message", tampered, CUSTOMER, "domain-proof", RELAY_FAILS, "unverified|forged"),
        ("wrapper-around-unsigned", compose(CUSTOMER), CUSTOMER, "domain-proof", RELAY_FAILS, spoof(profile)),
    )
    for name, inner, outer, by, stamp, standing in tricks:
        raw = on_top(_attached(inner, PREFACE, outer, ORIGINAL), *FLAGS)
        why = "anybody can wrap a message; inside, only our own verification counts"
        either = "unverified|forged" if standing == "forged" else standing
        yield forge(profile, name, deliver(raw, profile, stamp), by=by, why=why, row=85, standing=either)


def around_true_mail(profile: Profile) -> tuple[bytes, ...]:
    """Lures that wrap a true message to this seller: what is inside may be proved, the whole never moves."""
    once = on_top(_attached(genuine_customer(), PREFACE, CUSTOMER, ORIGINAL), *FLAGS)
    twice = on_top(_attached(once, PREFACE, CUSTOMER, ORIGINAL), *FLAGS)
    unlike = on_top(_attached(genuine_customer(), PREFACE, replace(LURE, subject=CUSTOMER.subject), ORIGINAL), *FLAGS)
    return tuple(deliver(raw, profile, RELAY_FAILS) for raw in (once, twice, unlike))


def _long(profile: Profile) -> Iterator[Sample]:
    """Row 54: any answer but GENUINE, in bounded time."""
    many = ", ".join(f"a{number}@evil.test" for number in range(3525))
    lure = "Walmart " * 8000
    senders = (
        ("from-of-64-kilobytes", f'"{lure}" <{RELAY}>', "domain-proof", "unverified|forged"),
        ("from-with-3525-addresses", f"{many}, {RELAY}", "one-sender", "unverified|forged"),
        ("from-of-nested-comments", f"{'(' * 5000}x{')' * 5000} {RELAY}", "one-sender", "unverified|forged"),
        ("from-of-open-quotes", f"{chr(34) * 9999} <{RELAY}>", "one-sender", "unverified|forged"),
        ("from-of-open-angles", f"{'<' * 9999}{RELAY}", "one-sender", "unverified|forged"),
    )
    for name, sender, by, standing in senders:
        raw = deliver(compose(replace(CUSTOMER, sender=sender)), profile, RELAY_FAILS)
        yield forge(profile, name, raw, by=by, why="long beyond any honest use", row=54, standing=standing)
    fields = tuple(f"X-Filler-{number}: x".encode() for number in range(5000))
    raw = deliver(on_top(compose(CUSTOMER), *fields), profile, RELAY_FAILS)
    why = "five thousand fields, no proof"
    yield forge(profile, "five-thousand-fields", raw, by="domain-proof", why=why, row=54, standing="unverified|forged")
    deep = "".join(f"--{n}\nContent-Type: multipart/mixed; boundary={n + 1}\n\n" for n in range(200))
    letter = replace(CUSTOMER, body=deep, content_type="multipart/mixed; boundary=0")
    raw = deliver(compose(letter), profile, RELAY_FAILS)
    why = "two hundred parts within parts, no proof"
    yield forge(profile, "parts-nested-200-deep", raw, by="domain-proof", why=why, row=54, standing="unverified|forged")


def _fingerprints(profile: Profile) -> Iterator[Sample]:
    dressed = on_top(compose(CUSTOMER), *FINGERPRINTS)
    raw = deliver(dressed, profile, RELAY_FAILS)
    why = "no X- field is evidence: mail scripts write them by hand"
    yield forge(profile, "planted-fingerprints", raw, by="domain-proof", why=why, row=64, standing=spoof(profile))
    named = on_top(signed(replace(LURE, sender="Amazon <x@evil.test>"), "evil.test"), *FINGERPRINTS)
    raw = deliver(named, profile, own())
    yield forge(profile, "planted-fingerprints-on-own-domain", raw, by="known-stream", why=why, row=64)
