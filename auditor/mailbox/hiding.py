"""A secret in; a function out that takes it from a text, however a server or an exception has spelled it there."""

from __future__ import annotations

import base64
import re
from binascii import Error
from collections.abc import Callable

HIDDEN = "***"

_ESCAPES = 8  # backslashes that quoting in quotes puts before one character
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")


def hider(secret: str) -> Callable[[str], str]:
    """Hides the secret as it is, in other letter cases, with backslashes and `\\xc3` between, and in base64 (SASL)."""
    if not secret:
        return str
    spelled = re.compile("".join(map(_spelled, secret)), re.IGNORECASE)

    def hide(text: str) -> str:
        return _BASE64.sub(lambda word: HIDDEN if _encodes(word[0], secret) else word[0], spelled.sub(HIDDEN, text))

    return hide


def _spelled(character: str) -> str:
    if character == "\\":
        return rf"\\{{1,{_ESCAPES}}}"
    plain = rf"\\{{0,{_ESCAPES}}}{re.escape(character)}"
    if character.isascii():
        return plain
    octets = "".join(rf"\\{{1,{_ESCAPES}}}x{octet:02x}" for octet in character.encode("utf-8", "surrogateescape"))
    return f"(?:{plain}|{octets})"


def _encodes(word: str, secret: str) -> bool:
    letters = word.rstrip("=")
    try:
        decoded = base64.b64decode(letters + "=" * (-len(letters) % 4))
    except Error:  # one letter too many
        decoded = base64.b64decode(letters[:-1])
    return secret.encode("utf-8", "surrogateescape") in decoded
