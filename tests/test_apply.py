"""What becomes of mail when moves are carried out: the ordinary ways and the refusals, on a mailbox in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.apply import apply, finish_dead_runs, undo
from auditor.batch import BATCH
from auditor.errors import MailboxError, MailboxMisbehaved, StateError
from auditor.mailbox.interface import Copied, FolderState, MessageRef
from auditor.outcome import Outcome, Status
from auditor.plan import Move
from auditor.store.ledger import AccountStore
from auditor.store.opening import Store, open_store
from auditor.store.rows import ActionState
from tests.memory_mailbox import CAPABILITIES, MODERN, PLAIN, WITHOUT_MOVE, Fault, MemoryMailbox, MemoryServer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/state.db", now=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def account(store: Store) -> AccountStore:
    return store.account("imap.shop.test", "shop")


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer("INBOX", "Junk")


def mail(number: int) -> bytes:
    return b"From: help@walmart.test\r\nSubject: question %d\r\n\r\nWhere is it?\r\n" % number


def fill(server: MemoryServer, count: int, *, flags: tuple[str, ...] = ()) -> list[Move]:
    """`count` messages in Junk, to be moved to INBOX."""
    uids = [server.deliver("Junk", mail(number), flags=flags) for number in range(count)]
    return [move(server, uid) for uid in uids]


def move(server: MemoryServer, uid: int, *, source: str = "Junk", to: str = "INBOX") -> Move:
    folder = server.folders[source]
    return Move(MessageRef(source, folder.uidvalidity, uid), to, folder.messages[uid].identity)


def deliver_before_move(server: MemoryServer, raw: bytes) -> Callable[[str], None]:
    """Somebody else puts a message into INBOX just before ours is moved there."""

    def deliver(verb: str) -> None:
        if verb == "move":
            server.deliver("INBOX", raw)

    return deliver


def statuses(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [outcome.status.value for outcome in outcomes]


@pytest.mark.parametrize("capabilities", [MODERN, WITHOUT_MOVE], ids=["move", "copy"])
def test_messages_arrive_once_and_leave_the_source(
    server: MemoryServer, account: AccountStore, capabilities: frozenset[str]
) -> None:
    moves = fill(server, 3)

    outcomes = apply(moves, MemoryMailbox(server, capabilities), account.journal, run="r1")

    assert statuses(outcomes) == ["done"] * 3
    assert server.contents("INBOX") == [mail(n) for n in range(3)]
    assert server.contents("Junk") == []
    for outcome in outcomes:
        assert outcome.to is not None
        assert server.folders["INBOX"].messages[outcome.to.uid].identity in {m.identity for m in moves}


@pytest.mark.parametrize("capabilities", CAPABILITIES.values(), ids=CAPABILITIES)
def test_each_outcome_names_where_its_own_message_is(
    server: MemoryServer, account: AccountStore, capabilities: frozenset[str]
) -> None:
    moves = fill(server, 4)[::-1]

    outcomes = apply(moves, MemoryMailbox(server, capabilities), account.journal, run="r1")

    inbox = server.folders["INBOX"].messages
    assert [inbox[o.to.uid].identity for o in outcomes if o.to] == [m.identity for m in moves]
    assert [o.ref for o in outcomes] == [m.ref for m in moves]


def test_without_uidplus_the_original_stays_unflagged_and_is_never_copied_again(
    server: MemoryServer, account: AccountStore
) -> None:
    moves = fill(server, 2)

    first = apply(moves, MemoryMailbox(server, PLAIN), account.journal, run="r1")
    again = MemoryMailbox(server, PLAIN)
    second = apply(moves, again, account.journal, run="r2")

    assert statuses(first) == ["copied"] * 2
    assert statuses(second) == ["skipped"] * 2
    assert again.verbs == []
    assert server.contents("INBOX") == server.contents("Junk") == [mail(0), mail(1)]
    assert all("\\Deleted" not in m.flags for m in server.folders["Junk"].messages.values())


@pytest.mark.parametrize("capabilities", CAPABILITIES.values(), ids=CAPABILITIES)
def test_danger_02_deleted_mail_of_others_is_left_alone(
    server: MemoryServer, account: AccountStore, capabilities: frozenset[str]
) -> None:
    moves = fill(server, 2)
    server.deliver("Junk", b"Subject: theirs\r\n\r\n", flags=["\\Deleted"])
    server.deliver("INBOX", b"Subject: theirs too\r\n\r\n", flags=["\\Deleted"])

    apply(moves, MemoryMailbox(server, capabilities), account.journal, run="r1")

    assert b"Subject: theirs\r\n\r\n" in server.contents("Junk")
    assert b"Subject: theirs too\r\n\r\n" in server.contents("INBOX")


def test_danger_12_gmail_without_move_is_left_alone(server: MemoryServer, account: AccountStore) -> None:
    writer = MemoryMailbox(server, WITHOUT_MOVE | {"X-GM-EXT-1"})

    outcomes = apply(fill(server, 1), writer, account.journal, run="r1")

    assert statuses(outcomes) == ["failed"]
    assert writer.writes == []


def test_rebuilt_source_is_skipped(server: MemoryServer, account: AccountStore) -> None:
    moves = fill(server, 2)
    server.rebuild("Junk")
    writer = MemoryMailbox(server)

    outcomes = apply(moves, writer, account.journal, run="r1")

    assert statuses(outcomes) == ["skipped"] * 2
    assert "rebuilt" in outcomes[0].detail
    assert writer.writes == []


def test_danger_11_read_only_source_gets_no_command(server: MemoryServer, account: AccountStore) -> None:
    moves = fill(server, 1)
    server.folders["Junk"].read_only = True
    writer = MemoryMailbox(server)

    assert statuses(apply(moves, writer, account.journal, run="r1")) == ["failed"]
    assert writer.writes == []


def test_what_is_gone_changed_or_deleted_is_skipped_and_the_rest_moves(
    server: MemoryServer, account: AccountStore
) -> None:
    gone, changed, deleted, good = fill(server, 4)
    junk = server.folders["Junk"].messages
    del junk[gone.ref.uid]
    junk[changed.ref.uid] = replace(junk[changed.ref.uid], raw=b"Subject: another\r\n\r\n")
    junk[deleted.ref.uid] = replace(junk[deleted.ref.uid], flags=frozenset({"\\Deleted"}))

    outcomes = apply([gone, changed, deleted, good], MemoryMailbox(server), account.journal, run="r1")

    assert statuses(outcomes) == ["skipped", "skipped", "skipped", "done"]
    assert server.contents("INBOX") == [mail(3)]


def test_danger_09_missing_destination_fails_before_any_command(server: MemoryServer, account: AccountStore) -> None:
    moves = [replace(each, to="Nowhere") for each in fill(server, 2)]
    writer = MemoryMailbox(server)

    assert statuses(apply(moves, writer, account.journal, run="r1")) == ["failed"] * 2
    assert writer.writes == []


def test_folder_that_cannot_be_opened_does_not_hold_up_the_others(server: MemoryServer, account: AccountStore) -> None:
    lost = Move(MessageRef("Bulk", 1, 1), "INBOX", "digest:x")
    moves = [lost, *fill(server, 1)]

    assert statuses(apply(moves, MemoryMailbox(server), account.journal, run="r1")) == ["failed", "done"]


def test_two_alike_are_both_moved_and_are_no_doubles(server: MemoryServer, account: AccountStore) -> None:
    uids = [server.deliver("Junk", mail(1)), server.deliver("Junk", mail(1))]

    outcomes = apply([move(server, uid) for uid in uids], MemoryMailbox(server), account.journal, run="r1")

    assert statuses(outcomes) == ["done", "done"]
    assert [o.detail for o in outcomes] == ["", ""]
    assert len({o.to for o in outcomes}) == 2


def test_same_message_asked_for_twice_is_moved_once(server: MemoryServer, account: AccountStore) -> None:
    (only,) = fill(server, 1)

    outcomes = apply([only, only], MemoryMailbox(server), account.journal, run="r1")

    assert statuses(outcomes) == ["done", "skipped"]


def test_danger_06_double_made_by_another_program_is_reported_and_kept(
    server: MemoryServer, account: AccountStore
) -> None:
    (only,) = fill(server, 1)
    writer = MemoryMailbox(server)
    writer.before_command = deliver_before_move(server, mail(0))

    (outcome,) = apply([only], writer, account.journal, run="r1")

    assert outcome.status is Status.DONE
    assert "more than once" in outcome.detail
    assert server.contents("INBOX") == [mail(0), mail(0)]


def test_mail_that_arrives_meanwhile_is_not_mistaken_for_ours(server: MemoryServer, account: AccountStore) -> None:
    (only,) = fill(server, 1)
    writer = MemoryMailbox(server, WITHOUT_MOVE - {"UIDPLUS"} | {"MOVE"})
    writer.before_command = deliver_before_move(server, mail(9))

    (outcome,) = apply([only], writer, account.journal, run="r1")

    assert outcome.to == MessageRef("INBOX", server.folders["INBOX"].uidvalidity, 2)


class SaysYes(MemoryMailbox):
    """Agrees to everything and moves nothing."""

    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        self.verbs.append("move")
        return Copied(self.server.folders[to].uidvalidity, tuple((uid, uid) for uid in uids))


def test_an_ok_is_no_proof(server: MemoryServer, account: AccountStore) -> None:
    outcomes = apply(fill(server, 1), SaysYes(server), account.journal, run="r1")

    assert statuses(outcomes) == ["failed"]
    assert server.contents("Junk") == [mail(0)]


class LosesMail(MemoryMailbox):
    """Removes from the source without bringing anything over."""

    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        self.verbs.append("move")
        for uid in uids:
            del self._folder.messages[uid]
        return None


def test_mail_that_left_and_did_not_arrive_is_said(server: MemoryServer, account: AccountStore) -> None:
    (outcome,) = apply(fill(server, 1), LosesMail(server), account.journal, run="r1")

    assert outcome.status is Status.FAILED
    assert "without arriving in `INBOX`" in outcome.detail


class KeepsOriginals(MemoryMailbox):
    """COPY works; EXPUNGE is refused."""

    def uid_expunge(self, uids: Sequence[int]) -> None:
        self.verbs.append("uid_expunge")
        raise MailboxError("NO [NOPERM] you may not")


def test_original_that_cannot_be_removed_is_left_unflagged(server: MemoryServer, account: AccountStore) -> None:
    (outcome,) = apply(fill(server, 1), KeepsOriginals(server, WITHOUT_MOVE), account.journal, run="r1")

    assert outcome.status is Status.COPIED
    assert "NOPERM" in outcome.detail
    assert [m.flags for m in server.folders["Junk"].messages.values()] == [frozenset()]


class CopyFails(MemoryMailbox):
    def copy(self, uids: Sequence[int], to: str) -> Copied | None:
        self.verbs.append("copy")
        raise MailboxError("NO [OVERQUOTA] full")


def test_danger_03_failed_copy_removes_nothing(server: MemoryServer, account: AccountStore) -> None:
    writer = CopyFails(server, WITHOUT_MOVE)

    (outcome,) = apply(fill(server, 1), writer, account.journal, run="r1")

    assert outcome.status is Status.FAILED
    assert "OVERQUOTA" in outcome.detail
    assert writer.writes == ["copy"]


def test_refused_copy_that_was_made_all_the_same_keeps_the_original(
    server: MemoryServer, account: AccountStore
) -> None:
    writer = MemoryMailbox(server, WITHOUT_MOVE, fault=Fault(4, "after", "refuse"))

    (outcome,) = apply(fill(server, 1), writer, account.journal, run="r1")

    assert outcome.status is Status.COPIED
    assert "uid_expunge" not in writer.verbs
    assert server.contents("Junk") == server.contents("INBOX") == [mail(0)]


def test_older_message_of_the_same_content_is_not_mistaken_for_ours(
    server: MemoryServer, account: AccountStore
) -> None:
    server.deliver("INBOX", mail(0))
    moves = fill(server, 1)

    outcomes = apply(moves, SaysYes(server), account.journal, run="r1")

    assert statuses(outcomes) == ["failed"]


class OtherUidvalidity(MemoryMailbox):
    """COPYUID of a folder that is not the one that is there now, and its numbers the other way round."""

    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        copied = super().move(uids, to)
        assert copied
        swapped = zip(uids, (there for _, there in reversed(copied.uids)), strict=True)
        return Copied(copied.uidvalidity + 1, tuple(swapped))


def test_copyuid_of_another_uidvalidity_is_not_believed(server: MemoryServer, account: AccountStore) -> None:
    moves = [move(server, server.deliver("Junk", mail(1))) for _ in range(2)]

    outcomes = apply(moves, OtherUidvalidity(server), account.journal, run="r1")

    assert [o.to.uid for o in outcomes if o.to] == [1, 2]


def test_destination_that_is_read_only_gets_no_flags(server: MemoryServer, account: AccountStore) -> None:
    server.folders["INBOX"].read_only = True
    writer = MemoryMailbox(server)

    assert statuses(apply(fill(server, 1), writer, account.journal, run="r1")) == ["done"]
    assert "store" not in writer.verbs


@pytest.mark.parametrize("happens", ["rebuilt", "read-only"])
def test_original_is_kept_where_its_folder_changed_meanwhile(
    server: MemoryServer, account: AccountStore, happens: str
) -> None:
    def change(verb: str) -> None:
        if verb == "store" and happens == "rebuilt":
            server.rebuild("Junk")
        elif verb == "store":
            server.folders["Junk"].read_only = True

    moves = fill(server, 2)
    writer = MemoryMailbox(server, WITHOUT_MOVE)
    writer.before_command = change

    outcomes = apply(moves[:1], writer, account.journal, run="r1")

    assert statuses(outcomes) == ["copied"]
    assert "uid_expunge" not in writer.verbs
    assert server.contents("Junk") == [mail(0), mail(1)]


class Misbehaves(MemoryMailbox):
    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        super().move(uids, to)
        raise MailboxMisbehaved("a line without an end")


def test_misbehaving_server_is_not_asked_again_in_this_run(server: MemoryServer, account: AccountStore) -> None:
    writer = Misbehaves(server)

    (outcome,) = apply(fill(server, 1), writer, account.journal, run="r1")

    assert outcome.status is Status.FAILED
    assert writer.verbs[-1] == "move"
    assert statuses(finish_dead_runs(MemoryMailbox(server), account.journal, run="r2")) == ["done"]


class Silent(MemoryMailbox):
    """Tells no UIDNEXT."""

    def status(self, name: str) -> FolderState:
        return replace(super().status(name), uidnext=None)


def test_without_uidnext_nothing_is_sent(server: MemoryServer, account: AccountStore) -> None:
    writer = Silent(server)

    assert statuses(apply(fill(server, 1), writer, account.journal, run="r1")) == ["failed"]
    assert writer.writes == []


@pytest.mark.parametrize(
    ("before", "permanent", "after"),
    [
        ({"$Junk", "Junk", "\\Seen"}, {"\\*"}, {"$NotJunk", "NonJunk", "\\Seen"}),
        ({"$junk"}, {"\\*"}, {"$NotJunk", "NonJunk"}),
        ({"$Junk"}, {"$Junk", "$NotJunk"}, {"$NotJunk"}),
        ({"$Junk"}, {"\\Seen"}, {"$Junk"}),
        ({"$NotJunk", "NonJunk"}, {"\\*"}, {"$NotJunk", "NonJunk"}),
    ],
    ids=["any-keyword", "lower-case", "listed-only", "none-kept", "nothing-to-do"],
)
def test_junk_marks_are_turned_as_far_as_the_folder_keeps_them(
    server: MemoryServer, account: AccountStore, before: set[str], permanent: set[str], after: set[str]
) -> None:
    server.folders["INBOX"].permanent_flags = frozenset(permanent)
    moves = fill(server, 1, flags=tuple(before))

    apply(moves, MemoryMailbox(server), account.journal, run="r1")

    assert [set(m.flags) for m in server.folders["INBOX"].messages.values()] == [after]


class RefusesFlags(MemoryMailbox):
    def store(self, uids: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        self.verbs.append("store")
        raise MailboxError("NO [LIMIT] too many keywords")


def test_refused_flags_are_a_detail(server: MemoryServer, account: AccountStore) -> None:
    (outcome,) = apply(fill(server, 1), RefusesFlags(server), account.journal, run="r1")

    assert outcome.status is Status.DONE
    assert "too many keywords" in outcome.detail


@pytest.mark.parametrize(
    ("capabilities", "flags", "commands"),
    [(MODERN, (), 8), (MODERN, ("$Junk",), 9), (WITHOUT_MOVE, (), 15), (WITHOUT_MOVE, ("$Junk",), 16), (PLAIN, (), 8)],
    ids=["move", "move-junk", "copy", "copy-junk", "plain"],
)
@pytest.mark.parametrize("count", [1, BATCH])
def test_commands_do_not_grow_with_the_batch(
    server: MemoryServer,
    account: AccountStore,
    capabilities: frozenset[str],
    flags: tuple[str, ...],
    commands: int,
    count: int,
) -> None:
    writer = MemoryMailbox(server, capabilities)

    apply(fill(server, count, flags=flags), writer, account.journal, run="r1")

    assert len(writer.verbs) == commands


def test_more_than_a_batch_goes_in_several(server: MemoryServer, account: AccountStore) -> None:
    writer = MemoryMailbox(server)

    outcomes = apply(fill(server, 2 * BATCH + 1), writer, account.journal, run="r1")

    assert statuses(outcomes) == ["done"] * (2 * BATCH + 1)
    assert writer.verbs.count("move") == 3


def test_danger_17_intent_is_on_the_disk_before_the_command_is_sent(
    server: MemoryServer, account: AccountStore, store: Store
) -> None:
    seen: list[tuple[str, str]] = []

    def look(verb: str) -> None:
        with sqlite3.connect(store.path) as other:
            seen.extend((verb, state) for (state,) in other.execute("SELECT state FROM action"))
        other.close()

    writer = MemoryMailbox(server)
    writer.before_command = look
    apply(fill(server, 1), writer, account.journal, run="r1")

    assert ("select", "planned") in seen
    assert [state for verb, state in seen if verb == "move"] == ["sent"]
    assert account.journal.entries("r1")[0].state is ActionState.DONE


def test_journal_that_lost_its_entries_stops_everything(
    server: MemoryServer, account: AccountStore, store: Store
) -> None:
    def lose(verb: str) -> None:
        with sqlite3.connect(store.path) as other:
            other.execute("DELETE FROM action")
        other.close()

    writer = MemoryMailbox(server)
    writer.before_command = lose
    with pytest.raises(StateError, match="lost"):
        apply(fill(server, 1), writer, account.journal, run="r1")

    assert writer.writes == []


def test_danger_20_undo_puts_everything_back(server: MemoryServer, account: AccountStore) -> None:
    apply(fill(server, 3), MemoryMailbox(server), account.journal, run="r1")

    outcomes = undo("r1", MemoryMailbox(server), account.journal, new_run="r2")

    assert statuses(outcomes) == ["done"] * 3
    assert server.contents("Junk") == [mail(n) for n in range(3)]
    assert server.contents("INBOX") == []
    assert [entry.kind for entry in account.journal.entries("r2")] == ["undo"] * 3


def test_undo_gives_back_the_flags_that_were_there(server: MemoryServer, account: AccountStore) -> None:
    marks = [("$Junk", "\\Seen"), ("Junk",), ("$NotJunk",), ()]
    uids = [server.deliver("Junk", mail(n), flags=flags) for n, flags in enumerate(marks)]
    apply([move(server, uid) for uid in uids], MemoryMailbox(server), account.journal, run="r1")

    undo("r1", MemoryMailbox(server), account.journal, new_run="r2")

    back = {m.raw: set(m.flags) for m in server.folders["Junk"].messages.values()}
    assert back == {mail(n): set(flags) for n, flags in enumerate(marks)}


def test_second_undo_says_so_and_sends_nothing(server: MemoryServer, account: AccountStore) -> None:
    apply(fill(server, 1), MemoryMailbox(server), account.journal, run="r1")
    undo("r1", MemoryMailbox(server), account.journal, new_run="r2")
    writer = MemoryMailbox(server)

    (outcome,) = undo("r1", writer, account.journal, new_run="r3")

    assert outcome.status is Status.DONE
    assert "already put back by run r2" in outcome.detail
    assert writer.verbs == []


def test_undo_leaves_alone_what_was_moved_on(server: MemoryServer, account: AccountStore) -> None:
    server.folders["Archive"] = replace(server.folders["INBOX"], messages={}, uidvalidity=7)
    first, second = apply(fill(server, 2), MemoryMailbox(server), account.journal, run="r1")
    assert first.to
    assert second.to
    server.folders["Archive"].put(server.folders["INBOX"].messages.pop(first.to.uid))

    outcomes = undo("r1", MemoryMailbox(server), account.journal, new_run="r2")

    assert statuses(outcomes) == ["skipped", "done"]
    assert outcomes[0].ref == first.to
    assert server.contents("Archive") == [mail(0)]


def test_undo_of_a_copy_leaves_both(server: MemoryServer, account: AccountStore) -> None:
    apply(fill(server, 1), MemoryMailbox(server, PLAIN), account.journal, run="r1")
    writer = MemoryMailbox(server, PLAIN)

    (outcome,) = undo("r1", writer, account.journal, new_run="r2")

    assert outcome.status is Status.SKIPPED
    assert "never left" in outcome.detail
    assert writer.writes == []


def test_undo_of_an_unknown_run_is_empty(server: MemoryServer, account: AccountStore) -> None:
    assert undo("nothing", MemoryMailbox(server), account.journal, new_run="r2") == ()


def test_rescued_identities_include_what_was_put_back(server: MemoryServer, account: AccountStore) -> None:
    moves = fill(server, 1)
    apply(moves, MemoryMailbox(server), account.journal, run="r1")
    undo("r1", MemoryMailbox(server), account.journal, new_run="r2")

    assert account.journal.rescued() == {moves[0].identity}
