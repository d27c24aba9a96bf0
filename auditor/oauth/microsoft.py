"""Sign-in at Microsoft by msal: a code that is entered on any computer once, then renewal without anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msal
import requests

from auditor.errors import SignInError
from auditor.mailbox.hiding import hider
from auditor.mailbox.signin import AccessToken
from auditor.oauth.refusals import refusal
from auditor.oauth.tokens import Client, Tokens, usable
from auditor.oauth.web import asking

SCOPE = "https://outlook.office.com/IMAP.AccessAsUser.All"
_AUTHORITY = "https://login.microsoftonline.com/"
_CODE_S = 900  # Microsoft gives a code 15 minutes
_MOST_INTERVAL_S = 30


def sign_in(
    client: Client, show: Callable[[str, str], None], *, session: requests.Session, now: Callable[[], datetime]
) -> tuple[AccessToken, Tokens]:
    """`show(page, code)` tells the seller where to enter what; then it waits for him. Raises AuditorError."""
    cache = msal.SerializableTokenCache()
    with asking(client):
        app = _app(client, cache, session)
        flow = app.initiate_device_flow(scopes=[SCOPE])
        if "user_code" not in flow:
            raise refusal(flow, client)
        page, code = str(flow["verification_uri"]), str(flow["user_code"])
        flow["interval"] = max(1, min(flow["interval"], _MOST_INTERVAL_S))
        flow["expires_at"] -= max(0, flow["expires_in"] - _CODE_S)
    show(page, code)
    hide = hider(str(flow["device_code"]))
    with asking(client, hide):
        answer = app.acquire_token_by_device_flow(flow)
        if "access_token" not in answer:
            raise refusal(answer, client, hide=hide)
        _refuse_other_scope(answer, client)
        _refuse_short(cache, client)
        return AccessToken(str(answer["access_token"])), _tokens(cache, answer, now())


def renew(
    tokens: Tokens, client: Client, *, session: requests.Session, now: Callable[[], datetime]
) -> tuple[AccessToken, Tokens]:
    """A token for this run, and what to keep from now on: the same where nothing changed. Raises AuditorError."""
    cache = msal.SerializableTokenCache()
    with usable(client):
        cache.deserialize(tokens.kept)
        before, hide = _refresh_tokens(cache), _hiding(cache)
        if not before:
            raise LookupError
    with asking(client, hide):
        app = _app(client, cache, session)
        accounts = app.get_accounts()
        answer = app.acquire_token_silent_with_error([SCOPE], account=accounts[0] if accounts else None)
        if answer is None:
            raise SignInError(f"the sign-in of {client.username} that is kept is empty", hint=client.login)
        if "access_token" not in answer:
            raise refusal(answer, client, hide=hide)
        token = AccessToken(str(answer["access_token"]))
        if not cache.has_state_changed:
            return token, tokens
        if _refresh_tokens(cache) != before:
            return token, _tokens(cache, answer, now())
        return token, Tokens(cache.serialize(), tokens.received_at, tokens.ends_at)


def signed_in_as(tokens: Tokens) -> str:
    """The account that signed in; empty where Microsoft did not say."""
    cache = msal.SerializableTokenCache()
    cache.deserialize(tokens.kept)
    accounts = list(cache.search(cache.CredentialType.ACCOUNT))
    return str(accounts[0].get("username") or "") if accounts else ""


def _app(client: Client, cache: Any, session: requests.Session) -> Any:
    """msal asks Microsoft for the organisation's endpoints at once."""
    try:
        return msal.PublicClientApplication(
            client.client_id,
            authority=_AUTHORITY + client.tenant,
            token_cache=cache,
            http_client=session,
            instance_discovery=False,  # the host is Microsoft's own: there is nothing to find out about it
        )
    except ValueError as exc:
        # msal puts a sentence of its own in the place of Microsoft's answer
        answer = str(exc.__context__ or "")
        if "AADSTS" in answer or "HTTP status: 4" in answer:
            told = answer if "AADSTS" in answer else "AADSTS90002"
            raise refusal({"error": "invalid_tenant", "error_description": told}, client) from None
        raise


def _refuse_other_scope(answer: dict[str, Any], client: Client) -> None:
    granted = str(answer.get("scope", SCOPE))
    if "imap.accessasuser.all" not in granted.lower():
        raise refusal({"error": "invalid_scope"}, client)


def _refuse_short(cache: Any, client: Client) -> None:
    if not _refresh_tokens(cache):
        raise SignInError(
            f"Microsoft gave {client.username} no token that lasts (offline_access)",
            hint="let the app registration have the permission offline_access, then sign in again",
        )


def _refresh_tokens(cache: Any) -> tuple[str, ...]:
    return tuple(str(entry["secret"]) for entry in cache.search(cache.CredentialType.REFRESH_TOKEN))


def _hiding(cache: Any) -> Callable[[str], str]:
    kinds = (cache.CredentialType.REFRESH_TOKEN, cache.CredentialType.ACCESS_TOKEN)
    secrets = [str(entry["secret"]) for kind in kinds for entry in cache.search(kind)]

    def hide(said: str) -> str:
        for secret in secrets:
            said = hider(secret)(said)
        return said

    return hide


def _tokens(cache: Any, answer: dict[str, Any], now: datetime) -> Tokens:
    lasts = answer.get("refresh_token_expires_in")
    ends_at = now + timedelta(seconds=lasts) if isinstance(lasts, int) and lasts > 0 else None
    return Tokens(cache.serialize(), now, ends_at)
