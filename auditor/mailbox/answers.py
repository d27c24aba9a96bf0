"""The lines of a FETCH as imaplib gives them in, one `Fetched` for each UID out; also folder states and COPYUID."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from auditor.errors import FolderError, MailboxMisbehaved
from auditor.mailbox.interface import Copied, FolderState
from auditor.mailbox.wire import LAST_UID

Line = bytes | tuple[bytes, bytes] | None

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # stands for an INTERNALDATE that is no date; no check takes it for fresh
_YEARS = range(1970, 9000)  # the others are no dates either, and leave no room for what is counted from them

_LONGEST_NUMBER = 2**63 - 1  # RFC 9051's number64, and what the state can keep
_LONGEST_SHOWN = 400  # octets from the start: cut elsewhere, half a secret could show, which nobody would know to hide

_MONTHS = {
    month: number for number, month in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_NUMBER = re.compile(rb"\d{1,10} \(")
# One attribute a match, anchored where the last one ended: a value that looks like an attribute stays a value.
_ATTRIBUTE = re.compile(
    rb"""[ ]?(?:
        UID[ ](?P<uid>\d{1,10})
      | FLAGS[ ]\((?P<flags>[^()]*)\)
      | INTERNALDATE[ ]"(?P<received_at>[^"]{0,40})"
      | RFC822\.SIZE[ ](?P<size>\d{1,19})
      | EMAILID[ ]\((?P<emailid>[A-Za-z0-9_-]{1,255})\)
      | X-GM-MSGID[ ](?P<gmail>\d{1,20})
      | BODY\[(?P<section>[^\]]*)\](?:<\d{1,10}>)?[ ]
      | (?P<other>[A-Z][A-Z0-9.-]*[ ](?:\([^()]*\)|"[^"]*"|[^\s()"{]+))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_VALUE = re.compile(rb'(?P<literal>\{\d{1,10}\}$)|"(?P<quoted>(?:[^"\\]|\\.)*)"|NIL', re.IGNORECASE)
_DATE = re.compile(rb" ?(\d{1,2})-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", re.IGNORECASE)
_COPYUID = re.compile(rb"(\d{1,10}) ([\d:,]+) ([\d:,]+)(?![^\]])")
_LIMIT = re.compile(rb"\d{1,10} (\d{1,10})(?![^\]])")
_STATUS = re.compile(rb'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<name>[^\s"(){}]+)) \((?P<items>[^()]*)\)')
_ITEM = re.compile(rb"([A-Za-z]{1,30}) (\d{1,19})(?!\d)")
_MIN = re.compile(rb"\bUID MIN (\d{1,10})\b")
_UID = re.compile(rb"\d{1,10}")
_RANGE = re.compile(r"(\d{1,10})(?::(\d{1,10}))?")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server said about one message; None is what it did not say. `body` is BODY[], `header` any other part."""

    uid: int
    flags: frozenset[str] | None = None
    received_at: datetime | None = None
    size: int | None = None
    header: bytes | None = None
    body: bytes | None = None
    emailid: str | None = None
    gmail: str | None = None


def fetched(lines: Sequence[Line]) -> tuple[Fetched, ...]:
    """Merged by UID, in order of arrival; an answer without a UID is none of ours.

    Raises MailboxMisbehaved for what does not follow RFC 3501.
    """
    found: dict[int, Fetched] = {}
    parts: list[tuple[bytes, bytes]] = []
    for line in lines:
        if isinstance(line, tuple):
            parts.append(line)
            continue
        values = _attributes([*parts, (line or b"", b"")])
        parts.clear()
        uid = values.get("uid", 0)
        if uid in found:
            found[uid] = replace(found[uid], **values)
        elif 1 <= uid <= LAST_UID:
            found[uid] = Fetched(**values)
    return tuple(found.values())


def folder_state(
    name: str, answer: dict[bytes, Any], *, host: str, exists: bytes, read_only: bool = True
) -> FolderState:
    """What imapclient read from SELECT, EXAMINE or STATUS; `exists` is the key for the number of messages.

    Raises FolderError without that number or the UIDVALIDITY: a folder of unknown size is not an empty one.
    A UIDNEXT that cannot be is none: so many messages have at least as many numbers.
    """

    def number(key: bytes, most: int = LAST_UID) -> int | None:
        value = answer.get(key)
        return value if isinstance(value, int) and 0 <= value <= most else None

    uidvalidity, present, uidnext = number(b"UIDVALIDITY"), number(exists), number(b"UIDNEXT")
    if not uidvalidity or present is None:
        raise FolderError(f"{host} tells neither number nor validity of the messages in folder {name!r}")
    return FolderState(
        name=name,
        uidvalidity=uidvalidity,
        uidnext=uidnext if uidnext is not None and uidnext > present else None,
        exists=present,
        highestmodseq=number(b"HIGHESTMODSEQ", _LONGEST_NUMBER),
        read_only=read_only,
        permanent_flags=frozenset(flag.decode("ascii", "replace") for flag in answer.get(b"PERMANENTFLAGS", ())),
    )


def statuses(lines: Sequence[Line]) -> dict[bytes, dict[bytes, Any]]:
    """The STATUS answers of a LIST (RFC 5819): a folder's name as the server writes it -> its numbers.

    INBOX may be written in any case. What cannot be read, a name in a literal too, is left out, so that the folder is
    asked about alone or looked into.
    """
    told: dict[bytes, dict[bytes, Any]] = {}
    for line in lines:
        if isinstance(line, bytes) and (match := _STATUS.fullmatch(line.strip())):
            name = match["name"] or _unquoted(match["quoted"])
            numbers = {key.upper(): int(number) for key, number in _ITEM.findall(match["items"])}
            told[b"INBOX" if name.upper() == b"INBOX" else name] = numbers
    return told


def least_found(lines: Sequence[Line]) -> int | None:
    """The least UID of a SEARCH answer, or of one with ESEARCH's MIN (RFC 4731)."""
    found = [int(number) for line in lines if isinstance(line, bytes) for number in _found(line)]
    return min((uid for uid in found if 1 <= uid <= LAST_UID), default=None)


def _found(line: bytes) -> Iterator[bytes]:
    extended = _MIN.search(line)
    yield from [extended[1]] if extended else (each for each in line.split() if _UID.fullmatch(each))


def received_at(raw: bytes) -> datetime:
    """An INTERNALDATE in UTC; UNDATED if it is no date. Not by strptime, whose month names follow the locale."""
    match = _DATE.fullmatch(raw)
    if not match:
        return UNDATED
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    try:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        zone = timezone(-offset if sign == b"-" else offset)
        clock = (int(hour), int(minute), int(second))
        local = datetime(int(year), _MONTHS[month.lower()], int(day), *clock, tzinfo=zone)
        moment = local.astimezone(UTC)
        return moment if moment.year in _YEARS else UNDATED
    except (KeyError, ValueError, OverflowError):
        return UNDATED


def copied(code: bytes, asked: Sequence[int]) -> Copied | None:
    """The COPYUID code: the n-th UID of the one set became the n-th of the other, `4:2` means `2:4` (RFC 4315).

    None if the sets differ in length or name a UID that was not asked for.
    """
    match = _COPYUID.match(code)
    if not match:
        return None
    sources = _members(match[2].decode("ascii"), len(asked))
    targets = _members(match[3].decode("ascii"), len(asked))
    became = dict(zip(sources, targets, strict=False))
    if not sources or not len(became) == len(sources) == len(targets) or not became.keys() <= set(asked):
        return None
    return Copied(int(match[1]), tuple((uid, became[uid]) for uid in asked if uid in became))


def lowest_reached(code: bytes) -> int | None:
    """The MESSAGELIMIT code, as in `1000 23007`: the UID down to which a command was carried out."""
    match = _LIMIT.match(code)
    return int(match[1]) if match else None


def _attributes(parts: Sequence[tuple[bytes, bytes]]) -> dict[str, Any]:
    """The attributes of one answer, as keywords of Fetched; literals are the second halves of `parts`."""
    values: dict[str, Any] = {}
    start = _NUMBER.match(parts[0][0])
    if not start:
        return values  # an answer without attributes
    position = start.end()
    for text, literal in parts:
        while match := _ATTRIBUTE.match(text, position):
            position, name = match.end(), str(match.lastgroup)
            if name == "section":
                value = _VALUE.match(text, position)
                if not value:
                    break
                position = value.end()
                content = literal if value["literal"] else _unquoted(value["quoted"])
                values["header" if match["section"] else "body"] = content
            elif name != "other":
                values[name] = _CONVERTED[name](match[name])
        if text[position:] not in (b"", b")"):
            raise MailboxMisbehaved(f"the server's answer about a message cannot be read: {text[:_LONGEST_SHOWN]!r}")
        position = 0
    return values


def _unquoted(value: bytes | None) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", value or b"")


def _members(text: str, most: int) -> tuple[int, ...]:
    members: list[int] = []
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece)
        if not match:
            return ()
        low, high = sorted((int(match[1]), int(match[2] or match[1])))
        if len(members) + high - low >= most:
            return ()
        members.extend(range(low, high + 1))
    return tuple(members)


def _flags(raw: bytes) -> frozenset[str]:
    # \Recent belongs to the session, not to the message
    return frozenset(raw.decode("ascii", "replace").split()) - {"\\Recent"}


def _text(raw: bytes) -> str:
    return raw.decode("ascii")


_CONVERTED: dict[str, Callable[[bytes], object]] = {
    "uid": int,
    "flags": _flags,
    "received_at": received_at,
    "size": lambda raw: min(int(raw), _LONGEST_NUMBER),
    "emailid": _text,
    "gmail": _text,
}
