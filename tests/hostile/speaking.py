"""Servers that misbehave before anybody is signed in, or break the grammar of IMAP: greetings, sign-in, lists."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.hostile.row import (
    FLOODED,
    NO_FOLDERS,
    NO_SPAM,
    NOBODY_SIGNED_IN,
    NOTHING_WRONG,
    PROTOCOL,
    TOO_LATE,
    Codes,
    Hostile,
    before,
    then,
)
from tests.servers.hostile_imap import GREETING, HANG_UP, Reply, dripping, endless, silent

ESCAPES = b"\x1b[2J\x1b]0;owned\x07 \x9b31m \xe2\x80\xae"
THROTTLED = b"%T NO [LIMIT] Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n"
VERBS = (
    *("CAPABILITY", "LOGIN", "LIST", "STATUS", "EXAMINE", "SELECT", "FETCH", "UID FETCH"),
    *("UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE", "LOGOUT"),
)
LISTED = b'* LIST () "/" INBOX\r\n'


def greetings() -> Iterator[Hostile]:
    def greets(name: str, greeting: Reply, says: str | tuple[str, ...], codes: Codes = NOBODY_SIGNED_IN) -> Hostile:
        return Hostile(f"greeting: {name}", {}, says, codes, greeting=greeting)

    yield greets("none, and the line stays open", silent, TOO_LATE)
    yield greets("dripped", dripping, TOO_LATE)
    yield greets("an endless line", endless(b"* OK "), "sent a line of more than")
    yield greets("endless lines", endless(b"* OK hello\r\n"), FLOODED)
    yield greets("none, hung up", HANG_UP, "closed the connection while connecting")
    yield greets("cut in the middle", (b"* OK [CAPABILI", HANG_UP), "closed the connection while connecting")
    yield greets("BYE", b"* BYE too many connections\r\n", "too many connections")
    yield greets("BYE with escapes", b"* BYE " + ESCAPES + b"\r\n", "ended the session while connecting: \\x1b[2J")
    yield greets("PREAUTH", GREETING.replace(b"OK", b"PREAUTH"), "already signed in (PREAUTH)")
    yield greets("HTTP", b"HTTP/1.1 400 Bad Request\r\n\r\n", PROTOCOL)
    yield greets("SMTP", b"220 smtp.test ESMTP\r\n", PROTOCOL)
    yield greets("POP3", b"+OK ready\r\n", PROTOCOL)
    yield greets("NUL bytes", b"\x00" * 100 + b"\r\n", PROTOCOL)
    yield greets("UTF-16", "* OK ready\r\n".encode("utf-16"), PROTOCOL)
    yield greets("compressed", zlib.compress(GREETING * 20) + b"\r\n", PROTOCOL)
    yield greets("a line end without CR", b"* OK ready\n", PROTOCOL)
    yield greets("a tagged OK", b"A1 OK ready\r\n", PROTOCOL)
    yield greets("NO", b"* NO go away\r\n", PROTOCOL)
    yield greets("only an IMAP of 1988", b"* OK [CAPABILITY IMAP2] ready\r\n", "IMAP")
    yield greets("LOGINDISABLED", GREETING.replace(b"AUTH=PLAIN", b"LOGINDISABLED"), "lets nobody sign in")
    flood = b" ".join(b"X%d" % number for number in range(100_000))
    yield greets("100,000 capabilities", GREETING.replace(b"AUTH=PLAIN", flood), "", NOTHING_WRONG)
    yield greets("a literal of 4 GB", b"* OK {4294967295}\r\n", "wants to send 4294967295 bytes")


def sign_ins() -> Iterator[Hostile]:
    def signs(name: str, reply: Reply, says: str | tuple[str, ...], codes: Codes = NOBODY_SIGNED_IN) -> Hostile:
        return Hostile(f"sign-in: {name}", {"LOGIN": reply}, says, codes)

    yield signs("never answered", silent, TOO_LATE)
    yield signs("dripped", dripping, TOO_LATE)
    yield signs("endless lines", endless(b"* OK hello\r\n"), FLOODED)
    yield signs("endless invitations", endless(b"+ go on\r\n"), FLOODED)
    yield signs("endless ALERTs with escapes", endless(b"* NO [ALERT] " + ESCAPES + b"\r\n"), FLOODED)
    yield signs("a refusal with escapes", b"%T NO [ALERT] " + ESCAPES + b"\r\n", "[ALERT] \\x1b[2J")
    yield signs("a refusal that repeats the password", b"%T NO no, tiger-hush is wrong\r\n", "no, *** is wrong")
    yield signs("a refusal of 900 kB", b"%T NO " + b"x" * 900_000 + b"\r\n", "refused to sign seller in: xxxx")
    yield signs("throttled", THROTTLED, "Suggested Backoff Time: 299961")
    yield signs("BAD", b"%T BAD what?\r\n", "what?")
    yield signs("BYE", b"* BYE not today\r\n", "not today")
    yield signs("hung up", HANG_UP, "closed the connection while signing in")
    yield signs("the tag of somebody else", b"A0001 OK welcome\r\n", PROTOCOL)
    yield signs("a tag of 5,000 digits", b"A" + b"9" * 5_000 + b" OK welcome\r\n", PROTOCOL)
    yield signs("answered twice", b"%T OK one\r\n%T OK two\r\n", PROTOCOL)
    yield signs("answered before it was asked", b"%T OK one\r\nA1 OK two\r\n", PROTOCOL)
    yield signs("a literal of 4 GB", b"* X {4294967295}\r\n", "wants to send 4294967295 bytes")
    yield signs("neither OK nor NO", b"%T MAYBE\r\n", PROTOCOL)
    yield Hostile("capabilities: never told", {"CAPABILITY": silent}, TOO_LATE, NOBODY_SIGNED_IN)
    yield Hostile("capabilities: none", {"CAPABILITY": then()}, PROTOCOL, NOBODY_SIGNED_IN)
    yield Hostile(
        "capabilities: NO", {"CAPABILITY": b"%T NO none\r\n"}, "refused while signing in: none", NOBODY_SIGNED_IN
    )
    many = before(lambda: b"* CAPABILITY X\r\n" * 5_000)
    yield Hostile("capabilities: 5,000 lines of them", {"CAPABILITY": many}, "", NOTHING_WRONG)
    bad = dict.fromkeys(VERBS, b"%T BAD what?\r\n")
    yield Hostile("everything: BAD", bad, "refused to sign seller in: what?", NOBODY_SIGNED_IN)
    yield Hostile("everything: OK without data", dict.fromkeys(VERBS, then()), PROTOCOL, NOBODY_SIGNED_IN)


def lists() -> Iterator[Hostile]:
    def names(name: str, reply: Reply, says: str | tuple[str, ...], codes: Codes = NO_FOLDERS) -> Hostile:
        return Hostile(f"folders: {name}", {"LIST": reply}, says, codes)

    def junk(name: str, quoted: bytes, says: str | tuple[str, ...], codes: Codes = NO_SPAM) -> Hostile:
        return names(name, then(LISTED[:-2], b'* LIST (\\Junk) "/" ' + quoted), says, codes)

    folders = b"".join(b'* LIST () "/" F%d\r\n' % number for number in range(100_000))
    yield names("an endless line", endless(b"* LIST "), "sent a line of more than")
    yield names("endless", endless(b'* LIST () "/" a\r\n'), FLOODED)
    yield names("100,000", [folders, then()], FLOODED)
    yield names("5,000 that are no spam", before(folders[: folders.index(b'* LIST () "/" F5000\r')]), "", NOTHING_WRONG)
    yield names("four of 900 kB", then(*[b'* LIST () "/" "' + b"a" * 900_000 + b'"'] * 4), FLOODED)
    yield names("50,000 brackets", then(b"* LIST " + b"(" * 50_000), PROTOCOL)
    yield names("2,000 nested attributes", then(b"* LIST " + b"(" * 2_000 + b")" * 2_000 + b' "/" Junk'), PROTOCOL)
    yield names("a literal of 4 GB", b'* LIST () "/" {4294967295}\r\n', "wants to send 4294967295 bytes")
    yield names("a negative literal", then(b'* LIST () "/" {-1}'), PROTOCOL)
    yield names("a literal of 5,000 digits", b'* LIST () "/" {' + b"9" * 5_000 + b"}\r\n", PROTOCOL)
    yield names("a literal that ends early", [b'* LIST () "/" {50}\r\nJunk', HANG_UP], "closed the connection")
    yield names("no INBOX", then(b'* LIST () "/" Work'), "lists no INBOX")
    yield names("none", then(), "lists no INBOX")
    yield names("no spam folder", then(LISTED[:-2]), "the spam folder")
    yield names("NO", b"%T NO [INUSE] later\r\n", "refused while listing folders: [INUSE] later")
    yield names("BYE", b"* BYE later\r\n", "ended the session while listing folders: later")
    yield names("hung up", HANG_UP, "closed the connection while listing folders")
    yield names("dripped", dripping, TOO_LATE)
    yield names("NUL bytes", then(b"* LIST () \x00 \x00"), "lists no INBOX")
    yield names("a delimiter of many letters", then(LISTED[:-2], b'* LIST (\\Junk) "/../" Junk'), "", NOTHING_WRONG)
    yield junk("a name with an escape", b'"\x1b[2Junk"', "holds a control character (U+001B); it was not sent")
    yield junk("a name with CR LF", b'{19}\r\nJ"\r\nX1 DELETE INBOX', "holds a control character (U+000D)")
    yield junk("a name with NUL", b'"Ju\x00nk"', "holds a control character (U+0000)")
    yield junk("a name that climbs", b'"../../etc/passwd"', "refused while opening folder '../../etc/passwd'")
    yield junk("a name that reads backwards", b'"\xe2\x80\xaeknuJ"', "refused while opening folder '\\u202eknuJ'")
    yield junk("a name of 900 kB", b'"' + b"J" * 900_000 + b'"', "is longer than")
    yield junk("a name that is no UTF-7", b'"&&&"', "refused while opening folder '&&&'")
    yield junk("a wildcard", b'"*"', "refused while opening folder '*'")
    many = b"".join(b'* LIST (\\Junk) "/" J%d\r\n' % number for number in range(2_000))
    yield names("2,000 spam folders that are not there", before(many), "(and ", NO_SPAM)
    yield Hostile("folders: one that is never opened", {"EXAMINE": silent}, TOO_LATE, NOBODY_SIGNED_IN)
