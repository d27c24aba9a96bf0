"""A secret goes in; every form in which it may show itself, and where a text shows one, comes out."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

_SHOWN = 8  # characters in a row that are no coincidence: whoever sees them has half of the secret


@dataclass(frozen=True, slots=True)
class Secret:
    """`username` is what SASL sends with it."""

    value: str
    username: str = ""

    def forms(self) -> dict[str, bytes]:
        raw = self.value.encode("utf-8", "surrogateescape")
        sasl = f"\0{self.username}\0{self.value}".encode("utf-8", "surrogateescape")
        return {
            "plain": raw,
            "upper case": self.value.upper().encode("utf-8", "surrogateescape"),
            "quoted for IMAP": self.value.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogateescape"),
            "JSON": json.dumps(self.value)[1:-1].encode(),
            "JSON in JSON": json.dumps(json.dumps(self.value)[1:-1])[1:-1].encode(),
            "repr": repr(self.value)[1:-1].encode("utf-8", "backslashreplace"),
            "repr of octets": repr(raw)[2:-1].encode(),
            "URL": quote(self.value, safe="").encode(),
            "URL, with +": quote_plus(self.value).encode(),
            "HTML": html.escape(self.value).encode("utf-8", "surrogateescape"),
            "hexadecimal": raw.hex().encode(),
            "UTF-16": self.value.encode("utf-16-le", "surrogatepass"),
            "SASL": base64.b64encode(sasl),
            **{f"base64 behind {shift}": _inner_base64(raw, shift) for shift in range(3)},
        }

    def shown_in(self, data: bytes) -> list[str]:
        """The names of the forms that stand there, whole, broken over lines, or a half of the plain one."""
        joined = re.sub(rb"\s+", b"", data)
        found = [name for name, form in self.forms().items() if form in data or re.sub(rb"\s+", b"", form) in joined]
        return found + [f"a half, {part!r}" for part in self._halves() if part in data and not found]

    def _halves(self) -> Iterator[bytes]:
        raw = self.value.encode("utf-8", "surrogateescape")
        yield from (raw[start : start + _SHOWN] for start in range(len(raw) - _SHOWN + 1))


def _inner_base64(raw: bytes, shift: int) -> bytes:
    """The letters that stand for it wherever it lies in what was encoded, without those that its neighbours change."""
    whole = base64.b64encode(b"\0" * shift + raw)
    return whole[4 if shift else 0 : len(whole) - 4]
