"""A letter in; its bytes out: composed, signed, and tampered with where a trick asks for it."""

import base64
import hashlib
import quopri
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

import dkim

from . import RECEIVED_AT, SELLER
from .keys import SIGNERS, private_key

SENT_AT = RECEIVED_AT - timedelta(minutes=10)
CRLF = b"\r\n"

# Lists of signed fields. FULL leaves nothing open; the others are recorded from real mail.
FULL = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type")
WALMART = ("from", "to", "subject", "date", "message-id", "content-type", "mime-version")
AMAZON = ("Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type")
AMAZON_REPLY = ("From", "Reply-To", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type", "Date")
SES = (*AMAZON, "Feedback-ID")
EBAY = ("from", "to", "subject", "date", "message-id", "mime-version")
ETSY = (
    *("content-type", "date", "from", "mime-version", "subject", "reply-to", "list-unsubscribe"),
    *("list-unsubscribe-post", "to", "cc", "content-type", "date", "from", "subject", "to"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender writes. A line break inside a value folds the field."""

    sender: str
    subject: str = "About your order"
    body: str = "Hello,\n\nthis is about your order.\n"
    to: str = SELLER
    date: datetime | None = SENT_AT
    content_type: str = "text/plain; charset=utf-8"
    encoding: str = ""  # left out: 7bit or 8bit, as the body needs
    message_id: str = ""  # left out: one made from the letter itself
    extra: tuple[tuple[str, str], ...] = field(default=())


def compose(letter: Letter) -> bytes:
    """The unsigned message. Non-ASCII header values stay raw UTF-8: encode words yourself."""
    fields = [
        ("Date", format_datetime(letter.date) if letter.date else ""),
        ("From", letter.sender),
        ("To", letter.to),
        ("Message-ID", letter.message_id or _message_id(letter)),
        ("Subject", letter.subject),
        ("MIME-Version", "1.0"),
        ("Content-Type", letter.content_type),
        ("Content-Transfer-Encoding", letter.encoding or ("7bit" if letter.body.isascii() else "8bit")),
        *letter.extra,
    ]
    head = b"".join(_line(name, value) for name, value in fields if value)
    return head + CRLF + _encoded(letter.body, letter.encoding)


def _message_id(letter: Letter) -> str:
    digest = hashlib.sha256(repr(letter).encode()).hexdigest()
    return f"<{digest[:16]}-{digest[16:24]}@mail.test>"


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}".encode().replace(b"\n", CRLF) + CRLF


def _encoded(body: str, encoding: str) -> bytes:
    data = body.encode()
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data)
    return data.replace(b"\n", CRLF)


def alternative(text: str, html: str, boundary: str = "----=_Part_1304841_1399619956") -> tuple[str, str]:
    """(Content-Type value, body) of a multipart/alternative."""
    return multipart(
        "alternative",
        ("text/plain; charset=utf-8", text),
        ("text/html; charset=utf-8", html),
        boundary=boundary,
    )


def multipart(subtype: str, *parts: tuple[str, str], boundary: str = "----=_Part_2272344_72315748") -> tuple[str, str]:
    """(Content-Type value, body); each part is (its header fields after "Content-Type: ", its text)."""
    inside = "".join(f"--{boundary}\nContent-Type: {head}\n\n{text}\n" for head, text in parts)
    return f'multipart/{subtype};\n\tboundary="{boundary}"', f"{inside}--{boundary}--\n"


@cache
def sign(
    raw: bytes,
    domain: str,
    headers: tuple[str, ...] = FULL,
    *,
    selector: str = "",
    key: str = "",
    canonicalize: str = "relaxed/relaxed",
    signed_at: datetime | None = SENT_AT,
    expires_at: datetime | None = None,
    algorithm: str = "rsa-sha256",
    length: bool = False,
    identity: str = "",
) -> bytes:
    """`raw` with a DKIM-Signature on top. The key is the domain's own unless named; no t= where signed_at is None."""
    signer = SIGNERS[domain] if not key else None
    head, _, body = canonicalize.partition("/")
    work = dkim.DKIM(raw)
    write = work.gen_header

    def amended(fields: list[tuple[bytes, bytes]], *rest: Any) -> Any:
        return write(_tags(fields, headers, signed_at=signed_at, expires_at=expires_at), *rest)

    # dkimpy offers no choice of t=, x= or the spelling of h=; it builds the tags before this call.
    work.gen_header = amended
    signature: bytes = work.sign(
        (selector or (signer.selector if signer else "s1")).encode(),
        domain.encode(),
        private_key(key or (signer.key if signer else "evil")),
        signature_algorithm=algorithm.encode(),
        identity=identity.encode() or None,
        canonicalize=(head.encode(), body.encode()),
        include_headers=[name.lower().encode() for name in headers],
        length=length,
    )
    return signature + raw


def _tags(
    fields: list[tuple[bytes, bytes]],
    headers: tuple[str, ...],
    *,
    signed_at: datetime | None,
    expires_at: datetime | None,
) -> list[tuple[bytes, bytes]]:
    chosen = {
        b"t": _seconds(signed_at),
        b"x": _seconds(expires_at),
        b"h": _names(headers),
    }
    before = [pair for pair in fields if pair[0] not in (b"t", b"h", b"bh", b"b")]
    after = [pair for pair in fields if pair[0] in (b"bh", b"b")]
    return [*before, *((tag, value) for tag, value in chosen.items() if value), *after]


def _names(headers: tuple[str, ...]) -> bytes:
    """A blank after every fourth name: dkimpy folds a longer run in the middle of a word."""
    runs = (headers[start : start + 4] for start in range(0, len(headers), 4))
    return ": ".join(":".join(run) for run in runs).encode()


def _seconds(moment: datetime | None) -> bytes:
    return str(int(moment.timestamp())).encode() if moment else b""


def signed(letter: Letter, *domains: str, headers: tuple[str, ...] = FULL) -> bytes:
    """A composed letter signed by each domain in turn, the first ending on top."""
    raw = compose(letter)
    for domain in reversed(domains):
        raw = sign(raw, domain, headers)
    return raw


def on_top(raw: bytes, *lines: bytes) -> bytes:
    """`raw` with whole header lines put above everything, after any signing."""
    return b"".join(line + CRLF for line in lines) + raw


def swap(raw: bytes, old: bytes, new: bytes) -> bytes:
    """`raw` with the first `old` replaced; a trick whose target is missing is a broken trick."""
    if old not in raw:
        raise ValueError(f"{old!r} is not in the message")
    return raw.replace(old, new, 1)


def without(raw: bytes, name: bytes) -> bytes:
    """`raw` without its first, unfolded field of that name."""
    start = raw.index(CRLF + name + b": ") + len(CRLF)
    return raw[:start] + raw[raw.index(CRLF, start) + len(CRLF) :]
