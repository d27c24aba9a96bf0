"""Bytes of one message -> Message: its fields in order, its readable parts, and what is wrong with it.

Never raises: whatever a stranger sends is data. Every bound is far above what real mail needs (the largest of
7,909 real messages had 135 kB of header in 156 fields) and a message beyond one is marked, not read on.
"""

from __future__ import annotations

import email
import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import compat32

MAX_HEADER = 256 * 1024
MAX_FIELDS = 1_000
MAX_FIELD = 64 * 1024
MAX_PARTS = 500
MAX_BOUNDARIES = 200
MAX_TEXT = 5 * 1024 * 1024

_FIELD_LINE = re.compile(rb"([!-9;-~]{1,200})([ \t]*):")
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
# Of a header with too many fields these are still kept, so that it can be said whose it pretends to be.
_KEPT_ANYWAY = frozenset({b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id"})
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field. `value` keeps its folding; bytes above 127 are surrogate escapes."""

    name: str
    value: str

    @property
    def key(self) -> str:
        return self.name.lower()

    @property
    def text(self) -> str:
        """The value on one line (RFC 5322 section 2.2.3)."""
        return _FOLD.sub("", self.value).strip(" \t\r\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree. `text` is None for what is not text and for what could not be decoded."""

    content_type: str
    text: str | None
    attached: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message as far as it may be read. `raw` is what a signature is verified over."""

    raw: bytes = field(repr=False)
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    ambiguities: tuple[str, ...]
    """Why two programs may read this header differently; any entry means that nothing in it is proof."""
    overruns: tuple[str, ...]
    """Bounds that were exceeded; what lies behind them was not looked at."""
    complete: bool = True
    """False where the end of the message was not fetched."""

    def all(self, name: str) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.key == name)

    def first(self, name: str) -> str | None:
        """The first field of that name on one line, or None."""
        return next((f.text for f in self.fields if f.key == name), None)


def read(raw: bytes, *, complete: bool = True) -> Message:
    """Read a whole message. `complete=False`: the end is missing, so the body cannot be looked through."""
    header, ambiguities, overruns = _header_block(raw)
    fields = _fields(header, ambiguities, overruns)
    if not complete:
        overruns.append("the message is too large to be read whole")
    parts = () if overruns else tuple(_parts(raw, overruns))
    return Message(raw, tuple(fields), parts, tuple(dict.fromkeys(ambiguities)), tuple(overruns), complete)


def read_header(raw: bytes) -> Message:
    """Read a header block alone, as the sweep brings it."""
    header, ambiguities, overruns = _header_block(raw)
    return Message(raw, tuple(_fields(header, ambiguities, overruns)), (), tuple(ambiguities), tuple(overruns))


def _header_block(raw: bytes) -> tuple[bytes, list[str], list[str]]:
    end = re.search(rb"\r?\n\r?\n|\A\r?\n", raw[: MAX_HEADER + 4])
    header = raw[: end.start()] if end else raw[:MAX_HEADER]
    overruns = ["the header is longer than 256 kB"] if end is None and len(raw) > MAX_HEADER else []
    ambiguities = []
    if b"\0" in header:
        ambiguities.append("the header holds a NUL byte")
    if re.search(rb"\r(?!\n)", header):
        ambiguities.append("the header holds a carriage return inside a line")
    return header, ambiguities, overruns


def _fields(header: bytes, ambiguities: list[str], overruns: list[str]) -> list[Field]:
    fields: list[tuple[bytes, list[bytes]]] = []
    surplus: list[bytes] = []
    for number, line in enumerate(re.split(rb"\r?\n", header)):
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


def _parts(raw: bytes, overruns: list[str]) -> Iterator[Part]:
    if sum(1 for _ in _BOUNDARY.finditer(raw)) > MAX_BOUNDARIES:
        overruns.append("the message has too many parts")
        return
    try:
        tree = email.message_from_bytes(raw, policy=compat32)
        leaves = [leaf for leaf, _ in zip(_leaves(tree), range(MAX_PARTS + 1), strict=False)]
    except Exception:  # the standard parser raises half a dozen kinds on hostile MIME, RecursionError among them
        overruns.append("the message's parts cannot be read")
        return
    if len(leaves) > MAX_PARTS:
        overruns.append("the message has too many parts")
        return
    room = MAX_TEXT
    for leaf in leaves:
        part = _part(leaf, room)
        room -= len(part.text or "")
        if room <= 0:
            overruns.append("the message's text is longer than 5 MB")
            return
        yield part


def _leaves(tree: email.message.Message) -> Iterator[email.message.Message]:
    """Every part that is not a container; an attached message counts as one part, not as its contents."""
    if tree.get_content_maintype() == "multipart" and isinstance(tree.get_payload(), list):
        for child in tree.get_payload():
            if isinstance(child, email.message.Message):
                yield from _leaves(child)
    else:
        yield tree


def _part(leaf: email.message.Message, room: int) -> Part:
    content_type = leaf.get_content_type()
    attached = leaf.get_content_disposition() == "attachment" or (
        leaf.get_filename() is not None and leaf.get_content_maintype() != "image"
    )
    text = None
    if leaf.get_content_maintype() == "text":
        text = _decoded(leaf, room)
    elif leaf.get_content_maintype() != "image":
        attached = True
    return Part(content_type, text, attached)


def _decoded(leaf: email.message.Message, room: int) -> str | None:
    try:
        payload = leaf.get_payload(decode=True)
    except Exception:  # a hostile transfer encoding: undecodable, hence unread
        return None
    if not isinstance(payload, bytes):
        return None
    payload = payload[: room + 1]
    charset = str(leaf.get_content_charset("utf-8"))
    try:
        return payload.decode(charset, "replace")
    except (LookupError, ValueError, UnicodeError):
        return payload.decode("latin-1")
