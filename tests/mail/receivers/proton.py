"""Proton through its Bridge: 88 messages in rf-peixoto/phishing_pot, ProtonMail/proton-bridge issue 321."""

import re

from .. import SELLER
from ..build import CRLF
from ..results import ARRIVED, Stamp, b_prefix, lines
from .base import Arriving, Receiver, field

_FIELD = re.compile(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")


class Proton(Receiver):
    """All Authentication-Results in one place and all Received in another, whoever wrote them; the body re-rendered."""

    id = "mail.protonmail.ch"

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ({host} [192.0.2.25]) (using TLSv1.3 with cipher\n TLS_AES_256_GCM_SHA384"
            f" (256/256 bits)) by mailin047.protonmail.ch (Postfix) with ESMTPS id\n 4XC0Dy1xs6z3Z for <{SELLER}>;"
            f" {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        return ";\n ".join((*self._dkim(stamp, raw), self._dmarc(stamp), f"spf={stamp.spf}"))

    def _dkim(self, stamp: Stamp, raw: bytes) -> list[str]:
        signed = [
            f'dkim={result} (2048-bit key)\n header.d={domain} header.i=@{domain} header.b="{b_prefix(raw, domain)}"'
            for result, domain in stamp.dkim
        ]
        return signed or ["dkim=none"]

    def _dmarc(self, stamp: Stamp) -> str:
        return f"dmarc={stamp.dmarc} (p=reject dis=none)\n header.from={stamp.header_from}"

    def stamps(self, mail: Arriving) -> tuple[str, ...]:
        if not isinstance(mail.found, Stamp):
            return super().stamps(mail)
        dkim = "; ".join(self._dkim(mail.found, mail.raw))
        return (
            field(self.id, dkim) if mail.found.dkim else "",
            field(self.id, self._dmarc(mail.found)),
            field(self.id, f"spf={mail.found.spf} smtp.mailfrom={mail.found.mailfrom}"),
            field(self.id, "arc=none smtp.remote-ip=192.0.2.25"),
            field(self.id, dkim),
        )

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (f"Return-Path: <bounce@{mail.mailfrom}>", f"X-Original-To: {SELLER}", f"Delivered-To: {SELLER}")

    def deliver(self, raw: bytes, found: Stamp | str, host: str) -> bytes:
        mail = Arriving(raw, found, host)
        head, _, body = raw.partition(CRLF + CRLF)
        sent = _FIELD.findall(head + CRLF)
        stamped = lines(*self.stamps(mail)) + _named(sent, b"authentication-results:")
        trace = lines(self.border(host)) + _named(sent, b"received:")
        first, second = (stamped, trace) if b"\r\nDKIM-Signature:" in CRLF + head else (trace, stamped)
        rest = b"".join(f for f in sent if not f.lower().startswith((b"authentication-results:", b"received:")))
        tail = lines("X-Pm-Origin: external", "X-Pm-Spam-Action: spam")
        return lines(*self.above(mail)) + first + second + rest + tail + CRLF + CRLF + body


def _named(fields: list[bytes], name: bytes) -> bytes:
    return b"".join(field for field in fields if field.lower().startswith(name))
