"""What is wanted: the catalogue's streams without what must never come in, and what the ledger shows of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditor.errors import ConfigError
from auditor.mailbox.interface import MessageRef, Role
from auditor.marketplaces import Catalogue, Kind, load
from auditor.store.rows import LedgerRow
from auditor.whitelist import Wanted, unwanted, wanted
from auditor.whitelist.shapes import canonical, example, glob, overlap, pieces
from tests.contexts import catalogue
from tests.whitelist.samples import KINDS, everything

RELAY = "[0-9a-f]{32}@relay.walmart.com"


def of_walmart(**more: object) -> Catalogue:
    """Walmart alone, with what a seller adds."""
    return load({"walmart": more} if more else None).only(["walmart"])


def by_pattern(found: tuple[Wanted, ...]) -> dict[str, Wanted]:
    return {one.pattern: one for one in found}


def test_a_walmart_seller_wants_these_addresses() -> None:
    assert sorted(by_pattern(wanted(of_walmart(), KINDS))) == sorted(
        [
            RELAY,
            "pc-[0-9a-f]{32}@relay.walmart.com",
            "mp-payments@relay.walmart.com",
            "no-reply@es.relay.walmart.com",
            "no-reply-acnt@es.relay.walmart.com",
            "partnerhelp@wal-mart.com",
            *("help@walmart.com", "no-reply@walmart.com", "noreply@walmart.com"),
        ]
    )


def test_each_is_proved_by_its_domain_or_a_parent_and_never_by_a_child() -> None:
    found = by_pattern(wanted(of_walmart(), KINDS))

    assert found[RELAY].signers == ("relay.walmart.com", "walmart.com")
    assert found["help@walmart.com"].signers == ("walmart.com",)
    assert found["partnerhelp@wal-mart.com"].signers == ("wal-mart.com",)


def test_what_is_never_a_message_for_a_seller_is_not_wanted() -> None:
    never = [
        "s-0123456789abcdef0123456789abcdef@relay.walmart.com",
        "jane.doe@wal-mart.com",
        "nocxemail@walmartone.com",
        "subseller@walmart.com",
    ]
    globs = [glob(one.pattern) for one in everything()]

    assert [address for address in never if any(overlap(address, each) for each in globs)] == []


def test_the_example_of_everything_that_is_wanted_is_of_a_wanted_stream() -> None:
    for one in everything():
        match = catalogue().match(example(one.pattern))
        assert match is not None
        assert match.stream.kind.value in KINDS


@pytest.mark.parametrize("kinds, expected", [(("account",), {Kind.ACCOUNT}), (("marketing",), {Kind.MARKETING})])
def test_only_the_kinds_that_the_seller_rescues_are_wanted(kinds: tuple[str, ...], expected: set[Kind]) -> None:
    assert {one.kind for one in wanted(catalogue(), kinds)} == expected


def test_a_narrower_pattern_that_is_not_wanted_is_left_out_of_a_wide_one() -> None:
    stream = {
        "wide": {"kind": "order", "patterns": ["*@mail.walmart.com"]},
        "fakes": {"kind": "never", "patterns": ["[0-9]{3}@mail.walmart.com"]},
    }

    found = by_pattern(wanted(of_walmart(stream=stream), KINDS))

    assert found["*@mail.walmart.com"].but_not == ("[0-9]{3}@mail.walmart.com",)


def test_of_two_streams_with_one_pattern_the_never_wins() -> None:
    stream = {"fakes": {"kind": "never", "patterns": ["help@walmart.com"]}}

    assert "help@walmart.com" not in by_pattern(wanted(of_walmart(stream=stream), KINDS))


def test_an_address_form_that_is_only_weakly_known_waits_for_the_seller() -> None:
    stream = {"mine": {"kind": "order", "patterns": ["orders@walmart.com"], "confidence": 1, "confirmed": False}}
    unsure, sure = of_walmart(stream=stream), of_walmart(stream=stream, confirmed=["mine"])

    assert "orders@walmart.com" in unwanted(unsure, KINDS)
    assert "orders@walmart.com" in by_pattern(wanted(sure, KINDS))


def row(sender: str, *, standing: str = "genuine", day: int = 1) -> LedgerRow:
    return LedgerRow(
        MessageRef("INBOX", 1, day),
        Role.INBOX,
        f"id{day}",
        sender,
        "Hello",
        datetime(2026, 11, day, tzinfo=UTC),
        1,
        "walmart",
        standing,
        "rules",
    )


def test_genuine_mail_of_the_ledger_is_counted_where_it_belongs() -> None:
    relay = "0123456789abcdef0123456789abcdef@relay.walmart.com"
    rows = [
        row(f"Jane <{relay.upper()}>", day=3),
        row(f"Joe <{relay}>", day=9),
        row("help@walmart.com", standing="unverified", day=11),
        row("x@evil.test", day=12),
        row(f"{relay} <x@evil.test>", day=13),
    ]

    found = by_pattern(wanted(of_walmart(), KINDS, rows))

    assert (found[RELAY].received, found[RELAY].last_received) == (2, datetime(2026, 11, 9, tzinfo=UTC))
    assert sum(one.received for one in found.values()) == 2


@pytest.mark.parametrize(
    "one, other, both",
    [
        ("a@b", "a@b", True),
        ("a@b", "a@c", False),
        ("*walmart*", "help@walmart.com", True),
        ("s-??@a", "??@a", False),
        ("*@a.com", "?x@a.com", True),
        ("*", "", True),
        ("?", "", False),
        ("a*b", "b*a", False),
        ("*" * 400, "a", False),
    ],
)
def test_whether_two_globs_can_mean_the_same(one: str, other: str, both: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is both


def test_two_hostile_globs_are_compared_in_the_time_of_their_lengths() -> None:
    assert overlap("*a" * 150 + "b", "a*" * 150 + "c") is False


@pytest.mark.parametrize("pattern", [one.pattern for one in everything()])
def test_a_pattern_keeps_its_meaning_in_its_one_spelling(pattern: str) -> None:
    assert canonical(pattern) == pattern
    assert overlap(example(pattern), glob(pattern))


@pytest.mark.parametrize(
    "text", ["a@b\n.com", "A@b.com", "a b@c.com", "a'@b.com", 'a"@b.com', "ä@b.com", "a@", "@b", ""]
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        pieces(text)
