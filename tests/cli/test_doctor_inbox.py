"""`auditor doctor` on an inbox that marketplaces write to, on a real server: its figures, and what it costs."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from auditor.config import load
from auditor.doctor import inbox
from auditor.doctor.diagnosis import Link, State
from auditor.doctor.examining import Bench, examine
from auditor.mailbox.bounded import Limits
from auditor.marketplaces import load as load_catalogue
from auditor.resolver import Resolver
from tests.mail import PINNED_ID, RECEIVED_AT, SELLER, Profile
from tests.mail.build import FULL, WALMART, Letter
from tests.mail.delivery import Stamp, deliver, failed, passed
from tests.mail.honest import Mail, Sig, mail, message, walmart_relay
from tests.servers.account import Account, deliver_all, signed_in
from tests.servers.dovecot import Dovecot
from tests.servers.recorder import Cut, Direction, Recorders, Relay
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.server

ORDERS = "orders@shop.test"
READING = {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID FETCH", "FETCH", "LOGOUT"}
SETTING_UP = {"ID", "ENABLE", "NAMESPACE", "NOOP", "CLOSE", "UNSELECT"}


def _delivered(item: Mail, *, found: Stamp | None = None) -> bytes:
    return deliver(message(item), Profile.PINNED, found or passed("relay.walmart.com", "walmart.com"))


def _customers(count: int, to: str = SELLER, *, name: str = "c", body: str = "Where is it?\n") -> list[bytes]:
    letters = [
        Letter(f"Mary <{walmart_relay(f'{name}{number}')}>", "Where is my order?", body, to=to)
        for number in range(count)
    ]
    return [_delivered(mail("", "", letter, "walmart.com")) for letter in letters]


def _payments(count: int) -> list[bytes]:
    letters = [Letter("mp-payments@relay.walmart.com", f"Payment {n}", "It was sent.\n") for n in range(count)]
    return [_delivered(mail("", "", letter, Sig("relay.walmart.com", WALMART))) for letter in letters]


def _of_a_retired_key(count: int) -> list[bytes]:
    letters = [Letter(walmart_relay(f"retired{number}"), "Late", "It is late.\n") for number in range(count)]
    return [_delivered(mail("", "", letter, Sig("walmart.com", FULL, selector="retired2026"))) for letter in letters]


def _imitations() -> list[bytes]:
    """One by its address, which no body is read for, and one that bears the marketplace's own."""
    alike = Letter("Walmart <help@walmart-sellerhelp.com>", "Your account", "Sign in.\n")
    exact = Letter(walmart_relay("exact"), "Your account", "Sign in.\n")
    refused = failed("relay.walmart.com")
    sent_by = "walmart-sellerhelp.com"
    own = deliver(message(mail("", "", alike, sent_by)), Profile.PINNED, passed(sent_by))
    return [own, deliver(message(mail("", "", exact, "evil.test")), Profile.PINNED, refused)]


def _others(count: int) -> list[bytes]:
    letters = [Letter(f"someone@evil{number}.test", "Hello") for number in range(count)]
    return [deliver(message(mail("", "", one, "evil.test")), Profile.PINNED, passed("evil.test")) for one in letters]


@pytest.fixture
def shop(dovecot: Dovecot, open_shop: OpenShop) -> Shop:
    """A shop on Dovecot whose own domain is in DNS."""
    opened = open_shop(dovecot.account())
    opened.dns.mx("shop.test", "mx.shop.test")
    opened.dns.txt("shop.test", "v=spf1 mx -all")
    return opened


def _links(shop: Shop) -> dict[str, dict[str, Any]]:
    ran = shop.report("doctor")
    assert ran.document["exit_code"] == ran.exit_code
    return {each["link"]: each for one in ran.document["checkups"] for each in one["links"]}


def _shares(found: dict[str, dict[str, Any]]) -> dict[str, tuple[int, int, int]]:
    streams = found["recognition"]["figures"]["streams"]
    return {one["stream"]: (one["seen"], one["genuine"], one["undecided"]) for one in streams}


def _flags(account: Account) -> list[bytes]:
    with signed_in(account) as imap:
        imap.select("INBOX", readonly=True)
        return [each for each in imap.uid("FETCH", "1:*", "(UID FLAGS)")[1] if isinstance(each, bytes)]


# Figures


def test_the_figures_are_those_of_the_mail(shop: Shop) -> None:
    raws = [*_customers(6), *_customers(3, ORDERS, name="o"), *_payments(4), *_of_a_retired_key(2), *_others(3)]
    shop.deliver([*raws, *_imitations()], "INBOX")

    found = _links(shop)

    assert _shares(found) == {"customer-relay": (12, 6, 2), "payments": (4, 4, 0)}
    relay = found["recognition"]["figures"]["streams"][0]
    assert [(miss["check"], miss["count"]) for miss in relay["misses"]] == [
        ("meant-for-seller", 3),
        ("domain-proof", 1),  # the imitation: without a stamp that is believed nothing refutes it
    ]
    assert {one["domain"]: one["count"] for one in relay["signed_by"]} == {"walmart.com": 11, "evil.test": 1}
    assert (relay["signed"], relay["covered"]["to"]) == (11, 11)
    assert relay["sent_to"] == [{"address": ORDERS, "count": 3}]
    assert "10 of 14 messages of marketplaces" in found["recognition"]["text"]
    assert found["imitations"]["figures"]["count"] == 1


def test_a_stamp_that_is_believed_proves_old_mail_and_names_the_imitation(shop: Shop) -> None:
    shop.mailbox["authserv_ids"] = [PINNED_ID]
    shop.deliver([*_customers(5), *_of_a_retired_key(2), *_others(2), *_imitations()], "INBOX")

    found = _links(shop)

    assert _shares(found) == {"customer-relay": (7, 7, 0)}
    assert found["recognition"]["state"] == "ok"
    assert found["imitations"]["state"] == "warning"
    tricks = found["imitations"]["figures"]["tricks"]
    assert sorted(one["trick"] for one in tricks) == ["exact-domain", "look-alike"]
    assert shop.run("doctor").exit_code == 10


def test_the_line_of_aliases_is_taken_by_the_configuration_and_raises_the_share(shop: Shop) -> None:
    shop.mailbox["aliases"] = ["*@brand.test"]
    shop.deliver([*_customers(6), *_customers(3, ORDERS, name="o"), *_customers(1, "x@evil.test", name="x")], "INBOX")

    before = _links(shop)
    line = before["recognition"]["copy"]
    assert tomllib.loads(line) == {"aliases": ["*@brand.test", ORDERS]}
    assert before["recognition"]["state"] == "warning"
    assert line in shop.run("doctor").stdout

    shop.mailbox |= tomllib.loads(line)
    after = _links(shop)
    assert (_shares(before), _shares(after)) == ({"customer-relay": (10, 6, 0)}, {"customer-relay": (10, 9, 0)})
    assert after["recognition"]["copy"] is None


def test_the_example_is_one_that_explain_takes(shop: Shop) -> None:
    shop.mailbox["aliases"] = []
    shop.deliver(_customers(1, "x@evil.test"), "INBOX")
    found = _links(shop)["recognition"]
    ref = re.search(r"auditor explain (\S+)$", found["try"])
    assert ref, found
    assert "meant-for-seller" in shop.run("explain", ref[1], "--format", "json").stdout


# What it costs


def test_it_reads_the_bodies_of_marketplace_mail_alone_and_changes_no_flag(shop: Shop, recorder: Recorders) -> None:
    uids = shop.deliver([*_others(30), *_customers(8), *_others(30), *_imitations(), *_payments(8)], "INBOX")
    before = _flags(shop.account)
    direct, shop.account = shop.account, recorder(shop.account)
    shop.dns._queries.clear()

    _links(shop)

    (proxy,) = recorder.all
    whole = [line for line in proxy.commands() if b"BODY.PEEK[]" in line]
    asked = {int(uid) for line in whole for uid in _uids(line)}
    theirs = {*uids[30:38], uids[69], *uids[70:]}
    assert asked == theirs
    assert len(whole) == 1
    assert recorder.round_trips <= 15
    assert set(recorder.verbs()) <= READING | SETTING_UP
    assert all(b"BODY[" not in line and b"RFC822 " not in line for line in proxy.commands())
    assert _flags(direct) == before
    assert set(shop.dns.queries().values()) == {1}


def _uids(line: bytes) -> Iterable[bytes]:
    """Of a UID FETCH: the numbers of its set."""
    sets = re.search(rb"UID FETCH ([0-9,:]+) ", line)
    assert sets, line
    for piece in sets[1].split(b","):
        low, _, high = piece.partition(b":")
        yield from (b"%d" % uid for uid in range(int(low), int(high or low) + 1))


def test_of_much_mail_the_newest_fifty_are_read_within_the_bound_of_octets(shop: Shop, recorder: Recorders) -> None:
    much = _customers(70, body="Where is it? " * 500 + "\n")
    uids = shop.deliver([*much, *_customers(1, name="large", body=("x" * 70 + "\n") * 40_000)], "INBOX")
    shop.account = recorder(shop.account)

    found = _links(shop)

    (proxy,) = recorder.all
    asked = {int(uid) for line in proxy.commands() if b"BODY.PEEK[]" in line for uid in _uids(line)}
    assert asked == set(uids[20:70])
    assert found["recognition"]["figures"]["left_out"] == 21
    assert "21 more messages of marketplaces were not read" in shop.run("doctor").stdout
    assert recorder.bytes_down < 3_000_000


def test_the_octets_of_all_that_is_read_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    raws = _customers(9)
    shop.deliver(raws, "INBOX")
    monkeypatch.setattr(inbox, "MOST_OCTETS", 4 * max(map(len, raws)))

    figures = _links(shop)["recognition"]["figures"]

    assert (figures["streams"][0]["seen"], figures["left_out"]) == (4, 5)


@pytest.mark.parametrize("reach, swept, theirs", [(2_000, 63, 3), (50, 50, 1)], ids=["a-small-inbox", "a-large-one"])
def test_it_looks_for_marketplace_mail_no_further_back_than_it_says(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, reach: int, swept: int, theirs: int
) -> None:
    shop.deliver([*_customers(2, name="old"), *_others(60), *_customers(1, name="new")], "INBOX")
    monkeypatch.setattr(inbox, "REACH", reach)

    found = _links(shop)

    assert found["recognition"]["figures"]["swept"] == swept
    assert _shares(found)["customer-relay"][0] == theirs


# A server that breaks off in between


class _NoBodies(Relay):
    """Says nothing more as soon as whole messages are asked for, or breaks the connection."""

    def __init__(self, *, cut: bool) -> None:
        self._cut = cut
        self._asked = False

    def passed(self, direction: Direction, data: bytes) -> Sequence[bytes]:
        self._asked |= direction is Direction.TO_SERVER and b"BODY.PEEK[]" in data
        if self._asked and self._cut:
            raise Cut
        return () if self._asked else (data,)


@pytest.mark.parametrize("cut", [False, True], ids=["silent", "gone"])
def test_a_server_that_hands_out_no_bodies_ends_the_measuring_and_nothing_else(
    shop: Shop, recorder: Recorders, monkeypatch: pytest.MonkeyPatch, cut: bool
) -> None:
    shop.deliver([*_customers(3), *_others(3)], "INBOX")
    shop.account = recorder(shop.account, relay=lambda: _NoBodies(cut=cut))
    monkeypatch.setenv("SHOP_PASSWORD", shop.account.password)
    config = load(shop.configured(), {})

    started = time.monotonic()
    with Resolver([shop.dns.nameserver], port=shop.dns.port) as resolver:
        bench = Bench(config, load_catalogue(), resolver, lambda: RECEIVED_AT, Limits(command_s=1, run_s=5))
        found = {one.link: one for one in examine(config.mailbox("shop"), bench).diagnoses}

    assert time.monotonic() - started < 3 * 5
    assert found[Link.RECOGNITION].state is State.PROBLEM
    assert found[Link.IMITATIONS].text == "not tried, because of the recognition above"
    assert {link for link, one in found.items() if one.state is State.PROBLEM} == {Link.RECOGNITION}


def test_a_message_that_is_gone_before_it_is_read_is_left_out(shop: Shop, recorder: Recorders) -> None:
    uids = deliver_all(shop.account, _customers(3), "INBOX", internaldate=RECEIVED_AT)
    direct, shop.account = shop.account, recorder(shop.account, relay=lambda: _Expunging(direct, uids[1]))
    found = _links(shop)
    assert (_shares(found), found["recognition"]["figures"]["left_out"]) == ({"customer-relay": (2, 2, 0)}, 1)


class _Expunging(Relay):
    """Another program removes a message between the sweep and the reading."""

    def __init__(self, account: Account, uid: int) -> None:
        self._account, self._uid = account, uid

    def passed(self, direction: Direction, data: bytes) -> Sequence[bytes]:
        if direction is Direction.TO_SERVER and b"BODY.PEEK[]" in data:
            with signed_in(self._account) as imap:
                imap.select("INBOX")
                imap.uid("STORE", str(self._uid), "+FLAGS", "(\\Deleted)")
                imap.expunge()
        return (data,)
