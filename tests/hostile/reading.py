"""Servers that misbehave about a folder and its messages: states, numbers, headers, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.hostile.row import (
    FLOODED,
    NO_FOLDERS,
    NO_JUNK,
    NO_SPAM,
    NOTHING_WRONG,
    PROTOCOL,
    TOO_LATE,
    Codes,
    Hostile,
    altered,
    before,
    only,
    swapped,
    then,
)
from tests.hostile.speaking import ESCAPES, THROTTLED
from tests.servers.hostile_imap import HANG_UP, Reply, dripping, endless, silent

UNRELATED = Codes(0, 0, 10, 0)
"""There is mail without a header: nothing shows the lie, and nothing is moved because of it."""
UNPROVED = Codes(10, 10, 10, 0)
DIGITS = b"9" * 5_000
CANNOT_BE_READ = "the server's answer about a message cannot be read"


def each(pattern: bytes, new: bytes) -> Reply:
    """The honest answer, changed at each match."""
    return altered(lambda told: re.sub(pattern, lambda match: new, told))


def tells(count: int) -> str:
    return f"the server counts 5 messages that are new and told of {count}; the next run asks again"


def states() -> Iterator[Hostile]:
    def opens(name: str, reply: Reply, says: str | tuple[str, ...], codes: Codes = NO_JUNK) -> Hostile:
        return Hostile(f"folder: {name}", {"EXAMINE": only(b"Junk", reply)}, says, codes)

    nothing = "tells neither number nor validity"
    yield opens("NO", b"%T NO [NOPERM] not yours\r\n", "[NOPERM] not yours")
    yield opens("throttled", THROTTLED, "Suggested Backoff Time")
    yield opens("BYE", b"* BYE bye\r\n", "ended the session while opening folder 'Junk': bye")
    yield opens("hung up", HANG_UP, "closed the connection while opening folder 'Junk'")
    yield opens("OK without data", then(), nothing)
    yield opens("UIDVALIDITY 0", swapped(b"UIDVALIDITY 7", b"UIDVALIDITY 0"), nothing)
    yield opens("UIDVALIDITY absent", swapped(b"UIDVALIDITY 7", b"X-NOTHING 7"), nothing)
    yield opens("UIDVALIDITY of 33 bits", swapped(b"UIDVALIDITY 7", b"UIDVALIDITY 8589934593"), nothing)
    yield opens("UIDVALIDITY of 5,000 digits", swapped(b"UIDVALIDITY 7", b"UIDVALIDITY " + DIGITS), PROTOCOL)
    yield opens("UIDVALIDITY negative", swapped(b"UIDVALIDITY 7", b"UIDVALIDITY -7"), nothing)
    yield opens("UIDVALIDITY twice", before(b"* OK [UIDVALIDITY 8] ok\r\n"), "was rebuilt since", Codes(10, 10, 10, 2))
    yield opens("EXISTS of 5,000 digits", swapped(b"* 5 EXISTS", b"* " + DIGITS + b" EXISTS"), PROTOCOL)
    yield opens(
        "EXISTS 4294967295",
        swapped(b"* 5 EXISTS", b"* 4294967295 EXISTS"),
        "messages that are new and told of 5",
        NO_SPAM,
    )
    yield opens("EXISTS negative", swapped(b"* 5 EXISTS", b"* -5 EXISTS"), nothing)
    yield opens("EXISTS shrinks", swapped(b"* 5 EXISTS", b"* 5 EXISTS\r\n* 2 EXISTS"), "", NOTHING_WRONG)
    yield opens(
        "EXISTS more than there is",
        swapped(b"* 5 EXISTS", b"* 9 EXISTS"),
        "counts 9 messages that are new and told of 5",
        NO_SPAM,
    )
    yield opens("UIDNEXT too low", swapped(b"UIDNEXT 107", b"UIDNEXT 1"), "", NOTHING_WRONG)
    yield opens("UIDNEXT of 65 bits", swapped(b"UIDNEXT 107", b"UIDNEXT 18446744073709551616"), "", NOTHING_WRONG)
    yield opens("UIDNEXT absent", swapped(b"UIDNEXT 107", b"X-NOTHING"), "", NOTHING_WRONG)
    yield opens("endless EXISTS", endless(b"* 5 EXISTS\r\n"), FLOODED)
    yield opens("dripped", dripping, TOO_LATE)
    yield opens("opened for writing unasked", swapped(b"READ-ONLY", b"READ-WRITE"), "", NOTHING_WRONG)


def sweeps() -> Iterator[Hostile]:
    def reads(name: str, reply: Reply, says: str | tuple[str, ...], codes: Codes = NO_FOLDERS) -> Hostile:
        return Hostile(f"sweep: {name}", {"FETCH": reply}, says, codes)

    yield reads("OK without data", then(), tells(0), NO_SPAM)
    yield reads("BAD", b"%T BAD what?\r\n", "refused while reading folder")
    yield reads("throttled", THROTTLED, "Suggested Backoff Time")
    yield reads("BYE in the middle", altered(lambda told: told[:500] + b"\r\n* BYE\r\n"), (TOO_LATE, PROTOCOL))
    yield reads("hung up in the middle", lambda command: [command.honestly()[:700], HANG_UP], "closed the connection")
    yield reads("dripped", dripping, TOO_LATE)
    yield reads("endless messages", endless(b"* 1 FETCH (UID 101)\r\n"), FLOODED)
    yield reads("endless messages that nobody asked for", endless(b"* 9 FETCH (UID 999 FLAGS ())\r\n"), FLOODED)
    yield reads("endless literals", endless(b"* 1 FETCH (UID 101 X {60000}\r\n" + b"x" * 60_000 + b")\r\n"), FLOODED)
    yield reads("endless EXPUNGE", endless(b"* 1 EXPUNGE\r\n"), FLOODED)
    yield reads("5 EXPUNGE for nothing", before(b"* 1 EXPUNGE\r\n" * 5), "", NOTHING_WRONG)
    yield reads("another EXISTS", before(b"* 99 EXISTS\r\n* 0 EXISTS\r\n"), "", NOTHING_WRONG)
    yield reads("UID 0", each(rb"UID \d+", b"UID 0"), tells(0), NO_SPAM)
    yield reads("UID of 33 bits", each(rb"UID \d+", b"UID 8589934593"), tells(0), NO_SPAM)
    yield reads("UID of 5,000 digits", each(rb"UID \d+", b"UID " + DIGITS), CANNOT_BE_READ)
    yield reads("the same UID for all", each(rb"UID \d+", b"UID 102"), tells(1), NO_SPAM)
    yield reads(
        "falling UIDs",
        altered(lambda told: re.sub(rb"UID 10(\d)", lambda m: b"UID %d" % (200 - int(m[1])), told)),
        "did not hand it out",
        NO_SPAM,
    )
    yield reads("each message twice", altered(lambda told: told[: told.index(b"%T")] + told), "", NOTHING_WRONG)
    yield reads("no UID", each(rb"UID \d+ ", b""), tells(0), NO_SPAM)
    yield reads("no header", altered(_headerless), "", UNRELATED)
    yield reads(
        "NIL for a header",
        altered(lambda told: re.sub(rb"\{\d+\}\r\n.*?\)\r\n\*", b"NIL)\r\n*", told, flags=re.DOTALL)),
        "",
        UNRELATED,
    )
    yield reads("50,000 brackets", then(b"* 1 FETCH " + b"(" * 50_000), CANNOT_BE_READ)
    yield reads(
        "a BODYSTRUCTURE of 40,000 levels",
        before(b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 40_000 + b")" * 40_000 + b")\r\n"),
        CANNOT_BE_READ,
    )
    yield reads("a literal of 4 GB", b"* 1 FETCH (UID 101 BODY[] {4294967295}\r\n", "wants to send 4294967295 bytes")
    yield reads(
        "a literal of 1 GiB",
        endless(b"x" * 65_536, first=b"* 1 FETCH (UID 101 BODY[] {1073741824}\r\n"),
        "wants to send 1073741824 bytes",
    )
    yield reads("a negative literal", then(b"* 1 FETCH (UID 101 BODY[] {-1}"), CANNOT_BE_READ)
    yield reads("a literal of 5,000 digits", b"* 1 FETCH (UID 101 BODY[] {" + DIGITS + b"}\r\n", PROTOCOL)
    yield reads("a literal longer than announced", each(rb"\{\d+\}", b"{2}"), PROTOCOL)
    yield reads("a literal shorter than announced", each(rb"\{\d+\}", b"{60000}"), TOO_LATE)
    yield reads("a size of 5,000 digits", each(rb"SIZE \d+", b"SIZE " + DIGITS), CANNOT_BE_READ)
    yield reads("a size of 64 bits", each(rb"SIZE \d+", b"SIZE " + b"9" * 19), "", NOTHING_WRONG)
    yield reads("100,000 flags", swapped(b"FLAGS ()", b"FLAGS (" + b"a " * 100_000 + b")"), "", NOTHING_WRONG)
    yield reads("a date that is none", swapped(b"20-Nov-2026", b"99-Foo-0000"), "", NOTHING_WRONG)
    yield reads(
        "a date before all dates",
        each(rb'"20-Nov-2026.*?"', b'"01-Jan-0001 00:00:00 +2359"'),
        "",
        NOTHING_WRONG,
    )
    yield reads("10,000,000 numbers that nobody searched", endless(b"1234567 ", first=b"* SEARCH "), "sent a line")
    yield reads("control bytes in every line", before(b"* OK " + ESCAPES + b"\x00\r\n"), "", NOTHING_WRONG)
    yield reads("words of no IMAP", then(b"* XYZZY plugh", b"* (((", b"* 1"), PROTOCOL)


def wholes() -> Iterator[Hostile]:
    def gives(name: str, reply: Reply, says: str | tuple[str, ...], codes: Codes = NO_JUNK) -> Hostile:
        return Hostile(f"message: {name}", {"UID FETCH": reply}, says, codes)

    yield gives("OK without data", then(), "did not hand it out", Codes(3, 3, 10, 2))
    yield gives("NIL", altered(lambda told: _bodies(told, b"NIL")), "did not hand it out", Codes(3, 3, 10, 3))
    yield gives("never", silent, TOO_LATE)
    yield gives("hung up in the middle", lambda command: [command.honestly()[:300], HANG_UP], "closed the connection")
    yield gives(
        "longer than it said",
        endless(b"x" * 65_536, first=b"* 2 FETCH (UID 102 BODY[]<0> {15000000}\r\n"),
        ("sent a line of more", *FLOODED),
    )
    yield gives(
        "a literal of 1 GiB",
        endless(b"x" * 65_536, first=b"* 2 FETCH (UID 102 BODY[] {1073741824}\r\n"),
        "wants to send 1073741824 bytes",
    )
    yield gives(
        "many of 15 MB", endless(b"* 2 FETCH (UID 102 BODY[]<0> {15000000}\r\n" + b"x" * 15_000_000 + b")\r\n"), FLOODED
    )
    yield gives(
        "under another UID",
        each(rb"UID \d+", b"UID 999"),
        "did not hand it out",
        Codes(3, 3, 10, 2),
    )
    yield gives(
        "2,000 unasked beside it", before(lambda: b"* 9 FETCH (UID 999 FLAGS (\\Seen))\r\n" * 2_000), "", NOTHING_WRONG
    )
    yield gives("empty", altered(lambda told: _bodies(told, b'""')), "did not hand it out", NO_JUNK)
    yield gives("as an empty literal", altered(_headerless), "did not hand it out", NO_JUNK)
    for name, date in (("first", b"01-Jan-0001 00:00:00 +0000"), ("last", b"31-Dec-9999 23:59:59 +0000")):
        moment = altered(lambda told, date=date: told.replace(b"20-Nov-2026 12:00:00 +0000", date))  # type: ignore[misc]
        yield gives(f"of the {name} moment of all time", moment, "", UNPROVED)
    yield gives("deeply nested", then(b"* 2 FETCH (UID 102 " + b"BODY[](" * 50_000), CANNOT_BE_READ)
    yield gives("as a quoted string with CR LF", then(b'* 2 FETCH (UID 102 BODY[] "From: a\r\n\r\n")'), PROTOCOL)


def _headerless(told: bytes) -> bytes:
    """Each literal of the answer empty."""
    parts = re.split(rb"\{(\d+)\}\r\n", told)
    kept = parts[0]
    for size, rest in zip(parts[1::2], parts[2::2], strict=True):
        kept += b"{0}\r\n" + rest[int(size) :]
    return kept


def _bodies(told: bytes, value: bytes) -> bytes:
    """Each literal of the answer replaced by another value."""
    return _headerless(told).replace(b"{0}\r\n", value)
