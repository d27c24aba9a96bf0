"""Bytes of one message -> Message: its fields in order, its readable parts, and what is wrong with it.

Never raises: whatever a stranger sends is data. Every bound is far above what real mail needs (the largest of
7,909 real messages had 135 kB of header in 156 fields) and a message beyond one is marked, not read on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from auditor.mime import Part, read_parts

MAX_HEADER = 256 * 1024
MAX_FIELDS = 1_000
MAX_FIELD = 64 * 1024

_FIELD_LINE = re.compile(rb"([!-9;-~]{1,200})([ \t]*):")
# Of a header with too many fields these are still kept, so that it can be said whose it pretends to be.
_KEPT_ANYWAY = frozenset({b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id"})
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field. `value` keeps its folding; bytes above 127 are surrogate escapes."""

    name: str
    value: str
    key: str = field(init=False, repr=False, compare=False)
    """The name in lower case; made once, for it is compared a thousand times."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.name.lower())

    @property
    def text(self) -> str:
        """The value on one line (RFC 5322 section 2.2.3)."""
        value = _FOLD.sub("", self.value) if "\n" in self.value else self.value
        return value.strip(" \t\r\n")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as far as it may be read. `raw` is what a signature is verified over."""

    raw: bytes = field(repr=False)
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    ambiguities: tuple[str, ...]
    """Why two programs may read this header differently; any entry means that nothing in it is proof."""
    overruns: tuple[str, ...]
    """Bounds that were exceeded, and parts that cannot be read; what lies behind them was not looked at."""
    complete: bool = True
    """False where the end of the message was not fetched."""
    _by_key: dict[str, tuple[Field, ...]] = field(init=False, repr=False, compare=False)
    """Made once, for forty names are asked for."""

    def __post_init__(self) -> None:
        by_key: dict[str, tuple[Field, ...]] = {}
        for one in self.fields:
            by_key[one.key] = (*by_key.get(one.key, ()), one)
        object.__setattr__(self, "_by_key", by_key)

    def all(self, name: str) -> tuple[Field, ...]:
        """Every field of that name, given in lower case, from the top."""
        return self._by_key.get(name, ())

    def first(self, name: str) -> str | None:
        """The first field of that name on one line, or None."""
        return next((f.text for f in self.all(name)), None)


def read(raw: bytes, *, complete: bool = True) -> Message:
    """Read a whole message. `complete=False`: the end is missing, so the body cannot be looked through."""
    header, ambiguities, overruns = _header_block(raw)
    fields = _fields(header, ambiguities, overruns)
    if not complete:
        overruns.append("the message is too large to be read whole")
    parts, unread = ((), "") if overruns else read_parts(_describing(fields) + raw[len(header) :])
    overruns += [unread] if unread else []
    return Message(raw, tuple(fields), parts, tuple(dict.fromkeys(ambiguities)), tuple(overruns), complete)


def read_header(raw: bytes) -> Message:
    """Read a header block alone, as the sweep brings it."""
    header, ambiguities, overruns = _header_block(raw)
    return Message(raw, tuple(_fields(header, ambiguities, overruns)), (), tuple(ambiguities), tuple(overruns))


def _header_block(raw: bytes) -> tuple[bytes, list[str], list[str]]:
    end = _end_of_header(raw[: MAX_HEADER + 4])
    header = raw[: MAX_HEADER if end < 0 else end]
    overruns = ["the header is longer than 256 kB"] if end < 0 and len(raw) > MAX_HEADER else []
    ambiguities = []
    if b"\0" in header:
        ambiguities.append("the header holds a NUL byte")
    if re.search(rb"\r(?!\n)", header):
        ambiguities.append("the header holds a carriage return inside a line")
    return header, ambiguities, overruns


def _end_of_header(raw: bytes) -> int:
    """Where the first empty line begins, of either line end; -1 where none does."""
    if raw.startswith((b"\n", b"\r\n")):
        return 0
    before = [place for place in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if place >= 0]
    return min(before) + 1 if before else -1


def _describing(fields: list[Field]) -> bytes:
    """The fields that say how to read the body (RFC 2045): all that a parser of MIME need see of a header."""
    return b"".join(
        f"{one.name}:{one.value}\r\n".encode("ascii", "surrogateescape")
        for one in fields
        if one.key.startswith("content-")
    )


def _fields(header: bytes, ambiguities: list[str], overruns: list[str]) -> list[Field]:
    fields: list[tuple[bytes, list[bytes]]] = []
    surplus: list[bytes] = []
    for number, line in enumerate(header.replace(b"\r\n", b"\n").split(b"\n")):
        if not line:
            continue
        if line[:1] in (b" ", b"\t"):
            if not line.strip() or not fields:
                ambiguities.append("the header holds a line of white space only, or begins inside a field")
            if fields:
                (surplus if surplus else fields[-1][1]).append(line)
        elif found := _FIELD_LINE.match(line):
            if found[2]:
                ambiguities.append("a field name is followed by a space")
            if len(fields) < MAX_FIELDS or (len(fields) < 2 * MAX_FIELDS and found[1].lower() in _KEPT_ANYWAY):
                fields.append((found[1], [line[found.end() :]]))
                surplus = []
            else:
                surplus = [line]
        elif number or not line.startswith(b"From "):
            ambiguities.append("the header holds a line that is not a field")
    if surplus or len(fields) >= MAX_FIELDS:
        overruns.append("the header has more than 1,000 fields")
    return [_field(name, lines, overruns) for name, lines in fields]


def _field(name: bytes, lines: list[bytes], overruns: list[str]) -> Field:
    value = b"\r\n".join(lines)
    if len(value) > MAX_FIELD:
        overruns.append("a header field is longer than 64 kB")
        value = value[:MAX_FIELD]
    return Field(name.decode("ascii"), value.decode("ascii", "surrogateescape"))
