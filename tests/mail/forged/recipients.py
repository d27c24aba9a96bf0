"""A replay whose signed recipient folds, decodes or splits into the seller's address: row 76."""

from collections.abc import Iterator
from dataclasses import replace

from .. import SELLER, Profile, Sample
from ..build import on_top
from ..delivery import deliver, passed
from .bait import NOTICE, forge, genuine_notice

OTHER = "other-seller@else.test"
LOCAL, DOMAIN = SELLER.split("@")
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "shop")

# (name, the signed To): another's address, which a reader that normalises takes for the seller's.
FOLDED = (
    ("cyrillic-letter", f"{LOCAL}@\u0455hop.test"),
    ("full-width-letters", f"{LOCAL}@{FULL_WIDTH}.test"),
    ("ideographic-full-stop", f"{LOCAL}@shop\u3002test"),
    ("soft-hyphen", f"{LOCAL}@sh\u00adop.test"),
    ("zero-width-space", f"{LOCAL}@shop\u200b.test"),
    ("punycode", f"{LOCAL}@xn--hop-xed.test"),
    ("trailing-dot-and-more", f"{SELLER}.else.test"),
    ("percent-hack", f"{LOCAL}%{DOMAIN}@else.test"),
    ("bang-path", f"{DOMAIN}!{LOCAL}@else.test"),
    ("encoded-word", "=?utf-8?Q?seller=40shop=2Etest?= <other-seller@else.test>"),
    ("encoded-address", "=?utf-8?Q?seller=40shop=2Etest?="),
    ("route", f"<@{DOMAIN}:{OTHER}>"),
    ("two-at-signs", f"{SELLER}@else.test"),
    ("nul", f"{SELLER}\x00@else.test"),
    ("vertical-tab", f"{OTHER}\x0bCc: {SELLER}"),
    ("line-separator", f"{OTHER}\u2028To: {SELLER}"),
    ("next-line", f"{OTHER}\u0085To: {SELLER}"),
    ("group-name", f"{SELLER}:{OTHER};"),
    ("open-quote", f'"{SELLER} <{OTHER}>'),
    ("domain-literal", f"{LOCAL}@[shop.test]"),
    ("plus", f"other+{SELLER}"),
)

# (name, fields added above the signed ones).
ADDED = (
    ("second-cc", (f"Cc: {SELLER}",), (("Cc", "third-seller@else.test"),)),
    ("resent-cc", (f"Resent-Cc: {SELLER}", "Resent-From: x@evil.test"), ()),
    ("original-recipient", (f"Original-Recipient: rfc822;{SELLER}", f"X-Forwarded-To: {SELLER}"), ()),
    (
        "received-for",
        (f"Received: from a by b with ESMTP id 1\r\n for <{SELLER}>; Fri, 20 Nov 2026 11:59:00 +0000",),
        (),
    ),
    ("list-of-everything", tuple(f"{name}: {SELLER}" for name in ("X-Envelope-To", "X-Rcpt-To", "X-Delivered-To")), ()),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Truly signed by Amazon, for somebody else."""
    stamp, by = passed("amazon.com"), "meant-for-seller"
    for name, to in FOLDED:
        raw = deliver(genuine_notice(replace(NOTICE, to=to)), profile, stamp)
        why = "the signed To is not the seller's address before anything is folded, decoded or cut"
        yield forge(profile, f"recipient-{name}", raw, by=by, why=why, row=76)
    for name, lines, extra in ADDED:
        signed = genuine_notice(replace(NOTICE, to=OTHER, extra=extra))
        raw = deliver(on_top(signed, *(line.encode() for line in lines)), profile, stamp)
        why = "only fields that nobody signed name the seller"
        yield forge(profile, f"recipient-in-{name}", raw, by=by, why=why, row=74)
