"""The four cases of the review table of Vibe-Trading issue 1508: rows 68 to 71.

Five projects had the same defect in their reader of Authentication-Results between June and September 2026.
"""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import signed
from ..delivery import Stamp, deliver, own
from .bait import CUSTOMER, LURE, RELAY_PASSES, forge, provider_results, relay_signed_by, uncheckable

BY = "domain-proof"
WORDS = "dkim=pass header.d=walmart.com; dmarc=pass header.from=relay.walmart.com"

# (name, the domain of the envelope address that the provider repeats, in a comment and as a property).
ENVELOPES = (
    ("comment", f"evil.test ({WORDS})"),
    ("comment-closed-early", f"evil.test) ; {WORDS} (evil.test"),
    ("nested-comment", f"evil.test (a (b) {WORDS} (c))"),
    ("mail-from", f'"x; {WORDS}"@evil.test'),
    ("mail-from-without-quotes", f"evil.test; {WORDS}; x=evil.test"),
    ("mail-from-with-escaped-quote", f'"x\\"; {WORDS}; \\""@evil.test'),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Each in the provider's own spelling."""
    raw = uncheckable()
    planted = provider_results(profile, RELAY_PASSES, raw) + raw
    fails = relay_signed_by("walmart.com", "fail")
    why = "the only results on the message are the sender's own"
    yield forge(profile, "review-forged-lone-field", deliver(planted, profile, ""), by=BY, why=why, row=68)
    why = "the sender's pass lies below the provider's fail"
    yield forge(profile, "review-forged-under-a-real-fail", deliver(planted, profile, fails), by=BY, why=why, row=69)
    yield from _own_domain_passes(profile)
    for name, envelope in ENVELOPES:
        stamp = replace(fails, mailfrom=envelope)
        why = "the pass is the sender's words, repeated inside the provider's own field"
        yield forge(profile, f"review-pass-in-{name}", deliver(raw, profile, stamp), by=BY, why=why, row=71)


def _own_domain_passes(profile: Profile) -> Iterator[Sample]:
    raw = deliver(signed(CUSTOMER, "evil.test"), profile, own())
    why = "every result is a pass, and every one is for the attacker's own domain"
    standing = "unverified|forged" if profile.is_believed else "unverified"
    yield forge(
        profile,
        "review-own-domain-passes",
        raw,
        by=BY,
        why=why,
        row=70,
        standing=standing,
        only=not profile.is_believed,
    )
    named = replace(LURE, sender="Walmart Marketplace <x@evil.test>")
    raw = deliver(signed(named, "evil.test"), profile, own())
    yield forge(profile, "review-own-domain-passes-under-brand-name", raw, by="known-stream", why=why, row=70)
    if profile.is_believed:
        both = Stamp("pass", "evil.test", (("pass", "evil.test"), ("none", "walmart.com")))
        raw = deliver(uncheckable(), profile, both)
        why = "a pass for the attacker's domain beside no result for the brand's"
        name = "review-own-domain-passes-beside-brand"
        yield forge(profile, name, raw, by=BY, why=why, row=70, standing=standing)
