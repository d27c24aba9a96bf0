"""Servers that flood, drip, lie or hang up; every one costs one clear line within its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from auditor.errors import FolderError, MailboxError, MailboxMisbehaved
from auditor.mailbox.connection import Connection, Endpoint, Limits, connect
from auditor.mailbox.interface import MailReader
from auditor.mailbox.signin import Password
from tests.servers.hostile_imap import HANG_UP, HostileImap, Reply, dripping, endless, scripted, silent

pytestmark = pytest.mark.server

LIMITS = Limits(command_s=1.0, run_s=5, line=100_000, literal=100_000, answer=1_000_000)
MESSAGE = b'* 1 FETCH (UID 5 FLAGS () INTERNALDATE "22-Nov-2026 12:00:00 +0000" RFC822.SIZE 9 '


def _connected(server: HostileImap) -> Connection:
    return connect(Endpoint("127.0.0.1", server.port, "none"), "seller", Password("hush"), limits=LIMITS)


def _sweep(reader: MailReader) -> object:
    reader.examine("Junk")
    return [message for chunk in reader.sweep(["From"]) for message in chunk]


def _search(reader: MailReader) -> object:
    reader.examine("Junk")
    return reader.first_since(date(2026, 8, 1))


def _whole(reader: MailReader) -> object:
    reader.examine("Junk")
    return list(reader.whole([(5, 9)], limit=1_000))


COMMANDS: dict[str, Callable[[MailReader], object]] = {
    "LIST": lambda reader: reader.folders(),
    "STATUS": lambda reader: reader.status("Junk"),
    "EXAMINE": lambda reader: reader.examine("Junk"),
    "FETCH": _sweep,
    "UID FETCH": _whole,
    "UID SEARCH": _search,
}
FAULTS: dict[str, Reply] = {
    "an endless line": endless(b"* X"),
    "endless lines": endless(b"* 1 EXISTS\r\n"),
    "endless messages": endless(b"* 1 FETCH (UID 5)\r\n"),
    "dripping": dripping,
    "silence": silent,
    "a literal of 4 GB": b"* LIST () NIL {4294967295}\r\n",
    "a literal of 5,000 digits": b"* 1 FETCH (UID 5 BODY[] {" + b"9" * 5_000 + b"}\r\n",
    "a literal that ends early": b"* 1 FETCH (UID 5 BODY[] {500}\r\nFrom",
    "no line end": b"* 1 EXISTS\n",
    "nothing known": b"\x00\xff\x80\r\n",
    "another tag": b"ZZ99 OK done\r\n",
    "hanging up": b"",
    "hanging up in the middle": (b"* 1 FET", HANG_UP),
    "BYE": b"* BYE shutting \x1b[2J down\r\n",
    "NO": b"%T NO [SERVERBUG] not tonight\r\n",
    "BAD": b"%T BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n",
    "a long NO": b"%T NO " + b"x" * 50_000 + b"\r\n",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_fault_ends_in_one_clear_line_and_in_time(command: str, fault: str) -> None:
    with scripted({command: FAULTS[fault]}) as server, _connected(server) as connection:
        started = time.monotonic()

        with pytest.raises(MailboxError) as caught:
            COMMANDS[command](connection.reader())

        assert time.monotonic() - started < 3 * (LIMITS.command_s + 2)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 400
    assert "127.0.0.1" in caught.value.message


NONSENSE = {
    "LIST": [
        b"* LIST " + b"(" * 50_000,
        b'* LIST (\\Junk) "/"',
        b"* LIST",
        b'* LIST (\\Junk "/" Junk',
        b"* LIST () {3}\r\nabc",
    ],
    "STATUS": [
        b"* STATUS Junk (UIDVALIDITY " + b"9" * 5_000 + b")",
        b"* STATUS Junk",
        b"* STATUS",
        b"* 1 EXISTS",
        b"* STATUS Junk (UIDVALIDITY (((1))) MESSAGES 2)",
        b"* STATUS Junk (MESSAGES)",
    ],
    "EXAMINE": [
        b"* 1 EXISTS",
        b"* OK [UIDVALIDITY 7] ok",
        b"* OK [UIDVALIDITY x] ok\r\n* 1 EXISTS",
        b"* OK [UIDVALIDITY] ok\r\n* 1 EXISTS",
        b"* " + b"9" * 5_000 + b" EXISTS\r\n* OK [UIDVALIDITY 7] ok",
        b"* OK [UIDNEXT -1] ok\r\n* 1 EXISTS",
    ],
    "FETCH": [
        MESSAGE + b"BODY[HEADER.FIELDS (FROM)] ((((((",
        b"* 1 FETCH (UID " + b"9" * 5_000 + b")",
        b"* 1 FETCH (" + b"(" * 90_000,
        b"* 1 FETCH (UID 5 FLAGS (\\Seen)",
    ],
    "UID SEARCH": [
        b"* SEARCH " + b"9" * 5_000,
        b"* SEARCH 0 -1 x 4294967296",
        b"* SEARCH",
        b'* ESEARCH (TAG "X1") UID MIN 5',
    ],
}


@pytest.mark.parametrize(
    "command, lines",
    [(command, lines) for command, many in NONSENSE.items() for lines in many],
    ids=lambda value: ascii(value[:40]),
)
def test_nonsense_before_an_ok_is_never_a_traceback(command: str, lines: bytes) -> None:
    with scripted({command: lines + b"\r\n%T OK done\r\n"}) as server, _connected(server) as connection:
        assert not _answer_or_none(COMMANDS[command], connection.reader()), "nothing may be made of nonsense"


def test_a_connection_lost_in_examine_is_this_folders_failure_not_an_empty_folder() -> None:
    with scripted({"EXAMINE": b""}) as server, _connected(server) as connection:
        with pytest.raises(FolderError, match="closed the connection while opening folder 'Junk'"):
            connection.reader().examine("Junk")

        assert not connection.alive


def test_a_refused_folder_leaves_the_connection_usable() -> None:
    with scripted({"EXAMINE": b"%T NO [NONEXISTENT] no such folder\r\n"}) as server, _connected(server) as connection:
        with pytest.raises(FolderError, match=r"while opening folder 'Junk': \[NONEXISTENT\] no such folder"):
            connection.reader().examine("Junk")

        assert connection.alive
        assert [folder.name for folder in connection.reader().folders()] == ["INBOX"]


def test_after_a_broken_limit_nothing_more_is_asked() -> None:
    with scripted({"LIST": endless(b"* LIST ")}) as server, _connected(server) as connection:
        with pytest.raises(MailboxMisbehaved):
            connection.reader().folders()
        said = len(server.received)
        with pytest.raises(MailboxMisbehaved):
            connection.reader().examine("Junk")

        assert len(server.received) == said
        assert not connection.alive


def test_a_message_that_was_not_asked_for_is_ignored() -> None:
    foreign = MESSAGE.replace(b"UID 5", b"UID 6") + b"BODY[HEADER] {2}\r\n\r\n BODY[] {4}\r\nevil)\r\n"
    asked = MESSAGE + b"BODY[HEADER] {2}\r\n\r\n BODY[] {4}\r\ngood)\r\n"
    with scripted({"UID FETCH": foreign + asked + b"%T OK done\r\n"}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")

        assert [(message.uid, message.raw) for message in reader.whole([(5, 9)], limit=100)] == [(5, b"good")]


def test_the_last_message_below_the_range_is_not_reported_again() -> None:
    below = MESSAGE + b"BODY[HEADER.FIELDS (FROM)] {2}\r\n\r\n)\r\n%T OK done\r\n"
    with scripted({"UID FETCH": below}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")

        assert list(reader.sweep(["From"], first_uid=6)) == []
        assert connection.writer().identify_from(6) == {}


def test_messages_that_vanish_while_fetched_do_not_hide_the_others() -> None:
    one = MESSAGE + b"BODY[HEADER.FIELDS (FROM)] {2}\r\n\r\n)\r\n%T NO [EXPUNGEISSUED] Some are gone\r\n"
    with scripted({"FETCH": one}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")

        assert [message.uid for chunk in reader.sweep(["From"]) for message in chunk] == [5]


def test_a_body_that_the_server_does_not_give_is_not_complete() -> None:
    nil = MESSAGE + b"BODY[HEADER] {2}\r\n\r\n BODY[] NIL)\r\n%T OK done\r\n"
    with scripted({"UID FETCH": nil}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")
        (message,) = reader.whole([(5, 9)], limit=1_000)

    assert (message.raw, message.complete) == (b"", False)


def test_a_message_without_fields_is_still_seen() -> None:
    bare = MESSAGE.rstrip() + b")\r\n%T OK done\r\n"
    with scripted({"FETCH": bare}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")

        assert [message.uid for chunk in reader.sweep(["From"]) for message in chunk] == [5]


def test_news_about_flags_is_no_identity() -> None:
    news = b"* 1 FETCH (UID 5 FLAGS (\\Seen))\r\n%T OK done\r\n"
    with scripted({"UID FETCH": news}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")

        assert reader.identify([5]) == {}
        assert reader.present([5]) == {5: {"\\Seen"}}


def test_a_server_that_ignores_the_cut_is_refused() -> None:
    long = MESSAGE + b"BODY[HEADER] {2}\r\n\r\n BODY[] {2000000}\r\n"
    with scripted({"UID FETCH": long}) as server, _connected(server) as connection:
        reader = connection.reader()
        reader.examine("Junk")

        with pytest.raises(MailboxMisbehaved, match="wants to send 2000000 bytes"):
            list(reader.whole([(5, 9)], limit=1_000))


def test_without_its_capability_a_verb_is_never_sent() -> None:
    login = b"%T OK [CAPABILITY IMAP4rev1] signed in\r\n"
    with scripted({"LOGIN": login}) as server, _connected(server) as connection:
        writer = connection.writer()
        writer.select("Junk")
        with pytest.raises(MailboxError, match="does not offer MOVE"):
            writer.move([5], "INBOX")
        with pytest.raises(MailboxError, match="does not offer UIDPLUS"):
            writer.uid_expunge([5])

        assert server.verbs()[-1] == "SELECT"


def test_a_folder_that_can_only_be_read_is_not_opened_for_writing() -> None:
    state = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%T OK [READ-ONLY] open\r\n"
    with (
        scripted({"SELECT": state}) as server,
        _connected(server) as connection,
        pytest.raises(FolderError, match="allows only reading"),
    ):
        connection.writer().select("Junk")


def test_a_list_may_hold_names_that_are_no_utf7() -> None:
    lines = b'* LIST () "/" "&bad"\r\n* LIST (\\Junk) "/" "Spam \xc3\xa9"\r\n* LIST () "/" {3}\r\nA"b\r\n%T OK done\r\n'
    with scripted({"LIST": lines}) as server, _connected(server) as connection:
        names = [folder.name for folder in connection.reader().folders()]

    assert names[1:] == ["Spam é", 'A"b']


def test_signing_out_never_raises_and_never_waits_long() -> None:
    for fault in (silent, b"", b"%T NO\r\n", b"\xff\r\n"):
        with scripted({"LOGOUT": fault}) as server:
            connection = _connected(server)
            started = time.monotonic()
            connection.close()
            connection.close()
            assert time.monotonic() - started < 3


def _answer_or_none(command: Callable[[MailReader], object], reader: MailReader) -> object:
    try:
        return command(reader)
    except MailboxError:
        return None
