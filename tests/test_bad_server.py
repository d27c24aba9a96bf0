"""A server, a sign-in, a folder or a DNS that fails: one clear line, exit code 3, and nothing lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import islice

import pytest

from tests.mail import Profile
from tests.mail.forged import sender
from tests.mail.genuine import genuine
from tests.servers.account import Account, create_folder, deliver_all, stored
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_ports
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Cut, Direction, Recorders, Relay
from tests.shop import OpenShop, Shop, the_error

pytestmark = pytest.mark.server

NOTHING = "error: nothing was judged and nothing was moved in `shop`: "
LETTERS = [sample.raw for sample in genuine(Profile.NONE)[:5]]
FORGED = [sample.raw for sample in islice(sender.samples(Profile.NONE), 5)]


@pytest.fixture
def shop(pymap: Pymap, open_shop: OpenShop) -> Shop:
    return open_shop(pymap.account())


@pytest.mark.parametrize("server", ["dovecot", "pymap"])
def test_a_refused_sign_in_ends_with_the_servers_words(
    server: str, request: pytest.FixtureRequest, open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(request.getfixturevalue(server).account())
    shop.mailbox["password_env"] = "WRONG"
    monkeypatch.setenv("WRONG", "tiger-tiger")

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 3
    assert the_error(ran).startswith(f"{NOTHING}127.0.0.1 refused to sign {shop.account.username} in: ")
    assert "check user name and password" in ran.stderr
    assert "tiger" not in ran.stderr + ran.stdout
    assert [one["what"] for one in ran.mailbox["incomplete"]] == ["mailbox `shop`"]


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Dovecot, open_shop: OpenShop) -> None:
    shop = open_shop(dovecot.account())
    shop.mailbox |= {"host": "localhost", "port": dovecot.tls_port, "security": "tls"}

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 3
    assert the_error(ran).startswith(f"{NOTHING}the certificate of localhost ")
    assert "nothing was sent to it" in the_error(ran)
    assert "ca_file" in ran.stderr
    assert ran.mailbox["incomplete"]


def test_with_its_authority_named_the_same_server_is_used(dovecot: Dovecot, open_shop: OpenShop) -> None:
    shop = open_shop(dovecot.account())
    shop.mailbox |= {"host": "localhost", "port": dovecot.tls_port, "security": "tls"}
    shop.mailbox["ca_file"] = str(dovecot.ca_file)
    shop.deliver(LETTERS[:1])

    ran = shop.run("rescue", "--apply")

    assert ran.exit_code == 0, ran.stderr
    assert [message.raw for message in shop.inbox()] == LETTERS[:1]


def test_a_missing_authority_file_is_a_fault_of_the_configuration(dovecot: Dovecot, open_shop: OpenShop) -> None:
    shop = open_shop(dovecot.account())
    shop.mailbox |= {"host": "localhost", "port": dovecot.tls_port, "security": "tls", "ca_file": "nowhere.pem"}

    ran = shop.run("rescue")

    assert ran.exit_code == 2
    assert "nowhere.pem cannot be used: No such file" in the_error(ran)


def test_a_closed_port_is_named(shop: Shop) -> None:
    (shop.mailbox["port"],) = free_ports(1)

    ran = shop.report("audit")

    assert ran.exit_code == 3
    assert the_error(ran) == f"{NOTHING}127.0.0.1 port {shop.mailbox['port']} refused the connection"
    assert ran.mailbox["incomplete"]


class CutAfter(Relay):
    """Lets so many octets of the server pass on a connection, and then breaks it."""

    def __init__(self, octets: int) -> None:
        self._left = octets
        self._lock = threading.Lock()

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER:
            yield data
            return
        with self._lock:
            let_through, self._left = data[: self._left], self._left - len(data)
        yield let_through
        if self._left <= 0:
            raise Cut


def filled(account: Account) -> None:
    deliver_all(account, [*FORGED[:2], *LETTERS, *FORGED[2:]])


def everything(account: Account) -> list[bytes]:
    return sorted(message.raw for folder in ("INBOX", "Junk") for message in stored(account, folder))


# Of about 32,600 octets: greeting, sign-in, LIST, EXAMINE, the sweep to 4,100, whole messages to 17,600, and moving.
CUTS = [5, 60, 400, 900, 1_500, 4_000, 9_000, 17_500, 17_700, 18_000, 20_000, 24_000, 28_000, 31_000, 32_000]


@pytest.mark.parametrize("octets", CUTS)
def test_a_server_that_goes_away_in_the_middle_loses_and_doubles_nothing(
    octets: int, dovecot: Dovecot, open_shop: OpenShop, recorder: Recorders
) -> None:
    account = dovecot.account()
    filled(account)
    shop = open_shop(recorder(account, relay=lambda: CutAfter(octets)))

    broken = shop.report("rescue", "--apply")
    between = everything(account)
    shop.account = account
    whole = shop.report("rescue", "--apply")

    assert broken.exit_code in (3, 4), (broken.stdout, recorder.bytes_down)
    assert broken.exit_code == 4 or the_error(broken)
    assert broken.mailbox["incomplete"] or broken.mailbox["outcomes"]
    assert between == sorted([*LETTERS, *FORGED])
    assert whole.exit_code == 0, whole.stdout
    assert sorted(message.raw for message in shop.inbox()) == sorted(LETTERS)
    assert sorted(message.raw for message in shop.junk()) == sorted(FORGED)


class CutAtCommand(Relay):
    """Breaks the connection instead of passing on a command."""

    def __init__(self, words: bytes) -> None:
        self._words = words

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER and self._words in data:
            raise Cut
        return (data,)


@pytest.mark.parametrize(
    "words, named",
    [
        pytest.param(b"LOGIN", "mailbox `shop`", id="sign-in"),
        pytest.param(b"LIST", "mailbox `shop`", id="folders"),
        pytest.param(b"EXAMINE", "folder `Junk`", id="open"),
        pytest.param(b"HEADER.FIELDS", "folder `Junk`", id="sweep"),
        pytest.param(b"BODY.PEEK[]", "folder `Junk`", id="whole"),
    ],
)
def test_what_could_not_be_looked_at_is_listed(words: bytes, named: str, shop: Shop, recorder: Recorders) -> None:
    filled(shop.account)
    direct = shop.account
    shop.account = recorder(direct, relay=lambda: CutAtCommand(words))

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 3
    assert the_error(ran).startswith((NOTHING, f"error: not all of `shop` was looked at: {named}: 127.0.0.1 "))
    assert [one["what"] for one in ran.mailbox["incomplete"]] == [named]
    assert ran.mailbox["messages"] == []
    assert ran.mailbox["right"] == []
    assert everything(direct) == sorted([*LETTERS, *FORGED])


def test_a_configured_spam_folder_that_is_missing_is_named(shop: Shop) -> None:
    shop.mailbox["junk"] = ["Jnuk"]

    ran = shop.report("rescue")

    assert ran.exit_code == 3
    assert "there is no folder 'Jnuk'" in the_error(ran)
    assert "'Junk'" in ran.stderr
    assert ran.mailbox["incomplete"]


def test_a_mailbox_without_a_spam_folder_says_how_to_name_one(pymap: Pymap, open_shop: OpenShop) -> None:
    shop = open_shop(pymap.account(junk=""))

    ran = shop.report("rescue", "--apply")
    told = shop.run("rescue")

    assert ran.exit_code == told.exit_code == 3
    assert "the spam folder" in the_error(ran)
    assert "junk = [...]" in the_error(ran)
    assert [one["what"] for one in ran.mailbox["incomplete"]] == ["the spam folder"]
    assert "Could not be looked at" in told.stdout


def test_an_empty_spam_folder_needs_nothing(shop: Shop) -> None:
    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 0
    assert ran.stderr == ""
    assert ran.mailbox["counts"]["seen"] == 0
    assert ran.mailbox["incomplete"] == []


def test_one_of_two_spam_folders_fails_and_the_other_is_done(shop: Shop, recorder: Recorders) -> None:
    create_folder(shop.account, "Spam")
    deliver_all(shop.account, LETTERS[:1], "Spam")
    shop.deliver(LETTERS[1:2])
    direct = shop.account
    shop.account = recorder(direct, relay=SpamIsLocked)
    shop.mailbox["junk"] = ["Spam", "Junk"]

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 3
    assert [one["what"] for one in ran.mailbox["incomplete"]] == ["folder `Spam`"]
    assert "folder `Spam`" in the_error(ran)
    assert [message.raw for message in stored(direct, "INBOX")] == LETTERS[1:2]


class SpamIsLocked(Relay):
    """Asks the server for a folder that is not there whenever the client wants Spam."""

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER and b"EXAMINE" in data:
            return (data.replace(b'"Spam"', b'"Gone"'),)
        return (data,)


class TheLastIsWithheld(Relay):
    """A server that lists five messages and hands out four of them."""

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER and b"BODY.PEEK[]" in data:
            return (data.replace(b":105 ", b":104 "),)
        return (data,)


def test_a_message_that_is_not_handed_out_is_asked_for_again(shop: Shop, recorder: Recorders) -> None:
    shop.deliver(LETTERS)
    direct = shop.account
    shop.account = recorder(direct, relay=TheLastIsWithheld)

    first = shop.report("rescue", "--apply")
    shop.account = direct
    second = shop.report("rescue", "--apply")

    assert first.exit_code == 3
    assert [one["what"] for one in first.mailbox["incomplete"]] == ["message 105 of `Junk`"]
    assert "did not hand it out" in the_error(first)
    assert second.exit_code == 0, second.stdout
    assert sorted(message.raw for message in shop.inbox()) == sorted(LETTERS)


def break_all(shop: Shop, how: Callable[[str], None]) -> None:
    for name in {str(record.rname) for record in shop.dns.all_records()}:
        how(name)


@pytest.mark.parametrize("failure", ["silent", "servfail"])
def test_without_dns_nothing_is_genuine_and_the_next_run_asks_again(failure: str, shop: Shop) -> None:
    shop.dns_timeout_s = 0.4
    shop.deliver(LETTERS)
    break_all(shop, getattr(shop.dns, failure))

    dark = shop.report("rescue", "--apply")
    break_all(shop, shop.dns.healthy)
    light = shop.report("rescue", "--apply")

    assert dark.exit_code == 3
    assert "DNS did not answer" in the_error(dark)
    assert {one["standing"] for one in dark.mailbox["messages"]} == {"unverified"}
    assert len(dark.mailbox["incomplete"]) == len(LETTERS)
    assert light.exit_code == 0, light.stdout
    assert len(shop.inbox()) == len(LETTERS)


def test_a_name_that_does_not_exist_is_an_answer(shop: Shop) -> None:
    shop.deliver(LETTERS[:1])
    for record in shop.dns.all_records():
        shop.dns.remove(str(record.rname))

    ran = shop.report("rescue")

    assert ran.exit_code == 10
    assert ran.stderr == ""
    assert ran.mailbox["incomplete"] == []
    assert [one["standing"] for one in ran.mailbox["messages"]] == ["unverified"]


def test_silent_dns_costs_a_bounded_time_whatever_the_folder_holds(shop: Shop) -> None:
    """One query a name and run: 40 messages of five signers wait no longer than one of them."""
    shop.dns_timeout_s = 0.4
    shop.deliver(LETTERS * 8)
    break_all(shop, shop.dns.silent)

    ran = shop.report("rescue")

    asked = shop.dns.queries()
    assert ran.exit_code == 3
    assert max(asked.values()) <= 2  # the resolver repeats what is not answered
