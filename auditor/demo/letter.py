"""What a sender writes goes in; the message as the seller's provider delivered it comes out: signed, then stamped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from auditor.demo.key import Key

SELLER = "support@shop.example"
PROVIDER = "mx.shop.example"
SELECTOR = "demo"

_SIGNED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before it is sent. `dmarc`: what the provider found, if it looked; `planted`: a forged result."""

    sender: str
    subject: str
    text: str
    signers: tuple[str, ...] = ()
    dmarc: str = "pass"
    planted: str = ""

    @property
    def domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]


def delivered(letter: Letter, key: Key, *, message_id: str, received_at: datetime) -> bytes:
    """The bytes as they lie in the seller's folder."""
    raw = _composed(letter, message_id, received_at - timedelta(minutes=2))
    for signer in reversed(letter.signers):
        raw = _signature(raw, signer, key) + raw
    return _trace(letter, received_at) + raw


def _composed(letter: Letter, message_id: str, date: datetime) -> bytes:
    message = EmailMessage(policy=SMTP)
    if letter.planted:
        message["Authentication-Results"] = letter.planted
    message["From"] = letter.sender
    message["To"] = SELLER
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message.set_content(letter.text)
    return message.as_bytes()


def _signature(raw: bytes, signer: str, key: Key) -> bytes:
    import dkim

    field: bytes = dkim.sign(
        raw,
        SELECTOR.encode(),
        signer.encode(),
        key.private,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name.encode() for name in _SIGNED],
    )
    return field


def _trace(letter: Letter, received_at: datetime) -> bytes:
    """What the provider writes on top: what it checked, and from where it took the message."""
    dkim = "".join(f" dkim=pass header.d={signer};" for signer in letter.signers) or " dkim=none;"
    dmarc = f" dmarc={letter.dmarc} header.from={letter.domain};" if letter.dmarc else ""
    stamp = f"Authentication-Results: {PROVIDER};{dkim}{dmarc}".removesuffix(";")
    came_from = "from mail.sender.example (mail.sender.example [192.0.2.25])"
    received = f"Received: {came_from} by {PROVIDER} with ESMTPS; {format_datetime(received_at)}"
    return b"".join(line.replace("; ", ";\r\n\t").encode() + b"\r\n" for line in (stamp, received))
