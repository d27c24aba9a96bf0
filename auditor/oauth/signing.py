"""Sign in once by hand, or renew a sign-in that is kept: a client goes in, a token comes out. Loads one library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType

from auditor.errors import ConfigError
from auditor.mailbox.signin import AccessToken
from auditor.oauth.keeping import Place
from auditor.oauth.tokens import Client, Tokens, parsed, warning, written

Signed = tuple[AccessToken, Tokens]


@dataclass(frozen=True, slots=True)
class Telling:
    """What the seller is told while he signs in: the page and code at Microsoft, or that a page opens for Google."""

    code: Callable[[str, str], None]
    browser: Callable[[bool], None]


def token_for_run(
    client: Client, place: Place, *, now: Callable[[], datetime], warn: Callable[[str], None]
) -> AccessToken:
    """Renew the sign-in. `warn` hears that it ends soon, or could not be kept. Raises ConfigError or SignInError."""
    tokens = kept(client, place)
    token, renewed = renew(tokens, client, now)
    if renewed != tokens:
        try:
            place.write(written(renewed, client))
        except ConfigError as error:  # tonight's token is good, and so is the old sign-in for a while
            warn(f"the renewed sign-in of `{client.mailbox}` is not kept: {error.message}")
    if said := warning(renewed, client, now()):
        warn(said)
    return token


def kept(client: Client, place: Place) -> Tokens:
    """The sign-in that is kept. Raises ConfigError where there is none yet, and for what is none."""
    text = place.read()
    if text is None:
        raise ConfigError(f"mailbox `{client.mailbox}` is not signed in at {client.title} yet", hint=client.login)
    try:
        return parsed(text, client)
    except ValueError as error:
        raise ConfigError(
            f"the sign-in of `{client.mailbox}` {place.said} cannot be used: {error}", hint=client.login
        ) from None


def renew(tokens: Tokens, client: Client, now: Callable[[], datetime]) -> Signed:
    """Ask the provider, without anybody. Raises ConfigError or SignInError."""
    web, library = _libraries(client)
    with web.session_over(web.new_adapter()) as session:
        renewed: Signed = library.renew(tokens, client, session=session, now=now)
    return renewed


def sign_in(
    client: Client, telling: Telling, *, client_file: Path | None, now: Callable[[], datetime], settings: bool = False
) -> Signed:
    """By hand; waits for the seller. Raises ConfigError or SignInError.

    For Google, `client_file` is its file for the client, and `settings` asks to change Gmail's settings too.
    """
    web, library = _libraries(client)
    signed: Signed
    if client.provider == "google":
        if client_file is None:
            raise ConfigError(
                "Google wants the client's file too: --client-file FILE",
                hint="simpler: an app password (myaccount.google.com/apppasswords), and password_env in place of oauth",
            )
        secret = library.client_secret(client_file, client)
        adapter = web.new_adapter()
        signed = library.sign_in(client, secret, telling.browser, adapter=adapter, now=now, settings=settings)
    else:
        with web.session_over(web.new_adapter()) as session:
            signed = library.sign_in(client, telling.code, session=session, now=now)
    return signed


def had_settings(client: Client, place: Place) -> bool:
    """Whether the sign-in that is kept may change Gmail's settings; a new one is then to be allowed it again."""
    try:
        return client.provider == "google" and bool(_libraries(client)[1].has_settings(kept(client, place)))
    except ConfigError:  # there is none, or none that can be used
        return False


def signed_in_as(tokens: Tokens, client: Client) -> str:
    """The account that signed in; empty where the provider does not say."""
    return str(_libraries(client)[1].signed_in_as(tokens)) if client.provider == "microsoft" else ""


def _libraries(client: Client) -> tuple[ModuleType, ModuleType]:
    try:
        from auditor.oauth import web

        if client.provider == "google":
            from auditor.oauth import google

            return web, google
        from auditor.oauth import microsoft
    except ImportError:
        raise ConfigError(
            f"mailbox `{client.mailbox}` signs in with OAuth2, and the packages for it are not installed",
            hint="pip install 'auditor[oauth]'",
        ) from None
    return web, microsoft
