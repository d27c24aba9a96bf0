"""A sender's message in; the message as it lies in the seller's spam folder out, stamped as that provider stamps."""

import base64
import re

from . import PINNED_ID, SELLER, Profile
from .build import CRLF
from .receivers import RECEIVERS
from .receivers.milters import rspamd_text as pinned_text
from .results import ARRIVED, Stamp, failed, own, passed
from .results import lines as _lines

__all__ = [
    "ARRIVED",
    "BORDER",
    "Stamp",
    "deliver",
    "failed",
    "microsoft_text",
    "own",
    "passed",
    "pinned_text",
    "stamp_text",
]
BORDER = "DU6PEPF0000A7E2"


def deliver(raw: bytes, profile: Profile, stamp: Stamp | str, host: str = "mail.evil.test") -> bytes:
    """`raw` as received from `host`. A str is the stamp's text after the id; "" means that none was written."""
    if profile in RECEIVERS:
        return RECEIVERS[profile].deliver(raw, stamp, host)
    if profile is Profile.NONE:
        return _lines(_received(host)) + raw
    mailfrom = stamp.mailfrom if isinstance(stamp, Stamp) else "evil.test"
    if profile is Profile.PINNED:
        text = pinned_text(stamp, raw) if isinstance(stamp, Stamp) else stamp
        field = f"Authentication-Results: {PINNED_ID};\n\t{text}" if text else ""
        return _lines(*_lmtp(mailfrom), field, _received(host)) + raw
    return _microsoft(raw, stamp, host, mailfrom=mailfrom)


def stamp_text(profile: Profile, stamp: Stamp, raw: bytes = b"") -> str:
    """The results as that provider writes them, all in one field and without the id."""
    if profile in RECEIVERS:
        return RECEIVERS[profile].text(stamp, raw)
    return microsoft_text(stamp) if profile is Profile.MICROSOFT else pinned_text(stamp, raw)


def microsoft_text(stamp: Stamp) -> str:
    """The results as Exchange Online writes them: no id, no space after some semicolons."""
    notes = {"pass": "signature was verified", "fail": "signature did not verify"}
    dkim = ";".join(f"dkim={r} ({notes.get(r, 'no key for signature')})\n header.d={d}" for r, d in stamp.dkim)
    compauth = "compauth=pass reason=100" if stamp.dmarc == "pass" else "compauth=fail reason=000"
    return (
        f"spf={stamp.spf} (sender IP is 192.0.2.25)\n smtp.mailfrom={stamp.mailfrom}; "
        f"{dkim or 'dkim=none (message not signed) header.d=none'};"
        f"dmarc={stamp.dmarc} action=none\n header.from={stamp.header_from};{compauth}"
    )


def _received(host: str) -> str:
    return (
        f"Received: from {host} ({host} [192.0.2.25])\n"
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
        f"\tby {PINNED_ID} (Postfix) with ESMTPS id 4KqXHw2Zz1z9tvw\n\tfor <{SELLER}>; {ARRIVED}"
    )


def _lmtp(mailfrom: str) -> tuple[str, str, str]:
    return (
        f"Return-Path: <bounce@{mailfrom}>",
        f"Delivered-To: {SELLER}",
        f"Received: from {PINNED_ID}\n\tby {PINNED_ID} with LMTP\n\tid qL3xFk8AHWf6OAAAc5Qh1w\n"
        f"\t(envelope-from <bounce@{mailfrom}>)\n\tfor <{SELLER}>; {ARRIVED}",
    )


def _microsoft(raw: bytes, stamp: Stamp | str, host: str, *, mailfrom: str) -> bytes:
    text = microsoft_text(stamp) if isinstance(stamp, Stamp) else stamp
    field = "" if not text else f"Authentication-Results: {_ascii(text)}"
    tail = (
        f"Return-Path: bounce@{mailfrom}",
        f"X-MS-Exchange-Organization-AuthSource: {BORDER}.eurprd02.prod.outlook.com",
        "X-MS-Exchange-Organization-AuthAs: Anonymous",
        "X-MS-Exchange-Organization-SCL: 5",
        "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:1;auth:0;dest:J;OFR:SpamFilterAuthJ;",
    )
    spf = stamp.spf if isinstance(stamp, Stamp) else "pass"
    head, body = _sender_part(raw)
    return _lines(*_hops(), field, *_border(host, mailfrom, spf)) + head + _lines(*tail) + CRLF + body


def _sender_part(raw: bytes) -> tuple[bytes, bytes]:
    """The sender's fields with planted results renamed, and the body re-rendered: the words stay, the hash breaks."""
    head, _, body = raw.partition(CRLF + CRLF)
    head = re.sub(rb"(?im)^Authentication-Results:", b"Authentication-Results-Original:", head)
    return head + CRLF, CRLF + body


def _hops() -> tuple[str, str, str]:
    transport = "(version=TLS1_3,\n cipher=TLS_AES_256_GCM_SHA384) id 15.20.9564.15"
    inner, outer = "PH3PPFAF33AAF2A.namprd10.prod.outlook.com", "MW4PR10MB5749.namprd10.prod.outlook.com"
    front = "DU2PR04CA0002.eurprd04.prod.outlook.com"
    return (
        f"Received: from {inner} (::1) by\n {outer} with HTTPS; {ARRIVED}",
        f"Received: from {front} (2603:10a6:10:3b::7) by\n {inner}\n (2603:10b6:518:1::7c0) with"
        f" Microsoft SMTP Server {transport}; {ARRIVED}",
        f"Received: from {BORDER}.eurprd02.prod.outlook.com\n (2603:10a6:10:3b:cafe::8b) by"
        " DU2PR04CA0002.outlook.office365.com\n (2603:10a6:10:3b::7) with Microsoft SMTP Server"
        f" {transport} via Frontend Transport; {ARRIVED}",
    )


def _border(host: str, mailfrom: str, spf: str) -> tuple[str, str]:
    return (
        f"Received-SPF: {spf.capitalize()} (protection.outlook.com: domain of {mailfrom}\n and 192.0.2.25)"
        f" receiver=protection.outlook.com;\n client-ip=192.0.2.25; helo={host}; pr=C",
        f"Received: from {host} (192.0.2.25) by\n {BORDER}.mail.protection.outlook.com (10.167.8.42) with"
        f" Microsoft SMTP\n Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9587.10 via\n"
        f" Frontend Transport; {ARRIVED}",
    )


def _ascii(text: str) -> str:
    """Exchange writes a field that repeats a non-ASCII domain as RFC 2047 words."""
    if text.isascii():
        return text
    flat = text.replace("\n", "")
    chunks = [flat[i : i + 12] for i in range(0, len(flat), 12)]
    return "\n" + "\n".join(f" =?utf-8?B?{base64.b64encode(chunk.encode()).decode()}?=" for chunk in chunks)
