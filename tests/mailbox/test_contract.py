"""What a reader and a writer promise, on every real server of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from auditor.errors import FolderError, MailboxError
from auditor.mailbox.connection import Connection, Endpoint, connect
from auditor.mailbox.folders import find
from auditor.mailbox.interface import Role, Trace
from auditor.mailbox.signin import Password
from tests.servers.account import Account, ImapServer, create_folder, deliver, deliver_all, stored
from tests.servers.recorder import Recorders

pytestmark = pytest.mark.server

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
PLAIN = b"From: buyer@relay.example\r\nSubject: Where is it?\r\nTo: shop@shop.example\r\n\r\nHello\r\n"
ODD = {
    "ordinary": PLAIN,
    "no body": b"From: a@b.example\r\nSubject: none\r\n\r\n",
    "no blank line": b"From: a@b.example\r\nSubject: none\r\n",
    "no line end": b"From: a@b.example\r\nSubject: none",
    "LF only": b"From: a@b.example\nSubject: lf\n\nHello\n",
    "8-bit": b"From: \xff\xfe\r\nSubject: \xc3\xa9\r\n\r\n\xff body\r\n",
    "no header": b"no header at all",
    "body only": b"\r\nonly a body",
    "broken header": b"From: a@b.example\r\nno colon here\r\nSubject: z\r\n\r\nbody",
    "folded": b"From: a@b.example\r\nSubject: one\r\n two\r\n\r\nbody",
    "blank lines": b"From: a@b.example\r\n\r\n\r\n\r\nbody\r\n\r\n",
    "multipart": b"From: a\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x--\r\n",
}


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    return imap_server.account()


@pytest.fixture
def connection(account: Account) -> Iterator[Connection]:
    with connected(account) as opened:
        yield opened


@pytest.fixture
def chunks_of_50(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of several chunks without the minutes that filling one of 500 takes."""
    monkeypatch.setattr("auditor.mailbox.reader.CHUNK", 50)


def connected(account: Account) -> Connection:
    endpoint = Endpoint(account.host, account.port, "none")
    return connect(endpoint, account.username, Password(account.password))


def test_inbox_and_junk_are_found(connection: Connection) -> None:
    folders = connection.reader().folders()

    assert [found.folder.name for found in find(folders, Role.INBOX)] == ["INBOX"]
    assert [found.folder.name for found in find(folders, Role.JUNK)] == ["Junk"]


@pytest.mark.parametrize("name", ["Courrier indésirable", "迷惑メール", "A & B", 'quo"te', "back\\slash", "100"])
def test_any_folder_name_survives_the_way_there_and_back(account: Account, name: str) -> None:
    create_folder(account, name)
    deliver(account, PLAIN, name)
    with connected(account) as connection:
        reader = connection.reader()

        assert name in [folder.name for folder in reader.folders()]
        assert reader.status(name).exists == 1
        assert reader.examine(name).name == name


def test_the_state_of_many_folders_is_that_of_each(account: Account, connection: Connection) -> None:
    names = ["INBOX", "Junk", "Courrier indésirable", 'quo"te', "back\\slash", "100", "A % B"]
    for number, name in enumerate(names):
        if name not in ("INBOX", "Junk"):
            create_folder(account, name)
        deliver_all(account, [PLAIN] * number, name)
    reader = connection.reader()

    told = reader.statuses([*names, "Nowhere"])

    assert told == {name: reader.status(name) for name in names}
    assert [state.exists for state in told.values()] == list(range(len(names)))


def test_the_first_message_since_a_day_is_found(account: Account, connection: Connection) -> None:
    old, new = datetime(2025, 2, 3, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)
    deliver_all(account, [PLAIN] * 3, internaldate=old)
    (uid, _) = deliver_all(account, [PLAIN] * 2, internaldate=new)
    deliver(account, PLAIN, internaldate=old)
    connection.reader().examine("Junk")

    assert connection.reader().first_since(date(2026, 2, 27)) == uid
    assert connection.reader().first_since(date(2026, 3, 3)) is None


def test_traces_are_of_what_is_asked_for_and_still_there(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN] * 6, internaldate=NOON)
    reader = connection.reader()
    reader.examine("Junk")

    def traced(*asked: int, between: tuple[int, int] | None = None) -> list[int]:
        return [each.uid for each in reader.traces(asked, between=between)]

    assert reader.traces([uids[1]]) == (Trace(uids[1], NOON),)
    assert traced(uids[0], 4_000_000_000) == [uids[0]]
    assert traced(uids[0], between=(uids[3], uids[4])) == [uids[0], uids[3], uids[4]]
    assert traced(between=(uids[-1] + 1, 4_000_000_000)) == []
    assert traced() == []


def test_an_empty_folder_has_nothing_to_sweep(connection: Connection) -> None:
    state = connection.reader().examine("Junk")

    assert (state.exists, state.read_only) == (0, True)
    assert list(connection.reader().sweep(["From"])) == []


def test_a_missing_folder_is_one_clear_line_and_the_session_goes_on(connection: Connection) -> None:
    reader = connection.reader()
    for look in (reader.examine, reader.status, connection.writer().select):
        with pytest.raises(FolderError, match="folder 'Nowhere'"):
            look("Nowhere")

    assert connection.alive
    assert reader.examine("INBOX").exists == 0


def test_sweep_gives_the_fields_asked_for(account: Account, connection: Connection) -> None:
    uid = deliver(account, PLAIN, internaldate=NOON, flags=["\\Flagged"])
    connection.reader().examine("Junk")

    (chunk,) = connection.reader().sweep(["from", "Subject", "X-None"])

    (message,) = chunk
    assert (message.uid, message.received_at, message.size) == (uid, NOON, len(PLAIN))
    assert message.flags == {"\\Flagged"}
    assert message.header.rstrip() == b"From: buyer@relay.example\r\nSubject: Where is it?"


@pytest.mark.usefixtures("chunks_of_50")
def test_sweep_reads_every_message_once_in_chunks(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN] * 123)
    connection.reader().examine("Junk")

    chunks = list(connection.reader().sweep(["From"]))

    assert [len(chunk) for chunk in chunks] == [50, 50, 23]
    assert tuple(message.uid for chunk in chunks for message in chunk) == uids


def test_a_later_sweep_starts_where_the_last_one_ended(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN] * 5)
    connection.reader().examine("Junk")

    def swept_from(first_uid: int) -> list[int]:
        return [message.uid for chunk in connection.reader().sweep(["From"], first_uid=first_uid) for message in chunk]

    assert swept_from(uids[3]) == list(uids[3:])
    assert swept_from(uids[-1] + 1) == []
    assert swept_from(uids[-1] + 4_000_000) == []


@pytest.mark.usefixtures("chunks_of_50")
def test_a_gap_in_the_uids_hides_nothing(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN] * 80)
    writer = connection.writer()
    writer.select("Junk")
    writer.store(uids[10:], add=["\\Deleted"])
    writer.uid_expunge(uids[10:])
    late = deliver(account, PLAIN)
    connection.reader().examine("Junk")

    (chunk,) = connection.reader().sweep(["From"], first_uid=uids[5])

    assert [message.uid for message in chunk] == [*uids[5:10], late]


@pytest.mark.usefixtures("chunks_of_50")
def test_messages_that_leave_during_a_sweep_hide_no_other(account: Account) -> None:
    uids = deliver_all(account, [PLAIN] * 110)
    with connected(account) as ours, connected(account) as other:
        reader, writer = ours.reader(), other.writer()
        reader.examine("Junk")
        chunks = reader.sweep(["From"])
        seen = [message.uid for message in next(chunks)]
        writer.select("Junk")
        writer.move(uids[:30], "INBOX")
        reader.present(uids[:1])  # a UID command: here the server may tell what has left
        seen += [message.uid for chunk in chunks for message in chunk]

    assert seen == sorted(set(seen))
    assert set(uids[30:]) <= set(seen)


def test_an_enormous_header_is_cut_not_fatal(account: Account, connection: Connection) -> None:
    deliver_all(account, [b"From: " + b"a" * 2_000_000 + b"@b.example\r\n\r\nhi", PLAIN])
    connection.reader().examine("Junk")

    (chunk,) = connection.reader().sweep(["From"])
    first, second = connection.reader().whole([(message.uid, message.size) for message in chunk], limit=1_000)

    assert len(chunk[0].header) == 65_536
    assert (first.complete, second.complete) == (False, True)
    known = connection.reader().identify([first.uid, second.uid])
    assert [known[first.uid].value, known[second.uid].value] == [first.identity, second.identity]


def test_whole_gives_every_octet(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, list(ODD.values()), internaldate=NOON)
    connection.reader().examine("Junk")
    expected = {message.uid: message.raw for message in stored(account)}

    read = {message.uid: message for message in connection.reader().whole([(uid, 99) for uid in uids], limit=5_000)}

    assert {uid: message.raw for uid, message in read.items()} == expected
    assert all(message.complete and message.received_at == NOON for message in read.values())


@pytest.mark.parametrize("excess, complete", [(-1, False), (0, True), (1, True)], ids=["too long", "exact", "shorter"])
def test_a_message_over_the_limit_is_cut(account: Account, connection: Connection, excess: int, complete: bool) -> None:
    uid = deliver(account, PLAIN)
    connection.reader().examine("Junk")
    limit = len(PLAIN) + excess

    (message,) = connection.reader().whole([(uid, 5)], limit=limit)  # the size given is wrong on purpose

    assert message.complete is complete
    assert message.raw == PLAIN[:limit]
    assert message.identity == connection.reader().identify([uid])[uid].value


def test_many_messages_are_read_in_batches(account: Account, connection: Connection) -> None:
    bodies = [PLAIN + b"%d\r\n" % number + b"x" * 70 * 1_000 for number in range(120)]
    uids = deliver_all(account, bodies)
    connection.reader().examine("Junk")

    wanted = [(uid, len(bodies[0])) for uid in reversed(uids)]
    read = {message.uid: message.raw for message in connection.reader().whole(wanted, limit=1_000_000)}

    assert read == dict(zip(uids, bodies, strict=True))


def test_what_is_gone_is_left_out(account: Account, connection: Connection) -> None:
    uid = deliver(account, PLAIN, flags=["\\Seen"])
    reader = connection.reader()
    reader.examine("Junk")

    assert list(reader.identify([uid, uid + 5])) == [uid]
    assert reader.present([uid, uid + 5]) == {uid: {"\\Seen"}}
    assert [message.uid for message in reader.whole([(uid + 5, 1), (uid, 1)], limit=999)] == [uid]


def test_reading_leaves_no_trace(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN] * 3)
    before = stored(account)
    reader = connection.reader()
    reader.examine("Junk")
    list(reader.sweep(["From"]))
    list(reader.whole([(uid, 100) for uid in uids], limit=1_000))
    reader.identify(uids)

    assert stored(account) == before


@pytest.mark.parametrize("odd", ODD)
def test_a_moved_message_is_known_again(account: Account, connection: Connection, odd: str) -> None:
    uid = deliver(account, ODD[odd], internaldate=NOON)
    deliver(account, PLAIN, "INBOX")
    reader, writer = connection.reader(), connection.writer()
    reader.examine("Junk")
    (whole,) = reader.whole([(uid, 1_000)], limit=10_000)
    uidnext = writer.status("INBOX").uidnext
    assert uidnext is not None

    writer.select("Junk")
    moved = writer.move([uid], "INBOX")

    assert moved is not None
    assert moved.uids == ((uid, uidnext),)
    assert writer.identify([uid]) == {}
    assert writer.select("INBOX").uidvalidity == moved.uidvalidity
    assert [known.value for known in writer.identify_from(uidnext).values()] == [whole.identity]


def test_messages_of_one_size_and_moment_are_told_apart(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN, PLAIN.replace(b"Where", b"There")], internaldate=NOON)
    connection.reader().examine("Junk")

    assert len({known.value for known in connection.reader().identify(uids).values()}) == 2


def test_a_copy_says_where_it_went_and_keeps_the_original(account: Account, connection: Connection) -> None:
    uids = deliver_all(account, [PLAIN, ODD["LF only"], ODD["8-bit"]])
    writer = connection.writer()
    writer.select("Junk")
    originals = writer.identify(uids)

    copied = writer.copy(uids, "INBOX")

    assert copied is not None
    assert [source for source, _ in copied.uids] == list(uids)
    assert len(stored(account)) == len(stored(account, "INBOX")) == 3
    writer.select("INBOX")
    if "OBJECTID" not in writer.capabilities:  # RFC 8474 lets a copy have another EMAILID
        copies = writer.identify([target for _, target in copied.uids])
        assert [copies[target].value for _, target in copied.uids] == [originals[uid].value for uid in uids]


def test_flags_change_and_others_stay(account: Account, connection: Connection) -> None:
    uid = deliver(account, PLAIN, flags=["\\Flagged", "\\Draft"])
    writer = connection.writer()
    writer.select("Junk")

    writer.store([uid], add=["\\Answered"], remove=["\\Flagged"])

    (message,) = stored(account)
    assert set(message.flags) - {"\\Recent"} == {"\\Answered", "\\Draft"}


def test_keywords_change_where_the_server_keeps_them(account: Account, connection: Connection) -> None:
    uid = deliver(account, PLAIN, flags=["$Junk"])
    writer = connection.writer()
    keeps_keywords = "\\*" in writer.select("Junk").permanent_flags

    writer.store([uid], add=["$NotJunk"], remove=["$Junk"])

    assert ("$NotJunk" in stored(account)[0].flags) is keeps_keywords


def test_only_the_named_message_is_expunged(account: Account, connection: Connection) -> None:
    ours, foreign = deliver_all(account, [PLAIN, PLAIN], flags=["\\Deleted"])
    writer = connection.writer()
    writer.select("Junk")

    writer.uid_expunge([ours])

    assert [message.uid for message in stored(account)] == [foreign]


def test_moving_to_a_folder_that_is_not_there_keeps_the_message(account: Account, connection: Connection) -> None:
    uid = deliver(account, PLAIN)
    writer = connection.writer()
    writer.select("Junk")

    with pytest.raises(MailboxError, match="while sending MOVE in folder 'Junk'"):
        writer.move([uid], "Nowhere")

    assert len(stored(account)) == 1


def test_identities_from_a_uid_beyond_the_last_are_none(account: Account, connection: Connection) -> None:
    uid = deliver(account, PLAIN)
    writer = connection.writer()
    writer.select("Junk")

    assert writer.identify_from(uid + 1) == {}
    assert list(writer.identify_from(uid)) == [uid]


def test_a_dry_run_costs_few_round_trips_and_no_write_verb(account: Account, recorder: Recorders) -> None:
    uids = deliver_all(account, [PLAIN] * 600)
    proxy = recorder(account)
    with connected(proxy) as connection:
        reader = connection.reader()
        reader.folders()
        reader.examine("Junk")
        list(reader.sweep(["From", "Subject"]))
        list(reader.whole([(uid, 100) for uid in uids[:60]], limit=10_000))

    assert recorder.round_trips <= 12 + 600 / 500 + 60 / 20
    read_only = {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "FETCH", "UID FETCH", "LOGOUT"}
    assert set(recorder.verbs()) <= read_only
    assert max(len(line) for line in recorder.commands()) < 8_000
