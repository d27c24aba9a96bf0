"""Fields that somebody added to a truly signed message on its way: the signature holds, and the message does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auditor.checks import _date, _is_catalogue_address
from auditor.judging import Letter as Received
from auditor.judging import judge_all
from tests.contexts import ZoneResolver, context, judged
from tests.mail import SELLER, Profile, Sample
from tests.mail.build import AMAZON, ETSY, SENT_AT, Letter, on_top, signed
from tests.mail.delivery import deliver, passed
from tests.mail.forged.bait import CUSTOMER, NO_REPLY_TO, RELAY, genuine_customer
from tests.mail.keys import zone

NOTICE = signed(Letter("payments-messages@amazon.com", "Your payment", "Paid.\n"), "amazon.com", headers=AMAZON)
NEWS = signed(
    Letter(
        "emails@mail.etsy.com",
        "Shop news",
        "Hello.\n",
        extra=(
            ("Reply-To", "noreply@mail.etsy.com"),
            ("List-Unsubscribe", "<https://www.etsy.com/u>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
    ),
    "mail.etsy.com",
    headers=ETSY,
)
MESSAGE = genuine_customer(CUSTOMER, NO_REPLY_TO)
DOMAINS = {
    NOTICE: ("amazon.com", "amazon.com"),
    NEWS: ("mail.etsy.com",) * 2,
    MESSAGE: ("relay.walmart.com", "walmart.com"),
}
believed = pytest.mark.parametrize("profile", [Profile.NONE, Profile.PINNED, Profile.MICROSOFT])


def untouched(raw: bytes, profile: Profile, *lines: str) -> bool | None:
    """What the check says; None also where it could not tell."""
    delivered = deliver(on_top(raw, *(line.encode() for line in lines)), profile, passed(*DOMAINS[raw]))
    verdict = judged(Sample("added", delivered, profile, "", "", row=None, why="")).verdict
    (check,) = [one for one in verdict.checks if one.rule == "untouched"]
    assert (verdict.standing.value == "genuine") == (check.passed is True)
    return check.passed


@believed
@pytest.mark.parametrize("raw", [NOTICE, MESSAGE], ids=["notice", "customer"])
@pytest.mark.parametrize(
    "line",
    [
        "Cc: Amazon Seller Support <help@evil.test>",
        f"Cc: {SELLER}, help@evil.test",
        "Cc: (nobody can read this",
        "Sender: Seller Support <help@evil.test>",
        "Sender: a@evil.test, b@evil.test",
        "List-Post: <mailto:x@evil.test>",
        "List-Archive: <https://evil.test/>",
        "List-Owner: <mailto:x@evil.test>",
        "List-Subscribe: <https://evil.test/>",
        "Disposition-Notification-To: x@evil.test",
        "Return-Receipt-To: x@evil.test",
        "X-Message-Flag: call +1 206 922 0880 now",
        'Content-Disposition: attachment; filename="invoice.pdf"',
    ],
    ids=lambda line: line.partition(":")[0].lower(),
)
def test_a_field_that_programs_act_upon_must_be_signed(raw: bytes, line: str, profile: Profile) -> None:
    assert untouched(raw, profile, line) is not True


@believed
@pytest.mark.parametrize(
    ("raw", "sender", "name"),
    [
        (NEWS, "<https://evil.test/>", "List-Unsubscribe"),
        (NOTICE, "payments-messages@amazon.com", "Mail-Reply-To"),
        (NOTICE, "payments-messages@amazon.com", "List-Post"),
        (MESSAGE, RELAY, "Mail-Reply-To"),
    ],
    ids=["unsubscribe", "mail-reply-to", "list-post", "customer"],
)
def test_a_second_field_of_a_name_is_refused_though_one_is_harmless(
    raw: bytes, sender: str, name: str, profile: Profile
) -> None:
    """A signature covers the last of a name; programs show the first."""
    assert untouched(raw, profile, f"{name}: {sender}", f"{name}: x@evil.test") is False


@believed
def test_an_answer_to_a_notice_may_not_go_to_a_customers_alias(profile: Profile) -> None:
    """The forger buys something, and is given such an address too."""
    assert untouched(NOTICE, profile, "Reply-To: Amazon <a0123456789abcdef01@marketplace.amazon.com>") is False


@believed
@pytest.mark.parametrize(
    "line",
    [f"Cc: Shop <{SELLER}>", "Sender: payments-messages@amazon.com", "Content-Disposition: inline", "List-Id: <a.b>"],
    ids=lambda line: line.partition(":")[0].lower(),
)
def test_what_changes_nothing_may_be_added(line: str, profile: Profile) -> None:
    assert untouched(NOTICE, profile, line) is True


@believed
@pytest.mark.parametrize(
    ("raw", "answers_to", "expected"),
    [
        (NOTICE, "Amazon <seller-notification@amazon.com>", True),
        (NOTICE, "transaction@etsy.com", False),
        (NOTICE, "a0123456789abcdef01@marketplace.amazon.com", False),
        (MESSAGE, "mp-payments@relay.walmart.com", False),
    ],
    ids=["own-notices", "another-marketplace", "own-customers", "a-customer-is-answered-himself"],
)
def test_an_unsigned_reply_to_may_name_the_marketplaces_notices_only(
    raw: bytes, answers_to: str, expected: bool, profile: Profile
) -> None:
    assert untouched(raw, profile, f"Reply-To: {answers_to}") is expected


SIGNED_FIELDS = (("Reply-To", "x@evil.test"), ("Cc", "x@evil.test"), ("List-Unsubscribe", "<https://evil.test/>"))


@pytest.mark.parametrize(("name", "value"), SIGNED_FIELDS, ids=[name for name, _ in SIGNED_FIELDS])
def test_what_the_marketplace_signed_is_its_own_affair(name: str, value: str) -> None:
    letter = Letter("payments-messages@amazon.com", "Your payment", "Paid.\n", extra=((name, value),))
    delivered = {
        signing: deliver(signed(letter, "amazon.com", headers=(*AMAZON, *signing)), Profile.NONE, "")
        for signing in ((), (name,))
    }
    passes = {
        signing: judged(Sample("signed", raw, Profile.NONE, "", "", row=None, why="")).verdict.checks[4].passed
        for signing, raw in delivered.items()
    }
    assert passes == {(): None if name == "List-Unsubscribe" else False, (name,): True}


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        *((timedelta(days=5), True), (timedelta(days=5, seconds=1), False)),
        *((timedelta(days=-1), True), (timedelta(days=-1, seconds=-1), False)),
    ],
)
def test_mail_is_fresh_for_five_days_and_a_clock_may_be_wrong_by_one(later: timedelta, expected: bool) -> None:
    letter = Received(deliver(NOTICE, Profile.NONE, ""), SENT_AT + later)
    (only,) = judge_all([letter], context(Profile.NONE), ZoneResolver(zone()))

    (check,) = [one for one in only.verdict.checks if one.rule == "fresh"]
    assert check.passed is expected


@pytest.fixture
def in_tokyo() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
@pytest.mark.parametrize("zone_of_it", ["13:50:00 +0200", "11:50:00 -0000", "11:50:00 +0000 (x)"])
def test_a_date_is_read_in_any_zone(zone_of_it: str) -> None:
    read = _date(f"Fri, 20 Nov 2026 {zone_of_it}")

    assert read == datetime(2026, 11, 20, 11, 50, tzinfo=UTC)
    assert read is not None
    assert read.tzinfo is UTC


def test_of_strangers_to_whom_it_was_sent_three_are_named() -> None:
    to = ", ".join(f"s{number}@evil.test" for number in range(5))
    letter = Letter("payments-messages@amazon.com", "Your payment", "Paid.\n", to=to)
    raw = deliver(signed(letter, "amazon.com", headers=AMAZON), Profile.NONE, "")
    check = judged(Sample("many", raw, Profile.NONE, "", "", row=None, why="")).verdict.checks[3]

    assert check.passed is False
    assert check.detail.startswith("it was sent to s0@evil.test, s1@evil.test, s2@evil.test; if")


def test_a_notice_may_name_for_answers_what_its_stream_records() -> None:
    own = context(Profile.NONE)
    match = own.catalogue.match("payments-messages@amazon.com")
    assert match is not None
    recorded = replace(match, stream=replace(match.stream, reply_to=("answers@helper.example",)))

    assert _is_catalogue_address("answers@helper.example", recorded, own)
    assert not _is_catalogue_address("answers@helper.example", match, own)
    assert not _is_catalogue_address("payments-messages@amazon.com", None, own)
