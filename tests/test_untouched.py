"""Fields that somebody added to a truly signed message on its way: the signature holds, and the message does not."""

from __future__ import annotations

import pytest

from tests.contexts import judged
from tests.mail import SELLER, Profile, Sample
from tests.mail.build import AMAZON, ETSY, Letter, on_top, signed
from tests.mail.delivery import deliver, passed
from tests.mail.forged.bait import CUSTOMER, NO_REPLY_TO, RELAY, genuine_customer

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
