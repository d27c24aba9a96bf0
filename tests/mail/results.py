"""What a receiver found out about a message, before it is written in one provider's form."""

import re
from dataclasses import dataclass
from email.utils import format_datetime

from . import RECEIVED_AT
from .build import CRLF

ARRIVED = format_datetime(RECEIVED_AT)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the receiver found out, before it is written in one provider's form."""

    dmarc: str
    header_from: str
    dkim: tuple[tuple[str, str], ...] = ()  # (result, d=)
    spf: str = "pass"
    mailfrom: str = "evil.test"


def passed(domain: str, *signers: str, spf: str = "pass", mailfrom: str = "") -> Stamp:
    """DMARC holds for `domain`; every signer's signature verified (the domain's own unless others are named)."""
    results = tuple(("pass", signer) for signer in signers or (domain,))
    return Stamp("pass", domain, results, spf=spf, mailfrom=mailfrom or f"bounces.{domain}")


def failed(domain: str, *dkim: tuple[str, str], spf: str = "pass") -> Stamp:
    """DMARC fails for `domain`: at most a stranger's signature and a stranger's envelope hold."""
    return Stamp("fail", domain, dkim, spf=spf)


def own(domain: str = "evil.test") -> Stamp:
    """Everything passes, for a domain the forger owns."""
    return passed(domain, mailfrom=domain)


def signature_tags(raw: bytes, domain: str) -> dict[str, str]:
    """The tags of the first DKIM-Signature of that d=; empty where there is none."""
    for field in re.findall(rb"^DKIM-Signature:((?:.*\r\n)(?:[ \t].*\r\n)*)", raw, re.M):
        flat = re.sub(rb"\s", b"", field).decode("ascii", "replace")
        tags = dict(tag.split("=", 1) for tag in flat.split(";") if "=" in tag)
        if tags.get("d") == domain:
            return tags
    return {}


def b_prefix(raw: bytes, domain: str) -> str:
    """The first eight characters of b=; empty where `raw` holds no such signature."""
    return signature_tags(raw, domain).get("b", "")[:8]


def lines(*fields: str) -> bytes:
    """The fields as they stand in a message; a line break inside one folds it, an empty one is left out."""
    return b"".join(field.encode().replace(b"\n", CRLF) + CRLF for field in fields if field)
