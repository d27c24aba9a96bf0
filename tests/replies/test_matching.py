"""Answers find their inquiries: the built mailboxes, as the ledger would hold them, against their own truth."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from auditor.display import decoded
from auditor.evidence.recipients import named
from auditor.evidence.sender import Sender, one_mailbox
from auditor.ledger_rows import stored_value, texts_of, thread_of
from auditor.mailbox.interface import MessageRef, Role
from auditor.marketplaces import Catalogue, load
from auditor.message import read
from auditor.quoting import own_words
from auditor.replies.inquiries import key_of, standings
from auditor.replies.matching import Answer
from auditor.replies.order_numbers import order_numbers
from auditor.sent import customer_of
from auditor.store.rows import LedgerRow, SentReply
from tests.replies.threads.generator import pairs
from tests.replies.threads.mailbox import Mailbox, Received, Sent

OPEN, HELD = (8, 1, 2), (31, 32, 33)


@cache
def catalogue() -> Catalogue:
    return load({})


@cache
def mailbox(seed: int) -> Mailbox:
    return pairs(seed, 500)


def row(number: int, message: Received) -> LedgerRow:
    """As the sweep of a folder writes it, but for the verdict: who signed it is known here."""
    found = read(message.raw)
    sender = one_mailbox(stored_value(found, "from"))
    match = catalogue().match(sender.address.lower()) if isinstance(sender, Sender) else None
    role = Role.JUNK if message.folder == "junk" else Role.INBOX
    subject = stored_value(found, "subject")
    return LedgerRow(
        ref=MessageRef(role.value, 1, number),
        role=role,
        identity=f"sha256:{number}",
        header_from=stored_value(found, "from"),
        subject=subject,
        received_at=message.at,
        size=len(message.raw),
        marketplace=match.marketplace.name if match else "",
        standing="genuine" if match and catalogue().owner(message.signer) == match.marketplace else "forged",
        rules="1",
        message_id=stored_value(found, "message-id") or None,
        kind=match.stream.kind.value if match else None,
        recipients=named(found, ("to", "cc")),
        thread=thread_of(found),
        orders=order_numbers(decoded(subject), *texts_of(found)),
        notification=stored_value(found, "x-space-notification-type"),
    )


def reply(number: int, message: Sent, known: dict[str, str]) -> SentReply | None:
    """As the sweep of the sent folder writes it; None where it sees no customer's marketplace in it."""
    found = read(message.raw)
    thread, recipients = thread_of(found), named(found, ("to", "cc"))
    ids = ([thread.in_reply_to] if thread.in_reply_to else []) + list(reversed(thread.references))
    marketplace = customer_of(recipients, catalogue()) or next((known[each] for each in ids if each in known), "")
    if not marketplace:
        return None
    words, subject = own_words(found), stored_value(found, "subject")
    return SentReply(
        ref=MessageRef("Sent", 1, number),
        sent_at=message.at,
        header_from=stored_value(found, "from"),
        recipients=recipients,
        subject=subject,
        marketplace=marketplace,
        rules="1",
        message_id=message.message_id,
        thread=thread,
        orders=order_numbers(decoded(subject), words.body),
    )


def found_in(box: Mailbox) -> dict[str, set[str]]:
    """Message-ID of each inquiry -> those of the first message that answered it, as the program sees it."""
    rows = [row(number, each) for number, each in enumerate(box.received)]
    known = {each.message_id: each.marketplace for each in rows if each.message_id and each.marketplace}
    sent = {each.message_id: reply(number, each, known) for number, each in enumerate(box.sent)}
    now = max(max(each.at for each in box.received), max(each.at for each in box.sent))
    replies = [each for each in sent.values() if each is not None]
    found: dict[str, set[str]] = {}
    for each in standings(rows, replies, catalogue(), done=(), now=now):
        for one, answer in each.settled:
            found[key_of(one)] = {name_of(answer, replies)}
    return found


def name_of(answer: Answer, replies: list[SentReply]) -> str:
    if answer.is_console:
        return answer.key.removeprefix("console:")
    return answer.message_id


def wrong_and_missed(box: Mailbox) -> tuple[list[str], list[str], int]:
    """The cases of wrong matches, of pairs that were not found, and how many pairs there are."""
    found = found_in(box)
    answers: dict[str, set[str]] = {}
    for answer, asked in box.truth.items():
        for inquiry in asked:
            answers.setdefault(inquiry, set()).add(answer)
    wrong = [case_of(box, inquiry, got) for inquiry, got in found.items() if not got & answers.get(inquiry, set())]
    missed = [case_of(box, inquiry, right) for inquiry, right in answers.items() if inquiry not in found]
    return wrong, missed, sum(len(asked) for asked in box.truth.values())


def case_of(box: Mailbox, inquiry: str, answers: set[str]) -> str:
    return f"{box.cases.get(inquiry, '')} {[box.cases.get(each) for each in answers]}"


def test_the_order_number_of_each_shape_is_read() -> None:
    assert order_numbers("Re: Order 1815367951431") == ("1815367951431",)


@pytest.mark.parametrize("seed", [*OPEN, *HELD])
def test_answers_find_their_inquiries_and_no_other(seed: int) -> None:
    wrong, missed, count = wrong_and_missed(mailbox(seed))

    print(f"seed {seed}: {count} pairs, {len(missed)} missed, {len(wrong)} wrong", Counter(missed))
    assert count >= 500
    assert wrong == []
    assert len(missed) <= count // 100
