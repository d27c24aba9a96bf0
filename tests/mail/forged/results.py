"""Results whose words the signer chose, or that say two things at once: rows 109 and 110."""

from collections.abc import Iterator

from .. import Profile, Sample
from ..delivery import Stamp, deliver
from .bait import RELAY_PASSES, forge, results_text, uncheckable

BY = "domain-proof"
DKIM, DMARC = "dkim=pass header.d=walmart.com", "dmarc=pass header.from=relay.walmart.com"

# (name, the results): what a careless receiver repeats of a signature that the forger made.
CHOSEN = (
    ("selector", f'dkim=pass header.d=evil.test header.s="s1; {DKIM}"; dmarc=fail header.from=relay.walmart.com'),
    ("selector-bare", "dkim=pass header.d=evil.test header.s=header.d=walmart.com; dmarc=fail header.from=evil.test"),
    ("identity", f'dkim=pass header.i="x; {DKIM}; {DMARC}"@evil.test; dmarc=fail header.from=relay.walmart.com'),
    ("identity-like-brand", 'dkim=pass header.i="relay.walmart.com"@evil.test; dmarc=fail header.from=evil.test'),
    ("identity-before-at", f"dkim=pass header.i=walmart.com@evil.test; {DMARC}"),
    ("identity-behind-two-ats", f"dkim=pass header.i=@walmart.com@evil.test; {DMARC}"),
    ("algorithm", f'dkim=pass header.a="rsa-sha256 header.d=walmart.com" header.d=evil.test; {DMARC}'),
    ("from-of-another", "dkim=pass header.d=walmart.com; dmarc=pass header.from=relay.walmart.com.evil.test"),
    ("from-with-address", 'dkim=pass header.d=walmart.com; dmarc=pass header.from="relay.walmart.com"@evil.test'),
    ("from-in-comment", "dkim=pass header.d=walmart.com; dmarc=pass (header.from=relay.walmart.com)"),
)

# (name, the results): nobody writes these on purpose, and what they mean nobody knows.
UNCLEAR = (
    ("two-domains-in-one", f"dkim=pass header.d=evil.test header.d=walmart.com; {DMARC}"),
    ("two-domains-brand-first", f"dkim=pass header.d=walmart.com header.d=evil.test; {DMARC}"),
    ("two-froms-in-one", f"{DKIM}; dmarc=pass header.from=evil.test header.from=relay.walmart.com"),
    ("two-froms-brand-first", f"{DKIM}; {DMARC} header.from=evil.test"),
    ("two-dmarc-fail-last", f"{DKIM}; {DMARC}; dmarc=fail header.from=relay.walmart.com"),
    ("two-dmarc-fail-first", f"{DKIM}; dmarc=fail header.from=relay.walmart.com; {DMARC}"),
    (
        "pass-as-reason",
        "dkim=fail reason=pass header.d=walmart.com; dmarc=fail reason=pass header.from=relay.walmart.com",
    ),
    ("pass-as-policy", "dkim=fail policy.dkim=pass header.d=walmart.com; dmarc=none policy.dmarc=pass"),
    ("longer-word", "dkim=passed header.d=walmart.com; dmarc=passed header.from=relay.walmart.com"),
    ("soft-pass", "dkim=softpass header.d=walmart.com; dmarc=bestguesspass header.from=relay.walmart.com"),
    ("longer-method", f"x-{DKIM}; x-{DMARC}"),
    ("method-of-version-2", f"{DKIM.replace('dkim=', 'dkim/2=')}; {DMARC.replace('dmarc=', 'dmarc/2=')}"),
    ("no-method", "pass header.d=walmart.com; pass header.from=relay.walmart.com"),
    ("methods-swapped", "dmarc=pass header.d=walmart.com; dkim=pass header.from=relay.walmart.com"),
    ("other-methods", f"arc=pass header.d=walmart.com; {DMARC}"),
    ("domainkeys", f"domainkeys=pass header.d=walmart.com; {DMARC}"),
    ("no-semicolon", f"{DKIM} {DMARC}"),
    ("none-and-more", f"none; {DKIM}; {DMARC}"),
    ("open-comment", f"dkim=fail (signature {DKIM}; {DMARC}"),
    ("open-quote", f'dkim=fail reason="{DKIM}; {DMARC}'),
    ("property-of-another-kind", f"dkim=pass smtp.d=walmart.com; {DMARC}"),
    ("discarded-results", f"dkim=fail header.d=walmart.com; {DMARC} policy.published-domain=evil.test; dmarc=fail"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Read for what it says, or refused; never guessed."""
    if not profile.is_believed:
        return
    raw = uncheckable()
    for row, results in ((109, CHOSEN), (110, UNCLEAR)):
        for name, text in results:
            why = "no result says that a signature of the From's own domain passed, and nothing more"
            delivered = deliver(raw, profile, text)
            yield forge(profile, f"results-{name}", delivered, by=BY, why=why, row=row)
    yield from _behind_the_truth(profile, raw)


def _behind_the_truth(profile: Profile, raw: bytes) -> Iterator[Sample]:
    """The provider's own results say fail; behind them stand the signer's words."""
    fails = results_text(profile, Stamp("fail", "relay.walmart.com", (("fail", "walmart.com"),)))
    passes = results_text(profile, RELAY_PASSES)
    for name, text in (("fail-then-pass", f"{fails}; {passes}"), ("pass-then-fail", f"{passes}; {fails}")):
        why = "two sets of results in one field"
        yield forge(profile, f"results-{name}", deliver(raw, profile, text), by=BY, why=why, row=110)
