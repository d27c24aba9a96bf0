"""Zoho: a whole message of 2026-01 in a public repository; order and wording alone are used."""

from .. import SELLER
from ..results import ARRIVED, Stamp
from .base import Arriving, Receiver


class Zoho(Receiver):
    """One field above every Received, which does not say whose signature held."""

    id = "mx.zohomail.com"

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ({host} [192.0.2.25]) by mx.zohomail.com\n"
            f"\twith SMTPS id 179517540000001.1; {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        del raw
        results = [result for result, _ in stamp.dkim]
        dkim = "pass" if "pass" in results else results[0] if results else "none"
        sender = f"bounce@{stamp.mailfrom}"
        return (
            f"dkim={dkim};\n\tspf={stamp.spf} (zohomail.com: domain of {stamp.mailfrom} designates 192.0.2.25 as"
            f" permitted sender)  smtp.mailfrom={sender};\n"
            f"\tdmarc={stamp.dmarc}(p=reject dis=none)  header.from={stamp.header_from}"
        )

    def above(self, mail: Arriving) -> tuple[str, ...]:
        sealed = self.text(mail.found, mail.raw) if isinstance(mail.found, Stamp) else mail.found
        return (
            f"Delivered-To: {SELLER}",
            f"Received-SPF: {mail.spf} (zohomail.com: domain of {mail.mailfrom} designates 192.0.2.25 as permitted"
            f" sender) client-ip=192.0.2.25; envelope-from=bounce@{mail.mailfrom}; helo={mail.host};",
            *self.stamps(mail),
            "ARC-Seal: i=1; a=rsa-sha256; t=1795175400; cv=none; \n\td=zohomail.com; s=zohoarc; \n\tb=c2VhbA==",
            "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=zohomail.com; s=zohoarc; \n\tb=c2lnbg==",
            f"ARC-Authentication-Results: i=1; mx.zohomail.com;\n\t{sealed}" if sealed else "",
            f"Return-Path: <bounce@{mail.mailfrom}>",
        )

    def kept(self, raw: bytes) -> bytes:
        """Zoho ends the header with a field of its own, where a sender could have ended it too."""
        head, gap, body = raw.partition(b"\r\n\r\n")
        return head + b"\r\nX-ZohoMail-DKIM: pass (identity @evil.test)" + gap + body
