"""What forgers start from: addresses worth imitating, two letters, and the making of a Sample."""

import re
from functools import cache

from .. import Profile, Sample
from ..build import CRLF, FULL, Letter, compose, sign, signed
from ..delivery import Stamp, deliver, failed, microsoft_text, passed, pinned_text

RELAY = "0123456789ABCDEF0123456789ABCDEF@relay.walmart.com"
SELLER_NOTICE = "seller-notification@amazon.com"
HTML = "text/html; charset=utf-8"

CUSTOMER = Letter(RELAY, "Where is my order?", "It has not come. Please answer.\n")
NOTICE = Letter(SELLER_NOTICE, "Sold, ship now", "Please ship by Monday.\n")
LURE = Letter("x@evil.test", "Your seller account is suspended", "Verify your bank at https://evil.test/verify\n")

# Everything but one field, for signatures that leave a door open.
NO_TO = tuple(name for name in FULL if name != "To")
NO_SUBJECT = tuple(name for name in FULL if name != "Subject")
NO_DATE = tuple(name for name in FULL if name != "Date")
NO_REPLY_TO = tuple(name for name in FULL if name != "Reply-To")
NO_CONTENT_TYPE = tuple(name for name in FULL if name != "Content-Type")

RELAY_PASSES = passed("relay.walmart.com", "walmart.com")
RELAY_FAILS = failed("relay.walmart.com")


def forge(
    profile: Profile,
    name: str,
    raw: bytes,
    *,
    by: str,
    why: str,
    row: int | None = None,
    standing: str = "unverified",
    only: bool = False,
) -> Sample:
    """A delivered forgery; `only` says that the check `by` is the single one that it fails."""
    return Sample(name, raw, profile, standing, by, row=row, why=why, only=by if only else "")


def spoof(profile: Profile) -> str:
    """The standing of an exact catalogue domain without any aligned signature: FORGED once a stamp says it failed."""
    return "forged" if profile.is_believed else "unverified"


def genuine_customer(letter: Letter = CUSTOMER, headers: tuple[str, ...] = FULL) -> bytes:
    """A relay message that Walmart really signed: what a replayer holds in his hand."""
    return signed(letter, "walmart.com", headers=headers)


def genuine_notice(letter: Letter = NOTICE, headers: tuple[str, ...] = FULL) -> bytes:
    """A notice that Amazon really signed."""
    return signed(letter, "amazon.com", headers=headers)


def uncheckable(letter: Letter = CUSTOMER, domain: str = "walmart.com") -> bytes:
    """Carries a signature for `domain` whose key is in no DNS: only a stamp could say anything about it."""
    return sign(compose(letter), domain, selector="nowhere", key="evil")


def relay_signed_by(domain: str, result: str = "pass") -> Stamp:
    """DMARC fails for the relay: the signature that was found is a stranger's or does not hold."""
    return failed("relay.walmart.com", (result, domain))


@cache
def keeps_bodies(profile: Profile) -> bool:
    """Whether the provider hands out the body as it was sent, so that our own verification of a signature can hold."""
    raw = compose(CUSTOMER)
    return deliver(raw, profile, "").partition(CRLF * 2)[2] == raw.partition(CRLF * 2)[2]


def results_text(profile: Profile, stamp: Stamp, raw: bytes = b"") -> str:
    """The results in the words of the provider, for tricks that change them before `deliver` writes them."""
    return microsoft_text(stamp) if profile is Profile.MICROSOFT else pinned_text(stamp, raw)


def provider_block(profile: Profile, stamp: Stamp, raw: bytes) -> bytes:
    """All that the provider writes above `raw`, down to its own border."""
    delivered = deliver(raw, profile, stamp)
    return delivered[: delivered.index(raw.partition(CRLF)[0])]


def provider_results(profile: Profile, stamp: Stamp, raw: bytes) -> bytes:
    """The provider's own results alone, in its own spelling; the pinned ones where it writes none."""
    fields = re.findall(rb"(?im)^Authentication-Results:.*\r\n(?:[ \t].*\r\n)*", provider_block(profile, stamp, raw))
    return b"".join(fields) or provider_results(Profile.PINNED, stamp, raw)
