"""A From that two readers read differently: rows 4 to 17, 34 and 60."""

from collections.abc import Iterator

from .. import Profile, Sample
from ..build import Letter, compose, on_top, sign, signed
from ..delivery import Stamp, deliver, own, passed
from .bait import CUSTOMER, LURE, RELAY, RELAY_FAILS, forge, uncheckable

LOCAL = RELAY.partition("@")[0]
MATH_AMAZON = "\U0001d41a\U0001d426\U0001d41a\U0001d433\U0001d428\U0001d427.\U0001d41d\U0001d41e"
WIDE_WALMART = "".join(chr(ord(letter) + 0xFEE0) for letter in "walmart") + ".com"

# (name, From, row): the standard library reads each as the relay's address, in Python 3.11.
READ_AS_RELAY = (
    ("address-before-angle-address", f"{RELAY} <x@evil.test>", 4),
    ("two-angle-addresses", f"<{RELAY}> <x@evil.test>", 5),
    ("two-addresses-brand-first", f"{RELAY}, x@evil.test", 6),
    ("same-address-twice", f"<{RELAY}>, <{RELAY}>", 6),
    ("semicolon-between-addresses", f"{RELAY}; x@evil.test", 6),
    ("folded-second-address", f"\n <{RELAY}>\n <x@evil.test>", 9),
    ("route-ends-in-brand", f"<@evil.test:{RELAY}>", 11),
    ("comment-after-address", f"{RELAY} (x@evil.test)", 13),
    ("comment-before-address", f"(x@evil.test) {RELAY}", 13),
    ("comment-swallows-address", f"{RELAY}(<x@evil.test>)", 13),
    ("group-of-one", f"Walmart:{RELAY};", 15),
    ("text-after-angle-address", f"<{RELAY}>x@evil.test", 5),
)

# (name, From, row): the catalogue's domain is there, in a place that some reader takes for the sender.
MALFORMED = (
    ("two-addresses-brand-second", f"x@evil.test, {RELAY}", 6),
    ("quoted-address-then-comma", f'"{RELAY}", <x@evil.test>', 6),
    ("name-with-comma", f"Walmart ,_<x@evil.test>, {RELAY}", 6),
    ("nul-after-address", f"{RELAY}\x00@evil.test", 10),
    ("control-byte-in-address", f"<{RELAY}\x01@evil.test>", 10),
    ("route-through-brand", "<@relay.walmart.com:x@evil.test>", 11),
    ("quoted-local-part-is-address", f'<"{RELAY}"@evil.test>', 12),
    ("quoted-address-no-domain", f'<"{RELAY}">', 12),
    ("quoted-local-part-at-brand", f'<"{LOCAL}"@relay.walmart.com>', 12),
    ("brand-in-comment", f"x@evil.test ({RELAY})", 13),
    ("trailing-dot", f"<{RELAY}.>", 14),
    ("double-angle", f"Walmart <<{RELAY}>>", 5),
    ("angle-not-closed", f"Walmart <{RELAY}", 5),
    ("two-at-signs", f"<{RELAY}@evil.test>", 5),
    ("empty-label", f"<{LOCAL}@relay..walmart.com>", 14),
)

# (name, From, row): letters that email-validator, IDNA and NFKC fold into the catalogue's domain.
FOLDED = (
    ("mathematical-letters", f"<seller-notification@{MATH_AMAZON}>", 16),
    ("full-width-letters", f"<help@{WIDE_WALMART}>", 16),
    ("ideographic-full-stop", "<help@walmart\u3002com>", 17),
    ("cyrillic-letter-in-domain", "<help@walm\u0430rt.com>", 18),
    ("soft-hyphen-in-domain", "<help@wal\u00admart.com>", 20),
    ("zero-width-space-in-domain", "<help@walmart\u200b.com>", 20),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Every From trick, as the forger sends it and, where it can be, with the brand's own signature on it."""
    for name, sender, row in (*READ_AS_RELAY, *MALFORMED, *FOLDED):
        yield _by_forger(profile, name, sender, row=row)
    for name, sender, row in READ_AS_RELAY:
        yield _with_brands_signature(profile, name, sender, row=row)
    for name, sender, row in FOLDED:
        yield _folded_with_signature(profile, name, sender, row=row)
    yield from _two_from_fields(profile)
    yield from _stamp_names_another(profile)
    yield from _no_brand_domain(profile)


def _by_forger(profile: Profile, name: str, sender: str, *, row: int) -> Sample:
    raw = signed(Letter(sender, CUSTOMER.subject, CUSTOMER.body), "evil.test")
    stamp = Stamp("none", "evil.test", (("pass", "evil.test"),))
    why = "which address is the sender depends on who reads it"
    return forge(profile, name, deliver(raw, profile, stamp), by="one-sender", why=why, row=row, standing="forged")


def _with_brands_signature(profile: Profile, name: str, sender: str, *, row: int) -> Sample:
    """Signature, stamp, recipient and text are all in order; the From alone is not."""
    raw = signed(Letter(sender, CUSTOMER.subject, CUSTOMER.body), "walmart.com")
    return forge(
        profile,
        f"{name}-signed",
        deliver(raw, profile, passed("relay.walmart.com", "walmart.com")),
        by="one-sender",
        why="the standard library reads the relay's address out of a From that is not one plain mailbox",
        row=row,
        standing="forged",
        only=True,
    )


def _folded_with_signature(profile: Profile, name: str, sender: str, *, row: int) -> Sample:
    """The receiver folded the letters too: even a stamp and a signature for the brand must not help."""
    domain = "amazon.de" if "notification" in sender else "walmart.com"
    raw = signed(Letter(sender, CUSTOMER.subject, CUSTOMER.body), domain)
    shown = sender.partition("@")[2].rstrip(">")
    why = "the raw domain is not plain ASCII; folding it gives the brand"
    return forge(
        profile,
        f"{name}-signed",
        deliver(raw, profile, passed(shown, domain, mailfrom="evil.test")),
        by="one-sender",
        why=why,
        row=34 if profile is Profile.MICROSOFT else row,
        standing="forged",
    )


def _two_from_fields(profile: Profile) -> Iterator[Sample]:
    evil, brand = b"From: x@evil.test", f"From: {RELAY}".encode()
    signed_by_evil = signed(LURE, "evil.test")
    signed_brand = signed(CUSTOMER, "walmart.com")
    tricks = (
        ("two-from-fields-brand-first", on_top(signed_by_evil, brand), own(), 7),
        ("two-from-fields-brand-last", on_top(signed_brand, evil), RELAY_FAILS, 7),
        ("from-in-lower-case", on_top(signed_by_evil, f"from: {RELAY}".encode()), own(), 8),
        ("from-in-upper-case-folded", on_top(signed_by_evil, f"FROM:\r\n {RELAY}".encode()), own(), 8),
    )
    for name, raw, stamp, row in tricks:
        yield forge(
            profile,
            name,
            deliver(raw, profile, stamp),
            by="one-sender",
            why="two From fields: the receiver judged one, the reader sees the other",
            row=row,
            standing="forged",
        )
    for name, line in (("space", f"From : {RELAY}"), ("tab", f"From\t: {RELAY}")):
        yield forge(
            profile,
            f"from-with-{name}-before-colon",
            deliver(on_top(signed_by_evil, line.encode()), profile, own()),
            by="known-stream",
            why="a second From, which readers that know no blank before the colon do not see",
            row=8,
            standing="unverified|forged|unrelated",
        )
    both = sign(on_top(compose(CUSTOMER), evil), "evil.test", ("From", "From", "To", "Subject", "Date"))
    why = "both From fields are signed, by the forger"
    raw = deliver(both, profile, own())
    yield forge(profile, "two-from-fields-both-signed", raw, by="one-sender", why=why, row=7, standing="forged")


def _stamp_names_another(profile: Profile) -> Iterator[Sample]:
    """Row 60: the receiver judged an address that is not the one From."""
    if not profile.is_believed:
        return
    two = uncheckable(Letter(f"{RELAY} <x@evil.test>", CUSTOMER.subject, CUSTOMER.body))
    yield forge(
        profile,
        "stamp-names-first-of-two",
        deliver(two, profile, passed("relay.walmart.com", "walmart.com")),
        by="one-sender",
        why="the stamp passes the address that the forger wrote first",
        row=60,
        standing="forged",
    )
    yield forge(
        profile,
        "stamp-passes-another-from",
        deliver(uncheckable(), profile, own()),
        by="domain-proof",
        why="DMARC passed, for a domain that is not the From",
        row=60,
        standing="unverified|forged",
    )


def _no_brand_domain(profile: Profile) -> Iterator[Sample]:
    """Broken From fields that hold the brand's name at most."""
    tricks = (
        ("group-with-brand-name", "Walmart:x@evil.test;", 15, "unverified|forged"),
        ("empty-group", "Walmart Marketplace:;", 15, "unverified|forged"),
        ("address-without-top-domain", "Walmart <help@walmart>", 14, "unverified|forged"),
        ("empty-from", "Walmart <>", 15, "unverified|forged"),
    )
    for name, sender, row, standing in tricks:
        raw = compose(Letter(sender, LURE.subject, LURE.body))
        delivered = deliver(raw, profile, Stamp("none", ""))
        why = "no address to compare; the name claims the brand"
        yield forge(profile, name, delivered, by="one-sender", why=why, row=row, standing=standing)
