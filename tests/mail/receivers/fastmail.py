"""Fastmail: three whole messages of 2023 (lieser/dkim_verifier, MIT) and one of 2026-09; order and wording are used."""

from .. import SELLER
from ..results import ARRIVED, Stamp, signature_tags
from .base import Arriving, Receiver

ARC = (
    "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=messagingengine.com; s=fm3; t=\n    1795175400; b=c2VhbA==",
    "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=\n    messagingengine.com;"
    " h=date:from:to:subject; s=fm3; t=1795175400; bh=Ym9keQ=; b=c2lnbg==",
)
# What a notice of Amazon had there in 2023-10, shortened: a value that is no token, and two fields of no X- name.
BIMI = (
    'bimi=pass header.d=amazon.com header.selector=default\n      policy.authority=pass policy.mark-type="Registered'
    ' Mark"\n      policy.authority-uri=\n      https://logo.test/amazondefault/amazon_web_services_inc.pem'
)
LOGO = (
    "BIMI-Indicator: PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiIHN0YW5kYWxvbmU9Inllcy\n    I/Pgo8c3ZnLz4=",
    "BIMI-Location: v=BIMI1;\n    l=https://logo.test/amazondefault/amazon_web_services_inc.svg",
)


def _has_logo(mail: Arriving) -> bool:
    """Amazon publishes a logo, which Fastmail looks up where DMARC passes."""
    found = mail.found
    return isinstance(found, Stamp) and found.dmarc == "pass" and found.header_from.startswith("amazon.")


class Fastmail(Receiver):
    """Four fields without anything between them, above the border's Received and below three inner ones."""

    id = "phl-mx-04.messagingengine.com"

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ({host} [192.0.2.25])\n"
            "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
            "\t key-exchange X25519 server-signature RSA-PSS (2048 bits))\n\t(No client certificate requested)\n"
            f"\tby {self.id} (Postfix) with ESMTPS id 281071EA00F1\n\tfor <{SELLER}>; {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        dkim = [self._dkim(result, domain, raw) for result, domain in stamp.dkim]
        parts = [
            *(dkim or ["dkim=none (no signatures found)"]),
            f"dmarc={stamp.dmarc} policy.published-domain-policy=reject\n"
            "      policy.applied-disposition=none policy.evaluated-disposition=none\n"
            f"      (p=reject,d=none,d.eval=none) policy.policy-from=p\n      header.from={stamp.header_from}",
            "iprev=pass smtp.remote-ip=192.0.2.25\n      (mail.sender.test)",
            f"spf={stamp.spf}\n      smtp.mailfrom=\n      bounce@{stamp.mailfrom}\n      smtp.helo=mail.sender.test",
        ]
        return ";\n    ".join(parts)

    def _dkim(self, result: str, domain: str, raw: bytes) -> str:
        tags = signature_tags(raw, domain)
        return (
            f"dkim={result} (2048-bit rsa key sha256) header.d={domain}\n      header.i={tags.get('i', '@' + domain)}"
            f" header.b={tags.get('b', 'c2lnbmF0')[:8]} header.a={tags.get('a', 'rsa-sha256')}\n"
            f"      header.s={tags.get('s', 's1')}"
        )

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (*self._inner(mail), *ARC, *self._written(mail), *self._after(mail))

    def _inner(self, mail: Arriving) -> tuple[str, ...]:
        return (
            f"Return-Path: <bounce@{mail.mailfrom}>",
            "Received: from ams-compute-02.internal (ams-compute-02.internal [10.64.2.62])\n"
            "\t by slotai03m05 (Cyrus 3.13.7-879-g3d7eacd738-fm-20260923.003-g3d7eacd7) with LMTPA;\n"
            f"\t {ARRIVED}",
            "X-Cyrus-Session-Id: slotai03m05-1795175400-1293611-2-13485307179896972488",
            "X-Sieve: CMU Sieve 3.0",
            "X-Spam-score: 6.1",
            f"X-Delivered-to: {SELLER}",
            f"X-Mail-from: bounce@{mail.mailfrom}",
            f"Received: from phl-mx-04 ([10.202.2.203])\n  by ams-compute-02.internal (LMTPProxy); {ARRIVED}",
            f"Received: from {self.id} (localhost [127.0.0.1])\n\tby mailmx.phl.internal (Postfix) with ESMTP id"
            f" A71211EA00E7\n\tfor <{SELLER}>; {ARRIVED}",
            f"Received: from mailmx.phl.internal (localhost [127.0.0.1])\n    by {self.id} (Authentication Milter)"
            f" with ESMTP\n    id 35022C783BF.281071EA00F1;\n    {ARRIVED}",
        )

    def _written(self, mail: Arriving) -> tuple[str, ...]:
        if not isinstance(mail.found, Stamp):
            return self.stamps(mail)
        start = f"Authentication-Results: {self.id};\n    "
        results = self.text(mail.found, mail.raw)
        return (
            f"ARC-Authentication-Results: i=1; {self.id};\n    {results}",
            f"X-ME-Authentication-Results: {self.id};\n    x-tls=pass smtp.version=TLSv1.3",
            f"{start}x-csa=none;\n    x-me-sender=none;\n    x-ptr=pass smtp.helo=mail.sender.test\n"
            "      policy.ptr=mail.sender.test",
            start + (BIMI if _has_logo(mail) else "bimi=none (No BIMI records found)"),
            f"{start}arc=none (no signatures found)",
            start + results,
        )

    def _after(self, mail: Arriving) -> tuple[str, ...]:
        return (
            *(LOGO if _has_logo(mail) else ()),
            "X-ME-VSScore: 20",
            "X-ME-VSCategory: transactional:account",
            f"Received-SPF: {mail.spf}\n    ({mail.mailfrom}: Sender is authorized to use 'bounce@{mail.mailfrom}' in"
            f" 'mfrom' identity)\n    receiver={self.id};\n    identity=mailfrom;\n"
            f'    envelope-from="bounce@{mail.mailfrom}";\n    client-ip=192.0.2.25',
        )
