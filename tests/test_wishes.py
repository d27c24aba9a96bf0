"""What the seller asks for by options and configuration, on a real mailbox: limits, streams, aliases, ack, formats."""

from __future__ import annotations

import json

import pytest

from tests.mail import Profile
from tests.mail.build import Letter, compose, signed
from tests.mail.genuine import genuine
from tests.mail.honest import walmart_relay
from tests.servers.pymap_server import Pymap
from tests.shop import OpenShop, Shop, the_error

pytestmark = pytest.mark.server

GENUINE = genuine(Profile.NONE)


def of_stream(start: str, number: int = 2) -> list[bytes]:
    return [sample.raw for sample in GENUINE if sample.stream.startswith(start)][:number]


UNSIGNED = compose(Letter(f"Kim <{walmart_relay('unsigned')}>"))
CUSTOMERS = of_stream("walmart/customer")
NOTICES = of_stream("walmart/order", 1) + of_stream("amazon/order", 1)


@pytest.fixture
def shop(pymap: Pymap, open_shop: OpenShop) -> Shop:
    return open_shop(pymap.account())


def raws(messages: list) -> list[bytes]:  # type: ignore[type-arg]
    return sorted(message.raw for message in messages)


def test_with_more_to_move_than_allowed_nothing_is_moved(shop: Shop) -> None:
    shop.deliver(of_stream("", 3))
    shop.tables = "[rescue]\nmax_moves = 2"

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 10
    assert ran.mailbox["outcomes"] == []
    assert "max-moves" in {one["rule"] for one in ran.mailbox["findings"]}
    assert shop.inbox() == []


def test_a_higher_limit_on_the_command_line_moves_them(shop: Shop) -> None:
    shop.deliver(of_stream("", 3))
    shop.tables = "[rescue]\nmax_moves = 2"
    shop.run("rescue", "--apply")

    ran = shop.run("rescue", "--apply", "--max-moves", "3")

    assert ran.exit_code == 0, ran.stdout
    assert len(shop.inbox()) == 3


def test_a_limit_of_none_moves_nothing(shop: Shop) -> None:
    shop.deliver(of_stream("", 1))

    ran = shop.report("rescue", "--apply", "--max-moves", "0")

    assert ran.exit_code == 10
    assert shop.inbox() == []


def test_mail_of_a_marketplace_that_the_seller_does_not_use_stays(shop: Shop) -> None:
    shop.mailbox["marketplaces"] = ["walmart"]
    amazon = of_stream("amazon/customer")
    shop.deliver([*CUSTOMERS, *amazon])

    ran = shop.report("rescue", "--apply")

    assert raws(shop.inbox()) == sorted(CUSTOMERS)
    assert raws(shop.junk()) == sorted(amazon)
    assert "amazon" not in {one["marketplace"] for one in ran.mailbox["messages"] if one["standing"] == "genuine"}


def to_address(address: str) -> bytes:
    letter = Letter(f"Kim <{walmart_relay(address)}>", to=address)
    return signed(letter, "walmart.com", headers=("From", "To", "Subject", "Date", "Content-Type"))


@pytest.mark.parametrize(
    "aliases, address, moved",
    [
        pytest.param([], "orders@shop.test", False, id="not-mine"),
        pytest.param(["orders@shop.test"], "orders@shop.test", True, id="alias"),
        pytest.param(["orders@shop.test"], "Orders@Shop.TEST", True, id="alias-in-capitals"),
        pytest.param(["*@brand.test"], "anything@brand.test", True, id="any-of-a-domain"),
        pytest.param(["*@brand.test"], "anything@brand.test.evil.test", False, id="longer-domain"),
        pytest.param(["*@brand.test"], "anything@sub.brand.test", False, id="below-the-domain"),
    ],
)
def test_mail_to_an_alias_is_mail_to_the_seller(aliases: list[str], address: str, moved: bool, shop: Shop) -> None:
    shop.mailbox["aliases"] = aliases
    shop.deliver([to_address(address)])

    shop.run("rescue", "--apply")

    assert len(shop.inbox()) == moved
    assert len(shop.junk()) == (not moved)


def test_the_address_on_file_with_the_marketplaces_is_the_sellers_too(shop: Shop) -> None:
    shop.tables = '[contact]\nemail = "contact@agency.test"'
    shop.deliver([to_address("contact@agency.test")])

    assert shop.run("rescue", "--apply").exit_code == 0
    assert len(shop.inbox()) == 1


def test_streams_that_are_not_wanted_stay(shop: Shop) -> None:
    shop.tables = '[rescue]\nstreams = ["customer"]'
    shop.deliver([*CUSTOMERS, *NOTICES])

    ran = shop.report("rescue", "--apply")

    left = [one for one in ran.mailbox["messages"] if one["planned"] == "leave"]
    assert ran.exit_code == 0, ran.stdout
    assert raws(shop.inbox()) == sorted(CUSTOMERS)
    assert {one["reason"] for one in left} == {"order mail is not wanted in the inbox ([rescue] streams)"}


def reference(ran_mailbox: dict) -> str:  # type: ignore[type-arg]
    ref = ran_mailbox["messages"][0]["ref"]
    return f"shop:{ref['folder']}/{ref['uidvalidity']}/{ref['uid']}"


def test_an_acknowledged_message_no_longer_counts_and_stays_acknowledged(shop: Shop) -> None:
    shop.deliver([UNSIGNED])
    first = shop.report("rescue")

    acknowledged = shop.run("ack", reference(first.mailbox))
    second, third = shop.report("rescue"), shop.report("rescue")

    assert first.exit_code == 10
    assert acknowledged.exit_code == 0
    assert acknowledged.stdout == f"noted: {reference(first.mailbox)}\n"
    assert second.exit_code == third.exit_code == 0, second.stdout
    assert second.mailbox["counts"]["unverified"] == 1


def test_an_acknowledged_finding_no_longer_counts(shop: Shop) -> None:
    shop.deliver(of_stream("", 2))
    (key,) = [
        one["key"] for one in shop.report("rescue", "--max-moves", "1").mailbox["findings"] if "max" in one["key"]
    ]

    acknowledged = shop.run("ack", key)
    after = shop.report("rescue", "--max-moves", "1")

    assert acknowledged.exit_code == 0, acknowledged.stderr
    assert [one["acknowledged"] for one in after.mailbox["findings"] if one["key"] == key] == [True]


@pytest.mark.parametrize(
    "what, said",
    [
        pytest.param("shop:Junk/1/99", "no message shop:Junk/1/99 is on record", id="unknown-message"),
        pytest.param("books:Junk/1/99", "no mailbox is called books", id="unknown-mailbox"),
        pytest.param("nonsense", "`nonsense` is neither a message nor a finding", id="neither"),
        pytest.param("shop:Junk/1/99999999999", "is neither a message nor a finding", id="number-too-long"),
        pytest.param("\x1b[31mred", "is neither a message nor a finding", id="control-characters"),
        pytest.param("max-moves:books:50", "no mailbox is called books", id="finding-of-unknown-mailbox"),
    ],
)
def test_what_cannot_be_acknowledged_is_said(what: str, said: str, shop: Shop) -> None:
    ran = shop.run("ack", what)

    assert ran.exit_code == 2
    assert said in the_error(ran)
    assert "\x1b" not in ran.stderr


@pytest.mark.parametrize("format", ["text", "json", "jsonl"])
def test_quiet_prints_nothing_when_nothing_needs_attention(format: str, shop: Shop) -> None:
    shop.deliver([b"From: friend@example.test\r\nSubject: hello\r\n\r\nHello\r\n"])

    ran = shop.run("rescue", "--quiet", "--format", format)

    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "")


def test_quiet_prints_what_needs_attention(shop: Shop) -> None:
    shop.deliver(CUSTOMERS)

    ran = shop.run("rescue", "--quiet")

    assert ran.exit_code == 10
    assert "GENUINE" in ran.stdout


def test_json_lines_are_a_line_for_each_mailbox_and_a_summary(shop: Shop) -> None:
    shop.deliver(CUSTOMERS)

    lines = [json.loads(line) for line in shop.run("rescue", "--format", "jsonl").stdout.splitlines()]

    assert [line.get("name") for line in lines] == ["shop", None]
    assert lines[0]["counts"]["genuine"] == len(CUSTOMERS)
    assert lines[1]["exit_code"] == 10
