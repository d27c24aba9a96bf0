"""`auditor doctor` on real servers: each link that can break names itself, its cause and what to try."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from auditor.cli.doctor import doctor
from auditor.config import load
from auditor.doctor.diagnosis import Link
from auditor.doctor.examining import Bench, examine
from auditor.errors import ConfigError
from auditor.marketplaces import load as load_catalogue
from auditor.resolver import Resolver
from tests.mail import PINNED_ID, SELLER, Profile
from tests.mail.build import Letter, compose
from tests.mail.delivery import deliver as delivered
from tests.mail.delivery import own, passed
from tests.servers.account import Account, deliver_all, signed_in, stored
from tests.servers.dovecot import Dovecot
from tests.servers.hostile_imap import scripted
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Recorders
from tests.servers.zone import DnsServer

pytestmark = pytest.mark.server

app = typer.Typer()
app.command()(doctor)

PASSWORD = "AUDITOR_TEST_PASSWORD"
WRITING = {"SELECT", "APPEND", "STORE", "COPY", "MOVE", "EXPUNGE", "UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE"}


@dataclass
class Desk:
    """A configuration being written, and the command run on it."""

    folder: Path
    dns: DnsServer
    monkeypatch: pytest.MonkeyPatch

    def configure(self, account: Account, *lines: str, host: str = "", port: int = 0, security: str = "none") -> Path:
        """The mailbox `shop`; its password is the account's."""
        self.monkeypatch.setenv(PASSWORD, account.password)
        file = self.folder / "auditor.toml"
        table = [
            "[mailbox.shop]",
            f'address = "{account.username}"',
            f'host = "{host or account.host}"',
            f"port = {port or account.port}",
            f'security = "{security}"',
            f'password_env = "{PASSWORD}"',
            *lines,
            f'[dns]\nnameservers = ["{self.dns.nameserver}"]\nport = {self.dns.port}\ntimeout_s = 0.5',
            '[state]\nurl = "sqlite:///state.db"',
        ]
        file.write_text("\n".join(table))
        return file

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["--config", str(self.folder / "auditor.toml"), *arguments])

    def links(self) -> tuple[int, dict[str, dict[str, Any]]]:
        """Exit code, and link name -> what was said of it."""
        result = self.run("--format", "json")
        document = json.loads(result.stdout)
        assert document["exit_code"] == result.exit_code
        return result.exit_code, {each["link"]: each for one in document["checkups"] for each in one["links"]}


@pytest.fixture
def desk(tmp_path: Path, dns_zone: DnsServer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("AUDITOR_STATE_URL", raising=False)
    dns_zone.mx("shop.test", "mx.shop.test")
    dns_zone.txt("shop.test", "v=spf1 mx -all")
    return Desk(tmp_path, dns_zone, monkeypatch)


def _mail(count: int, to: str, *, profile: Profile = Profile.PINNED) -> list[bytes]:
    letters = [compose(Letter(f"someone{number}@mail{number % 4}.test", to=to)) for number in range(count)]
    return [delivered(letter, profile, passed("mail.test")) for letter in letters]


def _states(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {link: each["state"] for link, each in found.items()}


# A healthy mailbox


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_healthy_mailbox_over_tls_is_ok_but_for_a_certificate_that_soon_ends(
    desk: Desk, dovecot: Dovecot, security: str
) -> None:
    account = dovecot.account()
    deliver_all(account, _mail(6, account.username), "INBOX")
    port = dovecot.tls_port if security == "tls" else dovecot.port
    pinned = f'authserv_ids = ["{PINNED_ID}"]'
    desk.configure(account, f'ca_file = "{dovecot.ca_file}"', pinned, host="localhost", port=port, security=security)

    code, found = desk.links()

    # All is well but for the certificates of these tests, which last a week.
    assert code == 10
    assert {link for link, state in _states(found).items() if state != "ok"} == {"connection", "recognition"}, found
    assert found["recognition"]["state"] == "unknown"  # no marketplace has written to this one
    assert found["connection"]["state"] == "warning"
    assert re.search(r"TLSv1\.[23], certificate valid until \d{4}-\d\d-\d\d", found["connection"]["text"])
    assert "6 of the newest 6 messages" in found["stamps"]["text"]
    assert found["stamps"]["figures"] == {
        "messages": 6,
        "believed": 6,
        "why": "",
        "signers": [{"ids": [PINNED_ID], "seen": 6, "above": 6, "origins": 4}],
        "origins": 4,
        "believed_origins": 4,
    }
    assert "`Junk` (marked by the server)" in found["folders"]["text"]


def test_a_server_without_special_use_has_its_spam_folder_guessed(desk: Desk, pymap: Pymap) -> None:
    account = pymap.account()
    deliver_all(account, _mail(1, account.username), "INBOX")
    desk.configure(account)

    code, found = desk.links()

    assert code == 0
    assert "`Junk` (guessed from its name)" in found["folders"]["text"]
    assert "lacks SPECIAL-USE" in found["capabilities"]["text"]


def test_the_text_is_one_line_a_link_and_says_how_it_ends(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account())

    result = desk.run("shop")

    assert result.exit_code == 0
    assert result.stdout.startswith("for all mailboxes\n  ok           configuration  read from")
    assert "  cannot tell  stamps         the inbox is empty" in result.stdout
    assert result.stdout.endswith("Nothing needs attention.\n")
    assert max(map(len, result.stdout.splitlines())) <= 80 + len(str(desk.folder))


def test_json_lines_are_one_checkup_a_line(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account())
    documents = [json.loads(each) for each in desk.run("--format", "jsonl").stdout.splitlines()]
    assert [each.get("mailbox") for each in documents] == [None, "shop", None]
    assert documents[-1] == {"schema": 1, "exit_code": 0}


# What it costs


@pytest.mark.parametrize("count", [0, 30, 400])
def test_it_writes_nothing_opens_no_other_mail_and_costs_few_round_trips(
    desk: Desk, dovecot: Dovecot, recorder: Recorders, count: int
) -> None:
    account = dovecot.account()
    deliver_all(account, _mail(count, account.username), "INBOX")
    before = stored(account, "INBOX") if count else ()
    desk.configure(recorder(account))

    code, _ = desk.links()

    assert code == 0
    assert recorder.round_trips <= 15
    assert not WRITING & set(recorder.verbs())
    (proxy,) = recorder.all
    assert proxy.connections == 1
    assert all(b"BODY[" not in line and b"BODY.PEEK[]" not in line for line in proxy.commands())
    assert (stored(account, "INBOX") if count else ()) == before


def test_sparse_uids_are_looked_back_over_within_the_budget(desk: Desk, dovecot: Dovecot, recorder: Recorders) -> None:
    account = dovecot.account()
    deliver_all(account, _mail(40, account.username), "INBOX")
    waste = deliver_all(account, [b"From: a@b.test\r\n\r\n"] * 300, "INBOX")
    _remove(account, waste)
    desk.configure(recorder(account))

    _, found = desk.links()

    assert "on 40 of 40, from 4 sender domains, above" in found["stamps"]["cause"]
    assert recorder.round_trips <= 15


def _remove(account: Account, uids: tuple[int, ...]) -> None:
    with signed_in(account) as imap:
        imap.select("INBOX")
        imap.uid("STORE", f"{uids[0]}:{uids[-1]}", "+FLAGS", "(\\Deleted)")
        imap.expunge()


# What breaks


def test_a_wrong_password_is_the_sign_ins_problem(desk: Desk, dovecot: Dovecot) -> None:
    account = dovecot.account()
    desk.configure(account)
    desk.monkeypatch.setenv(PASSWORD, "hush-hush-wrong")

    code, found = desk.links()

    assert code == 3
    assert _states(found)["connection"] == "ok"
    assert found["sign-in"]["state"] == "problem"
    assert "[AUTHENTICATIONFAILED]" in found["sign-in"]["text"]
    assert "does not accept this user name with this password" in found["sign-in"]["cause"]
    assert found["folders"] == {
        "link": "folders",
        "state": "unknown",
        "text": "not tried, because of the sign-in above",
        "cause": None,
        "try": None,
        "copy": None,
        "figures": None,
    }
    assert "hush-hush" not in desk.run().output


def test_a_password_that_is_not_there_is_a_configuration_error(desk: Desk, dovecot: Dovecot) -> None:
    desk.configure(dovecot.account())
    desk.monkeypatch.delenv(PASSWORD)

    code, found = desk.links()

    assert code == 2
    assert _states(found)["password"] == "problem"
    assert f"{PASSWORD} is not set" in found["password"]["text"]


def test_an_open_password_file_is_a_configuration_error_until_it_is_closed(desk: Desk, dovecot: Dovecot) -> None:
    account = dovecot.account()
    secret = desk.folder / "secret"
    secret.write_text(account.password)
    secret.chmod(0o644)
    file = desk.configure(account)
    file.write_text(file.read_text().replace(f'password_env = "{PASSWORD}"', 'password_file = "secret"'))

    code, found = desk.links()

    assert code == 2
    assert "can be read by others" in found["password"]["text"]
    assert found["password"]["try"].startswith("chmod 600")

    secret.chmod(0o600)
    code, found = desk.links()
    assert code == 0
    assert "which only you can read" in found["password"]["text"]


def test_a_certificate_of_an_unknown_authority_is_the_connections_problem(desk: Desk, dovecot: Dovecot) -> None:
    desk.configure(dovecot.account(), host="localhost", port=dovecot.tls_port, security="tls")

    code, found = desk.links()

    assert code == 3
    assert found["connection"]["state"] == "problem"
    assert "unknown authority" in found["connection"]["text"]
    assert "ca_file" in found["connection"]["try"]
    assert _states(found)["sign-in"] == "unknown"


def test_starttls_that_is_not_offered_is_the_connections_problem(desk: Desk, pymap: Pymap) -> None:
    with scripted() as server:
        desk.configure(pymap.account(), port=server.port, security="starttls")
        code, found = desk.links()

    assert code == 3
    assert "offers no STARTTLS" in found["connection"]["text"]
    assert 'security = "tls"' in found["connection"]["try"]


def test_a_closed_port_is_the_connections_problem(desk: Desk, pymap: Pymap) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    desk.configure(pymap.account(), port=port)

    code, found = desk.links()

    assert code == 3
    assert found["connection"]["cause"] == "no mail server listens on this port"
    assert found["connection"]["try"] == "check host and port"


def test_without_a_junk_folder_the_names_seen_are_listed(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account(junk="Rubbish"))

    code, found = desk.links()

    assert code == 3
    assert found["folders"]["state"] == "problem"
    assert "Rubbish" in found["folders"]["text"]
    assert _states(found)["stamps"] == "unknown"  # looked at all the same: the inbox is empty


def test_a_misspelt_junk_folder_gets_the_near_name(desk: Desk, dovecot: Dovecot) -> None:
    desk.configure(dovecot.account(), 'junk = ["Jnuk"]')

    code, found = desk.links()

    assert code == 3
    assert "'Junk'" in found["folders"]["try"]


@pytest.mark.parametrize(
    "refused, answer, link, cause",
    [
        ("LIST", b"%T NO User is authenticated but not connected.\r\n", "folders", "the mailbox was not"),
        ("LOGIN", b"%T NO [ALERT] Too many simultaneous connections.\r\n", "sign-in", "other programs hold"),
        ("EXAMINE", b"%T NO [UNAVAILABLE] Server error\r\n", "stamps", "trouble of its own"),
        ("LOGIN", b"* BYE Internal error, try later\r\n", "sign-in", "trouble of its own"),
    ],
)
def test_the_words_of_a_server_that_refuses_are_explained(
    desk: Desk, pymap: Pymap, refused: str, answer: bytes, link: str, cause: str
) -> None:
    with scripted({"LIST": b'* LIST () "/" INBOX\r\n* LIST () "/" Junk\r\n%T OK done\r\n', refused: answer}) as server:
        desk.configure(pymap.account(), port=server.port)
        code, found = desk.links()

    assert code == 3
    assert found[link]["state"] == "problem"
    assert cause in found[link]["cause"]


def test_an_unknown_marketplace_is_a_configuration_error(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account(), 'marketplaces = ["wallmart"]')
    code, found = desk.links()
    assert code == 2
    assert found["streams"]["state"] == "problem"
    assert _states(found)["sign-in"] == "ok"
    assert found["imitations"]["text"] == "not tried, because of the streams above"


def test_an_unknown_provider_is_a_configuration_error(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account(), 'provider = "hotmale"')
    code, found = desk.links()
    assert code == 2
    assert found["provider"]["state"] == "problem"
    assert _states(found)["connection"] == "unknown"


def test_a_state_that_is_no_database_is_a_problem(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account())
    (desk.folder / "state.db").write_bytes(b"not a database, but long enough to look at" * 100)
    code, found = desk.links()
    assert code == 2
    assert found["state"]["state"] == "problem"


def test_a_mailbox_that_is_not_configured_is_an_error(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account())
    result = desk.run("shpo")
    assert isinstance(result.exception, ConfigError)
    assert "did you mean shop" in result.exception.message


# DNS


def test_a_silent_dns_server_is_a_problem_and_the_mailbox_is_looked_at_all_the_same(desk: Desk, pymap: Pymap) -> None:
    desk.configure(pymap.account())
    file = desk.folder / "auditor.toml"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        file.write_text(file.read_text().replace(f"port = {desk.dns.port}", f"port = {silent.getsockname()[1]}"))
        code, found = desk.links()
    assert code == 3
    assert found["DNS"]["state"] == "problem"
    assert "nameservers" in found["DNS"]["try"]
    assert _states(found)["sign-in"] == "ok"
    assert found["recognition"]["text"] == "not tried, because of the DNS above"


def test_a_server_that_only_dns_could_find_is_not_looked_for_without_dns(desk: Desk, pymap: Pymap) -> None:
    account = pymap.account()
    file = desk.configure(account)
    named = ("host = ", "security = ", f"port = {account.port}")
    lines = [each for each in file.read_text().splitlines() if not each.startswith(named)]
    file.write_text("\n".join(lines))
    desk.dns.clear()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        file.write_text(file.read_text().replace(f"port = {desk.dns.port}", f"port = {silent.getsockname()[1]}"))
        code, found = desk.links()
    assert code == 3
    assert found["server"]["state"] == "unknown"
    assert _states(found)["connection"] == "unknown"


def test_a_resolver_that_makes_answers_up_is_a_problem(desk: Desk, pymap: Pymap) -> None:
    config = load(desk.configure(pymap.account()), {})
    desk.dns.a("nowhere.test", "192.0.2.1")
    with Resolver([desk.dns.nameserver], port=desk.dns.port) as resolver:
        bench = Bench(config, load_catalogue(), resolver, _now, nonexistent="nowhere.test")
        checkup = examine(config.mailbox("shop"), bench)
    (dns,) = [each for each in checkup.diagnoses if each.link is Link.DNS]
    assert "does not exist" in dns.text


def _now() -> datetime:
    return datetime.now(UTC)


# Stamps and addresses, seen through IMAP


def test_consistent_stamps_give_a_line_that_the_configuration_takes(desk: Desk, dovecot: Dovecot) -> None:
    account = dovecot.account()
    deliver_all(account, _mail(12, account.username), "INBOX")
    desk.configure(account)

    code, found = desk.links()
    assert code == 0
    line = found["stamps"]["copy"]
    assert line == f'authserv_ids = ["{PINNED_ID}"]'

    desk.configure(account, line)
    assert desk.links()[1]["stamps"]["state"] == "ok"


def test_stamps_that_came_with_the_message_are_not_offered(
    desk: Desk, pymap: Pymap, deliver: Callable[..., int]
) -> None:
    account = pymap.account()
    planted = f"Authentication-Results: {PINNED_ID}; dmarc=pass header.from=walmart.com\r\n".encode()
    for number in range(8):
        letter = planted + compose(Letter(f"x{number}@evil.test", to=account.username))
        deliver(account, delivered(letter, Profile.NONE, own()), "INBOX")
    desk.configure(account)

    _, found = desk.links()

    assert found["stamps"]["copy"] is None
    assert "where a sender could have put it" in found["stamps"]["text"]


def test_an_inbox_for_another_address_shows_it(desk: Desk, pymap: Pymap) -> None:
    account = pymap.account()
    deliver_all(account, _mail(8, SELLER.replace("seller", "orders")), "INBOX")
    desk.configure(account)

    code, found = desk.links()

    assert code == 10
    assert "orders@shop.test (8)" in found["addresses"]["cause"]
