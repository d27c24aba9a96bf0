"""The provider's own lines, copied by the sender to the letter: rows 72 and 73."""

from collections.abc import Iterator

from .. import Profile, Sample
from ..build import CRLF, on_top
from ..delivery import Stamp, deliver
from .bait import RELAY_PASSES, forge, provider_block, provider_results, relay_signed_by, spoof, uncheckable

BY = "domain-proof"
FAILS = relay_signed_by("walmart.com", "fail")
NEUTRAL = Stamp("none", "relay.walmart.com", (("neutral", "walmart.com"),))

# (name, what the provider found; "" where it stamped nothing).
TRUTHS: tuple[tuple[str, Stamp | str], ...] = (
    ("under-a-fail", FAILS),
    ("under-no-result", NEUTRAL),
    ("under-a-timeout", Stamp("temperror", "relay.walmart.com", (("temperror", "walmart.com"),))),
    ("where-it-stamped-nothing", ""),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Nobody can tell the copy from the original but by where it lies."""
    raw = uncheckable()
    block = provider_block(profile, RELAY_PASSES, raw)
    results = provider_results(profile, RELAY_PASSES, raw)
    copies = (
        ("whole-block", block + raw),
        ("whole-block-twice", block * 2 + raw),
        ("results-above-block", results + block + raw),
        ("block-above-results", block + results + raw),
        ("block-above-results-behind-a-field", block + CRLF.join((b"X-Note: a", b"")) + results + raw),
    )
    for name, copy in copies:
        for case, truth in TRUTHS:
            why = "the lines are the provider's to the letter, and lie below its own border"
            delivered = deliver(copy, profile, truth)
            yield forge(profile, f"copied-{name}-{case}", delivered, by=BY, why=why, row=72 if truth else 73)
    unsigned = block + on_top(raw[raw.index(CRLF + b"Date:") + 2 :])
    why = "the copy speaks of a signature that is not there"
    delivered = deliver(unsigned, profile, relay_signed_by("evil.test", "none"))
    yield forge(profile, "copied-whole-block-over-unsigned", delivered, by=BY, why=why, row=72, standing=spoof(profile))
