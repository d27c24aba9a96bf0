"""The threads themselves, before any rule reads them: their truth holds, and every promised case is there."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cache

import pytest

from auditor.marketplaces import load
from auditor.marketplaces.catalogue import Kind
from tests.mail.keys import SIGNERS
from tests.replies.threads.generator import pairs
from tests.replies.threads.mailbox import CONSOLE_COPY, Mailbox, Received, Sent
from tests.replies.threads.programs import BY_NAME, LANGUAGES, PROGRAMS
from tests.replies.threads.shapes import SHAPES
from tests.replies.threads.stories import HARD

ANSWERING_NONE = ("supplier", "forwarded", "seller-wrote-first", "other-order-of-customer", "forged-console-copy")
UNSEEN = ("never-answered", "answered-in-seller-center")


@cache
def mailbox(seed: int = 8) -> Mailbox:
    return pairs(seed, 500)


def parsed(message: Received | Sent) -> EmailMessage:
    read = message_from_bytes(message.raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def inquiries() -> dict[str, Received]:
    return {message.message_id: message for message in mailbox().received if message.kind == "inquiry"}


def everything() -> tuple[Received | Sent, ...]:
    return (*mailbox().received, *mailbox().sent)


def test_one_seed_makes_one_mailbox() -> None:
    assert pairs(3, 500) == pairs(3, 500)
    assert pairs(3, 500) != pairs(4, 500)


@pytest.mark.parametrize("seed", (1, 2, 8))
def test_there_are_as_many_pairs_as_asked_for(seed: int) -> None:
    assert sum(len(answered) for answered in mailbox(seed).truth.values()) >= 500


@pytest.mark.parametrize("case", ("plain", *HARD))
def test_each_case_is_there(case: str) -> None:
    assert Counter(mailbox().cases.values())[case] >= 5


def test_every_message_parses_and_says_what_the_values_say() -> None:
    for message in everything():
        read = parsed(message)
        assert not read.defects
        assert message.raw.partition(b"\r\n\r\n")[0].isascii()
        assert read["Message-ID"] == message.message_id
        assert len(read["From"].addresses) == 1
        assert read.get_content().strip()
    assert all(parsedate_to_datetime(parsed(message)["Date"]) == message.date for message in mailbox().sent)


def test_no_two_messages_have_one_name() -> None:
    assert max(Counter(message.message_id for message in everything()).values()) == 1


def test_the_truth_names_all_that_could_answer_and_only_inquiries() -> None:
    copies = {message.message_id for message in mailbox().received if message.kind == "console-copy"}
    assert set(mailbox().truth) == {message.message_id for message in mailbox().sent} | copies
    assert {name for answered in mailbox().truth.values() for name in answered} <= set(inquiries())


def test_every_answer_is_later_than_what_it_answers() -> None:
    at = {message.message_id: message.at for message in everything()}
    for answer, answered in mailbox().truth.items():
        assert all(at[inquiry] < at[answer] for inquiry in answered)


def test_nothing_is_answered_by_mail_that_goes_to_others_or_comes_unasked() -> None:
    for name, case in mailbox().cases.items():
        if case in UNSEEN:
            assert all(name not in answered for answered in mailbox().truth.values())
        else:
            assert bool(mailbox().truth[name]) is (case not in ANSWERING_NONE)
    assert all(len(mailbox().truth[name]) == 2 for name in of_case("two-before-one-answer"))


def of_case(case: str) -> list[str]:
    return [name for name, told in mailbox().cases.items() if told == case]


def sent_in(case: str) -> list[tuple[Sent, EmailMessage]]:
    names = set(of_case(case))
    return [(message, parsed(message)) for message in mailbox().sent if message.message_id in names]


def test_answers_name_the_inquiry_as_their_program_does() -> None:
    for message, read in ((message, parsed(message)) for message in mailbox().sent):
        answered = mailbox().truth[message.message_id]
        if not answered:
            continue
        names = BY_NAME[message.program].names
        assert read["In-Reply-To"] == (None if names == "none" else answered[-1])
        assert (read["References"] or "").split()[-1:] == ([answered[-1]] if names == "both" else [])


@pytest.mark.parametrize(
    "case", ("stripped-references", "order-in-subject", "similar-orders", "same-digits-elsewhere", "only-the-relay")
)
def test_stripped_answers_name_nothing(case: str) -> None:
    for message, read in sent_in(case):
        assert read["References"] is None
        assert read["In-Reply-To"] is None
        (relay,) = (parsed(inquiries()[name]) for name in mailbox().truth[message.message_id])
        own = relay["Reply-To"] or relay["From"]
        same = read["To"].addresses[0].addr_spec == own.addresses[0].addr_spec
        assert same is (case in ("stripped-references", "only-the-relay"))


def test_an_answer_with_only_the_relay_holds_no_number_of_an_order() -> None:
    for _, read in sent_in("only-the-relay"):
        assert not any(letter.isdigit() for letter in f"{read['Subject']}{read.get_content()}")


def test_forwarded_mail_names_the_inquiry_and_goes_to_a_colleague() -> None:
    for _, read in sent_in("forwarded"):
        assert read["In-Reply-To"] in inquiries()
        assert read["To"] == "colleague@shop.test"


def test_a_skewed_clock_shows_in_date_alone() -> None:
    skews = {message.date - message.at for message, _ in sent_in("skewed-clock")}
    assert min(skews) < timedelta(0) < max(skews)
    assert all(timedelta(minutes=5) <= abs(skew) <= timedelta(minutes=14) for skew in skews)
    others = [message for message in mailbox().sent if mailbox().cases[message.message_id] != "skewed-clock"]
    assert all(message.date == message.at for message in others)


def test_crossing_mails_are_seconds_apart() -> None:
    comings = sorted((message.at, name) for name, message in inquiries().items())
    for message, read in sent_in("crossing"):
        sender = parsed(inquiries()[mailbox().truth[message.message_id][0]])["From"].addresses[0].display_name
        near = [name for at, name in comings if timedelta(0) < message.at - at <= timedelta(seconds=20)]
        assert sender in {parsed(inquiries()[name])["From"].addresses[0].display_name for name in near}
        assert read["In-Reply-To"] not in near


def test_console_copies_bear_amazons_field_and_no_address_of_the_customer() -> None:
    for message in mailbox().received:
        read = parsed(message)
        assert (read["X-Space-Notification-Type"] == CONSOLE_COPY) is (message.kind == "console-copy")
        if message.kind == "console-copy":
            assert "marketplace.amazon" not in read.get_content()
            assert read["References"] is None


def test_only_forged_copies_are_signed_by_a_stranger() -> None:
    strangers = {message.message_id for message in mailbox().received if message.signer == "evil.test"}
    assert strangers == set(of_case("forged-console-copy"))


def test_the_catalogue_knows_the_sender_of_every_inquiry() -> None:
    catalogue = load()
    for message in inquiries().values():
        address = parsed(message)["From"].addresses[0].addr_spec.lower()
        match = catalogue.match(address)
        assert match is not None
        assert match.stream.kind is Kind.CUSTOMER


def test_every_marketplace_program_and_language_takes_part() -> None:
    answering = [message for message in mailbox().sent if mailbox().truth[message.message_id]]
    assert {message.marketplace for message in answering} == set(SHAPES)
    assert {message.program for message in answering} == {program.name for program in PROGRAMS}
    bodies = "".join(parsed(message).get_content() for message in answering)
    assert all(words[0] in bodies for words in LANGUAGES.values())


def test_received_mail_can_be_signed_by_its_marketplace() -> None:
    assert {message.signer for message in mailbox().received} <= set(SIGNERS)
    first = mailbox().received[0]
    assert first.signed().endswith(first.raw)
    assert first.signed().startswith(b"DKIM-Signature:")
