"""The bytes of one message -> what dkimpy verifies over, made once and in time that grows with the size alone.

dkimpy does the same for each signature anew, takes each blank of a body in turn, and the square of the length of a
run of blanks (RFC 6376 section 3.4).
"""

from __future__ import annotations

import re

_EMPTY_LINE = re.compile(rb"(?:\A|\n)\r?\n")


def ends_by(raw: bytes, limit: int) -> bool:
    """Whether the header ends within so many octets: dkimpy takes the square of a long field's length."""
    return len(raw) <= limit or _EMPTY_LINE.search(raw, 0, limit + 4) is not None


def split(raw: bytes) -> tuple[bytes, bytes]:
    """The header with its last line end, and the body with CRLF line ends; as dkimpy splits a message."""
    end = _EMPTY_LINE.search(raw)
    if end is None:
        return raw, b""
    header = raw[: end.start() + 1] if raw[end.start() : end.start() + 2] in (b"\n\r", b"\n\n") else b""
    body = raw[end.end() :]
    return header, body if body.count(b"\n") == body.count(b"\r\n") else re.sub(rb"\r?\n", b"\r\n", body)


def relaxed(body: bytes) -> bytes:
    """A body with CRLF line ends in the relaxed form, but for the empty lines at its end."""
    flat = body.replace(b"\t", b" ")
    while b"  " in flat:
        flat = flat.replace(b"  ", b" ")
    return flat.replace(b" \r\n", b"\r\n")
