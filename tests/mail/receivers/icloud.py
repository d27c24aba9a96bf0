"""iCloud: a whole message of 2024-01 and lists of 2026-08 in public repositories; order and wording alone are used."""

from .. import SELLER
from ..results import ARRIVED, Stamp, b_prefix
from .base import Arriving, Receiver, field

BORDER = "ci74p00im-qukt09072702.me.com"


class ICloud(Receiver):
    """Five ids, one method each, below the border's Received and with other fields between them."""

    id = "dmarc.icloud.com"

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ({host} [192.0.2.25])\n\tby {BORDER} (Postfix) with ESMTPS id 11C766C0012C\n"
            f"\tfor <{SELLER}>; {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        return ";\n\t".join((self._dmarc(stamp), self._dkim(stamp, raw), self._spf(stamp)))

    def _dmarc(self, stamp: Stamp) -> str:
        return f"dmarc={stamp.dmarc} header.from={stamp.header_from}"

    def _dkim(self, stamp: Stamp, raw: bytes) -> str:
        parts = [
            f"dkim={result} (2048-bit key) header.d={domain} header.i=@{domain} header.b={b_prefix(raw, domain)}"
            for result, domain in stamp.dkim
        ]
        return ";\n\t".join(parts or ["dkim=none"])

    def _spf(self, stamp: Stamp) -> str:
        sender = f"bounce@{stamp.mailfrom}"
        return (
            f"spf={stamp.spf} (spf.icloud.com: domain of {sender} designates 192.0.2.25 as permitted sender)"
            f" smtp.mailfrom={sender}"
        )

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (
            f"Return-path: <bounce@{mail.mailfrom}>",
            f"Original-recipient: rfc822;{SELLER}",
            f"Received: from {BORDER} by p116-mailgateway-smtp-746c496c44-6mknn (mailgateway 2403B92)\n"
            f"\twith SMTP id 4f24e911-87c4-4315-8f0b-f8245274ec19 \n\tfor <{SELLER}>; {ARRIVED}",
            "X-Apple-MoveToFolder: Junk",
            "X-Apple-Action: MOVE_TO_FOLDER/Junk",
        )

    def below(self, mail: Arriving) -> tuple[str, ...]:
        found = mail.found
        if not isinstance(found, Stamp):
            return self.stamps(mail)
        sender = f"bounce@{found.mailfrom}"
        return (
            "X-ICL-SCORE: 3.332033030043",
            field("bimi.icloud.com", "bimi=none"),
            field("arc.icloud.com", "arc=none"),
            field("dmarc.icloud.com", self._dmarc(found)),
            "X-DMARC-Info: pass=pass; dmarc-policy=reject; s=u0; d=u0",
            "X-DMARC-Policy: reject",
            field("dkim-verifier.icloud.com", self._dkim(found, mail.raw)),
            field("spf.icloud.com", self._spf(found)),
            f"Received-SPF: {found.spf} (spf.icloud.com: domain of {sender} designates 192.0.2.25 as permitted sender)"
            f" receiver=spf.icloud.com; client-ip=192.0.2.25; helo={mail.host}; envelope-from={sender}",
        )
