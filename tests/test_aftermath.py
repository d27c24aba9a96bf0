"""What became of what was rescued: followed for 14 days on real servers, said in the report, never fought over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auditor.aftermath import MAIL_PROGRAM, Became, Rescued, Surroundings, lately, remembered, seen
from auditor.mailbox.interface import MessageRef, Role
from auditor.store.rows import ActionState, Entry, Kept, LedgerRow
from auditor.transfer import MOVE, UNDO, planned_back, read, ref_json
from tests.mail import RECEIVED_AT, Profile
from tests.mail.genuine import genuine
from tests.servers.account import Account, ImapServer, create_folder, deliver_all, signed_in
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Before, Fault, Reply
from tests.servers.recorder import Recorders
from tests.shop import OpenShop, Shop

LETTERS = [sample.raw for sample in genuine(Profile.NONE)][:2]
REF = MessageRef("INBOX", 7, 1)
NOW = RECEIVED_AT + timedelta(days=3)


@pytest.fixture
def rescued(imap_server: ImapServer, open_shop: OpenShop) -> Shop:
    """A shop after a rescue of two messages."""
    account = imap_server.account()
    deliver_all(account, LETTERS, internaldate=RECEIVED_AT)
    shop = open_shop(account)
    assert shop.run("rescue", "--apply").exit_code == 0
    return shop


def became(shop: Shop) -> list[str]:
    return [one["became"] for one in shop.report("rescue").mailbox["rescued"]]


def flag(account: Account, flags: str, which: str = "1") -> None:
    with signed_in(account) as imap:
        imap.select("INBOX")
        assert imap.store(which, "+FLAGS", f"({flags})")[0] == "OK"


def take_away(account: Account, to: str) -> None:
    with signed_in(account) as imap:
        imap.select("INBOX")
        assert imap.copy("1", to)[0] == "OK"
        assert imap.store("1", "+FLAGS", "\\Deleted")[0] == "OK"
        assert imap.expunge()[0] == "OK"


@pytest.mark.server
def test_what_was_not_touched_is_there(rescued: Shop) -> None:
    night = rescued.report("rescue")

    assert [one["became"] for one in night.mailbox["rescued"]] == ["there", "there"]
    assert {one["ref"]["folder"] for one in night.mailbox["rescued"]} == {"INBOX"}
    assert "Rescued in the last 14 days: 2 messages: 2 not read yet." in rescued.run("rescue").stdout


@pytest.mark.server
def test_reading_and_answering_are_seen(rescued: Shop) -> None:
    flag(rescued.account, "\\Seen")
    assert became(rescued) == ["read", "there"]

    flag(rescued.account, "\\Answered")
    flag(rescued.account, "\\Seen", "2")

    assert became(rescued) == ["answered", "read"]


@pytest.mark.server
def test_what_was_put_back_unread_needs_attention_and_stays(rescued: Shop) -> None:
    take_away(rescued.account, "Junk")

    night = rescued.report("rescue", "--apply")

    assert sorted(one["became"] for one in night.mailbox["rescued"]) == ["put-back", "there"]
    (finding,) = night.mailbox["findings"]
    assert (finding["rule"], night.exit_code) == ("put-back", 10)
    assert len(rescued.inbox()) == 1
    assert rescued.run("ack", finding["key"]).exit_code == 0
    assert rescued.run("rescue", "--apply").exit_code == 0
    assert len(rescued.inbox()) == 1


@pytest.mark.server
def test_what_was_read_and_put_back_is_the_sellers_will(rescued: Shop) -> None:
    flag(rescued.account, "\\Seen")
    became(rescued)
    take_away(rescued.account, "Junk")

    night = rescued.report("rescue", "--apply")

    assert sorted(one["became"] for one in night.mailbox["rescued"]) == ["put-back", "there"]
    assert (night.mailbox["findings"], night.exit_code) == ([], 0)


@pytest.mark.server
def test_what_was_filed_elsewhere_is_gone(rescued: Shop) -> None:
    create_folder(rescued.account, "Orders")
    take_away(rescued.account, "Orders")

    assert sorted(became(rescued)) == ["gone", "there"]


@pytest.mark.server
def test_what_an_undo_took_back_is_not_followed(rescued: Shop) -> None:
    assert rescued.run("undo").exit_code == 0

    night = rescued.report("rescue")

    assert (night.mailbox["rescued"], night.mailbox["findings"]) == ([], [])


@pytest.mark.server
def test_an_inbox_that_cannot_be_read_tonight_is_said_and_stops_no_rescue(rescued: Shop) -> None:
    rescued.run("rescue")  # from now on the spam folder is quiet, and the inbox alone is opened
    direct = rescued.account
    no = [Fault(Before(verb), Reply(b"%T NO not tonight\r\n")) for verb in ("EXAMINE", "UID FETCH")]

    for fault in no:
        with FaultProxy(direct, [fault]) as proxy:
            rescued.account = proxy.account
            night = rescued.report("rescue")
        assert [part["what"] for part in night.mailbox["incomplete"]] == ["folder `INBOX`"]
        assert [one["became"] for one in night.mailbox["rescued"]] == ["there", "there"]
        assert night.exit_code == 3


@pytest.mark.server
def test_it_costs_two_round_trips_while_some_are_followed_and_none_after(
    imap_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    account = imap_server.account()
    deliver_all(account, LETTERS[:1], internaldate=RECEIVED_AT)
    shop = open_shop(recorder(account))

    def trips() -> int:
        before = recorder.round_trips
        shop.run("rescue", "--apply")
        return recorder.round_trips - before

    trips()
    trips()  # sees that the spam folder has one message less
    followed = trips()
    with signed_in(account) as imap:
        imap.select("INBOX")
        assert imap.store("1", "+FLAGS", "\\Deleted")[0] == "OK"
        assert imap.expunge()[0] == "OK"
    trips()

    assert followed - trips() == 2


def in_junk(uid: int, *, uidvalidity: int = 3, flags: tuple[str, ...] = ()) -> LedgerRow:
    ref = MessageRef("Junk", uidvalidity, uid)
    return LedgerRow(ref, Role.JUNK, "a", "", "", RECEIVED_AT, 9, "walmart", "genuine", "1", flags=flags)


def entry(kind: str, payload: dict[str, object], state: ActionState = ActionState.DONE, seq: int = 1) -> Entry:
    return Entry("run", seq, kind, payload, state, "", RECEIVED_AT)


MOVED: dict[str, object] = {
    "from": ref_json(MessageRef("Junk", 3, 9)),
    "to": "INBOX",
    "identity": "a",
    "landed": ref_json(REF),
}


@pytest.mark.parametrize("state", ActionState)
def test_only_what_was_moved_is_followed(state: ActionState) -> None:
    assert bool(lately([entry(MOVE, MOVED, state)], [], {})) == (state is ActionState.DONE)


def test_a_skipped_undo_took_nothing_back() -> None:
    back = planned_back(("run", 1), read(MOVED), REF)

    assert lately([entry(MOVE, MOVED)], [entry(UNDO, back, seq=2)], {}) == ()
    assert len(lately([entry(MOVE, MOVED)], [entry(UNDO, back, ActionState.SKIPPED, seq=2)], {})) == 1


def test_in_a_folder_that_was_rebuilt_nothing_can_be_told() -> None:
    last = Rescued("a", REF, RECEIVED_AT, Became.READ, RECEIVED_AT)

    now = seen(last, None, Surroundings(), readable=False, now=NOW)

    assert (now.became, now.since, now.was_read, now.is_open) == (Became.UNKNOWN, NOW, True, False)
    in_spam = Surroundings(in_spam={"a": in_junk(1)})
    assert seen(last, None, in_spam, readable=False, now=NOW).became is Became.PUT_BACK


@pytest.mark.parametrize(
    ("uidvalidity", "uid", "flags", "by"),
    [
        (3, 10, ("$Junk",), MAIL_PROGRAM),
        (3, 10, ("\\Seen",), ""),  # moved by hand, by a rule, by the provider: nobody can tell
        (3, 9, ("$Junk",), ""),  # an older copy of the folder was put back
        (4, 10, ("$Junk",), ""),  # the folder was numbered anew
    ],
)
def test_who_put_it_back_is_said_only_where_it_shows(
    uidvalidity: int, uid: int, flags: tuple[str, ...], by: str
) -> None:
    last = Rescued("a", REF, RECEIVED_AT, taken_from=MessageRef("Junk", 3, 9))
    lying = in_junk(uid, uidvalidity=uidvalidity, flags=flags)

    assert seen(last, None, Surroundings(in_spam={"a": lying}), readable=True, now=NOW).by == by


def test_a_clock_set_forward_lets_nothing_be_forgotten() -> None:
    kept = {"a": Kept("read", NOW, was_read=True), "old": Kept("gone", NOW - timedelta(days=60), was_read=True)}

    assert remembered(kept, NOW + timedelta(days=40)) == {"a": kept["a"]}
    assert remembered(kept, NOW - timedelta(days=40)) == kept


def test_what_stays_the_same_keeps_its_time() -> None:
    last = Rescued("a", REF, RECEIVED_AT, Became.READ, RECEIVED_AT)

    assert seen(last, (REF, frozenset({"\\seen"})), Surroundings(), readable=True, now=NOW) == last.__class__(
        "a", REF, RECEIVED_AT, Became.READ, RECEIVED_AT, was_read=True
    )
