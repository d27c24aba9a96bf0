"""Sign-in at Google by its own libraries: in the browser of a desktop once, then renewal without anybody."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import google.auth.exceptions
import google.auth.transport.requests
import google.oauth2.credentials
import requests
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import OAuth2Error
from requests.adapters import BaseAdapter

from auditor import private
from auditor.errors import AuditorError, ConfigError, SignInError
from auditor.mailbox.hiding import hider
from auditor.mailbox.signin import AccessToken
from auditor.oauth.refusals import refusal
from auditor.oauth.tokens import Client, Tokens, usable
from auditor.oauth.web import asking, session_over

SCOPE = "https://mail.google.com/"
SETTINGS_SCOPE = "https://www.googleapis.com/auth/gmail.settings.basic"
_AUTHORITY = "https://accounts.google.com/o/oauth2/auth"
_TOKENS = "https://oauth2.googleapis.com/token"
_BROWSER_S = 600
_LONGEST_FILE = 65_536
_CALLED = "the client's file"
_CLIENT_HINT = "download it in the Google Cloud console: Credentials, the client of the type `Desktop app`"


def client_secret(file: Path, client: Client) -> str:
    """From the file that Google gives for a client. Raises ConfigError, which repeats nothing of it."""
    content = private.read(file, called=_CALLED, longest=_LONGEST_FILE)
    try:
        document = json.loads(content)
        kind = next(kind for kind in ("installed", "web") if kind in document)
        client_id, secret = document[kind]["client_id"], document[kind]["client_secret"]
    except (ValueError, LookupError, TypeError, StopIteration, RecursionError):
        raise ConfigError(f"{_CALLED} {file} is not the file of a client of Google's", hint=_CLIENT_HINT) from None
    if kind == "web":
        raise ConfigError(f"{_CALLED} {file} is for the type `Web application`", hint=_CLIENT_HINT)
    if client_id != client.client_id or not isinstance(secret, str):
        raise ConfigError(
            f"{_CALLED} {file} is not of the client in the configuration", hint="write its client_id there"
        )
    return secret


def has_settings(tokens: Tokens) -> bool:
    """Whether the sign-in was made with the permission to change Gmail's settings; one of old knows of none."""
    try:
        return bool(json.loads(tokens.kept).get("settings"))
    except (ValueError, AttributeError, RecursionError):
        return False


def sign_in(
    client: Client,
    secret: str,
    show: Callable[[bool], None],
    *,
    adapter: BaseAdapter,
    now: Callable[[], datetime],
    settings: bool = False,
) -> tuple[AccessToken, Tokens]:
    """In this computer's browser. `show(there_is_one)` comes before the page's address. Raises AuditorError.

    `settings`: Google is asked for the permission to change Gmail's settings too.
    """
    scopes = [SCOPE, *([SETTINGS_SCOPE] if settings else [])]
    installed = {"client_id": client.client_id, "client_secret": secret, "auth_uri": _AUTHORITY, "token_uri": _TOKENS}
    flow = InstalledAppFlow.from_client_config({"installed": installed}, scopes)
    session_over(adapter, flow.oauth2session)
    browser = _has_browser()
    show(browser)
    hide = hider(secret)
    with asking(client, hide), _named(client, hide):
        credentials = flow.run_local_server(
            host="127.0.0.1",
            port=0,
            authorization_prompt_message="{url}",
            success_message="auditor has its token. You may close this window.",
            open_browser=browser,
            timeout_seconds=_BROWSER_S,
            prompt="consent",  # else Google gives no refresh token the second time
            login_hint=client.username,
        )
        return _signed_in(credentials, flow.oauth2session.token, client, now(), scopes)


@contextmanager
def _named(client: Client, hide: Callable[[str], str]) -> Iterator[None]:
    """What the libraries raise about the page, and about what Google sent to it."""
    try:
        yield
    except WSGITimeoutError:
        raise SignInError("nobody signed in in the browser in ten minutes", hint=client.login) from None
    except OAuth2Error as exc:
        answer = {"error": exc.error, "error_description": exc.description}
        raise refusal(answer, client, hide=hide) from None
    except Warning:  # oauthlib's way to say that other permissions were granted than asked for
        raise _not_granted(client) from None
    except requests.exceptions.RequestException:  # an OSError, which `asking` names
        raise
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise SignInError(f"no page can be opened on this computer for Google's answer: {reason}") from None


def renew(
    tokens: Tokens, client: Client, *, session: requests.Session, now: Callable[[], datetime]
) -> tuple[AccessToken, Tokens]:
    """A token for this run, and what to keep from now on: the same where nothing changed. Raises AuditorError."""
    with usable(client):
        kept = json.loads(tokens.kept)
        refresh_token, secret = str(kept["refresh_token"]), str(kept["client_secret"])

    def hide(said: str) -> str:
        return hider(refresh_token)(hider(secret)(said))

    make: Any = google.oauth2.credentials.Credentials  # untyped, though the package says otherwise
    credentials = make(None, refresh_token, token_uri=_TOKENS, client_id=client.client_id, client_secret=secret)
    with asking(client, hide):
        try:
            credentials.refresh(google.auth.transport.requests.Request(session))
        except google.auth.exceptions.TransportError as exc:
            raise _transport(exc) from None
        except google.auth.exceptions.RefreshError as exc:
            raise _refresh(exc, client, hide) from None
        token = AccessToken(str(credentials.token))
        if credentials.refresh_token in (None, refresh_token):
            return token, tokens
        renewed = _kept(str(credentials.refresh_token), secret, settings=has_settings(tokens))
        return token, Tokens(renewed, now(), None)


def _has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _signed_in(
    credentials: Any, answer: dict[str, Any], client: Client, now: datetime, scopes: Sequence[str]
) -> tuple[AccessToken, Tokens]:
    if not set(scopes) <= set(credentials.granted_scopes or credentials.scopes or ()):
        raise _not_granted(client)
    if not credentials.refresh_token:
        raise SignInError(f"Google gave {client.username} no token that lasts", hint=f"try again: {client.login}")
    lasts = answer.get("refresh_token_expires_in")  # given while the project's publishing status is `Testing`
    ends_at = now + timedelta(seconds=lasts) if isinstance(lasts, int) and lasts > 0 else None
    settings = SETTINGS_SCOPE in scopes
    kept = _kept(str(credentials.refresh_token), str(credentials.client_secret), settings=settings)
    return AccessToken(str(credentials.token)), Tokens(kept, now, ends_at)


def _kept(refresh_token: str, secret: str, *, settings: bool) -> str:
    more = {"settings": True} if settings else {}
    return json.dumps({"refresh_token": refresh_token, "client_secret": secret, **more})


def _not_granted(client: Client) -> SignInError:
    return SignInError(
        f"Google was not allowed to give the permission for the mail of {client.username}",
        hint=f"{client.login}, and tick every box for Gmail",
    )


def _transport(exc: google.auth.exceptions.TransportError) -> Exception:
    """What requests raised, which google-auth wraps."""
    cause = exc.args[0] if exc.args else None
    return cause if isinstance(cause, requests.exceptions.RequestException) else ValueError()


def _refresh(
    exc: google.auth.exceptions.RefreshError, client: Client, hide: Callable[[str], str]
) -> AuditorError | ValueError:
    answer = exc.args[1] if len(exc.args) > 1 else None
    if "eauthenticat" in str(exc.args[:1]):  # google-auth's own sentence, in the place of Google's answer
        answer = {"error": "rapt_required"}
    return refusal(answer, client, hide=hide) if isinstance(answer, dict) and "error" in answer else ValueError()
