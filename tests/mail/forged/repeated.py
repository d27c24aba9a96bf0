"""Results that stand in the provider's true field because it repeats, decoded, what a signature says: row 116.

OpenDKIM 2.11.0~beta2 writes i= as its decoder leaves it (measured: tests/test_opendmarc_path.py), and OpenDMARC
believes what it then reads there. The forger signs with his own key and passes; the brand's signature is made up.
"""

import re
from collections.abc import Iterator

from .. import Profile, Sample
from ..build import compose, sign
from ..delivery import deliver
from ..results import b_prefix, signature_tags
from .bait import CUSTOMER, forge, uncheckable

LETTER = compose(CUSTOMER)
MADE_UP = uncheckable().removesuffix(LETTER)
MARK = signature_tags(MADE_UP, "walmart.com")["b"]
PASSES = "dkim=pass header.d=walmart.com"
DMARC = "dmarc=pass (p=reject dis=none) header.from=relay.walmart.com"
NO_KEY = (
    'dkim=fail reason="key not found in DNS" header.d=walmart.com header.i=@walmart.com header.a=rsa-sha256'
    f" header.s=nowhere header.b={b_prefix(MADE_UP, 'walmart.com')};\n\t"
)

# (name, what stands before the @ of i= once it is decoded, what is said of the made-up signature).
IDENTITIES = (
    ("result", f"x;{PASSES} header.i=", ""),
    ("result-with-a-mark", f"x;{PASSES} header.b={MARK[:8]};dkim=neutral header.i=", ""),
    ("result-with-a-shorter-mark", f"x;{PASSES} header.b={MARK[:4]};dkim=neutral header.i=", NO_KEY),
    ("result-with-a-longer-mark", f"x;{PASSES} header.b={MARK[:20]};dkim=neutral header.i=", NO_KEY),
    ("result-and-comment", f"x;{PASSES} (", ""),
    ("result-behind-a-line-end", f"x;\n\t{PASSES} header.i=", ""),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Under every provider whose field might repeat an identity."""
    if not profile.is_believed:
        return
    for name, words, said in IDENTITIES:
        raw = MADE_UP + sign(LETTER, "evil.test", identity=f"{_encoded(words)}@evil.test")
        text = (
            f"{DMARC};\n\t{said}dkim=pass (2048-bit key; unprotected) header.d=evil.test"
            f" header.i={words}@evil.test header.a=rsa-sha256 header.s=s1{')' * words.count('(')}"
        )
        why = "the provider verified the forger's own signature, and repeats what it says of itself"
        yield forge(
            profile, f"repeated-{name}", deliver(raw, profile, text), by="domain-proof", why=why, row=116, only=True
        )


def _encoded(words: str) -> str:
    """As RFC 6376 section 2.11 lets a signer write it."""
    return re.sub(r"[^A-Za-z0-9.]", lambda sign: f"={ord(sign[0]):02X}", words)
