"""`auditor replies` on a real server: who waits, who was answered, and what the seller says of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from auditor.cli import options
from tests.mail import RECEIVED_AT, SELLER, Profile, Sample
from tests.mail.genuine import genuine
from tests.servers.account import deliver
from tests.servers.dovecot import Dovecot
from tests.shop import OpenShop, Shop, the_error

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("soon_after")]

RELAY = "0123456789abcdef0123456789abcdef@relay.walmart.com"


@pytest.fixture
def shop(dovecot: Dovecot, open_shop: OpenShop) -> Shop:
    return open_shop(dovecot.account())


def inquiry() -> Sample:
    return next(one for one in genuine(Profile.NONE) if one.stream.startswith("walmart/customer"))


def sender_of(raw: bytes) -> str:
    line = next(each for each in raw.decode().splitlines() if each.lower().startswith("from:"))
    return line.rpartition("<")[2].rstrip("> ") if "<" in line else line.partition(":")[2].strip()


def answer_to(raw: bytes, text: str = "Dear Anna, thank you for writing; it is on its way.", more: str = "") -> bytes:
    message_id = next(each for each in raw.decode().splitlines() if each.lower().startswith("message-id:"))
    answered = message_id.partition(":")[2].strip()
    return (
        f"From: {SELLER}\r\nTo: {sender_of(raw)}\r\nSubject: Re: your question\r\n"
        f"Message-ID: <answer@shop.test>\r\nIn-Reply-To: {answered}\r\n{more}\r\n{text}\r\n"
    ).encode()


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """The program's clock, so much after the sample mail."""
    moment = RECEIVED_AT + by

    class Then(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return moment

    monkeypatch.setattr(options, "datetime", Then)


def test_who_waits_is_listed_with_the_deadline_in_local_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.mailbox["timezone"] = "America/Chicago"
    shop.deliver([inquiry().raw], "INBOX")

    ran = shop.run("replies")

    assert ran.exit_code == 0
    assert "shop: 1 customer waits for an answer. Answer in this order:" in ran.stdout
    assert "46 hours left" in ran.stdout
    assert "CST" in ran.stdout
    assert "http" not in ran.stdout
    assert "What customers ask about, in the last three months\n  walmart: " in ran.stdout


@pytest.mark.parametrize(
    "hours, state, code",
    [(35, "due", 0), (37, "due-soon", 10), (49, "overdue", 10), (48 + 7 * 24, "no-reply-seen", 0)],
)
def test_the_clock_goes_on(hours: int, state: str, code: int, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    later(monkeypatch, timedelta(hours=hours))

    ran = shop.report("replies")

    assert ([each["state"] for each in ran.mailbox["replies"]], ran.exit_code) == ([state], code)


def test_a_message_in_spam_counts_and_is_worst(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver([inquiry().raw], "Junk")
    later(monkeypatch, timedelta(hours=50))

    ran = shop.report("replies")

    assert ran.mailbox["replies"][0]["in_junk"]
    assert [(each["rule"], each["severity"]) for each in ran.mailbox["findings"]] == [("reply-in-spam", "high")]


def test_an_answer_in_sent_stops_the_clock(shop: Shop) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    deliver(shop.account, answer_to(inquiry().raw), "Sent", internaldate=RECEIVED_AT + timedelta(minutes=30))

    (found,) = shop.report("replies").mailbox["replies"]

    assert (found["state"], found["answered_at"]) == ("in-time", "2026-11-20T12:30:00Z")


def test_an_automatic_answer_does_not(shop: Shop) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    automatic = answer_to(inquiry().raw, more="Auto-Submitted: auto-replied\r\n")
    deliver(shop.account, automatic, "Sent", internaldate=RECEIVED_AT + timedelta(minutes=30))

    mailbox = shop.report("replies").mailbox

    assert [each["state"] for each in mailbox["replies"]] == ["due"]
    assert "reply-automated" in {each["rule"] for each in mailbox["findings"]}


def test_what_was_answered_elsewhere_is_marked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    later(monkeypatch, timedelta(hours=50))
    ref = shop.report("replies").mailbox["replies"][0]["ref"]

    noted = shop.run("replies", "--done", f"shop:{ref['folder']}/{ref['uidvalidity']}/{ref['uid']}")
    after = shop.report("replies")

    assert noted.exit_code == 0
    assert noted.stdout.startswith("noted as answered: shop:INBOX/")
    assert ([each["state"] for each in after.mailbox["replies"]], after.exit_code) == (["done"], 0)


@pytest.mark.parametrize("ref", ["shop:INBOX/1/999", "nonsense", "other:INBOX/1/1"])
def test_what_is_no_inquiry_cannot_be_marked(ref: str, shop: Shop) -> None:
    ran = shop.run("replies", "--done", ref)

    assert ran.exit_code == 2
    assert the_error(ran)


def test_the_audit_ends_with_the_eight_practices(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    later(monkeypatch, timedelta(hours=50))

    ran, told = shop.run("audit"), shop.report("audit").mailbox["practices"]

    assert [each["practice"] for each in told] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {each["practice"]: each["state"] for each in told} == {
        1: "attention",
        2: "unknown",
        3: "unknown",
        4: "unknown",
        5: "unknown",
        6: "unknown",
        7: "attention",
        8: "ok",
    }
    assert "1. Reply within 48 hours, weekends and holidays included: ATTENTION" in ran.stdout
    assert "practices" not in shop.run("rescue").stdout


def test_no_mailbox_is_opened_where_it_is_not_wanted(shop: Shop) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    shop.run("audit")
    shop.mailbox["port"] = 1

    assert [each["state"] for each in shop.report("replies", "--no-mailbox").mailbox["replies"]] == ["due"]
    assert shop.run("replies").exit_code == 3


def test_a_draft_is_judged_before_it_is_sent(shop: Shop) -> None:
    draft = shop.folder / "draft.txt"
    draft.write_text("Hi Anna,\n\nwe guarantee that it will arrive tomorrow. Write to me at tom@shop.example.\n\nTom\n")

    ran = shop.run("replies", "--draft", str(draft))
    told = shop.report("replies", "--draft", str(draft))

    assert ran.exit_code == told.exit_code == 10
    assert {each["rule"] for each in told.document["remarks"]} == {"reply-overpromise", "reply-outside-contact"}
    assert "promise no" in ran.stdout


def test_a_good_draft_has_nothing_said_of_it(shop: Shop) -> None:
    draft = shop.folder / "draft.txt"
    draft.write_text("Hi Anna,\n\nI am sorry that it came broken. I have sent a new one today by UPS.\n\nBest, Tom\n")

    ran = shop.run("replies", "--draft", str(draft))

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Nothing to remark.")


def test_words_of_sent_answers_become_findings_and_practices(shop: Shop) -> None:
    shop.deliver([inquiry().raw], "INBOX")
    text = "Hi, we guarantee that it arrives on Monday. Use code SAVE10 for your next order."
    deliver(shop.account, answer_to(inquiry().raw, text), "Sent", internaldate=RECEIVED_AT + timedelta(minutes=30))

    mailbox = shop.report("audit").mailbox

    assert {"reply-overpromise", "reply-marketing"} <= {each["rule"] for each in mailbox["findings"]}
    assert {each["practice"]: each["state"] for each in mailbox["practices"]}[4] == "attention"
