"""Messages that cost a reader too much, or break it: a name in, the bytes out. All claim a marketplace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from .build import CRLF, Letter, compose, sign, swap
from .forged.bait import CUSTOMER, HTML, NOTICE, RELAY
from .forged.strangers import SALE

PLAIN = "text/plain; charset=utf-8"
WIDE = 15_000_000  # octets, just below what is read of one message


def _letter(body: str, kind: str = PLAIN, base: Letter = CUSTOMER, encoding: str = "") -> bytes:
    return compose(replace(base, body=body, content_type=kind, encoding=encoding))


def _page(body: str, base: Letter = CUSTOMER) -> bytes:
    return _letter(f"<html>{body}", HTML, base)


def _field(name: str, value: str) -> bytes:
    return compose(replace(CUSTOMER, extra=((name, value),)))


def _body(data: bytes, kind: str = PLAIN, encoding: str = "8bit", base: Letter = CUSTOMER) -> bytes:
    """`data` as it stands, however large."""
    letter = replace(base, body="", content_type=kind, encoding=encoding)
    return compose(letter) + data


def _signed(body: bytes, times: int = 1, tag: str = "", instead: str = "") -> bytes:
    """A true signature, repeated, over another body; `tag` of it is replaced."""
    bare = compose(CUSTOMER)
    signature = sign(bare, "walmart.com").removesuffix(bare)
    if tag:
        signature = swap(signature, tag.encode(), instead.encode().replace(b"\n", CRLF))
    return signature * times + bare + body


def _of_part(head: str) -> bytes:
    return _letter(f"--a\n{head}\n\nx\n--a--\n", "multipart/mixed; boundary=a")


def _wrapper(inside: bytes) -> bytes:
    head = f'From: {RELAY}\r\nX-Spam-Flag: YES\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head.encode() + inside


def _nested(depth: int) -> bytes:
    inner = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(depth))
    return _letter(inner + "x\n" * 100_000, 'multipart/mixed; boundary="b0"')


def _fonts(count: int) -> str:
    return "".join(f"<font x{number}><p>" for number in range(count))


def _parameter(kind: str) -> bytes:
    return _letter("x\n", kind)


NINES = "9" * 5_000
BLANKS = " " * 199_999

# What the parameters of a part may be made of: each made a standard parser raise, or count to a number without end.
BROKEN: dict[str, Callable[[], bytes]] = {
    "charset-in-two-forms": partial(_parameter, "text/plain; charset*=utf-8''a; charset*0*=utf-8''b"),
    "boundary-in-two-forms": partial(_parameter, "multipart/mixed; boundary*=utf-8''a; boundary*0*=utf-8''b"),
    "charset-part-5000-digits": partial(_parameter, f"text/plain; charset*{NINES}=a"),
    "name-part-5000-digits": partial(_parameter, f"application/pdf; name*{NINES}=a"),
    "charset-of-unknown-alphabet": partial(_parameter, "text/plain; charset*=bogus'en'%ff%fe"),
    "charset-with-nul": partial(_parameter, "text/plain; charset=a\0b"),
    "charset-not-ascii": partial(_parameter, "text/plain; charset=é"),
    "charset-is-no-text": partial(_parameter, "text/plain; charset=zlib"),
    "filename-in-two-forms": partial(_field, "Content-Disposition", "attachment; filename*=utf-8''a; filename*0*=b"),
    "filename-part-5000-digits": partial(_field, "Content-Disposition", f"attachment; filename*{NINES}=a"),
    "signed-in-year-33658": partial(_signed, b"", 1, "t=1795175400", "t=999999999999"),
    "signed-in-year-10000": partial(_signed, b"", 1, "t=1795175400", "t=253402300800"),
    "signed-at-a-number-of-5000-digits": partial(_signed, b"", 1, "t=1795175400", f"t={NINES}"),
    "signed-below-zero": partial(_signed, b"", 1, "t=1795175400", "t=-1"),
    "signed-at-a-foreign-digit": partial(_signed, b"", 1, "t=1795175400", "t=\u00b2\u0663"),
    "runs-out-in-year-33658": partial(_signed, b"", 1, "t=1795175400", "t=1795175400; x=999999999999"),
    "date-in-year-9999999999": partial(_field, "X", "a\nDate: Fri, 20 Nov 9999999999 12:00:00 +0000"),
    "date-zone-of-twelve-digits": partial(_field, "X", "a\nDate: 20 Nov 2026 12:00:00 +999999999999"),
    "date-before-year-1": partial(_field, "X", "a\nDate: 1 Jan 0001 00:00:00 +9999"),
    "date-day-of-5000-digits": partial(_field, "X", f"a\nDate: {NINES} Nov 2026 12:00:00 +0000"),
    "identity-is-nothing": partial(_signed, b"", 1, "i=@walmart.com", "i=@"),
    "signature-of-blanks": partial(_signed, b"", 1, " b=", f" b={' ' * 30_000}"),
    "signature-of-folds": partial(_signed, b"", 1, " b=", " b=" + "A\n " * 10_000 + "!"),
    "signature-tag-of-folds": partial(_signed, b"", 1, " b=", " b" + "\n " * 15_000 + "="),
    "signature-tag-of-blanks": partial(_signed, b"", 1, " v=1;", f" v=1; z={' ' * 30_000}x;"),
}

# What a text may be made of.
COSTLY_TEXT: dict[str, Callable[[], bytes]] = {
    "fonts-and-paragraphs-2000": lambda: _page(_fonts(2_000)),
    "fonts-and-paragraphs-60000": lambda: _page(_fonts(60_000)),
    "fonts-alone": lambda: _page("".join(f"<font x{n}>" for n in range(900)) + "<p>" * 15_000),
    "links-in-cells-unclosed": lambda: _page("<table><a>" * 200_000),
    "bold-italic-paragraphs": lambda: _page("<b><i><p>" * 100_000),
    "divs-100000": lambda: _page("<div>" * 100_000),
    "divs-900000": lambda: _page("<div>" * 900_000),
    "cells-100000": lambda: _page("<table><tr>" + "<td>" * 100_000),
    "tags-closed-in-wrong-order": lambda: _page("<b><div></b>" * 6_000 + "</div>" * 6_000),
    "comments-100000": lambda: _page("<!-- a -->" * 100_000),
    "comments-left-open": lambda: _page("<!--" * 200_000),
    "tag-left-open": lambda: _page("<a " + "href=x " * 200_000),
    "targets-in-comment": lambda: _page("<!--" + "".join(f"href={n:x}/" for n in range(100_000)) + "-->"),
    "targets-in-comment-alike": lambda: _page("<!--" + "href=/" * 170_000 + "-->"),
    "targets-in-frames": lambda: _page(
        "".join(f"<iframe srcdoc='{'href=/' * 100}{n}'></iframe>" for n in range(1_500))
    ),
    "targets-in-one-frame": lambda: _page("<iframe srcdoc='" + "".join(f"href={n:x}/" for n in range(100_000)) + "'>"),
    "targets-of-references": lambda: _page("<!--" + ("href=" + "&a;" * 600) * 550 + "-->"),
    "targets-of-animation": lambda: _page("<svg><set to='" + "".join(f"{n:x};" for n in range(170_000)) + "'>"),
    "refresh-of-blanks": lambda: _page(f'<meta http-equiv=refresh content="url{" " * 90}">x'),
    "refresh-of-100-kb-of-blanks": lambda: _page(f'<meta http-equiv=refresh content="url{" " * 100_000}">x'),
    "refresh-of-addresses": lambda: _page(f'<meta http-equiv=refresh content="{"url" * 60_000}">x'),
    "punycode-1-mb": lambda: _letter("a" * 1_000_000, "text/plain; charset=punycode"),
    "idna-1-mb": lambda: _letter("xn--a." * 160_000, "text/plain; charset=idna"),
    "utf-7-1-mb": lambda: _letter("+AGE-" * 200_000, "text/plain; charset=utf-7"),
    "addresses-500000": lambda: _letter("".join(f"www.a{n} " for n in range(500_000))),
    "hosts-2100": lambda: _letter("".join(f"https://walma{n}rt-help-a-b-c-d.com " for n in range(2_100))),
    "hosts-of-ten-labels": lambda: _letter(
        "".join(f"https://{'.'.join([f'a{n}-b-c-d-e-f-g-h-i-j'] * 10)}.com " for n in range(2_000))
    ),
    "names-of-hosts": lambda: _letter("a.b.c.d.e.f.g.com-" * 50_000),
    "names-of-one-letter": lambda: _letter("a." * 500_000, base=SALE),
    "names-all-different": lambda: _letter("".join(f"a{n}.com " for n in range(100_000)), base=SALE),
    "names-with-foreign-endings": lambda: _letter(
        "".join(f"a.{chr(0x430 + n % 32)}{chr(0x430 + n // 32 % 32)}{chr(0x430 + n // 1024)}x " for n in range(19_000)),
        base=SALE,
    ),
    "names-with-paths": lambda: _letter("x.com/" * 170_000, base=SALE),
    "mail-to-100000": lambda: _page("<a href='mailto:" + "a@b.cc," * 100_000 + "'>x</a>"),
    "nested-addresses": lambda: _page('<a href="https://a.test/?u=' + "https%3A%2F%2Fa%2F%3Fu%3D" * 4_000 + '">x</a>'),
    "phones-with-slashes": lambda: _letter(("1/1/1-" * 330 + "\n") * 500, base=SALE),
    "phones-plain": lambda: _letter(("415 555 2671 " * 150 + "\n") * 500, base=SALE),
    "phones-all-different": lambda: _letter(" ; ".join(f"415 55{n:05}" for n in range(100_000)), base=SALE),
    "phones-of-brackets": lambda: _letter(("(1(1(1(1[1[1" * 160 + "\n") * 500, base=SALE),
    "phones-of-25-digits": lambda: _letter(("1" * 25 + " ") * 80_000, base=SALE),
    "phones-of-one-run": lambda: _letter("1 " * 500_000, base=SALE),
    "phones-introduced": lambda: _letter("call 912 345 678 901 234 5 6 7 " * 30_000, base=SALE),
    "phones-named-as-cases": lambda: _letter("call case id: 2069220880 " * 40_000, base=SALE),
    "phones-in-circles": lambda: _letter("\u2460" * 300_000, base=SALE),
    "phones-of-letters": lambda: _letter("O1" * 500_000, base=SALE),
    "orders-of-blanks": lambda: _letter(("order" + " " * 5_000) * 100, base=SALE),
    "vanity-of-letters": lambda: _letter("1-800-" + "A-" * 200_000, base=SALE),
    "attributes-100000": lambda: _page("<p " + " ".join(f"a{n}" for n in range(100_000)) + ">x"),
    "attributes-behind-hidden-ends": lambda: _page(
        "<p " + " ".join(f'b=">" a{n} c{n} d{n} e{n} f{n} g{n} h{n} i{n} j{n}' for n in range(12_000)) + ">x"
    ),
    "ends-without-tags": lambda: _page("a >" * 1_000_000),
    "ends-in-quotes": lambda: _page('="a>' * 700_000),
    "attributes-of-many-tags": lambda: _page(("<p " + " ".join(f"a{n}" for n in range(5_000)) + ">x") * 60),
    "attributes-without-blanks": lambda: _page("<p a='b'" + "".join(f"a{n}='b'" for n in range(80_000)) + ">x"),
    "display-name-of-mathematical-letters": lambda: compose(
        replace(CUSTOMER, sender=f"=?utf-8?Q?{'=F0=9D=97=AA' * 330}?= <{RELAY}>")
    ),
}

# What is heavy.
HEAVY: dict[str, Callable[[], bytes]] = {
    "signed-50-kb-of-blanks": lambda: _signed(b" " * 50_000 + b"x\r\n"),
    "signed-300-kb-of-blanks-ten-times": lambda: _signed(b" " * 300_000 + b"x\r\n", 10),
    "signed-1-mb-in-runs-of-999": lambda: _signed((b" " * 999 + b"x") * 1_000 + CRLF, 10),
    "signed-1-mb-of-odd-lines-ten-times": lambda: _signed(b"ab \t\r\n" * 170_000, 10),
    "signed-15-mb-of-blanks-ten-times": lambda: _signed(b" " * WIDE + b"x", 10),
    "signed-15-mb-of-lines": lambda: _signed(b"ab \t\r\n" * (WIDE // 6)),
    "signed-4-mb-of-empty-lines": lambda: _signed(CRLF * 2_000_000),
    "newlines-15-mb": lambda: _body(CRLF * (WIDE // 2)),
    "newlines-bare-15-mb": lambda: _body(b"\n" * WIDE),
    "carriage-returns-15-mb": lambda: _body(b"\r" * WIDE),
    "short-lines-15-mb": lambda: _body(b"ab\r\n" * (WIDE // 4)),
    "one-line-of-15-mb": lambda: _body(b"a" * WIDE),
    "page-of-15-mb": lambda: _body(b"a <b>b</b> " * (WIDE // 11), HTML),
    "base64-attachment-15-mb": lambda: _body((b"A" * 76 + CRLF) * (WIDE // 78), "application/pdf", "base64", NOTICE),
    "base64-text-15-mb": lambda: _body((b"QUFB" * 19 + CRLF) * (WIDE // 78), PLAIN, "base64"),
    "base64-page-4-mb": lambda: _body((b"PGI+" * 19 + CRLF) * 50_000, HTML, "base64"),
    "quoted-printable-15-mb": lambda: _body(b"=41" * (WIDE // 3), PLAIN, "quoted-printable"),
    "quoted-printable-of-signs": lambda: _body(b"=" * 5_000_000, PLAIN, "quoted-printable"),
    "base64-text-of-signs": lambda: _body(b"=" * WIDE, PLAIN, "base64"),
    "base64-text-of-signs-and-blanks": lambda: _body(b"= " * (WIDE // 2), PLAIN, "base64"),
    "parameters-of-a-part": lambda: _of_part("Content-Type: text/plain; " + ";" * 1_000_000),
    "parameters-of-open-quotes": lambda: _of_part('Content-Type: text/plain; x="' + ";" * 300_000),
    "parameters-on-many-lines": lambda: _of_part("CONTENT-TYPE: text/plain" + ";\n a=b" * 200_000),
    "parameters-of-a-container": lambda: _of_part('Content-Type: multipart/mixed; x="' + ';\\"' * 300_000),
    "parameters-of-a-name": lambda: _of_part(
        "Content-Disposition: attachment" + "".join(f"; filename*{n}=b" for n in range(200_000))
    ),
    "parameters-of-each-part": lambda: _letter(
        ("--a\nContent-Disposition: attachment" + ";" * 49 + '"' * 8_000 + "\n\nx\n") * 490 + "--a--\n",
        "multipart/mixed; boundary=a",
    ),
    "uuencode-12-mb": lambda: _body(b"begin 644 a\r\n" + (b"M" + b"A" * 60 + CRLF) * 200_000, PLAIN, "x-uuencode"),
    "delimiters-100000": lambda: _letter("--a\n\n" * 100_000, "multipart/mixed; boundary=a"),
    "delimiters-of-other-parts": lambda: _letter("--ab\n" * 250_000, "multipart/mixed; boundary=a"),
    "parts-nested-190-deep": lambda: _nested(190),
    "parts-nested-40-deep": lambda: _nested(40),
    "messages-within-messages": lambda: _letter("Content-Type: message/rfc822\n\n" * 5_000, "message/rfc822"),
    "wrapper-of-many-types": lambda: _wrapper(b"\r\nContent-Type: message/rfc822" * 3_000 + b"\r\nA: b" * 300_000),
    "wrapper-of-many-descriptions": lambda: _wrapper(
        b"\r\nContent-Type: message/rfc822" + b"\r\nContent-Description: original message before SpamAssassin" * 20_000
    ),
    "fields-20000": lambda: compose(replace(CUSTOMER, extra=tuple((f"X{n}", "y") for n in range(20_000)))),
    "recipients-of-open-quotes": lambda: _field("Cc", '"a' * 8_001),
    "recipients-2000": lambda: _field("Cc", "a@b.cc, " * 2_000),
}

HOSTILE = BROKEN | COSTLY_TEXT | HEAVY
