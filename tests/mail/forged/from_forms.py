"""More than a hundred and fifty ways to write From: row 111. A form and a profile in; the delivered message out."""

from collections.abc import Iterator
from typing import NamedTuple

import dkim

from .. import Profile, Sample
from ..build import CRLF, compose, on_top, sign, swap
from ..delivery import deliver, own
from .bait import CUSTOMER, NO_REPLY_TO, RELAY, RELAY_PASSES, genuine_customer
from .from_values import ANY, DOUBTED, NAMED

LOCAL, DOMAIN = RELAY.split("@")
STRANGER, HELP = "x@evil.test", "help@walmart.com"
BRAND, EVIL = RELAY.encode(), STRANGER.encode()
FORGED, DOUBTFUL, OPEN = "forged", "unverified|forged", "unverified|forged|unrelated"

# Pairs of fields, one of them the brand's: which is From depends on the reader.
DOUBLED = (
    *(b"From: %b\r\nFrom: %e", b"From: %e\r\nFrom: %b", b"from: %b\r\nFrom: %e", b"FROM: %b\r\nFrom: %e"),
    *(b"fRoM: %b\r\nFrom: %e", b"From: %e\r\nfrom: %b", b"From:%b\r\nFrom:%e", b"From: %b\r\nFrom: %b"),
    *(b"From:\r\n %b\r\nFrom: %e", b"From: %e\r\nFrom:\r\n\t%b", b"From: %e\r\nFrom: %e\r\nFrom: %b"),
    *(b"From: %e\nFrom: %b", b"From:\r\nFrom: %b\r\nFrom: %e", b"From: %e\r\nX-Note: a\r\nFrom: %b"),
)

# The brand's stands in what is no From to the letter, but nearly; the forger's own From is plain.
NEARLY = (
    *(b"From : %b\r\nFrom: %e", b"From\t: %b\r\nFrom: %e", b"From: %e\r\nFrom : %b", b"From\r\n : %b\r\nFrom: %e"),
    *(b" From: %b\r\nFrom: %e", b"From\0: %b\r\nFrom: %e", b"From\xa0: %b\r\nFrom: %e", b'"From": %b\r\nFrom: %e'),
    *("Fr\u043em: %b\r\nFrom: %e".encode(), b"=?utf-8?Q?From?=: %b\r\nFrom: %e", b">From: %b\r\nFrom: %e"),
    *(b"From %b Fri Nov 20 11:50:00 2026\r\nFrom: %e", b"From\r\nFrom: %e", b"\xef\xbb\xbfFrom: %b\r\nFrom: %e"),
    *(b"From;: %b\r\nFrom: %e", b"From=: %b\r\nFrom: %e", b"X-A: a\rFrom: %b\r\nFrom: %e", b"From.: %b\r\nFrom: %e"),
)

# Eight-bit and odd bytes in the one From.
BYTES = (
    (b"From: M\xfcller %b <%e>", FORGED),
    (b"From: \xff\xfe%b", FORGED),
    (b"From: Andr\xc3\xa9 %b <%e>", FORGED),
    (b"From: <help@walm\xe4rt.com>", DOUBTFUL),
    (b"From: help\xc1\x80walmart.com <%e>", DOUBTFUL),
    (b"From: " + HELP.encode("utf-16") + b" <%e>", OPEN),
    (b"From: %e\r%b", DOUBTFUL),
    (b"From: %b\r <%e>", DOUBTFUL),
    (b"From:From: %b", FORGED),
    (b"From:: %b", FORGED),
    (b"From : %b", OPEN),
    (b"X-From: %b", OPEN),
    (b"From:\xa0%b", FORGED),
    (b"From:\xe2\x80\x8b%b", FORGED),
)


class Form(NamedTuple):
    """One way to write From."""

    name: str  # its number and what it begins with; no two are alike
    field: bytes  # the whole field or fields, without the last CRLF
    standing: str


def forms() -> tuple[Form, ...]:
    """All of them, in the order of the data."""
    written = (*_values(), *_fields())
    return tuple(
        Form(f"{number:03}-{field[:48]!r}", field, standing) for number, (field, standing) in enumerate(written)
    )


def _values() -> Iterator[tuple[bytes, str]]:
    for values, standing in ((NAMED, FORGED), (DOUBTED, DOUBTFUL), (ANY, OPEN)):
        for value in values:
            yield f"From: {_written(value)}".encode().replace(b"\n", CRLF), standing


def _written(value: str) -> str:
    return value.format(b=RELAY, l=LOCAL, d=DOMAIN, e=STRANGER, h=HELP)


def _fields() -> Iterator[tuple[bytes, str]]:
    doubled = ((field, FORGED) for field in DOUBLED)
    nearly = ((field, OPEN) for field in NEARLY)
    for field, standing in (*doubled, *nearly, *BYTES):
        yield field.replace(b"%b", BRAND).replace(b"%e", EVIL), standing


def by_forger(form: Form, profile: Profile) -> Sample:
    """Signed by the forger's own domain, which passes everything."""
    return _sample(form, deliver(_signed(form, "evil.test"), profile, own()), profile)


def by_brand(form: Form, profile: Profile) -> Sample:
    """Signed by the brand, stamped as the brand's: whatever could be proved is."""
    return _sample(form, deliver(_signed(form, "walmart.com"), profile, RELAY_PASSES), profile)


def as_reply_to(value: str, profile: Profile) -> Sample:
    """A genuine customer's message onto which the forger put a Reply-To of that spelling, unsigned."""
    line = f"Reply-To: {_written(value)}".encode().replace(b"\n", CRLF)
    raw = deliver(on_top(genuine_customer(CUSTOMER, NO_REPLY_TO), line), profile, RELAY_PASSES)
    why = "some reader takes it for the customer's own address"
    return Sample(f"reply-to-{value!r}", raw, profile, "unverified", "untouched", row=114, why=why)


def _signed(form: Form, domain: str) -> bytes:
    plain = compose(CUSTOMER)
    raw = swap(plain, b"From: " + BRAND, form.field)
    try:
        return sign(raw, domain)
    except dkim.DKIMException:  # a header that no signer reads: signed before it was broken
        return swap(sign(plain, domain), b"\r\nFrom: " + BRAND, CRLF + form.field)


def _sample(form: Form, raw: bytes, profile: Profile) -> Sample:
    why = "some reader takes it for a message from the catalogue's address"
    return Sample(form.name, raw, profile, form.standing, "one-sender", row=111, why=why)
