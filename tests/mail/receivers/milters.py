"""The seller's own Postfix and the filters it shows mail to, as tests/servers measures them."""

import re
from dataclasses import replace

from .. import PINNED_ID, SELLER
from ..build import CRLF
from ..keys import POLICIES
from ..results import ARRIVED, Stamp, b_prefix, signature_tags
from .base import Arriving, Receiver, field, is_results, without_fields

QUEUE_ID = "4KqXHw2Zz1z9tvw"


def rspamd_text(stamp: Stamp, raw: bytes = b"") -> str:
    """The results as rspamd writes them, with header.b where `raw` holds the signature."""
    parts = [f"dkim={result} header.d={d}{_b(raw, d)}" for result, d in stamp.dkim] or ["dkim=none"]
    parts.append(f"dmarc={stamp.dmarc} (policy=reject) header.from={stamp.header_from}")
    designates = f"({PINNED_ID}: domain of bounce@{stamp.mailfrom} designates 192.0.2.25 as permitted sender)"
    parts.append(f"spf={stamp.spf} {designates} smtp.mailfrom=bounce@{stamp.mailfrom}")
    return ";\n\t".join(parts)


def _b(raw: bytes, domain: str) -> str:
    prefix = b_prefix(raw, domain)
    return f" header.b={prefix}" if prefix else ""


class _OwnPostfix(Receiver):
    """Postfix takes mail in and hands it to Dovecot over LMTP."""

    id = PINNED_ID

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ({host} [192.0.2.25])\n"
            "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
            f"\tby {PINNED_ID} (Postfix) with ESMTPS id {QUEUE_ID}\n\tfor <{SELLER}>; {ARRIVED}"
        )

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (
            f"Return-Path: <bounce@{mail.mailfrom}>",
            f"Delivered-To: {SELLER}",
            f"Received: from {PINNED_ID}\n\tby {PINNED_ID} with LMTP\n\tid qL3xFk8AHWf6OAAAc5Qh1w\n"
            f"\t(envelope-from <bounce@{mail.mailfrom}>)\n\tfor <{SELLER}>; {ARRIVED}",
        )


class Rspamd(_OwnPostfix):
    """One field below the border's Received; header.from is the domain whose DMARC record was found."""

    def below(self, mail: Arriving) -> tuple[str, ...]:
        return self.stamps(mail)

    def deliver(self, raw: bytes, found: Stamp | str, host: str) -> bytes:
        """Where rspamd ran it takes away what the sender stamped under its id, and says at the end that it ran."""
        if found == "":
            return super().deliver(raw, found, host)
        head, blank, body = super().deliver(_without_own_stamps(raw), found, host).partition(CRLF + CRLF)
        return head + CRLF + f"X-Rspamd-Queue-Id: {QUEUE_ID}".encode() + blank + body

    def text(self, stamp: Stamp, raw: bytes) -> str:
        domain = _policy_domain(stamp.header_from)
        fails = f'dmarc=fail reason="SPF not aligned (relaxed), No valid DKIM" header.from={domain} (policy=reject)'
        text = rspamd_text(replace(stamp, header_from=domain), raw)
        return text.replace(f"dmarc=fail (policy=reject) header.from={domain}", fails)

    def kept(self, raw: bytes) -> bytes:
        """Every Authentication-Results is removed, whatever its id."""
        return without_fields(raw, is_results)


def _without_own_stamps(raw: bytes) -> bytes:
    """Every field under its id is gone, in whatever letters, as measured."""
    own = rb"Authentication-Results:[ \t\r\n]*" + re.escape(PINNED_ID.encode()) + rb"[ \t;].*\r\n(?:[ \t].*\r\n)*"
    head, blank, body = raw.partition(CRLF + CRLF)
    return re.sub(rb"(?im)^" + own, b"", head + CRLF).removesuffix(CRLF) + blank + body


def _policy_domain(domain: str) -> str:
    """The domain itself or the nearest one above it that published a policy; itself where none did."""
    labels = domain.split(".")
    parents = (".".join(labels[start:]) for start in range(len(labels)))
    return next((parent for parent in parents if parent in POLICIES), domain)


class OpenDmarc(_OwnPostfix):
    """OpenDMARC's two fields and OpenDKIM's one, above the border's Received."""

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (*super().above(mail), *self.stamps(mail))

    def kept(self, raw: bytes) -> bytes:
        """DKIM results under the own id are removed; others, and those of other ids, stay."""
        return without_fields(raw, lambda one: is_results(one) and b"dkim=" in one and self._is_own(one))

    def _is_own(self, one: bytes) -> bool:
        name = one.partition(b":")[2].partition(b";")[0].decode("utf-8", "replace").lower()
        return re.sub(r"\([^)]*\)", " ", name).replace('"', " ").split()[:1] == [self.id]

    def text(self, stamp: Stamp, raw: bytes) -> str:
        return ";\n\t".join((self._dmarc(stamp), self._spf(stamp), self._dkim(stamp, raw)))

    def _dmarc(self, stamp: Stamp) -> str:
        return f"dmarc={stamp.dmarc} (p=reject dis=none) header.from={stamp.header_from}"

    def _spf(self, stamp: Stamp) -> str:
        return f"spf={stamp.spf} smtp.mailfrom={stamp.mailfrom}"

    def _dkim(self, stamp: Stamp, raw: bytes) -> str:
        parts = [
            f"dkim={result} (2048-bit key; unprotected) header.d={domain} header.i=@{domain} header.a=rsa-sha256"
            f" header.s={signature_tags(raw, domain).get('s', 's1')} header.b={b_prefix(raw, domain)}"
            for result, domain in stamp.dkim
        ]
        return ";\n\t".join((*parts, "dkim-atps=neutral"))

    def stamps(self, mail: Arriving) -> tuple[str, ...]:
        if not isinstance(mail.found, Stamp):
            return super().stamps(mail)
        return (
            f"Authentication-Results: {self.id}; {self._dmarc(mail.found)}",
            f"Authentication-Results: {self.id}; {self._spf(mail.found)}",
            field(self.id, self._dkim(mail.found, mail.raw)) if mail.found.dkim else "",
        )
