"""A domain name goes in; a sender comes out that can sign with DKIM and publish what proves it in a `Zone`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import dkim

from tests.servers.process import run
from tests.servers.zone import Zone

SIGNED_FIELDS = ("from", "to", "subject", "date", "message-id")


@dataclass(frozen=True, slots=True)
class SenderDomain:
    """One domain, its only outgoing address, and its key (RSA, 2048 bits)."""

    domain: str
    source_ip: str
    private_key: bytes
    public_key: str
    selector: str = "s1"

    def publish(self, zone: Zone) -> None:
        """SPF for the one address, DMARC p=reject, the DKIM key, and a mail exchanger."""
        zone.txt(self.domain, f"v=spf1 ip4:{self.source_ip} -all")
        zone.txt(f"_dmarc.{self.domain}", "v=DMARC1; p=reject")
        zone.txt(f"{self.selector}._domainkey.{self.domain}", f"v=DKIM1; k=rsa; p={self.public_key}")
        zone.a(self.domain, self.source_ip)
        zone.mx(self.domain, f"mx.{self.domain}")
        zone.a(f"mx.{self.domain}", self.source_ip)

    def sign(self, raw: bytes, *, fields: Sequence[str] = SIGNED_FIELDS) -> bytes:
        """The message with a DKIM-Signature field on top; `fields` are the ones covered."""
        signature: bytes = dkim.sign(
            raw,
            self.selector.encode(),
            self.domain.encode(),
            self.private_key,
            include_headers=[name.encode() for name in fields],
        )
        return signature + raw


@cache
def sender_domain(domain: str, source_ip: str) -> SenderDomain:
    """The same domain has the same key in one run of the tests."""
    with TemporaryDirectory() as folder:
        private, public = Path(folder, "private.pem"), Path(folder, "public.pem")
        run("openssl", "genrsa", "-out", private, "2048")
        run("openssl", "rsa", "-in", private, "-pubout", "-out", public)
        lines = public.read_text().splitlines()
        return SenderDomain(domain, source_ip, private.read_bytes(), "".join(lines[1:-1]))
