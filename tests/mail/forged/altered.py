"""Truly signed mail with a field taken away, changed or added where no signature looks: rows 94 to 97."""

import base64
from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import AMAZON, EBAY, Letter, on_top, signed, swap, without
from ..delivery import deliver, passed
from .bait import CUSTOMER, HTML, NO_REPLY_TO, NOTICE, forge, genuine_customer, genuine_notice

BY = "untouched"
AT_AMAZON = passed("amazon.com")
PAGE = "<html><body><p>Ship=20by Monday.</p></body></html>\n"

# (name, line): where programs send an answer.
ANSWERS = (
    ("mail-reply-to", "Mail-Reply-To: x@evil.test"),
    ("mail-reply-to-in-odd-case", "MAIL-reply-to: x@evil.test"),
    ("mail-followup-to", "Mail-Followup-To: x@evil.test"),
    ("list-post", "List-Post: <mailto:x@evil.test>"),
)

# (name, line): what programs make a button of, or the base of links.
BUTTONS = (
    ("list-unsubscribe", "List-Unsubscribe: <https://evil.test/>"),
    ("list-unsubscribe-by-mail", "List-Unsubscribe: <mailto:x@evil.test>"),
    ("list-help", "List-Help: <https://evil.test/>"),
    ("content-location", "Content-Location: https://evil.test/"),
    ("content-base", "Content-Base: https://evil.test/"),
)

QUOTED = "<p>Your note: =3Ca href=3D=22//evil.test/x=22=3Eopen=3C/a=3E</p>"
IN_BASE64 = base64.b64encode(b'<a href="//evil.test/x">open</a>').decode()
# (name, body as signed under 7bit, the encoding written over it).
ENCODINGS = (
    ("quoted-printable", QUOTED, "quoted-printable"),
    ("quoted-printable-in-odd-case", QUOTED, "QUOTED-Printable"),
    ("quoted-printable-with-comment", QUOTED, "quoted-printable (a)"),
    ("base64", IN_BASE64, "base64"),
    ("uuencode", "begin 644 a\n#0V%T\nend", "x-uuencode"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """The signed bytes all stand; what a program makes of them does not."""
    yield from _without_content_type(profile)
    yield from _other_encoding(profile)
    yield from _added(profile)


def _without_content_type(profile: Profile) -> Iterator[Sample]:
    """eBay leaves Content-Type unsigned: without it a page is shown as text, or text as whatever a program guesses."""
    notice = Letter("eBay <ebay@ebay.com>", "You have sold an item", PAGE, content_type=HTML)
    raw = signed(notice, "ebay.com", headers=EBAY)
    tricks = (
        ("content-type-taken-away", without(raw, b"Content-Type")),
        ("content-type-renamed", swap(raw, b"\r\nContent-Type:", b"\r\nContent-Typ:")),
        ("content-type-emptied", swap(raw, b"Content-Type: text/html; charset=utf-8", b"Content-Type:")),
    )
    for name, altered in tricks:
        why = "whether the field is there was not signed, so its absence proves nothing"
        yield _altered(profile, name, deliver(altered, profile, passed("ebay.com")), why=why, row=94)


def _other_encoding(profile: Profile) -> Iterator[Sample]:
    """The encoding was not signed, and under another one the same bytes are a link that nobody meant."""
    for name, body, encoding in ENCODINGS:
        raw = genuine_notice(replace(NOTICE, body=f"{body}\n", content_type=HTML), AMAZON)
        altered = swap(raw, b"Encoding: 7bit", f"Encoding: {encoding}".encode())
        why = "what is shown is not what was signed, and it leads outside"
        raw = deliver(altered, profile, AT_AMAZON)
        yield forge(profile, f"encoding-now-{name}", raw, by="clean", why=why, row=95)


def _added(profile: Profile) -> Iterator[Sample]:
    notice, customer = genuine_notice(NOTICE, AMAZON), genuine_customer(CUSTOMER, NO_REPLY_TO)
    at_walmart = passed("relay.walmart.com", "walmart.com")
    for name, line in ANSWERS:
        why = "the answer goes to a stranger, and nobody signed that"
        raw = deliver(on_top(notice, line.encode()), profile, AT_AMAZON)
        yield _altered(profile, f"{name}-added-to-notice", raw, why=why, row=96)
        raw = deliver(on_top(customer, line.encode()), profile, at_walmart)
        yield _altered(profile, f"{name}-added-to-customer-message", raw, why=why, row=96)
    for name, line in BUTTONS:
        why = "a program shows a button, or completes links, by a field that nobody signed"
        raw = deliver(on_top(notice, line.encode()), profile, AT_AMAZON)
        yield _altered(profile, f"{name}-added-to-notice", raw, why=why, row=97)


def _altered(profile: Profile, name: str, raw: bytes, *, why: str, row: int) -> Sample:
    return forge(profile, name, raw, by=BY, why=why, row=row)
