"""A message in a SpamAssassin `report_safe` wrapper -> the original message inside, byte for byte."""

from __future__ import annotations

import re

from auditor.message import Message, read

_INNER = re.compile(
    rb"\r?\nContent-Type: message/rfc822[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*"
    rb"(?:\r?\n[A-Za-z-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)*?"
    rb"\r?\nContent-Description: original message before SpamAssassin"
    rb"(?:\r?\n[A-Za-z-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)*?\r?\n\r?\n",
    re.IGNORECASE,
)


def unwrap(message: Message) -> Message | None:
    """The original message, or None where there is no such wrapper.

    Anyone can send a wrapper. What is inside is judged by its own signature alone, and the wrapper is never moved.
    """
    if not message.all("x-spam-checker-version") and not message.all("x-spam-flag"):
        return None
    boundary = _boundary(message)
    found = _INNER.search(message.raw) if boundary else None
    if boundary is None or found is None:
        return None
    end = re.search(rb"\r?\n--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", message.raw[found.end() :])
    return read(message.raw[found.end() :][: end.start() if end else None])


def _boundary(message: Message) -> bytes | None:
    content_type = message.first("content-type") or ""
    found = re.search(r'boundary="?([^";]{1,70})"?', content_type, re.IGNORECASE)
    if not content_type.lower().startswith("multipart/mixed") or found is None:
        return None
    return found[1].strip().encode("ascii", "surrogateescape")
