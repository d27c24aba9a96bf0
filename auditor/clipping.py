"""The beginning of a message -> what of it can be read as a whole one: without the part that the end broke off."""

from __future__ import annotations

import re

_DECLARED = re.compile(rb"""boundary\s{0,3}=\s{0,3}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_MOST = 20


def clipped(raw: bytes) -> bytes:
    """A multipart ends before the outermost part that is not whole; any other message is as it was.

    A picture behind the text then is missing; a text that is itself too long is not read at all.
    """
    found = [one[1] or one[2] for one, _ in zip(_DECLARED.finditer(raw), range(_MOST), strict=False)]
    if not found:
        return raw
    delimiter = b"--" + found[0]
    place = raw.rfind(b"\n" + delimiter)
    if place < 0 or raw.startswith(delimiter + b"--", place + 1):
        return raw
    return raw[: place + 1] + delimiter + b"--\r\n"
