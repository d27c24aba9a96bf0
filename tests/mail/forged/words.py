"""Words and addresses spelt around what looks for them, in truly signed mail: rows 39, 41 and 63."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import Letter, compose, multipart, sign, signed
from ..delivery import deliver, passed
from .bait import CUSTOMER, HTML, forge, genuine_customer
from .strangers import SALE

BY = "clean"
AT_ETSY = passed("etsy.com")
AT_AMAZON = passed("amazon.com")
AT_WALMART = passed("relay.walmart.com", "walmart.com")
PAYMENT = Letter("payments-messages@amazon.com", "Your payment", "Paid.\n")

# (name, body): a buyer's note in Etsy's notice of a sale.
WORDS = (
    ("place-of-other-alphabet-in-punycode", "confirm at seller-check.xn--p1ai/login\n"),
    ("place-of-other-alphabet", "confirm at проверка.рф/login\n"),
    ("place-of-indian-alphabet", "confirm at जाँच.भारत/login\n"),
    ("place-with-foreign-letter", "confirm at \u0435tsy-help.com/login\n"),
    ("place-with-foreign-ending", "confirm at etsy-help.\u0441\u043em\n"),
    ("place-with-underscore", "confirm at my_shop.evil.com/login\n"),
    ("place-of-eight-labels", "confirm at a1.b1.c1.d1.e1.f1.g1.evil.com/login\n"),
    ("place-on-shared-storage", "confirm at s3.amazonaws.com/bucket/login.html\n"),
    ("place-on-gateway", "confirm at dweb.link/ipfs/Qm123\n"),
    ("place-with-wide-stop", "confirm at evil\uff0ecom/login\n"),
    ("place-with-ideographic-stop", "confirm at evil\u3002com/login\n"),
    ("place-with-soft-hyphen", "confirm at evil.c\u00adom/login\n"),
    ("place-behind-three-dots", "confirm at...evil.com/login\n"),
    ("place-before-hyphen", "confirm at evil.com- now\n"),
    ("page-of-anybody", "see https://www.facebook.com/EtsySupportTeam\n"),
    ("page-of-anybody-in-words", "see x.com/EtsyHelp911\n"),
    ("number-spanish", "Soporte de Etsy, llame 912 345 678\n"),
    ("number-spanish-free", "Soporte de Etsy, llame 900 123 456\n"),
    ("number-spanish-in-one-run", "Soporte de Etsy, llame al 912345678\n"),
    ("number-italian-mobile", "Assistenza, chiami 347 123 4567\n"),
    ("number-italian-free", "Assistenza, chiami 800 123 456\n"),
    ("number-polish", "zadzwon 22 123 45 67\n"),
    ("number-australian", "call 1800 123 456\n"),
    ("number-mexican", "llame 55 5273 1234\n"),
    ("number-indian", "call 98765 43210\n"),
    ("number-called-an-id", "Etsy support, dial now. ID: 12069220880\n"),
    ("number-called-a-case", "Dial the support, case number: 2069220880\n"),
    ("number-called-an-order-to-call", "order #8009256278, call it now\n"),
    ("number-with-letters", "call 2O6 922 O88O\n"),
    ("number-in-circles", "call ②⓪⑥ ⑨②② ⓪⑧⑧⓪\n"),
    ("file-in-words", f"Note:\n\nbegin 644 invoice.pdf\n{binascii.b2a_uu(b'%PDF').decode()}`\nend\n"),
)

LURE = "Etsy support: see evil.com"
# (name, page): words that are shown in place of pictures and in fields.
PAGES = (
    ("words-of-picture", f'<p>Sold</p><img alt="{LURE}" src="https://i.etsystatic.com/x.png">\n'),
    ("words-of-field", f'<p>Sold</p><input value="{LURE}">\n'),
    ("words-of-empty-field", f'<p>Sold</p><input placeholder="{LURE}">\n'),
    ("words-behind-title", f'<p title="{LURE}">Sold</p>\n'),
)

LINK = '<a href="{}">answer</a>\n'
# (name, page): a notice without a stranger's words that leads outside all the same.
LEADING = (
    ("mail-to-two", LINK.format("mailto:x@evil.test,pay@amazon.com")),
    ("mail-with-copy", LINK.format("mailto:pay@amazon.com?cc=x@evil.test")),
    ("mail-with-hidden-copy", LINK.format("mailto:pay@amazon.com?subject=a&amp;BCC=x@evil.test")),
    ("mail-to-second", LINK.format("mailto:pay@amazon.com?to=x@evil.test")),
    ("mail-percent-encoded", LINK.format("mailto:x%40evil.test%2Cpay@amazon.com")),
    ("animated-link", '<svg><a><animate attributeName="href" values="#;//evil.test"/><text>x</text></a></svg>\n'),
    ("set-link", '<svg><a><set attributeName=href to="//evil.test"/><text>x</text></a></svg>\n'),
    ("refresh-with-sign", '<meta http-equiv="refresh" content="+0;url=//evil.test">\n'),
    ("refresh-with-two-stops", '<meta http-equiv="refresh" content="0;;url=//evil.test">\n'),
    ("redirector-behind-dot", LINK.format("https://www.linkedin.com/./slink?code=a")),
    ("redirector-behind-two-dots", LINK.format("https://www.linkedin.com/a/../slink?code=a")),
    ("redirector-percent-encoded", LINK.format("https://www.linkedin.com/%73link?code=a")),
    ("redirector-behind-two-slashes", LINK.format("https://www.linkedin.com//slink?code=a")),
    ("redirector-of-films", LINK.format("https://www.youtube.com/./redirect?q=evil%2Ecom")),
    ("album-of-anybody", LINK.format("https://www.amazon.com/photos/share/abc")),
)

# (name, host): what a customer's link leads to.
DISGUISED = (
    ("cyrillic", "w\u0430lmart.com"),
    ("cyrillic-below", "seller.w\u0430lmart.com"),
    ("percent-encoded", "w%61lmart-sellerhelp.com"),
    ("soft-hyphen", "wal\u00admart-sellerhelp.com"),
    ("wide-stop", "walmart-sellerhelp\uff0ecom"),
    ("ideographic-stop", "walmart.com\u3002evil.test"),
)
BARE = (
    ("cyrillic", "w\u0430lmart-sellerhelp.com/x"),
    ("punycode-ending", "walmart-help.xn--p1ai/x"),
    ("underscore", "my_case.walmart-sellerhelp.com/x"),
    ("eight-labels", "a1.b1.c1.d1.e1.f1.g1.walmart-sellerhelp.com/x"),
)
MAILED = (
    ("first-of-two", "mailto:help@walmart-sellerhelp.com,a@relay.walmart.com"),
    ("copy", "mailto:a@relay.walmart.com?cc=help@walmart-sellerhelp.com"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Everything here is signed, fresh and meant for the seller."""
    for name, body in WORDS:
        yield _sale(profile, name, replace(SALE, body=body))
    for name, page in PAGES:
        yield _sale(profile, name, replace(SALE, body=page, content_type=HTML))
    for name, page in LEADING:
        raw = signed(replace(PAYMENT, body=page, content_type=HTML), "amazon.com")
        yield _clean(profile, f"leads-{name}", deliver(raw, profile, AT_AMAZON), why="it leads elsewhere", row=63)
    yield from _of_catalogue(profile)
    yield from _encoded(profile)
    yield from _customers(profile)


def _clean(profile: Profile, name: str, raw: bytes, *, why: str, row: int) -> Sample:
    return forge(profile, f"words-{name.replace('.', '-')}", raw, by=BY, why=why, row=row, only=True)


def _sale(profile: Profile, name: str, letter: Letter) -> Sample:
    raw = deliver(signed(letter, "etsy.com"), profile, AT_ETSY)
    return _clean(profile, name, raw, why="a stranger's words in a truly signed notice invite elsewhere", row=39)


def _of_catalogue(profile: Profile) -> Iterator[Sample]:
    """Streams that carry titles, and sites below the marketplace's where anybody has files."""
    titled = (("ebay@reply.ebay.com", "ebay.com"), ("x@email.etsy.com", "email.etsy.com"))
    for address, signer in titled:
        letter = Letter(address, "New for you", "Item: CALL SUPPORT 206-922-0880\n")
        raw = deliver(signed(letter, signer), profile, passed(address.partition("@")[2], signer))
        yield _clean(profile, f"title-in-{signer}", raw, why="the title of an item is a stranger's", row=39)
    for host in ("cdn.shopify.com/s/files/1/x.pdf", "community.shopify.com/c/x"):
        letter = Letter("mailer@shopify.com", "Notice", f"Note: https://{host}\n")
        raw = deliver(signed(letter, "shopify.com"), profile, passed("shopify.com"))
        yield _clean(profile, f"link-to-{host.partition('/')[0]}", raw, why="anybody's files and talk", row=65)


def _encoded(profile: Profile) -> Iterator[Sample]:
    """Decoders differ: one shows what the other drops."""
    head, _, _ = compose(replace(PAYMENT, content_type=HTML, body="")).partition(b"\r\n\r\n")
    lure = base64.b64encode(b'<a href="https://evil.test/x">open</a>')
    for name, gap in (("hyphen", b"-"), ("stop", b".")):
        body = base64.b64encode(b"<p>Paid</p>.") + b"==" + gap + lure
        raw = sign(head.replace(b"7bit", b"base64") + b"\r\n\r\n" + body + b"\r\n", "amazon.com")
        why = "base64 goes on behind its end"
        yield _clean(profile, f"base64-behind-{name}", deliver(raw, profile, AT_AMAZON), why=why, row=63)
    head, _, _ = compose(replace(SALE, body="")).partition(b"\r\n\r\n")
    note = b"Note: confirm at evil=\r\n.com/etsy today\r\n"
    raw = sign(head.replace(b"7bit", b"quoted-printable") + b"\r\n\r\n" + note, "etsy.com")
    padded = deliver(raw.replace(b"evil=\r\n", b"evil= \r\n"), profile, AT_ETSY)
    yield _clean(profile, "soft-break-before-blank", padded, why="added without harm to the signature", row=39)


def _customers(profile: Profile) -> Iterator[Sample]:
    pages = (
        *((f"customer-links-{name}", LINK.format(f"https://{host}/case")) for name, host in DISGUISED),
        *((f"customer-mails-{name}", LINK.format(target)) for name, target in MAILED),
    )
    why = "a customer's message that leads to a look-alike of the marketplace"
    for name, page in pages:
        raw = genuine_customer(replace(CUSTOMER, body=page, content_type=HTML))
        yield _clean(profile, name, deliver(raw, profile, AT_WALMART), why=why, row=88)
    for name, host in BARE:
        raw = genuine_customer(replace(CUSTOMER, body=f"Please answer at {host}\n"))
        yield _clean(profile, f"customer-names-{name}", deliver(raw, profile, AT_WALMART), why=why, row=88)


def customers_to_warn_of() -> tuple[tuple[str, Letter], ...]:
    """Messages that must be answered, and of which the seller should be told what they hold."""
    page = '<html><a href="https://evil.test/">sign in</a></html>'
    kind, body = multipart("mixed", ("text/plain", "hi"), ("message/rfc822", f"Content-Type: text/html\n\n{page}"))
    named, inside = multipart("mixed", ("text/plain", "hi"), ('application/octet-stream; name="case.html"', page))
    return (
        ("opens as a page", replace(CUSTOMER, body=body, content_type=kind)),
        ("opens as a page", replace(CUSTOMER, body=inside, content_type=named)),
        ("names evil.com", replace(CUSTOMER, body="Please log in at evil.com/verify\n")),
        ("links to", replace(CUSTOMER, body="see https://проверка.рф/\n")),
    )
