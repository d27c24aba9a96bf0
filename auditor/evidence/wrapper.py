"""A message in a SpamAssassin `report_safe` wrapper -> the original message inside, byte for byte."""

from __future__ import annotations

import re

from auditor.evidence.sender import without_filter_tag
from auditor.message import Message, read

MAX_PART_HEADER = 2_000
MAX_WRAPPERS = 3

# `report_safe 1` attaches the message as what it is, `report_safe 2` as plain text.
_ORIGINAL = re.compile(rb"message/rfc822|text/plain; *x-spam-type=original", re.IGNORECASE)
_DESCRIPTION = b"content-description: original message before spamassassin"


def innermost(message: Message) -> Message | None:
    """The original message out of at most three wrappers, as two filters one after the other make them."""
    inner = None
    for _ in range(MAX_WRAPPERS):
        deeper = unwrap(inner or message)
        if deeper is None:
            break
        inner = deeper
    return inner


def unwrap(message: Message) -> Message | None:
    """The original message, or None where there is no such wrapper.

    Anyone can send a wrapper. What is inside is judged by its own signature alone, and the wrapper is never moved.
    """
    if not message.all("x-spam-checker-version") and not message.all("x-spam-flag"):
        return None
    boundary = _boundary(message)
    place = message.raw.lower().find(_DESCRIPTION) if boundary else -1
    if boundary is None or place < 0:
        return None
    start = message.raw.rfind(b"--" + boundary, max(0, place - MAX_PART_HEADER), place)
    header_end = re.compile(rb"\r?\n\r?\n").search(message.raw, place, place + MAX_PART_HEADER)
    if start < 0 or header_end is None or not _ORIGINAL.search(message.raw[start : header_end.start()]):
        return None
    end = message.raw.find(b"\n--" + boundary, header_end.end())
    inner = message.raw[header_end.end() : end if end >= 0 else None]
    original = read(inner.removesuffix(b"\r"), complete=message.complete and end >= 0)
    return original if _senders(original) == _senders(message) else None


def _senders(message: Message) -> list[str]:
    """SpamAssassin copies the From; a wrapper in another name is none, and is judged for what it says itself."""
    return [" ".join(without_filter_tag(field.text).split()) for field in message.all("from")]


def _boundary(message: Message) -> bytes | None:
    content_type = message.first("content-type") or ""
    found = re.search(r'boundary="?([^";]{1,70})"?', content_type, re.IGNORECASE)
    if not content_type.lower().startswith("multipart/mixed") or found is None:
        return None
    return found[1].strip().encode("ascii", "surrogateescape")
