"""Truly signed notices whose link stands where one program looks and another does not: rows 98 to 101."""

import base64
from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import Letter, multipart
from ..delivery import deliver, passed
from .bait import HTML, NOTICE, forge, genuine_notice

EVIL = "https://evil.test/"
LINK = f'<html><body><a href="{EVIL}">open</a></body></html>'
ESCAPED = "&lt;a href=&quot;//evil.test/&quot;&gt;x&lt;/a&gt;"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><a href="{EVIL}"><text>open</text></a></svg>'
HIDING = (
    *("noscript", "template", "xmp", "noframes", "noembed", "textarea", "title", "select", "iframe", "plaintext"),
    *("style", "script", "object", "svg", "math", "details", "dialog", "marquee"),
)

# (name, page).
MARKUP = (
    (
        "area-without-html-tag",
        "<div><img usemap='#m'><map name=m><area href='//evil.test/x' shape=default></map></div>",
    ),
    ("button-without-html-tag", "<div><button formaction='//evil.test/x'>Go</button></div>"),
    ("link-behind-200-kb", "<p>" + ("x" * 70 + "\n") * 3000 + '</p><a href="//evil.test/x">open</a>'),
    ("math-link", f'<html><math href="{EVIL}"><mtext>open</mtext></math></html>'),
    ("vml-button", f'<html><v:roundrect href="{EVIL}">open</v:roundrect></html>'),
    ("conditional-comment", f'<html><body><!--[if mso]><a href="{EVIL}">open</a><![endif]--></body></html>'),
    ("conditional-comment-vml", f'<html><!--[if mso]><v:rect href="{EVIL}">open</v:rect><![endif]--></html>'),
    ("comment-left-open", f'<html><body><p>Sold.</p><!-- <a href="{EVIL}">open</a></body></html>'),
    ("frame-with-its-own-page", f'<html><body><iframe srcdoc="{ESCAPED}"></iframe></body></html>'),
    ("frame", f'<html><body><iframe src="{EVIL}"></iframe></body></html>'),
    ("object-data", f'<html><body><object data="{EVIL}"></object></body></html>'),
    ("ping", '<html><body><a ping="//evil.test/" href="https://www.amazon.com/">x</a></body></html>'),
    ("action-of-amp", f'<html><body><form action-xhr="{EVIL}"></form></body></html>'),
    ("picture-as-button", f'<html><body><form><input type=image formaction="{EVIL}"></form></body></html>'),
    ("refresh-without-url", '<html><head><meta http-equiv=refresh content="0;https://evil.test/"></head></html>'),
    ("refresh-with-comma", "<html><head><meta http-equiv=refresh content=\"0, 'https://evil.test/'\"></head></html>"),
    ("refresh-at-once", "<html><head><meta http-equiv=Refresh content=\"url='//evil.test/'\"></head></html>"),
    ("bare-host-as-target", '<html><body><a href="evil.com/login">open</a></body></html>'),
    ("redirector-of-linkedin", '<a href="https://www.linkedin.com/slink?code=abc">open</a>'),
    ("redirector-of-youtube", '<a href="https://www.youtube.com/redirect?q=https%3A%2F%2Fevil.test">open</a>'),
    ("redirector-of-youtube-mobile", '<a href="https://m.youtube.com/redirect?q=evil.test">open</a>'),
    ("nested-in-query", '<a href="https://www.amazon.com/gp/r.html?url=https%3A%2F%2Fevil.test%2F">open</a>'),
    ("nested-without-scheme", '<a href="https://www.amazon.com/gp/r.html?url=%2F%2Fevil.test%2F">open</a>'),
    ("nested-with-backslashes", '<a href="https://www.amazon.com/gp/r.html?u=%5C%5Cevil.test%5C">open</a>'),
    (
        "nested-twice",
        '<a href="https://www.amazon.com/r?url=https%3A%2F%2Fwww.amazon.com%2Fr%3Furl%3Dhttps%253A%252F%252Fevil.test">'
        "open</a>",
    ),
    *((f"inside-{tag}", f'<html><body><{tag}><a href="//evil.test/">open</a></{tag}></body></html>') for tag in HIDING),
)

# Charsets under which a link's bytes are not the ASCII that they look like, or may not be.
CHARSETS = (
    *("utf-7", "utf-16", "utf-16le", "utf-32", "cp037", "cp500", "cp1026", "punycode", "idna", "unicode_escape"),
    *("raw_unicode_escape", "hz", "iso2022_kr", "rot13", "x-unknown", "undefined"),
    *("iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ext", "johab"),
)


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode()


WIDE = _base64(b"\xff\xfe" + LINK.encode("utf-16le"))
IN_BASE64 = base64.b64encode(LINK.encode()).decode()
TWO_PIECES = f"{base64.b64encode(b'<p>hello').decode()}\n{IN_BASE64}\n"

# (name, Content-Type, body, Content-Transfer-Encoding).
ENCODED = (
    ("bom-under-utf-8", HTML, WIDE, "BASE64"),
    ("bom-without-charset", "text/html", WIDE, "BASE64"),
    ("japanese-left-open-at-a-line-end", "text/html; charset=iso-2022-jp", f"\x1b$B\n{LINK}\n", ""),
    ("japanese-left-open-at-the-end", "text/html; charset=iso-2022-jp", f"hello\n\x1b$B{LINK}", ""),
    ("japanese-by-an-unknown-escape", "text/html; charset=iso-2022-jp", f"\x1b$B!!\x1b(H{LINK}\n", ""),
    ("base64-after-padding", HTML, TWO_PIECES, "BASE64"),
    ("encoding-with-comment", HTML, IN_BASE64 + "\n", "base64 (x)"),
    ("encoding-with-semicolon", HTML, IN_BASE64 + "\n", "base64;"),
    ("encoding-in-quotes", HTML, IN_BASE64 + "\n", '"base64"'),
    ("encoding-unknown", HTML, IN_BASE64 + "\n", "x-base64"),
    ("type-is-no-type", "text/html/x; charset=utf-8", LINK.replace("https:", "") + "\n", ""),
)


def _raw_part(head: str, text: str) -> str:
    return f"--a\n{head}\n\n{text}\n--a--\n"


MIXED = "multipart/mixed; boundary=a"
# (name, Content-Type, body).
PARTS = (
    (
        "two-boundaries",
        'multipart/mixed; boundary="a"; boundary="b"',
        f"--b\nContent-Type: text/html\n\n{LINK}\n--b--\n--a\nContent-Type: text/plain\n\nhello\n--a--\n",
    ),
    (
        "two-boundaries-one-in-pieces",
        'multipart/mixed; boundary="a"; boundary*0="b"',
        f"--b\nContent-Type: text/html\n\n{LINK}\n--b--\n--a\nContent-Type: text/plain\n\nhello\n--a--\n",
    ),
    ("no-boundary", "multipart/mixed", _raw_part("Content-Type: text/html", LINK)),
    (
        "part-of-two-encodings",
        MIXED,
        _raw_part(
            "Content-Type: text/html\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64", IN_BASE64
        ),
    ),
    ("part-of-two-types", MIXED, _raw_part("Content-Type: image/png\nContent-Type: text/html", LINK)),
    ("part-with-line-of-no-field", MIXED, _raw_part("Content-Type: image/png\nfoo\nContent-Type: text/html", LINK)),
    ("svg-as-picture", *multipart("mixed", ("text/plain", "hi"), ('image/svg+xml; name="x.svg"', SVG))),
    ("xhtml", *multipart("mixed", ("text/plain", "hi"), ("application/xhtml+xml", SVG))),
    ("amp-part", *multipart("alternative", ("text/plain", "hi"), ("text/x-amp-html", LINK))),
    (
        "page-by-name-alone",
        *multipart("mixed", ("text/plain", "hi"), ('application/octet-stream; name="x.html"', LINK)),
    ),
    (
        "page-named-as-picture",
        *multipart(
            "mixed",
            ("text/plain", "hi"),
            ('image/png; name="invoice.html"\nContent-Disposition: inline; filename="invoice.html"', LINK),
        ),
    ),
    (
        "page-attached",
        *multipart("mixed", ("text/plain", "hi"), (f'{HTML}\nContent-Disposition: attachment; filename="x.htm"', LINK)),
    ),
    (
        "whole-message-attached",
        *multipart("mixed", ("text/plain", "hi"), ("message/rfc822", f"From: a@b.test\n\n{LINK}")),
    ),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Signed by Amazon in a notice that carries no stranger's words, so that nothing but the page can refuse it."""
    payment = Letter("payments-messages@amazon.com", "Your payment", "Paid.\n")
    for name, page in MARKUP:
        row = 101 if name.startswith(("redirector", "nested")) else 98
        yield _page(profile, name, replace(payment, body=page + "\n", content_type=HTML), row=row)
    for charset in CHARSETS:
        letter = replace(payment, body=LINK + "\n", content_type=f"text/html; charset={charset}")
        yield _page(profile, f"charset-{charset.replace('_', '-')}", letter, row=99)
    for name, kind, body, encoding in ENCODED:
        letter = replace(payment, body=body, content_type=kind)
        yield _page(profile, name, replace(letter, encoding=encoding), row=99)
    for letter in (payment, NOTICE):
        for name, kind, body in PARTS:
            suffix = "" if letter is payment else "-in-a-notice-that-quotes"
            yield _page(profile, f"{name}{suffix}", replace(letter, body=body, content_type=kind), row=100)


def _page(profile: Profile, name: str, letter: Letter, *, row: int) -> Sample:
    raw = deliver(genuine_notice(letter), profile, passed("amazon.com"))
    why = "a program that reads it another way than ours shows a link to a stranger's site"
    return forge(profile, f"page-{name}", raw, by="clean", why=why, row=row, only=True)
