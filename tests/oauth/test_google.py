"""Sign-in and renewal at Google, through its libraries: a real page on loopback, a scripted host for the tokens."""

from __future__ import annotations

import json
import webbrowser
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.errors import ConfigError, SignInError
from auditor.mailbox.signin import AccessToken
from auditor.oauth import google
from auditor.oauth.tokens import Tokens
from auditor.oauth.web import session_over
from tests.oauth.browser import Answer, Browser
from tests.oauth.scripted import (
    ACCESS,
    CLIENT_SECRET,
    GOOGLE,
    GOOGLE_SCOPE,
    NEWER,
    NOW,
    REFRESH,
    Script,
    google_granted,
    google_tokens,
    refused,
    shown,
)

pytestmark = pytest.mark.thorough

LATER = NOW + timedelta(days=1)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    browser = Browser()
    monkeypatch.setattr(webbrowser, "get", lambda using=None: browser)
    return browser


def sign_in(script: Script) -> tuple[AccessToken, Tokens]:
    return google.sign_in(GOOGLE, CLIENT_SECRET, lambda _: None, adapter=script, now=lambda: NOW)


def renew(script: Script, tokens: Tokens) -> tuple[AccessToken, Tokens]:
    return google.renew(tokens, GOOGLE, session=session_over(script), now=lambda: LATER)


def test_the_sign_in_of_a_desktop(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    script = Script(google_granted())
    token, tokens = sign_in(script)

    assert (token.value, tokens.received_at, tokens.ends_at) == (ACCESS, NOW, None)
    assert json.loads(tokens.kept) == {"refresh_token": REFRESH, "client_secret": CLIENT_SECRET}
    wanted = {"scope": "https://mail.google.com/", "access_type": "offline", "code_challenge_method": "S256"}
    assert wanted.items() <= browser.asked.items()
    assert browser.asked["login_hint"] == "seller@shop.test"
    assert browser.asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert script.asked[0].address == "https://oauth2.googleapis.com/token"
    assert script.asked[0].form["code"] == "c0de"
    assert shown([capsys.readouterr().out]) == []


SETTINGS = "https://www.googleapis.com/auth/gmail.settings.basic"


def test_the_permission_for_settings_is_asked_for_and_remembered(browser: Browser) -> None:
    script = Script(google_granted(scope=f"{GOOGLE_SCOPE} {SETTINGS}"), google_granted(NEWER))
    tokens = google.sign_in(GOOGLE, CLIENT_SECRET, lambda _: None, adapter=script, now=lambda: NOW, settings=True)[1]
    renewed = google.renew(tokens, GOOGLE, session=session_over(script), now=lambda: LATER)[1]

    assert browser.asked["scope"].split() == [GOOGLE_SCOPE, SETTINGS]
    assert google.has_settings(tokens)
    assert google.has_settings(renewed)
    assert not google.has_settings(google_tokens())


def test_a_permission_for_settings_that_was_not_given_is_named(browser: Browser) -> None:
    with pytest.raises(SignInError, match="permission"):
        google.sign_in(
            GOOGLE, CLIENT_SECRET, lambda _: None, adapter=Script(google_granted()), now=lambda: NOW, settings=True
        )


def test_the_seven_days_of_a_project_in_testing_are_known(browser: Browser) -> None:
    tokens = sign_in(Script(google_granted(refresh_token_expires_in=604_799)))[1]
    assert tokens.ends_at == NOW + timedelta(seconds=604_799)


@pytest.mark.parametrize(
    "answer, script, said",
    [
        (lambda asked: {"error": "access_denied", "state": asked["state"]}, Script(), "was declined"),
        (lambda asked: {"error": "admin_policy_enforced", "state": asked["state"]}, Script(), "not allow this client"),
        (lambda asked: {"code": "c0de", "state": "forged"}, Script(), "mismatching_state"),
        (lambda asked: {"state": asked["state"]}, Script(), "missing_code"),
        (None, Script(refused("invalid_grant", "Bad Request")), "taken back or has ended"),
        (None, Script(refused("invalid_client", "Unauthorized", status=401)), "does not know this client"),
        (None, Script(refused("redirect_uri_mismatch", "Bad Request")), "`Desktop app`"),
        (None, Script(google_granted(None)), "no token that lasts"),
        (None, Script(google_granted(scope="openid")), "permission for the mail"),
        (None, Script(refused("strange", f"{CLIENT_SECRET} is bad")), "strange: *** is bad"),
    ],
    ids=["declined", "policy", "forged-state", "no-code", "grant", "client", "type", "short", "scope", "repeated"],
)
def test_a_sign_in_that_fails_is_named(browser: Browser, answer: Answer | None, script: Script, said: str) -> None:
    if answer:
        browser.answer = answer
    with pytest.raises((SignInError, ConfigError)) as caught:
        sign_in(script)

    assert said in caught.value.message
    assert caught.value.hint
    assert shown([caught.value.message, caught.value.hint]) == []


def test_nobody_who_signs_in_is_not_waited_for_for_ever(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google, "_BROWSER_S", 0.2)
    monkeypatch.setattr(browser, "open", lambda *_args, **_options: True)
    with pytest.raises(SignInError, match="nobody signed in"):
        sign_in(Script())


def test_a_renewal_sends_the_refresh_token_and_changes_nothing() -> None:
    script, tokens = Script(google_granted(None)), google_tokens()
    token, renewed = renew(script, tokens)

    assert token.value == ACCESS
    assert renewed is tokens
    form = script.asked[0].form
    assert (form["refresh_token"], form["client_secret"]) == (REFRESH, CLIENT_SECRET)


def test_a_refresh_token_that_google_replaces_is_kept() -> None:
    renewed = renew(Script(google_granted(NEWER)), google_tokens(NOW))[1]
    assert json.loads(renewed.kept)["refresh_token"] == NEWER
    assert (renewed.received_at, renewed.ends_at) == (LATER, None)


def client_file(folder: Path, document: object, mode: int = 0o600) -> Path:
    path = folder / "client.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    path.chmod(mode)
    return path


DESKTOP = {"client_id": GOOGLE.client_id, "client_secret": CLIENT_SECRET}


def test_the_clients_file_holds_its_secret(tmp_path: Path) -> None:
    assert google.client_secret(client_file(tmp_path, {"installed": DESKTOP}), GOOGLE) == CLIENT_SECRET


@pytest.mark.parametrize(
    "document, mode, said",
    [
        ({"web": DESKTOP}, 0o600, "Web application"),
        ({"installed": {**DESKTOP, "client_id": "another"}}, 0o600, "not of the client in the configuration"),
        ({"installed": {"client_id": GOOGLE.client_id}}, 0o600, "not the file of a client"),
        ({"other": DESKTOP}, 0o600, "not the file of a client"),
        (f"{CLIENT_SECRET}", 0o600, "not the file of a client"),
        ("[" * 100_000, 0o600, "not the file of a client"),
        ({"installed": DESKTOP}, 0o644, "can be read by others"),
    ],
    ids=["web", "another", "no-secret", "other", "no-json", "deep", "open"],
)
def test_another_file_is_refused(tmp_path: Path, document: object, mode: int, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        google.client_secret(client_file(tmp_path, document, mode), GOOGLE)

    assert said in caught.value.message
    assert shown([caught.value.message, caught.value.hint]) == []
