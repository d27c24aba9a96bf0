"""`auditor login`: what it asks, keeps and says, on a real Dovecot; the provider's host is scripted."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.oauth import web
from tests.cli.terminal import typed
from tests.oauth.browser import Browser
from tests.oauth.scripted import (
    ACCESS,
    CLIENT_SECRET,
    DEVICE_CODE,
    GOOGLE_SCOPE,
    MICROSOFT,
    NEWER,
    REFRESH,
    Reply,
    Script,
    google_granted,
    granted,
    microsoft_refused,
    refused,
)
from tests.servers.dovecot import dovecot_unavailable
from tests.servers.oauth import OAuthDovecot, running_oauth_dovecot
from tests.servers.plugin import need
from tests.shop import OpenShop, Shop, the_error

pytestmark = pytest.mark.server

OURS = f'[mailbox.shop.oauth]\nprovider = "microsoft"\nclient_id = "{MICROSOFT.client_id}"\n'
GOOGLES = '[mailbox.shop.oauth]\nprovider = "google"\nclient_id = "1-a.apps.googleusercontent.com"\n'


@pytest.fixture(scope="module")
def server() -> Iterator[OAuthDovecot]:
    need(dovecot_unavailable())
    with running_oauth_dovecot() as server:
        yield server


@pytest.fixture
def shop(server: OAuthDovecot, open_shop: OpenShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop that signs in with OAuth2, its state in a folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shop = open_shop(server.dovecot.account())
    shop.mailbox = {"password_env": None}
    shop.tables = OURS
    return shop


@pytest.fixture
def token(server: OAuthDovecot, shop: Shop) -> str:
    """One that the mailbox takes."""
    return server.token(shop.account)


def scripted(monkeypatch: pytest.MonkeyPatch, script: Script) -> Script:
    monkeypatch.setattr(web, "new_adapter", lambda: script)
    return script


def kept(shop: Shop) -> Path:
    (file,) = (shop.folder / "state" / "auditor" / "sign-in").iterdir()
    return file


def next_night(shop: Shop) -> None:
    """The access token that is kept has run out by then."""
    file = kept(shop)
    document = json.loads(file.read_text())
    document["kept"] = re.sub(r'"expires_on": "\d+"', '"expires_on": "1"', document["kept"])
    file.write_text(json.dumps(document))


def hidden(shop: Shop, *texts: str) -> bool:
    secrets = (ACCESS, REFRESH, NEWER, DEVICE_CODE, CLIENT_SECRET, shop.account.password)
    return not [secret for secret in secrets if any(secret in text for text in texts)]


def test_microsoft_shows_a_code_and_the_mailbox_opens(shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    ran = shop.run("login", "shop")

    assert ran.exit_code == 0, ran.stderr
    assert "open https://microsoft.com/devicelogin" in ran.stdout
    assert "enter the code ABCD1234" in ran.stdout
    assert f"is kept in the file {kept(shop)}" in ran.stdout
    assert "the mailbox opens, 3 folders" in ran.stdout
    assert [stat.S_IMODE(each.stat().st_mode) for each in (kept(shop), kept(shop).parent)] == [0o600, 0o700]
    assert token not in ran.stdout + ran.stderr
    assert hidden(shop, ran.stdout, ran.stderr)


def test_an_account_that_is_not_the_mailboxs_is_told(shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script signs in seller@shop.test, and the mailbox has another number."""
    scripted(monkeypatch, Script(granted(access_token=token)))
    assert "warning: signed in as seller@shop.test, and the mailbox is" in shop.run("login", "shop").stderr


def test_a_mailbox_that_does_not_take_the_token_is_named(
    shop: Shop, server: OAuthDovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = server.token(server.dovecot.account())
    scripted(monkeypatch, Script(granted(access_token=theirs)))
    ran = shop.run("login", "shop")

    assert ran.exit_code == 3
    assert "did not accept the token of" in ran.stderr
    assert "check username" in ran.stderr or "username must be" in ran.stderr
    assert theirs not in ran.stderr


@pytest.mark.parametrize(
    "step, code, said",
    [
        (microsoft_refused(700016), 2, "does not know this client_id"),
        (microsoft_refused(65001), 3, "nobody has granted"),
        (refused("expired_token"), 3, "not entered in time"),
        (Reply("<html>", 503), 3, "trouble of its own"),
        (Reply(f"<html>{DEVICE_CODE}"), 3, "cannot be read"),
    ],
    ids=["client", "consent", "late", "trouble", "nonsense"],
)
def test_a_refusal_is_one_error_and_keeps_nothing(
    shop: Shop, step: Reply, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(step))
    ran = shop.run("login", "shop")

    assert ran.exit_code == code
    assert said in the_error(ran)
    assert not (shop.folder / "state").exists()
    assert hidden(shop, ran.stdout, ran.stderr)


def test_a_run_renews_the_sign_in_and_keeps_the_new_one(
    shop: Shop, server: OAuthDovecot, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    shop.run("login", "shop")
    next_night(shop)
    script = scripted(monkeypatch, Script(granted(NEWER, access_token=server.token(shop.account, seconds=1800))))

    assert shop.run("rescue", "--quiet").exit_code == 0
    assert script.asked[-1].form["refresh_token"] == REFRESH
    assert NEWER in kept(shop).read_text()
    assert stat.S_IMODE(kept(shop).stat().st_mode) == 0o600


def test_a_run_without_a_sign_in_says_how_to_make_one(shop: Shop) -> None:
    ran = shop.run("rescue")
    assert ran.exit_code == 2
    assert "not signed in at Microsoft yet" in ran.stderr
    assert "auditor login shop" in ran.stderr


def test_a_sign_in_that_was_taken_back_leaves_the_run_unfinished(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    shop.run("login", "shop")
    next_night(shop)
    scripted(monkeypatch, Script(microsoft_refused(50173)))
    ran = shop.report("audit")

    assert ran.exit_code == 3
    assert "taken back" in ran.mailbox["incomplete"][0]["why"]
    assert "auditor login shop" in ran.stderr
    assert hidden(shop, ran.stdout, ran.stderr)


def test_a_sign_in_that_ends_soon_is_warned_of_also_when_quiet(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token, refresh_token_expires_in=5 * 86_400)))
    shop.run("login", "shop")
    ran = shop.run("audit", "--quiet")

    assert (ran.exit_code, ran.stdout) == (0, "")
    assert re.fullmatch(r"warning: the sign-in of `shop` at Microsoft ends on .* auditor login shop\n", ran.stderr)


def test_doctor_tells_where_the_sign_in_is_and_that_it_ends(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token, refresh_token_expires_in=5 * 86_400)))
    shop.run("login", "shop")
    said = " ".join(shop.run("doctor").stdout.split())

    assert "a token, renewed by the sign-in that is kept in a file" in said
    assert "ends on" in said


@pytest.mark.parametrize("spoilt", ["", "{}", "[" * 100_000, '{"auditor": 1}'], ids=["empty", "bare", "deep", "short"])
def test_a_spoilt_file_asks_for_a_new_sign_in(
    shop: Shop, token: str, spoilt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    shop.run("login", "shop")
    kept(shop).write_text(spoilt)
    ran = shop.run("rescue")

    assert ran.exit_code == 2
    assert "it holds no sign-in of auditor" in ran.stderr
    assert "auditor login shop" in ran.stderr


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o666], ids=oct)
def test_a_file_that_others_can_read_is_refused(
    shop: Shop, token: str, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    shop.run("login", "shop")
    kept(shop).chmod(mode)
    assert "can be read by others" in the_error(shop.run("rescue"))


def test_a_sign_in_moves_to_another_computer(
    shop: Shop, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    shop.run("login", "shop")
    moved = kept(shop).rename(tmp_path / "moved")
    ran = shop.run("login", "shop", "--from", str(moved))

    assert ran.exit_code == 0, ran.stderr
    assert "the mailbox opens" in ran.stdout
    assert kept(shop).exists()
    moved.chmod(0o644)
    assert "can be read by others" in the_error(shop.run("login", "shop", "--from", str(moved)))


def test_a_sign_in_of_another_client_is_not_taken_over(
    shop: Shop, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, Script(granted(access_token=token)))
    shop.run("login", "shop")
    moved = kept(shop).rename(tmp_path / "moved")
    shop.tables = OURS + 'tenant = "consumers"\n'
    assert "it is of another tenant" in the_error(shop.run("login", "shop", "--from", str(moved)))


def test_google_takes_a_sign_in_from_a_desktop_and_renews_it(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.tables = GOOGLES
    client = {"provider": "google", "client_id": "1-a.apps.googleusercontent.com", "username": shop.account.username}
    document = {
        "auditor": 1,
        "client": client,
        "received_at": "2026-11-20T00:00:00+00:00",
        "ends_at": None,
        "kept": json.dumps({"refresh_token": REFRESH, "client_secret": CLIENT_SECRET}),
    }
    moved = shop.folder / "moved"
    moved.write_text(json.dumps(document))
    moved.chmod(0o600)
    scripted(monkeypatch, Script(google_granted(None, access_token=token)))

    assert shop.run("login", "shop", "--from", str(moved)).exit_code == 0
    assert shop.run("rescue").exit_code == 0


def test_google_signs_in_in_the_browser_of_a_desktop(shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.tables = GOOGLES
    client = {"client_id": "1-a.apps.googleusercontent.com", "client_secret": CLIENT_SECRET}
    (file := shop.folder / "client.json").write_text(json.dumps({"installed": client}))
    file.chmod(0o600)
    browser = Browser()
    monkeypatch.setattr(webbrowser, "get", lambda using=None: browser)
    both = f"{GOOGLE_SCOPE} https://www.googleapis.com/auth/gmail.settings.basic"
    granted = google_granted(access_token=token, refresh_token_expires_in=604_799, scope=both)
    scripted(monkeypatch, Script(granted))
    shop.run("login", "shop", "--client-file", str(file), "--settings")
    ran = shop.run("login", "shop", "--client-file", str(file))

    assert browser.asked["scope"] == both  # asked for again, since it was given before

    assert ran.exit_code == 0, ran.stderr
    assert browser.asked["login_hint"] == shop.account.username
    assert "This page opens now in a browser on this computer" in ran.stdout
    assert "the mailbox opens, 3 folders" in ran.stdout
    assert "ends it after 7 days while the project's publishing status is `Testing`" in ran.stderr
    assert hidden(shop, ran.stdout, ran.stderr)


def test_google_without_the_clients_file_says_what_is_simpler(shop: Shop) -> None:
    shop.tables = GOOGLES
    ran = shop.run("login", "shop")
    assert ran.exit_code == 2
    assert "--client-file" in the_error(ran)
    assert "app password" in ran.stderr


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("--client-file", "x"), "first sign-in at Google"),
        (("--from", "nothing"), "--from nothing: there is no such file"),
    ],
)
def test_options_that_do_not_fit_are_refused(shop: Shop, arguments: tuple[str, ...], said: str) -> None:
    ran = shop.run("login", "shop", *arguments)
    assert (ran.exit_code, said in the_error(ran)) == (2, True)


PASSWORDS: dict[str, tuple[dict[str, Any], str]] = {
    "env": ({"password_env": "SHOP_PASSWORD"}, "the environment variable SHOP_PASSWORD: set it where"),
    "command": ({"password_env": None, "password_command": ["pass", "shop"]}, "what pass prints: give it to"),
    "file": ({"password_env": None, "password_file": "shop.password"}, "shop.password: write it there, and chmod 600"),
}


@pytest.mark.parametrize("way", PASSWORDS)
def test_a_password_from_elsewhere_is_one_line(shop: Shop, way: str) -> None:
    shop.mailbox, shop.tables = {**PASSWORDS[way][0]}, ""
    shop.configured().chmod(0o600)  # a command may hold a secret
    ran = shop.run("login", "shop")

    assert ran.exit_code == 0
    assert len(ran.stdout.splitlines()) == 1
    assert PASSWORDS[way][1] in ran.stdout
    assert hidden(shop, ran.stdout)


def test_a_password_takes_no_option_of_a_sign_in(shop: Shop) -> None:
    shop.mailbox, shop.tables = {}, ""
    assert "are for OAuth2" in the_error(shop.run("login", "shop", "--from", "x"))


def test_microsoft_wants_no_password(shop: Shop) -> None:
    shop.mailbox, shop.tables = {"host": "outlook.office365.com", "port": 993, "security": "tls"}, ""
    ran = shop.run("login", "shop")
    assert ran.exit_code == 2
    assert "accepts no password over IMAP" in the_error(ran)
    assert "[mailbox.shop.oauth]" in ran.stderr


def in_the_keyring(shop: Shop, answers: list[str]) -> tuple[int, str, Path]:
    shop.mailbox, shop.tables = {"password_env": None, "keyring": True}, ""
    file = shop.folder / "keyring"
    environment = {"PYTHON_KEYRING_BACKEND": "tests.sweeps.keyring_of_tests.Kept", "AUDITOR_TEST_KEYRING": str(file)}
    command = [sys.executable, "-m", "auditor", "login", "shop", "--config", str(shop.configured())]
    return *typed(command, answers, shop.folder, environment), file


def test_a_password_goes_into_the_keyring_unseen(shop: Shop) -> None:
    code, said, file = in_the_keyring(shop, [f"{shop.account.password}\n"])

    assert code == 0, said
    assert f"Password of {shop.account.username} at 127.0.0.1: " in said
    assert "the mailbox opens, 3 folders" in said
    assert shop.account.password not in said
    assert file.read_text().strip() == shop.account.password


def test_a_wrong_password_is_said_at_once(shop: Shop) -> None:
    code, said, _ = in_the_keyring(shop, ["wr0ng-secret\n"])

    assert code == 3
    assert "refused to sign" in said
    assert "wr0ng-secret" not in said


def test_without_a_terminal_no_password_is_asked_for(shop: Shop) -> None:
    shop.mailbox, shop.tables = {"password_env": None, "keyring": True}, ""
    assert "and there is none" in the_error(shop.run("login", "shop"))
    assert "SHOP_PASSWORD" not in os.environ
