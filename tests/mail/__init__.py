"""The values of the sample mail: what a sample is, how it was delivered, and what the verdict on it must be."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Profile(StrEnum):
    """How the seller's provider stamps the mail it takes in."""

    NONE = "none"  # writes no Authentication-Results
    PINNED = "pinned"  # writes them under PINNED_ID, which the configuration names
    MICROSOFT = "microsoft"  # writes them without an id and re-renders the body
    GOOGLE = "google"  # directly below the border's Received and Received-SPF
    YAHOO = "yahoo"  # above the border's Received, with words that are no property
    ICLOUD = "icloud"  # one method to a field, one id to a method, below the border's Received
    FASTMAIL = "fastmail"  # four fields above the border's Received
    ZOHO = "zoho"  # at the very top, without saying whose signature held
    PROTON = "proton"  # in fields that are put in a new order, as is the body
    GMX = "gmx"  # DKIM alone
    RSPAMD = "rspamd"  # the seller's own Postfix: directly below its Received
    OPENDMARC = "opendmarc"  # the seller's own Postfix: fields of two filters above its Received
    CPANEL = "cpanel"  # Exim, which writes none

    @property
    def is_believed(self) -> bool:
        """Whether the provider's own stamp counts as proof, and as refutation, in this set-up."""
        return self in _BELIEVED

    @property
    def rerenders(self) -> bool:
        """Whether the body that can be read is not the one that was signed."""
        return self in (Profile.MICROSOFT, Profile.PROTON)

    @property
    def names_from_domain(self) -> bool:
        """Whether header.from is the From domain itself, and not the domain above it that published the policy."""
        return self is not Profile.RSPAMD

    @property
    def proves(self) -> bool:
        """Whether any message can be proved there: by its stamp, or by its own signature."""
        return self.is_believed or not self.rerenders


_BELIEVED = frozenset(
    {
        *(Profile.PINNED, Profile.MICROSOFT, Profile.GOOGLE, Profile.YAHOO, Profile.FASTMAIL),
        *(Profile.RSPAMD, Profile.OPENDMARC),
    }
)
PROVING = tuple(profile for profile in Profile if profile.proves)

SELLER = "seller@shop.test"
RECEIVED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PINNED_ID = "mx.shop.test"

CHECKS = (
    "one-sender",
    "known-stream",
    "domain-proof",
    "meant-for-seller",
    "untouched",
    "fresh",
    "clean",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One message of the table that judges the verdict."""

    name: str  # kebab-case, after the trick; the same message has the same name under every profile
    raw: bytes  # the whole message as it lies in the spam folder, CRLF
    profile: Profile
    standing: str  # genuine | unverified | forged | unrelated, or "unverified|forged" where both are defensible
    caught_by: str  # the check that must refuse it; "" for genuine and unrelated mail
    row: int | None  # row of the attack matrix
    why: str
    zone: tuple[tuple[str, bytes], ...] = ()  # TXT records beyond keys.zone()
    stream: str = ""  # "marketplace/kind", for honest mail
    only: str = ""  # the one check that stands between this forgery and GENUINE, all others being satisfied


HALF_A, HALF_B = "a", "b"


def half(sample: Sample) -> str:
    """HALF_A or HALF_B, by the name alone: a trick falls into the same half under every profile."""
    return HALF_A if hashlib.sha256(sample.name.encode()).digest()[0] % 2 == 0 else HALF_B
