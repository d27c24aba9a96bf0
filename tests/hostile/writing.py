"""Servers that misbehave when mail is moved, and on the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from tests.hostile.row import FLOODED, NOTHING_WRONG, PROTOCOL, TOO_LATE, Codes, Hostile, altered, before, swapped, then
from tests.hostile.speaking import THROTTLED
from tests.servers.hostile_imap import HANG_UP, Command, Reply, dripping, endless, silent

UNMOVED = Codes(10, 4, 10, 0)
LEFT = "the server agreed, and left it in `Junk` all the same"
KEPT = "copied; the server did not remove the original"
NO_MOVE = b"IMAP4rev1 AUTH=PLAIN UIDPLUS"
BARE = b"IMAP4rev1 AUTH=PLAIN"


def moves() -> Iterator[Hostile]:
    def carries(name: str, reply: Reply, says: str | tuple[str, ...], codes: Codes = UNMOVED) -> Hostile:
        return Hostile(f"move: {name}", {"UID MOVE": reply}, says, codes)

    def promises(name: str, copyuid: bytes) -> Hostile:
        told = altered(lambda told: re.sub(rb"COPYUID [^\]]*", copyuid, told))
        return carries(f"COPYUID {name}", told, "", NOTHING_WRONG)

    yield carries("OK, and nothing is done", then(), LEFT)
    yield carries("NO [OVERQUOTA]", b"%T NO [OVERQUOTA] full\r\n", "[OVERQUOTA] full")
    yield carries("NO [TRYCREATE]", b"%T NO [TRYCREATE] no INBOX\r\n", "[TRYCREATE] no INBOX")
    yield carries("NO [READ-ONLY] all of a sudden", b"%T NO [READ-ONLY] only looking\r\n", "only looking")
    yield carries("throttled", THROTTLED, "Suggested Backoff Time")
    yield carries("BAD", b"%T BAD what?\r\n", "what?")
    yield carries("BYE", b"* BYE enough\r\n", "enough")
    yield carries("never answered", silent, TOO_LATE)
    yield carries("dripped", dripping, TOO_LATE)
    yield carries("done, and hung up", altered(lambda told: HANG_UP), "closed the connection")
    yield carries("endless EXPUNGE", endless(b"* 1 EXPUNGE\r\n"), FLOODED)
    yield carries("done twice", lambda command: [command.honestly(), command.honestly()], PROTOCOL)
    yield carries("done to other messages", _others, LEFT)
    yield promises("of all that there is", b"COPYUID 7 1:4294967295 1:4294967295")
    yield promises("reversed", b"COPYUID 7 104:102 109:107")
    yield promises("of messages that were not asked for", b"COPYUID 7 1:3 107:109")
    yield promises("of sets that do not fit", b"COPYUID 7 102:104 107")
    yield promises("of another folder", b"COPYUID 8 102:104 107:109")
    yield promises("of 5,000 digits", b"COPYUID 7 " + b"9" * 5_000 + b" 1")
    yield promises("of nothing", b"COPYUID 7 , ,")
    yield promises("without numbers", b"COPYUID")
    yield promises("of UID 0", b"COPYUID 7 102:104 0:2")
    yield carries(
        "COPYUID three times",
        before(b"* OK [COPYUID 7 102 107] a\r\n* OK [COPYUID 7 103 108] b\r\n"),
        "",
        NOTHING_WRONG,
    )


def around() -> Iterator[Hostile]:
    def does(
        name: str,
        verb: str,
        reply: Reply,
        says: str | tuple[str, ...],
        codes: Codes = UNMOVED,
        capabilities: bytes = b"",
    ) -> Hostile:
        return Hostile(f"around the move: {name}", {verb: reply}, says, codes, capabilities=capabilities)

    yield does("SELECT says READ-ONLY", "SELECT", swapped(b"READ-WRITE", b"READ-ONLY"), "allows only reading")
    yield does(
        "SELECT says another UIDVALIDITY",
        "SELECT",
        swapped(b"VALIDITY 7", b"VALIDITY 8"),
        "was rebuilt since",
        Codes(10, 10, 10, 0),
    )
    yield does("SELECT says no UIDVALIDITY", "SELECT", swapped(b"UIDVALIDITY 7", b"X 7"), "neither number nor validity")
    yield does("SELECT never answered", "SELECT", silent, TOO_LATE)
    yield does("STATUS without UIDNEXT", "STATUS", swapped(b"UIDNEXT 107 ", b""), "does not tell the UIDNEXT")
    yield does("STATUS of another folder", "STATUS", swapped(b'"INBOX"', b'"Other"'), "", NOTHING_WRONG)
    yield does("STATUS without data", "STATUS", then(), PROTOCOL)
    yield does("STATUS of 2 MB", "STATUS", then(*[b"* STATUS INBOX (X " + b"1" * 4_000 + b")"] * 500), FLOODED)
    yield does("STATUS nested", "STATUS", then(b"* STATUS INBOX " + b"(" * 50_000), PROTOCOL)
    yield does("STATUS of 5,000 digits", "STATUS", then(b"* STATUS INBOX (UIDNEXT " + b"9" * 5_000 + b")"), PROTOCOL)
    yield does(
        "STATUS with an UIDNEXT too high",
        "STATUS",
        swapped(b"UIDNEXT 107", b"UIDNEXT 9999"),
        "without arriving in `INBOX`",
    )
    yield does("STORE refused", "UID STORE", b"%T NO no flags here\r\n", "", NOTHING_WRONG)
    yield does("STORE never answered", "UID STORE", silent, TOO_LATE)
    yield does("COPY, and nothing is done", "UID COPY", then(), LEFT, UNMOVED, NO_MOVE)
    yield does("COPY refused", "UID COPY", b"%T NO [OVERQUOTA] full\r\n", "[OVERQUOTA] full", UNMOVED, NO_MOVE)
    yield does("EXPUNGE refused", "UID EXPUNGE", b"%T NO not now\r\n", "not now", NOTHING_WRONG, NO_MOVE)
    yield does("EXPUNGE, and nothing is done", "UID EXPUNGE", then(), KEPT, NOTHING_WRONG, NO_MOVE)
    yield does("EXPUNGE never answered", "UID EXPUNGE", silent, TOO_LATE, UNMOVED, NO_MOVE)
    yield does("neither MOVE nor UIDPLUS", "NOOP", then(), "the original was kept", NOTHING_WRONG, BARE)
    yield does(
        "chatter that nobody asked for",
        "SELECT",
        before(b"* 1 FETCH (UID 102 FLAGS (\\Deleted))\r\n"),
        "",
        NOTHING_WRONG,
    )


def farewells() -> Iterator[Hostile]:
    def leaves(name: str, reply: Reply) -> Hostile:
        return Hostile(f"farewell: {name}", {"LOGOUT": reply}, "", NOTHING_WRONG)

    yield leaves("never", silent)
    yield leaves("dripped", dripping)
    yield leaves("endless", endless(b"* OK wait\r\n"))
    yield leaves("NO", b"%T NO stay\r\n")
    yield leaves("nonsense", b"\xff\x00\r\n")
    yield leaves("hung up", HANG_UP)
    yield leaves("OK, and the line stays open", lambda command: chain([command.honestly()], silent(command)))


def _others(command: Command) -> Iterator[bytes]:
    """Moves the messages behind those that it was told to move."""
    yield command.honestly(command.line.replace(b"102:104", b"105:106"))
