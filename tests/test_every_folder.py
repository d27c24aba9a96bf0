"""Inbox, sent and watched folders in the same run: what they leave in the ledger, what they cost, and what they end."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from auditor.mailbox.interface import Role
from auditor.store.ledger import AccountStore
from auditor.store.opening import open_store
from tests.mail import RECEIVED_AT, Profile
from tests.mail.forged import forged
from tests.mail.genuine import genuine
from tests.mail.unprovable import unprovable
from tests.servers.account import Account, ImapServer, create_folder, deliver, deliver_all, signed_in
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Before, Fault, Reply
from tests.servers.recorder import Recorders
from tests.shop import OpenShop, Shop

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("soon_after")]

SAMPLES = [sample for sample in genuine(Profile.NONE) if b"relay.walmart.com" in sample.raw]
LETTERS = [sample.raw for sample in genuine(Profile.NONE)]
FAKES = [sample.raw for sample in forged(Profile.NONE) if sample.standing == "forged"][:3]
DOUBTED = [sample.raw for sample in unprovable(Profile.NONE)[:2]]
OTHER = b"From: friend%d@example.test\r\nSubject: hello\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\r\nHello\r\n"
REPLY = (
    b"From: Shop <support@shop.example>\r\nTo: %b\r\nSubject: Re: Where is my order?\r\n"
    b"Date: Sat, 21 Nov 2026 09:00:00 +0000\r\nMessage-ID: <r%d@shop.example>\r\n%b\r\nDear Mary, ...\r\n"
)


def ledger(shop: Shop, account: Account | None = None) -> AccountStore:
    store = open_store(f"sqlite:///{shop.folder / 'auditor.db'}", now=lambda: RECEIVED_AT)
    used = account or shop.account
    return store.account(used.host, used.username)


def stored_id(raw: bytes) -> str:
    return str(message_from_bytes(raw)["message-id"]).strip()


def filed(account: Account, number: str, source: str, to: str) -> None:
    """Another mail program moves a message."""
    with signed_in(account) as imap:
        imap.select(source)
        assert imap.copy(number, to)[0] == "OK"
        assert imap.store(number, "+FLAGS", "\\Deleted")[0] == "OK"
        assert imap.expunge()[0] == "OK"


@pytest.fixture
def shop(imap_server: ImapServer, open_shop: OpenShop) -> Shop:
    """A shop with an archive that is watched."""
    account = imap_server.account()
    for name in ("Archive", "Sent"):
        create_folder(account, name)
    opened = open_shop(account)
    opened.mailbox["watch"] = ["Archive"]
    return opened


def test_every_folder_is_in_the_ledger_under_its_role(shop: Shop) -> None:
    for folder, raw in zip(("INBOX", "Junk", "Archive"), LETTERS, strict=False):
        deliver(shop.account, raw, folder=folder, internaldate=RECEIVED_AT)

    night = shop.report("audit")

    rows = ledger(shop).rows()
    assert {(row.ref.folder, row.role, row.standing) for row in rows} == {
        ("INBOX", Role.INBOX, "genuine"),
        ("Junk", Role.JUNK, "genuine"),
        ("Archive", Role.WATCH, "genuine"),
    }
    assert [line["ref"]["folder"] for line in night.mailbox["messages"]] == ["Junk"]
    assert night.mailbox["counts"]["seen"] == 1


def test_rescue_alone_opens_the_spam_folder_only(shop: Shop) -> None:
    for folder, raw in zip(("INBOX", "Junk", "Archive"), LETTERS, strict=False):
        deliver(shop.account, raw, folder=folder, internaldate=RECEIVED_AT)

    shop.run("rescue")

    assert {row.ref.folder for row in ledger(shop).rows()} == {"Junk"}


def test_what_went_to_a_customer_is_kept_and_nothing_else(shop: Shop) -> None:
    relay = b"<5f3a9c0d7be14826a1d0c9e8f7b6a532@relay.walmart.com>"
    deliver(shop.account, SAMPLES[0].raw, folder="INBOX", internaldate=RECEIVED_AT)
    shop.run("audit")
    (inquiry,) = ledger(shop).rows()
    answers = b"In-Reply-To: " + (inquiry.message_id or "").encode() + b"\r\n"
    for number, (to, more) in enumerate(
        (
            (relay, b""),
            (b"mary@example.test", answers),
            (relay, b"Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n"),
            (b"friend@example.test", b""),
        )
    ):
        deliver(shop.account, REPLY % (to, number, more), folder="Sent", internaldate=RECEIVED_AT)

    shop.run("audit")
    replies = ledger(shop).replies.all()
    shop.run("audit")

    assert [(each.message_id, each.marketplace) for each in replies] == [
        ("<r0@shop.example>", "walmart"),
        ("<r1@shop.example>", "walmart"),
        ("<r2@shop.example>", "walmart"),
    ]
    assert replies[1].thread.in_reply_to == inquiry.message_id
    assert replies[2].automatic == ("auto-submitted: auto-replied", "precedence: bulk")
    assert {each.sent_at for each in replies} == {RECEIVED_AT}
    assert ledger(shop).replies.all() == replies


def test_what_was_seen_in_the_inbox_and_lies_in_spam_now_is_left_there(shop: Shop) -> None:
    deliver_all(shop.account, LETTERS[:1], folder="INBOX", internaldate=RECEIVED_AT)
    shop.run("audit", "--apply")
    filed(shop.account, "1", "INBOX", "Junk")

    night = shop.report("audit", "--apply")

    (line,) = night.mailbox["messages"]
    assert (line["standing"], line["planned"]) == ("genuine", "leave")
    assert "after it had been seen in INBOX" in line["reason"]
    assert shop.inbox() == []


def test_a_copy_that_a_rule_of_the_seller_keeps_elsewhere_stops_no_rescue(shop: Shop) -> None:
    """Both came at once, so nobody put the one into spam after he had the other; a night without DNS lies between."""
    for folder in ("Junk", "Archive"):
        deliver(shop.account, LETTERS[0], folder=folder, internaldate=RECEIVED_AT)
    names = {str(record.rname) for record in shop.dns.all_records()}
    for name in names:
        shop.dns.servfail(name)
    assert shop.run("audit", "--apply").exit_code == 3
    for name in names:
        shop.dns.healthy(name)

    night = shop.report("audit", "--apply")

    assert [one["status"] for one in night.mailbox["outcomes"]] == ["done"]
    assert len(shop.inbox()) == 1


@pytest.mark.parametrize("imap_server", ["dovecot-maildir", "dovecot-sdbox"], indirect=True)
def test_what_bears_the_mark_of_a_rescue_is_left_even_where_the_state_is_lost(shop: Shop) -> None:
    """pymap keeps no such marks."""
    deliver_all(shop.account, LETTERS[:1], internaldate=RECEIVED_AT)
    assert shop.run("audit", "--apply").exit_code == 0
    filed(shop.account, "1", "INBOX", "Junk")
    (shop.folder / "auditor.db").unlink()

    night = shop.report("audit", "--apply")

    (line,) = night.mailbox["messages"]
    assert (line["standing"], line["planned"]) == ("genuine", "leave")
    assert shop.inbox() == []


def test_a_rescued_message_is_found_where_it_was_filed(shop: Shop) -> None:
    deliver_all(shop.account, LETTERS[:1], internaldate=RECEIVED_AT)
    shop.run("audit", "--apply")
    with signed_in(shop.account) as imap:
        imap.select("INBOX")
        assert imap.store("1", "+FLAGS", "\\Seen")[0] == "OK"
    filed(shop.account, "1", "INBOX", "Archive")

    (line,) = shop.report("audit").mailbox["rescued"]

    assert (line["became"], line["ref"]["folder"]) == ("read", "Archive")
    assert (line["message_id"], line["by"]) == (stored_id(LETTERS[0]), "")
    assert line["subject"]


@pytest.mark.parametrize("imap_server", ["dovecot-maildir"], indirect=True)
def test_a_rescued_message_is_found_in_an_inbox_that_was_numbered_anew(shop: Shop) -> None:
    deliver_all(shop.account, LETTERS[:2], internaldate=RECEIVED_AT)
    shop.run("audit", "--apply")
    numbered_anew(shop.account, "INBOX")

    night = shop.report("audit")

    assert [line["became"] for line in night.mailbox["rescued"]] == ["there", "there"]
    assert [found["rule"] for found in night.mailbox["findings"]] == ["folder-renumbered"]
    assert shop.report("audit").mailbox["findings"] == []


def test_what_was_filed_is_not_gone_for_a_run_that_does_not_look_there(shop: Shop) -> None:
    deliver_all(shop.account, LETTERS[:1], internaldate=RECEIVED_AT)
    shop.run("audit", "--apply")
    filed(shop.account, "1", "INBOX", "Archive")

    nights = [shop.report(command).mailbox["rescued"][0] for command in ("rescue", "audit", "rescue", "audit")]

    assert [line["became"] for line in nights] == ["there"] * 4
    assert nights[-1]["ref"]["folder"] == "Archive"


def test_a_folder_that_becomes_one_of_spam_is_read_anew(shop: Shop) -> None:
    deliver(shop.account, LETTERS[0], folder="Archive", internaldate=RECEIVED_AT - timedelta(days=1))
    assert shop.run("audit").exit_code == 0
    shop.mailbox |= {"watch": [], "junk": ["Junk", "Archive"]}

    night = shop.report("audit")

    assert night.mailbox["counts"]["genuine"] == 1
    assert {row.role for row in ledger(shop).rows()} == {Role.JUNK}


def test_a_reply_to_what_was_filed_elsewhere_is_known(shop: Shop) -> None:
    deliver(shop.account, SAMPLES[0].raw, folder="Archive", internaldate=RECEIVED_AT)
    shop.run("audit")
    (inquiry,) = ledger(shop).rows()
    (shop.folder / "auditor.db").unlink()
    answers = b"In-Reply-To: " + (inquiry.message_id or "").encode() + b"\r\n"
    deliver(shop.account, REPLY % (b"mary@example.test", 1, answers), folder="Sent", internaldate=RECEIVED_AT)

    shop.run("audit")

    assert [each.marketplace for each in ledger(shop).replies.all()] == ["walmart"]


def test_the_first_look_at_an_inbox_goes_back_90_days(any_server: ImapServer, open_shop: OpenShop) -> None:
    account = any_server.account()
    old = RECEIVED_AT - timedelta(days=200)
    deliver_all(account, LETTERS[:3], folder="INBOX", internaldate=old)
    deliver_all(account, LETTERS[3:5], folder="INBOX", internaldate=RECEIVED_AT)
    shop = open_shop(account)

    assert shop.run("audit").exit_code == 0
    first = [row.received_at for row in ledger(shop).rows()]
    deliver_all(account, LETTERS[5:6], folder="INBOX", internaldate=old)
    shop.run("audit")

    assert first == [RECEIVED_AT] * 2
    assert len(ledger(shop).rows()) == 3


def test_an_inbox_with_much_that_is_new_is_read_in_several_nights(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.sweep.MOST_A_NIGHT", 1)
    monkeypatch.setattr("auditor.mailbox.reader.CHUNK", 2)
    deliver_all(shop.account, LETTERS[:5], folder="INBOX", internaldate=RECEIVED_AT)

    nights = [shop.report("audit") for _ in range(4)]

    assert [len(night.mailbox["incomplete"]) for night in nights] == [2, 2, 2, 1], "one is that there is no [contact]"
    assert "reads on where this one stopped" in nights[0].mailbox["incomplete"][0]["why"]
    assert {night.exit_code for night in nights} == {0}
    assert len(ledger(shop).rows()) == 5


def test_a_folder_of_the_configuration_that_is_not_there_stops_no_rescue(shop: Shop) -> None:
    shop.mailbox["sent"] = ["Snet"]
    deliver_all(shop.account, LETTERS[:1], internaldate=RECEIVED_AT)

    night = shop.report("audit", "--apply")

    assert night.exit_code == 3
    missed = [part["what"] for part in night.mailbox["incomplete"]]
    assert missed == ["a folder of the configuration", "contact details"]
    assert "'Snet'" in night.mailbox["incomplete"][0]["why"]
    assert len(shop.inbox()) == 1


def test_an_inbox_that_cannot_be_opened_stops_no_rescue(
    imap_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    first, second = imap_server.account(), imap_server.account()
    for account in (first, second):
        deliver_all(account, LETTERS[:1], internaldate=RECEIVED_AT)
    open_shop(recorder(first)).run("audit", "--apply")
    opens_the_inbox = [at for at, verb in enumerate(recorder.verbs(), start=1) if verb == "EXAMINE"][1]

    with FaultProxy(second, [Fault(Before(opens_the_inbox), Reply(b"%T NO not tonight\r\n"))]) as proxy:
        night = open_shop(proxy.account).report("audit", "--apply")

    assert [one["status"] for one in night.mailbox["outcomes"]] == ["done"]
    assert [part["what"] for part in night.mailbox["incomplete"] if not part["standing"]] == ["folder `INBOX`"]
    assert night.exit_code == 3


def numbered_anew(account: Account, folder: str) -> None:
    """As a provider does that rebuilds its index: another UIDVALIDITY, the same messages."""
    assert account.home is not None
    for numbers in Path(account.home).rglob("dovecot-uidlist"):
        if numbers.parent.name == ("Maildir" if folder == "INBOX" else f".{folder}"):
            numbers.unlink()
            for index in numbers.parent.glob("dovecot.index*"):
                index.unlink()
            return
    raise AssertionError(f"{folder} has no file of numbers")


def floor(account: Account) -> None:
    """What any client needs to learn that nothing came into the spam folder."""
    with signed_in(account) as imap:
        assert imap.status("Junk", "(MESSAGES UIDNEXT UIDVALIDITY)")[0] == "OK"


@pytest.mark.parametrize("others", [0, pytest.param(700, marks=pytest.mark.long)])
def test_a_quiet_audit_costs_one_round_trip_more_than_a_quiet_rescue_for_each_folder_or_for_all(
    others: int, any_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = any_server.account()
    for name in ("Archive", "Orders"):
        create_folder(direct, name)
    deliver_all(direct, [*FAKES, *(OTHER % n for n in range(others))], internaldate=RECEIVED_AT)
    deliver_all(direct, [*LETTERS[:2], *(OTHER % n for n in range(others))], folder="INBOX", internaldate=RECEIVED_AT)
    shop = open_shop(recorder(direct))
    shop.mailbox["watch"] = ["Archive", "Orders"]
    for _ in range(2):
        shop.run("audit")
    before, verbs = recorder.round_trips, len(recorder.verbs())
    assert shop.run("audit").exit_code == 0
    trips, said = recorder.round_trips - before, recorder.verbs()[verbs:]
    least = Recorders()
    try:
        floor(least(direct))
    finally:
        least.stop()

    at_once = said.count("LIST") > 1
    watched = 4  # the inbox, two that are named, and where the server has one, that of sent mail
    print(f"{any_server.name}, {others} others: {trips} round trips, the floor {least.round_trips}, at once: {at_once}")
    assert "EXAMINE" not in said
    assert trips <= least.round_trips + 2 + (1 if at_once else watched)


def test_open_items_cost_two_round_trips_a_folder(
    any_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = any_server.account()
    deliver_all(direct, LETTERS[:1], internaldate=RECEIVED_AT)
    deliver_all(direct, LETTERS[1:2], folder="INBOX", internaldate=RECEIVED_AT)
    shop = open_shop(recorder(direct))
    names = {str(record.rname) for record in shop.dns.all_records()}
    trips = []
    for broken in (True, True, True, False, False):
        for name in names:
            (shop.dns.servfail if broken else shop.dns.healthy)(name)
        before = recorder.round_trips
        shop.run("audit")
        trips.append(recorder.round_trips - before)

    print(f"{any_server.name}: {trips}")
    assert trips[2] - trips[-1] == 2 * 2
    assert {row.standing for row in ledger(shop, direct).rows()} == {"genuine"}
