"""Bytes of one message -> its readable parts, or why they cannot all be read as every mail program would read them.

The tree is the standard library's. What is added is doubt: where its reading and a mail program's may differ (two
boundaries, an encoding spelt oddly, text after the end of base64, a charset that hides ASCII), nothing is read.
Every bound is far above what real mail needs, and holds before the costly step that it guards.
"""

from __future__ import annotations

import codecs
import email
import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import compat32

MAX_PARTS = 500
MAX_BOUNDARIES = 50
MAX_DELIMITERS = 5_000
MAX_LINES = 300_000
MAX_TEXT = 5 * 1024 * 1024
MAX_DESCRIPTION = 8_192
MAX_PARAMETERS = 50

# Content-Type, Content-Disposition and their kin, at the beginning of a line, with their folds.
_DESCRIPTION = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*")
_BOUNDARY = re.compile(rb"boundary[\s*0-9]*=")
# Where decoders differ: what follows the padding, letters of another base64, and a blank behind a soft line break,
# which relaxed canonicalization (RFC 6376 section 3.4.4) lets anybody add.
_OTHER_BASE64 = re.compile(r"[-_]")
_BASE64 = re.compile(r"[A-Za-z0-9+/]")
_BROKEN_BEHIND_A_BLANK = re.compile(r"=[ \t]+\r?(?:\n|\Z)")
_UUENCODED = re.compile(r"^begin [0-7]{3,4} +(\S.{0,200})", re.MULTILINE)  # older programs show it as an attachment
_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "quoted-printable", "base64"})
_SHOWN_AS_PAGE = frozenset({"application/xhtml+xml", "image/svg+xml", "application/xml"})
_PAGE_NAME = re.compile(r"\.(?:[xs]?html?|svg|mht(?:ml)?|xml|hta|js|eml)\s*\Z", re.IGNORECASE)
# Charsets in which ASCII letters are ASCII bytes; under others a link can stand where no scanner sees it.
_CHARSETS = re.compile(
    r"ascii|utf-8|iso8859-\d+|latin-?1|cp125\d|cp437|cp85\d|cp866|cp874|koi8-[rut]|mac-\w+|gb2312|gbk|gb18030|big5\w*"
    r"|euc_\w+|shift_jis\w*|cp932|cp949|cp950|iso2022_jp|tis-620|utf-8-sig"
)

# An escape that not all programs know, or a line that does not end in ASCII (RFC 1468): some begin the next with it.
_ASTRAY_IN_JAPANESE = re.compile(rb"\x1b(?!\$[@B]|\([BJ])|\x1b\$[@B][^\x1b\n]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree. `text` is None for what is not text; `page`: it could be opened as a page."""

    content_type: str
    text: str | None
    attached: bool
    page: bool = False


class _UnreadableError(Exception):
    """Why the parts cannot be read for certain."""


def read_parts(raw: bytes) -> tuple[tuple[Part, ...], str]:
    """All parts and an empty text, or none and the reason. Never raises."""
    problem = _too_costly(raw)
    if problem:
        return (), problem
    try:
        return tuple(_read(email.message_from_bytes(raw, policy=compat32))), ""
    except _UnreadableError as unreadable:
        return (), str(unreadable)
    except Exception:  # the standard parser raises half a dozen kinds on hostile MIME, RecursionError among them
        return (), "the message's parts cannot be read"


def _too_costly(raw: bytes) -> str:
    if raw.count(b"\r") != raw.count(b"\r\n"):
        return "the message holds a carriage return inside a line"
    if raw.count(b"\n") > MAX_LINES:
        return "the message has too many lines"
    lowered = raw.lower()
    if raw.count(b"\n--") > MAX_DELIMITERS or _has_too_many_boundaries(lowered):
        return "the message has too many parts"
    if _has_too_long_description(lowered):
        return "a part of the message is described at too great length"
    return ""


def _has_too_long_description(lowered: bytes) -> bool:
    """The standard parser takes the square of the number of parameters, even while it looks for the parts."""
    lowered, at = b"\n" + lowered, 0
    while (at := lowered.find(b"\ncontent-", at)) >= 0:
        found = _DESCRIPTION.match(lowered, at + 1)
        end = found.end() if found else at + 1
        if end - at > MAX_DESCRIPTION or lowered.count(b";", at, end) > MAX_PARAMETERS:
            return True
        at = end
    return False


def _has_too_many_boundaries(lowered: bytes) -> bool:
    """The word is counted first: that is much cheaper than to look what follows it."""
    if lowered.count(b"boundary") <= MAX_BOUNDARIES:
        return False
    return sum(1 for _ in _BOUNDARY.finditer(lowered)) > MAX_BOUNDARIES


def _read(tree: email.message.Message) -> Iterator[Part]:
    room = MAX_TEXT
    for number, leaf in enumerate(_leaves(tree)):
        if number >= MAX_PARTS:
            raise _UnreadableError("the message has too many parts")
        part = _part(leaf, room)
        room -= len(part.text or "")
        if room <= 0:
            raise _UnreadableError("the message's text is longer than 5 MB")
        yield part


def _leaves(tree: email.message.Message) -> Iterator[email.message.Message]:
    """Every part that is not a container; an attached message counts as one part, not as its contents."""
    _refuse_two_readings(tree)
    if tree.get_content_maintype() == "multipart":
        children = tree.get_payload()
        for child in children if isinstance(children, list) else ():
            if isinstance(child, email.message.Message):
                yield from _leaves(child)
    else:
        yield tree


def _refuse_two_readings(part: email.message.Message) -> None:
    for name in ("content-type", "content-transfer-encoding", "content-disposition"):
        if len(part.get_all(name, [])) > 1:
            raise _UnreadableError("a part of the message describes itself twice")
    content_type = str(part.get("content-type", ""))
    if len(re.findall(r"boundary[\s*0-9]*=", content_type, re.IGNORECASE)) > 1:
        raise _UnreadableError("a part of the message has two boundaries")
    if part.defects or (part.get_content_maintype() == "multipart" and not part.is_multipart()):
        raise _UnreadableError("the parts of the message do not fit together")
    if str(part.get("content-transfer-encoding", "")).lower() not in _ENCODINGS:
        raise _UnreadableError("a part of the message is encoded in an unknown way")


def _part(leaf: email.message.Message, room: int) -> Part:
    content_type, filename = leaf.get_content_type(), leaf.get_filename() or ""
    is_text = leaf.get_content_maintype() == "text"
    is_page = content_type in _SHOWN_AS_PAGE or content_type.startswith("message/") or bool(_PAGE_NAME.search(filename))
    is_picture = leaf.get_content_maintype() == "image" and not is_page
    attached = (
        leaf.get_content_disposition() == "attachment"
        or not (is_text or is_picture)
        or bool(filename and not is_picture)
    )
    text = _decoded(leaf, room) if is_text or content_type in _SHOWN_AS_PAGE else None
    inside = _UUENCODED.findall(text) if text is not None else []
    is_page = is_page or any(map(_PAGE_NAME.search, inside))
    return Part(content_type, text, attached or bool(inside), page=is_page)


def _decoded(leaf: email.message.Message, room: int) -> str:
    if _is_ambiguous(str(leaf.get_payload()), str(leaf.get("content-transfer-encoding", "")).lower()):
        raise _UnreadableError("a part of the text is encoded so that programs read it differently")
    payload = leaf.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise _UnreadableError("a part of the text cannot be decoded")
    charset = str(leaf.get_content_charset("utf-8"))
    try:
        known = codecs.lookup(charset).name
    except (LookupError, ValueError):
        raise _UnreadableError("a part of the text is in an unknown alphabet") from None
    if not _CHARSETS.fullmatch(known) or b"\0" in payload or payload[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _UnreadableError("a part of the text is in an alphabet that hides what it says")
    if known == "iso2022_jp" and _ASTRAY_IN_JAPANESE.search(payload):
        raise _UnreadableError("a part of the text is in an alphabet that hides what it says")
    return payload[: room + 1].decode(known, "replace")


def _is_ambiguous(encoded: str, encoding: str) -> bool:
    if encoding == "base64":
        behind_its_end = encoded.partition("=")[2]
        return _OTHER_BASE64.search(encoded) is not None or _BASE64.search(behind_its_end) is not None
    return encoding == "quoted-printable" and _BROKEN_BEHIND_A_BLANK.search(encoded) is not None
