"""`auditor init`: what it finds out, what it asks, what it writes, and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from auditor.cli import init as module
from auditor.cli.init import init
from auditor.config import load
from auditor.errors import ConfigError
from auditor.resolver import Resolver
from tests.cli.terminal import typed
from tests.servers.zone import DnsServer

pytestmark = pytest.mark.server

app = typer.Typer()
app.command()(init)

_PROGRAM = "import typer; from auditor.cli.init import init; app = typer.Typer(); app.command()(init); app()"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, dns_zone: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with the DNS of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUDITOR_CONFIG", raising=False)
    monkeypatch.setattr(
        module, "new_resolver", lambda: Resolver([dns_zone.nameserver], port=dns_zone.port, timeout_s=0.5)
    )


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def _refusal(result: Result) -> ConfigError:
    assert isinstance(result.exception, ConfigError), result.output
    assert "\n" not in result.exception.message
    return result.exception


def test_a_known_address_needs_no_question(tmp_path: Path) -> None:
    result = _run("--address", "me@gmail.com", "--password-env", "MY_APP_PASSWORD")

    assert result.exit_code == 0
    file = tmp_path / "auditor.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    mailbox = load(file, {}).mailbox("gmail")
    assert (mailbox.host, mailbox.port, mailbox.password_env) == ("imap.gmail.com", 993, "MY_APP_PASSWORD")
    assert "known for addresses of Google" in result.stdout
    assert "app password" in result.stdout
    assert "export MY_APP_PASSWORD" in result.stdout
    assert result.stdout.endswith("Next:\n  auditor doctor\n  auditor rescue\n")


def test_a_shops_own_domain_is_found_by_who_receives_its_mail(dns_zone: DnsServer) -> None:
    dns_zone.mx("shop.test", "aspmx.l.google.com")
    result = _run("--address", "support@shop.test", "--password-env", "X")
    assert load(Path("auditor.toml"), {}).mailbox("shop").host == "imap.gmail.com"
    assert "because DNS says that Google" in result.stdout


def test_a_shops_own_server_is_found_by_its_srv_record(dns_zone: DnsServer) -> None:
    dns_zone.record("_imaps._tcp.shop.test", "SRV", "0 1 1993 mail.shop.test.")
    result = _run("--address", "support@shop.test", "--password-env", "X")
    mailbox = load(Path("auditor.toml"), {}).mailbox("shop")
    assert (mailbox.host, mailbox.port, mailbox.security) == ("mail.shop.test", 1993, "tls")
    assert "shop.test says so in DNS (SRV)" in result.stdout


def test_a_server_that_dns_puts_elsewhere_is_not_taken(dns_zone: DnsServer) -> None:
    dns_zone.record("_imaps._tcp.shop.test", "SRV", "0 1 993 imap.evil.test.")
    error = _refusal(_run("--address", "support@shop.test", "--password-env", "X"))
    assert "imap.evil.test" in error.message
    assert not Path("auditor.toml").exists()


def test_a_server_that_cannot_be_found_has_to_be_named() -> None:
    error = _refusal(_run("--address", "support@shop.test", "--password-env", "X"))
    assert "--host" in error.hint

    assert _run("--address", "support@shop.test", "--password-env", "X", "--host", "mail.shop.test").exit_code == 0
    assert load(Path("auditor.toml"), {}).mailbox("shop").host == "mail.shop.test"


@pytest.mark.parametrize("how", ["address", "mx", "host"])
def test_a_mailbox_at_microsoft_gets_the_sellers_own_client(dns_zone: DnsServer, how: str) -> None:
    dns_zone.mx("shop.test", "shop-test.mail.protection.outlook.com")
    arguments = {
        "address": ["--address", "me@hotmail.com"],
        "mx": ["--address", "me@shop.test"],
        "host": ["--address", "me@other.test", "--host", "outlook.office365.com"],
    }[how]
    assert "--client-id ID is needed" in _refusal(_run(*arguments)).message
    assert "cannot go together" in _refusal(_run(*arguments, "--password-env", "X")).message
    assert not Path("auditor.toml").exists()

    result = _run(*arguments, "--client-id", "1-2-3", "--tenant", "consumers")
    (mailbox,) = load(Path("auditor.toml"), {}).mailboxes
    assert mailbox.oauth
    assert (mailbox.oauth.provider, mailbox.oauth.client_id, mailbox.oauth.tenant) == (
        "microsoft",
        "1-2-3",
        "consumers",
    )
    assert f"First sign in, once:\n  auditor login {mailbox.name}\n" in result.stdout


def test_a_client_at_google_takes_the_place_of_a_password() -> None:
    assert _run("--address", "me@gmail.com", "--client-id", "1.apps.googleusercontent.com").exit_code == 0
    mailbox = load(Path("auditor.toml"), {}).mailbox("gmail")
    assert mailbox.oauth
    assert mailbox.oauth.provider == "google"


def test_a_client_is_for_microsoft_and_google_alone() -> None:
    given = ("--address", "me@shop.test", "--host", "mail.shop.test", "--client-id", "1")
    assert "Microsoft and Google" in _refusal(_run(*given)).message


@pytest.mark.parametrize(
    "arguments, said",
    [
        ([], "--address is needed"),
        (["--address", "me@gmail.com"], "--password-env NAME is needed"),
        (["--address", "nobody", "--password-env", "X"], "no e-mail address"),
        (["--address", "me@gmail.com", "--password-env", "X", "--keyring"], "one place only"),
        (["--address", "me@gmail.com", "--password-command", "'open"], "not closed"),
        (["--address", "me@gmail.com", "--password-env", "X", "--config", "no/such/a.toml"], "cannot be written"),
        (["--address", "me@gmail.com", "--password-env", "a\x07b"], "name of a variable"),
    ],
)
def test_without_a_terminal_a_missing_or_wrong_answer_is_one_clear_line(arguments: list[str], said: str) -> None:
    assert said in _refusal(_run(*arguments)).message
    assert list(Path().iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten() -> None:
    Path("auditor.toml").write_text("mine")
    error = _refusal(_run("--address", "me@gmail.com", "--password-env", "X"))
    assert "not overwritten" in error.message
    assert Path("auditor.toml").read_text() == "mine"


def test_a_link_to_nowhere_is_not_followed() -> None:
    Path("auditor.toml").symlink_to("elsewhere.toml")
    _refusal(_run("--address", "me@gmail.com", "--password-env", "X"))
    assert not Path("elsewhere.toml").exists()


def test_the_environment_may_name_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_CONFIG", "other.toml")
    result = _run("--address", "me@gmail.com", "--password-env", "X")
    assert Path("other.toml").exists()
    assert "auditor doctor --config other.toml" in result.stdout


def test_in_a_folder_each_mailbox_gets_its_file_and_a_name_of_its_own() -> None:
    Path("shops").mkdir()
    for address in ("one@gmail.com", "two@gmail.com"):
        assert _run("--address", address, "--password-env", "X", "--config", "shops").exit_code == 0
    assert {each.name for each in load(Path("shops"), {}).mailboxes} == {"gmail", "gmail-2"}


def test_the_command_that_fills_the_keyring_is_shown() -> None:
    result = _run("--address", "me@gmail.com", "--keyring")
    assert "First put the password there:\n  auditor login gmail\n" in result.stdout


def test_on_a_terminal_it_says_where_to_register_a_client(tmp_path: Path) -> None:
    said = _typed(tmp_path, ["me@hotmail.com\n", "1-2-3\n"])
    assert "Allow public client flows" in said
    assert "auditor login hotmail" in said


def test_on_a_terminal_it_asks_for_the_address_and_where_the_password_is(tmp_path: Path) -> None:
    said = _typed(tmp_path, ["me@gmail.com\n", "\n"])
    assert load(tmp_path / "auditor.toml", {}).mailbox("gmail").password_env == "AUDITOR_PASSWORD"
    assert said.count("]: ") + said.count("write: ") == 2  # the questions
    assert "auditor doctor" in said


def _typed(folder: Path, answers: list[str]) -> str:
    return typed([sys.executable, "-c", _PROGRAM], answers, folder)[1]
