"""Gmail: the block of 24 messages in rf-peixoto/phishing_pot, of which only the order and the wording are used."""

from .. import SELLER
from ..results import ARRIVED, Stamp, signature_tags
from .base import Arriving, Receiver

ARC = (
    "ARC-Seal: i=1; a=rsa-sha256; t=1795175400; cv=none; d=google.com; s=arc-20240605; b=c2VhbA==",
    "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605;"
    " h=from:to:subject; bh=Ym9keQ==; b=c2lnbg==",
)


class Google(Receiver):
    """One field, directly below the border's Received and the Received-SPF."""

    id = "mx.google.com"

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ({host}. [192.0.2.25])\n        by mx.google.com with ESMTPS id"
            " d9443c01a7336-2ae5e4e4da1si3518545ad.45.2026.11.20.04.00.00\n"
            f"        for <{SELLER}>\n"
            f"        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\n        {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        parts = []
        for result, domain in stamp.dkim:
            tags = signature_tags(raw, domain)
            named = f" header.s={tags.get('s', 's1')} header.b={tags.get('b', '')[:8]}" if tags else ""
            parts.append(f"dkim={result} header.i={tags.get('i', '@' + domain)}{named}")
        sender = f"bounce@{stamp.mailfrom}"
        parts.append(
            f"spf={stamp.spf} (google.com: domain of {sender} designates 192.0.2.25 as permitted sender)"
            f" smtp.mailfrom={sender}"
        )
        parts.append(f"dmarc={stamp.dmarc} (p=REJECT sp=REJECT dis=NONE) header.from={stamp.header_from}")
        return ";\n       ".join(parts)

    def above(self, mail: Arriving) -> tuple[str, ...]:
        sealed = self.text(mail.found, mail.raw) if isinstance(mail.found, Stamp) else mail.found
        return (
            f"Delivered-To: {SELLER}",
            f"Received: by 2002:a05:7108:7006:b0:4e1:7d2c:1a3b with SMTP id y6csp1534612gdr;\n        {ARRIVED}",
            "X-Google-Smtp-Source: AGHT+IGm0c8XQ8u8ZyD2Z1W0",
            f"X-Received: by 2002:a17:903:2f0f:b0:2ae:5e4e:4da1 with SMTP id x1mr1;\n        {ARRIVED}",
            *ARC,
            f"ARC-Authentication-Results: i=1; mx.google.com;\n       {sealed}" if sealed else "",
            f"Return-Path: <bounce@{mail.mailfrom}>",
        )

    def below(self, mail: Arriving) -> tuple[str, ...]:
        sender = f"bounce@{mail.mailfrom}"
        return (
            f"Received-SPF: {mail.spf} (google.com: domain of {sender} designates 192.0.2.25 as permitted sender)"
            " client-ip=192.0.2.25;",
            *self.stamps(mail),
        )
