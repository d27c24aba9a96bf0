"""Runs as a report receives them, one for each thing that a report must get right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from auditor.mailbox.interface import MessageRef
from auditor.report import (
    CheckLine,
    Counts,
    Incomplete,
    MailboxReport,
    MessageLine,
    OutcomeLine,
    PracticeLine,
    ReplyLine,
    RunReport,
)
from auditor.rules import PRACTICE_TITLES, Confidence, Outcome, Practice, finding

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
END = START + timedelta(seconds=4)
RELAY = "5f3c9d1e7b2a4860a1b2c3d4e5f60718@relay.walmart.com"


def ref(uid: int, folder: str = "Junk") -> MessageRef:
    return MessageRef(folder, 1700000000, uid)


def run(*mailboxes: MailboxReport, exit_code: int = 10, applied: bool = False) -> RunReport:
    return RunReport("20261120-120000-7f3a", START, END, applied, mailboxes, exit_code)


def customer(uid: int = 7) -> MessageLine:
    """A customer's message at Walmart, proved."""
    return MessageLine(
        ref=ref(uid),
        message_id=f"<{uid}@relay.walmart.com>",
        header_from=f'"Dana R." <{RELAY}>',
        subject="=?utf-8?q?Where_is_my_order_=2312345=3F?=",
        received_at=START - timedelta(hours=30),
        marketplace="walmart",
        stream="customer",
        standing="genuine",
        checks=(
            CheckLine("one-sender", True, "one sender"),
            CheckLine("known-stream", True, "a customer's message about an order"),
            CheckLine("domain-proof", True, "signed by walmart.com, and we checked the signature ourselves"),
            CheckLine("meant-for-seller", True, "addressed to support@shop.example, under the same signature"),
        ),
        warnings=(),
        planned="move",
        reason="genuine",
        deadline=START + timedelta(hours=18),
    )


def payment(uid: int = 9) -> MessageLine:
    """A notice of Amazon, proved."""
    return replace(
        customer(uid),
        message_id=f"<{uid}@amazon.de>",
        header_from="Amazon Services <seller-notification@amazon.de>",
        subject="Ihre Auszahlung ist unterwegs",
        received_at=START - timedelta(days=2),
        marketplace="amazon",
        stream="account",
        checks=(CheckLine("domain-proof", True, "signed by amazon.de, and your provider checked the signature"),),
        deadline=None,
    )


def unproven(uid: int = 11) -> MessageLine:
    """A customer's message that cannot be proved."""
    return replace(
        customer(uid),
        standing="unverified",
        subject="Broken on arrival",
        checks=(
            CheckLine("one-sender", True, "one sender"),
            CheckLine("domain-proof", None, "the domain walmart.com publishes no key for its signature today"),
        ),
        warnings=("links to photos.example",),
        planned="leave",
        reason="unverified",
        deadline=START + timedelta(hours=5),
    )


def notice(uid: int, missing: str = "it links outside the marketplace, to track.example") -> MessageLine:
    """A notice that cannot be proved."""
    return replace(
        payment(uid),
        standing="unverified",
        subject=f"Action required: listing {uid}",
        checks=(CheckLine("clean", False, missing),),
        planned="leave",
        reason="unverified",
    )


def imitation(uid: int, trick: str = "the name says Walmart, the address is a stranger's") -> MessageLine:
    return replace(
        notice(uid),
        header_from=f"Walmart Support <win{uid}@prize.example>",
        subject="Your account is on hold",
        marketplace="walmart",
        stream=None,
        standing="forged",
        trick=trick,
    )


def mailbox(name: str = "shop", *messages: MessageLine, **more: object) -> MailboxReport:
    standings = [message.standing for message in messages]
    numbers = {each: standings.count(each) for each in ("genuine", "unverified", "forged")}
    counts = Counts(seen=len(messages) + 867, unrelated=867, **numbers)
    whole = MailboxReport(name, ("Junk",), counts, messages, timezone="America/Chicago")
    return replace(whole, **more)  # type: ignore[arg-type]


def nothing_new() -> RunReport:
    forged = tuple(map(imitation, range(1, 4)))
    return run(mailbox("shop", *forged, right=("one-sender", "known-stream")), exit_code=0)


def two_planned() -> RunReport:
    tricks = ("a look-alike: wa1mart.com", "the failing stamp of your own provider", "two senders in one field")
    forged = [imitation(uid, tricks[uid % 3]) for uid in range(100, 130)]
    odd = imitation(131, "a subdomain of a stranger: walmart.com.help.example")
    more = [imitation(140 + uid, f"trick number {uid}") for uid in range(4)]
    findings = (
        finding("genuine-in-spam", "shop", "Junk/1700000000/7", detail="signed by walmart.com"),
        finding(
            "stream-unknown",
            "shop",
            "returns@walmart.com",
            detail="2 messages came from this address, both signed by walmart.com.",
            evidence=("Junk/1700000000/21", "Junk/1700000000/22"),
            remedy='Add to [marketplace.walmart]: streams = [{ patterns = ["returns@walmart.com"] }]',
        ),
    )
    messages = (customer(), payment(), unproven(), *map(notice, range(30, 38)), *forged, odd, *more)
    return run(mailbox("shop", *messages, findings=findings))


def applied() -> RunReport:
    outcomes = (
        OutcomeLine(ref(7), "done", ref(12, "INBOX"), ""),
        OutcomeLine(ref(9), "copied", ref(13, "INBOX"), "the server cannot move; delete the one in spam yourself"),
        OutcomeLine(ref(10), "failed", None, "the server said: [OVERQUOTA] mailbox is full"),
        OutcomeLine(ref(14), "skipped", None, "no longer in the spam folder"),
    )
    messages = (customer(), payment(), customer(10), payment(14))
    return run(mailbox("shop", *messages, outcomes=outcomes), applied=True, exit_code=4)


def hostile() -> RunReport:
    subjects = (
        "\x1b[2J\x1b]0;owned\x07 cleared",
        "invoice \u202egnp.exe\u202c and \u2066isolated\u2069 \u200bhidden\ufeff",
        "x" * 300,
        "first\r\nBcc: everyone@shop.example\r\n line",
        "=?utf-8?q?=1B=5B31mred_=E2=80=AE?= =?utf-7?q?+AGEAYg-?= =?no-such?b?!!?=",
        "品" * 60,
        "a" + "\u0301" * 40 + " \U000e0041 \udc80 \ue000",
    )
    froms = (
        '"\x1b[8m" <support@walmart.com.' + "a" * 80 + ".evil.example>",
        "=?utf-8?b?V2FsbWFydCA8c3VwcG9ydEB3YWxtYXJ0LmNvbT4=?= <x@evil.example>",
    )
    messages = [
        replace(unproven(uid), subject=subject, header_from=froms[uid % 2], message_id=subject)
        for uid, subject in enumerate(subjects, start=40)
    ]
    box = mailbox("shop", *messages)
    odd = Incomplete("folder Junk\x1b[0m\u202e", "the server said: \x07 BYE\r\nmore")
    found = finding("stream-unknown", "shop", "x\u202e@walmart.com", detail="\x1b[1mbold", evidence=("\x9b",))
    return run(replace(box, junk_folders=("Junk\x1b",), incomplete=(odd,), findings=(found,)))


def many() -> RunReport:
    why = "sign-in to imap.books.example as info@books.example was refused: [AUTHENTICATIONFAILED] wrong password"
    stopped = mailbox("books", incomplete=(Incomplete("the mailbox", why),), error=3, counts=Counts())
    half = (
        Incomplete("folder Bulk", "the server closed the connection while opening it"),
        Incomplete("what IMAP does not show", "mail that lies in the provider's quarantine", standing=True),
    )
    return run(
        mailbox("antiques", *map(imitation, range(1, 3))),
        stopped,
        mailbox("garden", customer(), incomplete=half, error=3),
        mailbox("toys"),
        exit_code=3,
    )


def too_many() -> RunReport:
    found = (
        finding("max-moves", "shop", "spam", detail="60 genuine messages, and max_moves is 50."),
        finding(
            "staff-claim",
            "shop",
            "Junk/1700000000/300",
            detail="The name says Walmart Seller Support.",
            outcome=Outcome.UNKNOWN,
            confidence=Confidence.LIKELY,
        ),
    )
    return run(mailbox("shop", *map(payment, range(200, 260)), unproven(300), findings=found))


def everything() -> RunReport:
    """Also what later parts of the program fill in."""
    replies = (
        ReplyLine(ref(7), "walmart", START, START + timedelta(hours=48), "due", None, True),
        ReplyLine(ref(1, "INBOX"), "walmart", START, START + timedelta(hours=48), "in-time", END, False),
    )
    practice = Practice.REPLY_IN_TIME
    practices = (PracticeLine(practice, PRACTICE_TITLES[practice], "ok", "2 of 2 in 90 days"),)
    box = mailbox("shop", customer(), unproven(), replies=replies, practices=practices)
    unrelated = replace(notice(77), standing="unrelated")
    return run(replace(box, messages=(*box.messages, unrelated)))


RUNS = {
    "nothing-new": nothing_new,
    "two-planned": two_planned,
    "applied": applied,
    "hostile": hostile,
    "many": many,
    "too-many": too_many,
    "everything": everything,
}
