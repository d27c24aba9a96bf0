"""The signature that passed, written so that only the provider reads it, beside one made to be read: row 112."""

from collections.abc import Iterator
from dataclasses import replace

from .. import SELLER, Profile, Sample
from ..build import CRLF, compose, sign, swap
from ..delivery import deliver, passed
from .bait import NO_SUBJECT, NO_TO, NOTICE, forge, results_text
from .injection import prefixes

OTHER = b"other-seller@else.test"
NAME = b"DKIM-Signature:"

# (name, how the true signature's name is written): RFC 5322 section 4.5.8 still lets blanks stand before the colon.
NAMES = (
    ("blank-before-colon", b"DKIM-Signature :"),
    ("tab-before-colon", b"DKIM-Signature\t:"),
    ("blanks-before-colon", b"DKIM-Signature    :"),
    ("lower-case", b"dkim-signature:"),
    ("upper-case-and-blank", b"DKIM-SIGNATURE :"),
    ("folded-at-once", b"DKIM-Signature:\r\n"),
    ("folded-behind-tab", b"DKIM-Signature:\t\r\n\t"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """A replay whose To or Subject the brand left open and the forger filled in; the stamp says, truly: pass."""
    # Without header.b, which would name the true one.
    text = results_text(profile, passed("amazon.com"))
    for what, replayed, by in (("to", _replayed(), "meant-for-seller"), ("subject", _resubjected(), "domain-proof")):
        for name, spelled in NAMES:
            raw = deliver(_convenient(swap(replayed, NAME, spelled)), profile, text)
            yield _made(profile, f"true-signature-{name}-{what}", raw, by=by)
        for count in (200, 2000):
            fillers = CRLF.join(b"X-Filler-%d: %s" % (number, b"x" * 200) for number in range(count)) + CRLF
            raw = deliver(_convenient(fillers + replayed), profile, text)
            # Behind 400 kB of header lies the sender too: whoever stops before him has nobody to be sure of.
            standing = "unverified" if count == 200 else "unverified|forged|unrelated"
            name = f"true-signature-behind-{count}-fields-{what}"
            yield replace(_made(profile, name, raw, by=by), standing=standing)
    raw = _replayed()
    mark = prefixes(raw)[0]
    twin = swap(_convenient(raw), b" b=", f" b={mark}".encode())
    named = f"dkim=pass header.d=amazon.com header.b={mark}; dmarc=pass header.from=amazon.com"
    raw = deliver(twin, profile, named)
    yield _made(profile, "convenient-signature-begins-like-the-true-one", raw, by="meant-for-seller")


def _replayed() -> bytes:
    signed = sign(compose(replace(NOTICE, to=OTHER.decode())), "amazon.com", NO_TO)
    return swap(signed, OTHER, SELLER.encode())


def _resubjected() -> bytes:
    signed = sign(compose(NOTICE), "amazon.com", NO_SUBJECT)
    return swap(signed, b"Subject: Sold, ship now", b"Subject: Verify your bank")


def _convenient(raw: bytes) -> bytes:
    """A signature that covers everything, by a key that is in no DNS."""
    bare = compose(NOTICE)
    return sign(bare, "amazon.com", selector="s9", key="evil").removesuffix(bare) + raw


def _made(profile: Profile, name: str, raw: bytes, *, by: str) -> Sample:
    why = "what passed leaves the field open that the forger wrote; what covers it never passed"
    return forge(profile, name, raw, by=by, why=why, row=112)
