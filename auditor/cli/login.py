"""`auditor login`: once, by hand, what every later run signs in with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import ConfigOption

if TYPE_CHECKING:
    from auditor.config import Config, MailboxConfig
    from auditor.mailbox.endpoint import Endpoint
    from auditor.mailbox.signin import AccessToken, Credential
    from auditor.oauth.signing import Telling
    from auditor.oauth.tokens import Client, Tokens


def login(
    mailbox: Annotated[str, typer.Argument(metavar="MAILBOX", help="Its name in the configuration.")],
    client_file: Annotated[
        Path | None,
        typer.Option("--client-file", metavar="FILE", readable=False, help="Google: the file of your own client."),
    ] = None,
    taken_from: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", readable=False, help="Take over a sign-in from another computer."),
    ] = None,
    settings: Annotated[
        bool, typer.Option("--settings", help="Google: permit `whitelist install` to change your filters, too.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Put a password into the keyring, or sign in with OAuth2 at Microsoft or Google; then try the mailbox.

    Microsoft: it shows a code to enter in any browser. Google: an app password needs no `login`; with a client of
    your own, run this once on a desktop, and take the sign-in over on the server. It is kept in a file that only you
    can read, or in the keyring where the configuration says keyring = true. Each run renews it, and warns before it
    ends. With --settings Google is asked to let auditor make and remove Gmail's filters as well (the scope
    gmail.settings.basic); later sign-ins ask for it again.

    Examples:  auditor login shop    auditor login shop --client-file client.json    auditor login shop --from moved

    Exit codes: 0 it is done, or needs nothing; 2 configuration; 3 the provider or the mailbox refused.
    """
    from auditor.cli.options import load_config
    from auditor.cli.resolving import resolver_of
    from auditor.opening import endpoint_of

    configured = load_config(config)
    chosen = configured.mailbox(mailbox)
    _refuse_useless(chosen, client_file, taken_from, settings=settings)
    with resolver_of(configured.dns) as resolver:
        endpoint = endpoint_of(chosen, resolver)
    if chosen.oauth is not None:
        _try(chosen, configured, endpoint, _signed_in(chosen, client_file, taken_from, settings=settings))
        return
    _refuse_password(chosen, endpoint)
    if chosen.keyring:
        _try(chosen, configured, endpoint, _into_keyring(chosen, endpoint))
    else:
        _say(_where(chosen))


def _refuse_useless(
    mailbox: MailboxConfig, client_file: Path | None, taken_from: Path | None, *, settings: bool
) -> None:
    from auditor.errors import ConfigError

    if mailbox.oauth is None and (client_file or taken_from):
        raise ConfigError(f"mailbox `{mailbox.name}` signs in with a password: --client-file and --from are for OAuth2")
    if client_file and (taken_from or (mailbox.oauth and mailbox.oauth.provider != "google")):
        raise ConfigError("--client-file is for the first sign-in at Google, and for nothing else")
    if settings and (taken_from or mailbox.oauth is None or mailbox.oauth.provider != "google"):
        raise ConfigError("--settings is for a sign-in with OAuth2 at Google, and for nothing else")


def _refuse_password(mailbox: MailboxConfig, endpoint: Endpoint) -> None:
    from auditor import providers
    from auditor.errors import ConfigError

    if providers.by_host(endpoint.host).name == "microsoft":
        raise ConfigError(
            f"mailbox `{mailbox.name}` is at Microsoft, which accepts no password over IMAP, not even an app password",
            hint=f"in its place write [mailbox.{mailbox.name}.oauth] with provider and client_id, then run this again",
        )


def _where(mailbox: MailboxConfig) -> str:
    """Where the password is read from, and what to do."""
    if mailbox.password_env:
        where, to_do = f"the environment variable {mailbox.password_env}", "set it where auditor runs"
    elif mailbox.password_command:
        where, to_do = f"what {mailbox.password_command[0]} prints", "give it to that program"
    else:
        file = mailbox.password_file
        where, to_do = f"the first line of {file}", f"write it there, and chmod 600 {file}"
    return f"{mailbox.name}: the password is read from {where}: {to_do}, then run `auditor doctor {mailbox.name}`"


def _into_keyring(mailbox: MailboxConfig, endpoint: Endpoint) -> Credential:
    import sys

    from auditor import providers
    from auditor.doctor.causes import sign_in_advice
    from auditor.errors import ConfigError
    from auditor.mailbox.signin import Password, keep_in_keyring
    from auditor.opening import keyring_names

    if not sys.stdin.isatty():
        raise ConfigError("the password is asked for on a terminal, and there is none")
    if advice := sign_in_advice(providers.by_host(endpoint.host)):
        _say(f"{advice}.")
    password = str(typer.prompt(f"Password of {mailbox.username} at {endpoint.host}", hide_input=True))
    keep_in_keyring(*keyring_names(mailbox, endpoint.host), password)
    _say(f"{mailbox.name}: the password is kept in the keyring")
    return Password(password)


def _signed_in(
    mailbox: MailboxConfig, client_file: Path | None, taken_from: Path | None, *, settings: bool
) -> AccessToken:
    """Sign in by hand, or renew what was brought; keep what came of it."""
    from auditor.cli import warn
    from auditor.cli.options import now
    from auditor.oauth import signing
    from auditor.oauth.keeping import place_of
    from auditor.oauth.tokens import warning, written
    from auditor.opening import client_of

    assert mailbox.oauth is not None  # as the caller has seen
    client = client_of(mailbox, mailbox.oauth)
    place = place_of(client, keyring=mailbox.keyring)
    if taken_from is not None:
        token, tokens = signing.renew(_brought(taken_from, client), client, now)
    else:
        settings = settings or signing.had_settings(client, place)
        token, tokens = signing.sign_in(client, _telling(client), client_file=client_file, now=now, settings=settings)
    place.write(written(tokens, client))
    _say(f"{mailbox.name}: signed in at {client.title}; the sign-in is kept {place.said}")
    for said in (_other_account(tokens, client), warning(tokens, client, now())):
        if said:
            warn(said)
    return token


def _brought(file: Path, client: Client) -> Tokens:
    from auditor.errors import ConfigError
    from auditor.oauth.keeping import KeptInFile
    from auditor.oauth.signing import kept

    if not file.exists():
        raise ConfigError(f"--from {file}: there is no such file")
    return kept(client, KeptInFile(file))


def _telling(client: Client) -> Telling:
    from auditor.oauth.signing import Telling

    def code(page: str, code: str) -> None:
        _say(f"On any computer or phone, open {page}")
        _say(f"enter the code {code}, and sign in as {client.username}. Waiting for it, at most 15 minutes.")

    def browser(there_is_one: bool) -> None:
        opened = "opens now" if there_is_one else "has to be opened"
        _say(f"This page {opened} in a browser on this computer, and no other; sign in as {client.username}:")
        if not there_is_one:
            _say("(without a browser here, sign in on a desktop and take the sign-in over: auditor login --help)")

    return Telling(code, browser)


def _other_account(tokens: Tokens, client: Client) -> str:
    from auditor.oauth.signing import signed_in_as

    account = signed_in_as(tokens, client)
    if not account or account.lower() == client.username.lower():
        return ""
    return f"signed in as {account}, and the mailbox is {client.username}: right only where that account may open it"


def _try(mailbox: MailboxConfig, settings: Config, endpoint: Endpoint, credential: Credential) -> None:
    """As far as the folders: Microsoft accepts a sign-in whose mailbox it then does not open."""
    from auditor.mailbox.connection import connect
    from auditor.opening import limits_of

    with connect(endpoint, mailbox.username, credential, limits=limits_of(settings)) as connection:
        folders = connection.reader().folders()
    _say(f"{mailbox.name}: the mailbox opens, {len(folders)} folders. Next: auditor doctor {mailbox.name}")


def _say(text: str) -> None:
    from auditor.display import line

    typer.echo(line(text))
