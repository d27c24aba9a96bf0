"""Values in; what reaches a command line, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from auditor.errors import MailboxError
from auditor.mailbox import wire
from auditor.mailbox.connection import Connection, connect
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.interface import MailReader, MailWriter
from auditor.mailbox.signin import Password
from tests.servers.hostile_imap import scripted

CONTROLS = [chr(code) for code in (*range(32), 127)]

READING: dict[str, Callable[[MailReader, str], object]] = {
    "status": lambda reader, value: reader.status(value),
    "statuses": lambda reader, value: reader.statuses(["INBOX", value]),
    "examine": lambda reader, value: reader.examine(value),
    "sweep": lambda reader, value: list(reader.sweep([value])),
}
WRITING: dict[str, Callable[[MailWriter, str], object]] = {
    "select": lambda writer, value: writer.select(value),
    "status": lambda writer, value: writer.status(value),
    "move": lambda writer, value: writer.move([1], value),
    "copy": lambda writer, value: writer.copy([1], value),
    "store add": lambda writer, value: writer.store([1], add=[value]),
    "store remove": lambda writer, value: writer.store([1], remove=[value]),
}


def _signed_in(port: int) -> Connection:
    return connect(Endpoint("127.0.0.1", port, "none"), "seller", Password("secret"))


@pytest.mark.parametrize("method", READING)
def test_no_control_byte_reaches_the_wire_by_reading(method: str) -> None:
    with scripted() as server, _signed_in(server.port) as connection:
        reader = connection.reader()
        reader.examine("INBOX")
        before = len(server.received)
        for control in CONTROLS:
            with pytest.raises(MailboxError, match="holds a control character"):
                READING[method](reader, f"Or{control}X1 UID MOVE 1:* INBOX")

        assert len(server.received) == before


def test_no_control_byte_reaches_the_wire_by_asking_for_many_folders_at_once() -> None:
    able = b"%T OK [CAPABILITY IMAP4rev1 LIST-EXTENDED LIST-STATUS] signed in\r\n"
    with scripted({"LOGIN": able, "LIST": b"%T OK done\r\n"}) as server, _signed_in(server.port) as connection:
        reader = connection.reader()
        assert reader.statuses(["INBOX", 'A "b"']) == {}
        before = len(server.received)
        for control in CONTROLS:
            with pytest.raises(MailboxError, match="holds a control character"):
                reader.statuses(["INBOX", f"Or{control}X1 UID MOVE 1:* INBOX"])

        assert len(server.received) == before
        assert server.received[-1].endswith(
            rb' LIST "" ("INBOX" "A \"b\"") RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY))'
        )


@pytest.mark.parametrize("name", ["100 %", "Shop*"])
def test_a_name_that_would_be_a_wildcard_of_list_is_asked_for_by_itself(name: str) -> None:
    able = b"%T OK [CAPABILITY IMAP4rev1 LIST-EXTENDED LIST-STATUS] signed in\r\n"
    with scripted({"LOGIN": able}) as server, _signed_in(server.port) as connection:
        connection.reader().statuses(["INBOX", name])
        assert [each.split()[1] for each in server.received].count(b"LIST") == 0
        assert any(b" STATUS " in each and name.encode() in each for each in server.received)


@pytest.mark.parametrize("method", WRITING)
def test_no_control_byte_reaches_the_wire_by_writing(method: str) -> None:
    with scripted() as server, _signed_in(server.port) as connection:
        writer = connection.writer()
        writer.select("INBOX")
        before = len(server.received)
        for control in CONTROLS:
            with pytest.raises(MailboxError, match="holds a control character"):
                WRITING[method](writer, f"Or{control}X1 UID MOVE 1:* INBOX")

        assert len(server.received) == before


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_no_control_byte_reaches_the_wire_by_signing_in(control: str) -> None:
    with scripted() as server:
        endpoint = Endpoint("127.0.0.1", server.port, "none")
        with pytest.raises(MailboxError, match=r"user name .* holds a control character"):
            connect(endpoint, f"seller{control}X1 LOGOUT", Password("secret"))
        with pytest.raises(MailboxError, match="the password holds a control character") as caught:
            connect(endpoint, "seller", Password(f"hush{control}X1 LOGOUT"))

        assert "hush" not in str(caught.value)
        assert set(server.verbs()) <= {"LOGOUT"}


@pytest.mark.parametrize("value", ["\x80", "\x9b", "\ud800", "a\udcffb"], ids=ascii)
def test_c1_controls_and_lone_surrogates_are_refused(value: str) -> None:
    with pytest.raises(MailboxError, match="control character"):
        wire.guarded(value, "folder name")


def test_quotes_and_backslashes_cannot_end_a_string() -> None:
    assert wire.quoted('a" (\\Deleted) "b\\', "folder name") == r'"a\" (\\Deleted) \"b\\"'


def test_a_value_too_long_for_a_line_is_refused() -> None:
    with pytest.raises(MailboxError, match="longer than 2000 characters"):
        wire.guarded("x" * 2001, "folder name")


@pytest.mark.parametrize("flag", ["", "two words", "(", ")", "{5}", "%", "*", "\\", '"', "]", "é", "\\\\Seen"])
def test_what_is_no_flag_is_refused(flag: str) -> None:
    with pytest.raises(MailboxError, match="no flag"):
        wire.flag_list([flag])


@pytest.mark.parametrize("name", ["", "From)", "From Subject", "Sub:ject", "From]<0.1>", "Ü"])
def test_what_is_no_field_name_is_refused(name: str) -> None:
    with pytest.raises(MailboxError, match="no name of a header field"):
        wire.header_fields([name])


@pytest.mark.parametrize(
    "uids, expected",
    [([], []), ([9], ["9"]), ([5, 1, 2, 3, 9, 2], ["1:3,5,9"]), (range(1, 100_001), ["1:100000"])],
    ids=["none", "one", "unordered", "many in a row"],
)
def test_uids_become_compact_sets(uids: Iterable[int], expected: list[str]) -> None:
    assert [text for text, _ in wire.uid_sets(uids)] == expected


def test_scattered_uids_are_cut_to_lines_and_none_is_lost() -> None:
    uids = range(4_000_000_000, 4_000_100_000, 2)

    sets = list(wire.uid_sets(uids))

    assert max(len(text) for text, _ in sets) <= wire.LINE / 2
    assert sorted(uid for _, members in sets for uid in members) == list(uids)


def test_sets_hold_no_more_uids_than_asked_for() -> None:
    assert [text for text, _ in wire.uid_sets([*range(1, 8), 20, 30], most=3)] == ["1:3", "4:6", "7,20,30"]


@pytest.mark.parametrize("uid", [0, -1, 2**32, True, "1:*", None], ids=repr)
def test_what_is_no_uid_is_refused(uid: object) -> None:
    with pytest.raises(MailboxError, match="no message number"):
        list(wire.uid_sets([uid]))  # type: ignore[list-item]
