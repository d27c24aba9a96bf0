"""Values in, pieces of an IMAP command out: nothing enters a command but through `guarded`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from auditor.errors import MailboxError

LINE = 8_000  # octets that a server must accept in one command line (RFC 2683, section 3.2.1.5)
LAST_UID = 2**32 - 1

_ROOM_FOR_SET = 4_000  # the other half of a line is left to the verb, a folder name and the fetch items
VALUE = 2_000
TOKEN = 8_000  # characters: Microsoft's have two or three thousand, and say more of members of many groups
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FIELD = re.compile(r"[A-Za-z0-9-]{1,100}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FLAG = re.compile(r'\\?[^\\(){}%*"\]\s\x7f-\U0010ffff]{1,100}')


def guarded(value: str, what: str, *, longest: int = VALUE) -> str:
    """`value` itself, if nothing in it can end or break a command line.

    Raises MailboxError for C0, DEL and C1 control characters, lone surrogates and values too long for a line;
    the message shows the name of the value, not the value of a secret.
    """
    if found := _CONTROL.search(value):
        code = ord(found.group())
        raise MailboxError(f"{_shown(value, what)} holds a control character (U+{code:04X}); it was not sent")
    if len(value) > longest:
        raise MailboxError(f"the {what} is longer than {longest} characters; it was not sent")
    return value


def quoted(value: str, what: str) -> str:
    """A quoted string (RFC 3501, section 4.3). Raises MailboxError for what only a literal could carry."""
    if not guarded(value, what).isascii():
        raise MailboxError(f"{_shown(value, what)} holds a letter outside ASCII; it was not sent")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def header_fields(names: Sequence[str]) -> str:
    """A field list for BODY.PEEK[HEADER.FIELDS ...]. Raises MailboxError for what is no field name."""
    if not names:
        raise MailboxError("no header field was asked for")
    for name in names:
        if not _FIELD.fullmatch(guarded(name, "header field name")):
            raise MailboxError(f"{_shown(name, 'header field name')} is no name of a header field")
    return guarded("(" + " ".join(name.upper() for name in names) + ")", "list of header fields")


def flag_list(flags: Sequence[str]) -> str:
    r"""`(\Seen $NotJunk)`. Raises MailboxError for what is no flag."""
    for flag in flags:
        if not _FLAG.fullmatch(guarded(flag, "flag")):
            raise MailboxError(f"{_shown(flag, 'flag')} is no flag that IMAP can carry")
    return guarded("(" + " ".join(flags) + ")", "list of flags")


def uid_sets(uids: Iterable[int], *, most: int = 2**32) -> Iterator[tuple[str, frozenset[int]]]:
    """Compact sets such as `1:5,9` with the UIDs in each: ascending, at most `most` UIDs, short enough for a line."""
    text, members = "", list[int]()
    for first, last in _runs(sorted({_uid(uid) for uid in uids}), most):
        piece = str(first) if first == last else f"{first}:{last}"
        if members and (len(members) + last - first + 1 > most or len(text) + len(piece) >= _ROOM_FOR_SET):
            yield text, frozenset(members)
            text, members = "", []
        text = f"{text},{piece}" if text else piece
        members.extend(range(first, last + 1))
    if members:
        yield text, frozenset(members)


def uid_range(first: int, last: int | None) -> str:
    """`first:last`, both ends checked; without `last`, `first:*`, which always includes the last message."""
    return f"{_uid(first)}:{'*' if last is None else _uid(last)}"


def search_date(day: date) -> str:
    """A date as SEARCH takes it (RFC 9051, section 9): not by strftime, whose month names follow the locale."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}"


def _runs(ordered: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    start = previous = 0
    for uid in ordered:
        if start and uid == previous + 1 and uid - start < most:
            previous = uid
            continue
        if start:
            yield start, previous
        start = previous = uid
    if start:
        yield start, previous


def _uid(uid: int) -> int:
    if isinstance(uid, bool) or not isinstance(uid, int) or not 1 <= uid <= LAST_UID:
        raise MailboxError(f"{str(uid)[:20]!r} is no message number (UID)")
    return uid


def _shown(value: str, what: str) -> str:
    if what in ("password", "access token"):
        return f"the {what}"
    return f"{what} {value[:60]!r}"
