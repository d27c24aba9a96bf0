"""Bytes of a message in; the same message damaged in one of many ways out: header, MIME structure, encoding."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.mail.build import CRLF

Mutation = Callable[[bytes, Random], bytes]

CHARSETS = b"utf-7 utf-16 utf-32-be iso-2022-kr hz cp037 idna punycode base64 hex zlib unicode_escape x \xff".split()
ENCODINGS = b"base64 quoted-printable 7bit binary x-uuencode gzip8 base64,base64 \xff".split()


def bits_flipped(raw: bytes, rng: Random) -> bytes:
    mutant = bytearray(raw or b"\0")
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        mutant[rng.randrange(len(mutant))] ^= 1 << rng.randrange(8)
    return bytes(mutant)


def byte_put_in(raw: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + bytes([rng.choice((0, 9, 10, 11, 12, 13, 26, 27, 127, 128, 160, 255))]) + raw[at:]


def lines_left_out(raw: bytes, rng: Random) -> bytes:
    lines = raw.split(b"\n")
    start = rng.randrange(len(lines))
    return b"\n".join(lines[:start] + lines[start + rng.choice((1, 1, 2, 5, 50)) :])


def lines_again(raw: bytes, rng: Random) -> bytes:
    lines = raw.split(b"\n")
    start = rng.randrange(len(lines))
    again = lines[start : start + rng.choice((1, 1, 2, 5))]
    return b"\n".join(lines[:start] + again * rng.choice((2, 2, 3, 200)) + lines[start:])


def lines_swapped(raw: bytes, rng: Random) -> bytes:
    lines = raw.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def header_shuffled(raw: bytes, rng: Random) -> bytes:
    header, blank, body = raw.partition(CRLF * 2)
    lines = header.split(CRLF)
    rng.shuffle(lines)
    return CRLF.join(lines) + blank + body


def truncated(raw: bytes, rng: Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def beginning_cut_off(raw: bytes, rng: Random) -> bytes:
    return raw[rng.randrange(min(len(raw), 4_000) + 1) :]


def line_ends_changed(raw: bytes, rng: Random) -> bytes:
    flat = raw.replace(CRLF, b"\n")
    return flat.replace(b"\n", rng.choice((b"\n", b"\r", b"\r\r\n", b"\n\r", CRLF, b"\x0b", b"\xc2\x85")))


def no_empty_line(raw: bytes, _rng: Random) -> bytes:
    return raw.replace(CRLF * 2, CRLF).replace(b"\n\n", b"\n")


def boundary_changed(raw: bytes, rng: Random) -> bytes:
    found = re.search(rb'(?i)boundary="?([^";\r\n]{1,70})', raw)
    if found is None:
        return raw
    new = rng.choice((b"", b'"', found[1][:-1], found[1] + b"x", found[1] * 40, b"--", b" ", b"\0", b"\xff"))
    start, end = found.span(1)
    if rng.random() < 0.3:
        return raw.replace(found[1], new)
    return raw[:start] + new + raw[end:]


def charset_changed(raw: bytes, rng: Random) -> bytes:
    return re.sub(rb"(?i)charset=\"?[^\s\";]+\"?", b"charset=" + rng.choice(CHARSETS), raw)


def encoding_changed(raw: bytes, rng: Random) -> bytes:
    said = b"Content-Transfer-Encoding: " + rng.choice(ENCODINGS)
    return re.sub(rb"(?i)content-transfer-encoding:[^\r\n]*", lambda _: said, raw)


def type_changed(raw: bytes, rng: Random) -> bytes:
    kind = rng.choice((b"multipart/mixed", b"message/rfc822", b"text/html", b"multipart/alternative; boundary=", b"/"))
    return re.sub(rb"(?i)content-type:\s*[^;\r\n]*", lambda _: b"Content-Type: " + kind, raw, count=rng.choice((1, 5)))


def field_made_huge(raw: bytes, rng: Random) -> bytes:
    fill = rng.choice((b"a", b" ", b"\r\n ", b"<", b"(", b'"', b";", b"=?utf-8?q?a?= ", b"a@b.cc, ", b"\\", b"x=1; "))
    size = rng.choice((1_000, 70_000, 300_000))
    at = rng.choice([found.end() for found in re.finditer(rb"(?m)^[A-Za-z-]{1,40}: ?", raw[:20_000])] or [0])
    return raw[:at] + fill * (size // len(fill)) + raw[at:]


def fields_added(raw: bytes, rng: Random) -> bytes:
    name = rng.choice(
        (b"Received", b"DKIM-Signature", b"From", b"Authentication-Results", b"To", b"X-A", b"References")
    )
    value = rng.choice(
        (b"", b"a", b"v=1; d=walmart.com; h=from", b"mx.shop.test; dmarc=pass", b"<a@b.cc>", b"\xff" * 50)
    )
    return (name + b": " + value + CRLF) * rng.choice((1, 20, 1_200, 5_000)) + raw


def words_encoded(raw: bytes, rng: Random) -> bytes:
    word = rng.choice(
        (b"=?utf-8?B?8J2QmA==?=", b"=?utf-8?Q?=00=0d=0a?=", b"=?x?B?a?=", b"=?utf-16?B?/v8A?=", b"=?=?=?")
    )
    flood = b"Subject: " + (word + b"\r\n ") * rng.choice((1, 100, 10_000)) + CRLF
    return re.sub(rb"(?im)^subject:[^\n]*\n", lambda _: flood, raw, count=1) if b"ubject:" in raw else flood + raw


def nested(raw: bytes, rng: Random) -> bytes:
    depth = rng.choice((2, 60, 500, 3_000))
    parts = (b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1) for n in range(depth))
    header, blank, body = raw.partition(CRLF * 2)
    top = re.sub(rb"(?im)^content-type:[^\r\n]*(\r?\n[ \t][^\r\n]*)*\r?\n", b"", header + CRLF)
    return top + b'Content-Type: multipart/mixed; boundary="b0"' + CRLF * 2 + b"".join(parts) + body[:100_000] + blank


def wrapped_in_itself(raw: bytes, rng: Random) -> bytes:
    head = (
        b"From: help@walmart.com\r\nX-Spam-Flag: YES\r\nContent-Type: multipart/mixed; boundary=w\r\n\r\n--w\r\n"
        b"Content-Type: message/rfc822\r\nContent-Description: original message before SpamAssassin\r\n\r\n"
    )
    return head * rng.choice((1, 2, 30)) + raw[:200_000]


def body_blown_up(raw: bytes, rng: Random) -> bytes:
    piece = rng.choice(
        (b" ", b"<p><b>", b"=", b"http://a.b/?u=", b"\r\n", b"A" * 76 + b"\r\n", b"&#x41;", b"1-800-", b"\xff")
    )
    return raw + piece * (rng.choice((1_000, 200_000, 1_000_000)) // len(piece))


def digits_blown_up(raw: bytes, rng: Random) -> bytes:
    return re.sub(rb"\d+", lambda found: found[0] * rng.choice((1, 1, 40, 500)), raw, count=rng.choice((3, 60)))


def mixed_with_itself(raw: bytes, rng: Random) -> bytes:
    one, other = sorted((rng.randrange(len(raw) + 1), rng.randrange(len(raw) + 1)))
    return raw[:other] + raw[one : one + 20_000] + raw[other:]


MUTATIONS: tuple[Mutation, ...] = (
    *(bits_flipped, byte_put_in, lines_left_out, lines_again, lines_swapped, header_shuffled, truncated),
    *(beginning_cut_off, line_ends_changed, no_empty_line, boundary_changed, charset_changed, encoding_changed),
    *(type_changed, field_made_huge, fields_added, words_encoded, nested, wrapped_in_itself, body_blown_up),
    *(digits_blown_up, mixed_with_itself),
)


def mutated(raw: bytes, rng: Random) -> tuple[bytes, str]:
    """One to three mutations in a row, and their names."""
    chosen = rng.choices(MUTATIONS, k=rng.choice((1, 1, 2, 3)))
    for mutation in chosen:
        raw = mutation(raw, rng)
    return raw, " ".join(mutation.__name__ for mutation in chosen)
