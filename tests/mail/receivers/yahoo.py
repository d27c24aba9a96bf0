"""Yahoo: header blocks of 2022 to 2025 in public repositories; order and wording alone are used."""

from .. import SELLER
from ..results import ARRIVED, Stamp, signature_tags
from .base import Arriving, Receiver

NOT_OVERRIDDEN = "arc_overridden_status=NOT_OVERRIDDEN"


class Yahoo(Receiver):
    """One field below the inner Received and above the border's, whose `by` is a bare private address."""

    id = "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com"

    def border(self, host: str) -> str:
        return (
            f"Received: from 192.0.2.25 (EHLO {host})\n by 10.253.233.86 with SMTPs\n"
            f" (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256);\n {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        parts = []
        for result, domain in stamp.dkim:
            tags = signature_tags(raw, domain)
            identity = "@" + tags.get("i", "@" + domain).rpartition("@")[2]
            parts.append(f"dkim={result} header.i={identity} header.s={tags.get('s', 's1')} {NOT_OVERRIDDEN}")
        parts = parts or ["dkim=unknown"]
        parts.append(f"spf={stamp.spf} smtp.mailfrom={stamp.mailfrom} {NOT_OVERRIDDEN}")
        policy = "(p=REJECT)" if stamp.dmarc in ("pass", "fail") else ""
        parts.append(f"dmarc={stamp.dmarc}{policy} header.from={stamp.header_from} {NOT_OVERRIDDEN};")
        return ";\n ".join(parts)

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (
            f"Received: from 127.0.0.1\n by {self.id} pod-id atlas--production-gq1-fb5f4cbd-6l2jz.gq1.yahoo.com"
            f" with HTTP; {ARRIVED}",
            f"Return-Path: <bounce@{mail.mailfrom}>",
            "X-Originating-Ip: [192.0.2.25]",
            f"Received-SPF: {mail.spf} (domain of {mail.mailfrom} designates 192.0.2.25 as permitted sender)",
            *self.stamps(mail),
            f"X-Apparently-To: {SELLER}; {ARRIVED}",
            "X-YMailISG: VdXi0okWLDsISMf5s3zk_5GO4Es7.0OD9QVbSI0hKWV7CsTm\n 7iLI7HKPKgl8IsbWIQDfj5ZQ",
        )
