"""Proton through its Bridge: 88 messages in rf-peixoto/phishing_pot, ProtonMail/proton-bridge issue 321."""

import re

from .. import SELLER
from ..build import CRLF
from ..results import ARRIVED, Stamp, b_prefix, lines
from .base import Arriving, Receiver, field, fields_of, is_results


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
        text = re.sub(rb"\r?\n", CRLF, raw)
        sent, body = fields_of(text if CRLF + CRLF in text else text.rstrip() + CRLF + CRLF)
        stamped = [lines(*self.stamps(mail)), *filter(is_results, sent)]
        trace = [lines(self.border(host)), *filter(_is_received, sent)]
        is_signed = any(one.lower().startswith(b"dkim-signature:") for one in sent)
        rest = [one for one in sent if not is_results(one) and not _is_received(one)]
        ordered = [*stamped, *trace, *rest] if is_signed else [*trace, *stamped, *rest]
        tail = lines("X-Pm-Origin: external", "X-Pm-Spam-Action: spam")
        return lines(*self.above(mail)) + b"".join(ordered) + tail + CRLF + body


def _is_received(one: bytes) -> bool:
    return one.lower().startswith(b"received:")
