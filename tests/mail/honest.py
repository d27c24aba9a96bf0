"""The two kinds of honest mail as values: what a marketplace writes, who signs it, and how it is delivered."""

import hashlib
import re
from datetime import datetime
from typing import NamedTuple

from . import Profile, Sample
from .build import FULL, SENT_AT, Letter, compose, sign
from .delivery import Stamp, deliver, passed
from .results import lines


class Sig(NamedTuple):
    """One DKIM-Signature: who, over which fields, in which form."""

    domain: str
    headers: tuple[str, ...] = FULL
    canonicalize: str = "relaxed/relaxed"
    signed_at: datetime | None = SENT_AT
    expires_at: datetime | None = None
    identity: str = ""
    selector: str = ""


class Mail(NamedTuple):
    """A whole honest message before delivery."""

    name: str
    stream: str
    letter: Letter
    sigs: tuple[Sig, ...]
    spf: str = "pass"
    mailfrom: str = ""
    path: tuple[str, ...] = ()  # fields that a forwarder put on top after the signing
    host: str = ""  # that hands it to the seller's provider; left out: one of the signer


def mail(name: str, stream: str, letter: Letter, *sigs: Sig | str, spf: str = "pass", mailfrom: str = "") -> Mail:
    """A Mail; a signature that is only a domain signs every field in the plain form."""
    return Mail(
        name,
        stream,
        letter,
        tuple(Sig(sig) if isinstance(sig, str) else sig for sig in sigs),
        spf=spf,
        mailfrom=mailfrom,
    )


def message(item: Mail) -> bytes:
    """The signed bytes; the first signature ends on top."""
    raw = compose(item.letter)
    for sig in reversed(item.sigs):
        raw = sign(
            raw,
            sig.domain,
            sig.headers,
            selector=sig.selector,
            canonicalize=sig.canonicalize,
            signed_at=sig.signed_at,
            expires_at=sig.expires_at,
            identity=sig.identity,
        )
    return lines(*item.path) + raw


def stamp(item: Mail) -> Stamp:
    """What an honest receiver finds: every signature holds and DMARC passes."""
    domain = from_domain(item.letter.sender)
    return passed(domain, *(sig.domain for sig in item.sigs), spf=item.spf, mailfrom=item.mailfrom)


def genuine_sample(item: Mail, profile: Profile, why: str = "") -> Sample:
    """The sample that must be GENUINE."""
    raw = deliver(message(item), profile, stamp(item), host=item.host or f"out1.{item.sigs[0].domain}")
    return Sample(
        item.name,
        raw,
        profile,
        standing="genuine",
        caught_by="",
        row=None,
        why=why or f"honest mail of the stream {item.stream}, in the recorded shape",
        stream=item.stream,
    )


def from_domain(sender: str) -> str:
    """The domain of the last address in a From value."""
    hosts: list[str] = re.findall(r"@([A-Za-z0-9.-]+)", sender)
    return hosts[-1].lower()


def hexes(seed: str, length: int = 32) -> str:
    """A relay's local part: the same for the same seed."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length]


def walmart_relay(seed: str, prefix: str = "") -> str:
    """A customer's address at Walmart."""
    local = hexes(seed).upper() if not prefix else prefix + hexes(seed)
    return f"{local}@relay.walmart.com"


def amazon_relay(seed: str, tld: str, case: str = "") -> str:
    """A buyer's address at Amazon."""
    return f"a{hexes(seed, 19)}{case}@marketplace.amazon.{tld}"
