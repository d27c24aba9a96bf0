"""Text from outside -> text that is safe to show: the only way it reaches a terminal, page, cell or log line.

A character that could move the cursor, or reorder or hide its neighbours, is shown as its escape (`\\x1b`).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header

ELLIPSIS = "…"
MARKS_IN_A_ROW = 4  # Hebrew and Vietnamese need three; towers of marks cover the lines above
DECODED_LIMIT = 4096

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ENCODED_WORDS = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=(?:[ \t]*=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=)*")
# These codecs warn, run slowly on hostile input or decode to nothing that a mail program would show.
_ODD_CODECS = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"})


def line(text: str, width: int | None = None) -> str:
    """One line of safe text, cut with an ellipsis where it needs more than `width` terminal columns."""
    if text.isascii() and text.isprintable() and (width is None or len(text) <= width):
        return text
    shown = _shown(text)
    return "".join(piece for piece, _ in shown) if width is None else _cut(shown, width)


def block(text: str, width: int | None = None) -> str:
    """Several lines of safe text; only CRLF, CR and LF end a line."""
    lines = re.split(r"\r\n|\r|\n", text.expandtabs(4))
    return "\n".join(line(each, width) for each in lines)


def address(value: str, width: int | None = None) -> str:
    """A From or To field. Cut first in the name, then at the front of the address: a domain keeps its end."""
    name, bracket, rest = value.rpartition("<")
    if not bracket:
        return _tail(value.strip(), width)
    where = _tail(f"<{_unfolded(rest).strip()}", width)
    if not name.strip():
        return where
    room = None if width is None else width - columns(where) - 1
    who = line(_quoted(decoded(name).strip()), room)
    return f"{who} {where}" if who else where


def decoded(value: str) -> str:
    """An RFC 2047 header value as a mail program would read it, at most 4 kB; raw where it does not decode.

    The result is still text from outside: pass it to `line`.
    """
    text = _eight_bit(_unfolded(value[:DECODED_LIMIT]))
    return _ENCODED_WORDS.sub(lambda words: _words(words[0]), text)[:DECODED_LIMIT]


def columns(text: str) -> int:
    """How many terminal columns a safe text takes; never too few."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrapped(text: str, width: int) -> list[str]:
    """Safe text as lines of at most `width` columns, broken at spaces; longer words are broken inside."""
    lines = [""]
    for word in line(text).split():
        for piece in _pieces(word, width):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if columns(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines


def _shown(text: str) -> Iterator[tuple[str, int]]:
    """Each character, or its escape, with the columns it takes."""
    marks = MARKS_IN_A_ROW  # a mark at the start would sit on text of ours
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MARKS_IN_A_ROW and character.isprintable() and character not in _INVISIBLE:
            yield character, _columns(character)
        elif unicodedata.category(character) == "Zs":
            yield " ", 1
        else:
            escape = _escape(character)
            yield escape, len(escape)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(shown: Iterator[tuple[str, int]], width: int) -> str:
    if width <= 0:
        return ""
    pieces: list[str] = []
    used = fitting = 0
    for piece, size in shown:
        if used + size > width:
            return "".join(pieces[:fitting]) + ELLIPSIS
        pieces.append(piece)
        used += size
        if used < width:
            fitting = len(pieces)
    return "".join(pieces)


def _tail(text: str, width: int | None) -> str:
    """Safe text cut at its front: the end of a domain says whose it is."""
    shown = line(_eight_bit(_unfolded(text[-DECODED_LIMIT:])))
    if width is None or columns(shown) <= width:
        return shown
    start = len(shown)
    room = width - 1
    while start and room >= _columns(shown[start - 1]):
        start -= 1
        room -= _columns(shown[start])
    return (ELLIPSIS + shown[start:].lstrip()) if width > 0 else ""


def _pieces(word: str, width: int) -> Iterator[str]:
    start = used = 0
    for index, character in enumerate(word):
        size = _columns(character)
        if used + size > width and index > start:
            yield word[start:index]
            start, used = index, 0
        used += size
    yield word[start:]


def _quoted(name: str) -> str:
    """A name that looks like an address keeps its quotes, or gets them: it is not where the mail comes from."""
    bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
    return f'"{bare}"' if set(bare) & set('<>@,"') else bare


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).replace("\t", " ")


def _eight_bit(text: str) -> str:
    """Bytes above 127 that a header parser kept as surrogates, read as UTF-8 or else Latin-1."""
    if text.isascii():
        return text
    try:
        raw = text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _words(encoded: str) -> str:
    """Adjacent encoded words as text: a character may be split over two of them. What cannot be read stays as it is."""
    try:
        return "".join(_part(part, charset or "") for part, charset in decode_header(encoded))
    except (MessageError, LookupError, ValueError):
        each = re.split(r"(?<=\?=)[ \t]*(?==\?)", encoded)
        return "".join(_words(word) for word in each) if len(each) > 1 else encoded


def _part(part: bytes | str, charset: str) -> str:
    name = charset.partition("*")[0]  # a language may follow (RFC 2231 section 5)
    if isinstance(part, str) or _codec(name) in _ODD_CODECS:
        raise LookupError(charset)
    return str(part, _codec(name), "replace")


def _codec(name: str) -> str:
    """Of an unknown charset most letters are ASCII all the same."""
    try:
        return codecs.lookup(name).name.replace("_", "-")
    except LookupError:
        return "utf-8"
