"""A mailbox of the configuration -> where it is, and a signed-in connection to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from auditor.config import Config, MailboxConfig, OAuthConfig
from auditor.mailbox import signin
from auditor.mailbox.bounded import Limits
from auditor.mailbox.connection import Connection, connect
from auditor.mailbox.discovery import discover
from auditor.mailbox.endpoint import Endpoint
from auditor.oauth.tokens import Client
from auditor.resolver import Resolver

Warn = Callable[[str], None]


def unheard(_said: str) -> None:
    """For those who tell no warnings."""


def endpoint_of(mailbox: MailboxConfig, resolver: Resolver) -> Endpoint:
    """Where the mailbox is: as configured, else found from the address. Raises ConfigError."""
    if mailbox.host is None:
        return discover(mailbox.address, resolver)
    return Endpoint(
        mailbox.host, mailbox.port, mailbox.security, str(mailbox.ca_file) if mailbox.ca_file is not None else None
    )


def limits_of(config: Config) -> Limits:
    """How long its servers may take; what they may send at most is not for the seller to choose."""
    return Limits(command_s=config.limits.command_s, run_s=config.limits.run_s)


def open_mailbox(
    mailbox: MailboxConfig, resolver: Resolver, limits: Limits, *, now: Callable[[], datetime], warn: Warn = unheard
) -> Connection:
    """Sign in. `warn` hears what will go wrong soon. Raises ConfigError or MailboxError; the caller closes it."""
    endpoint = endpoint_of(mailbox, resolver)
    credential = credential_of(mailbox, endpoint.host, now=now, warn=warn)
    return connect(endpoint, mailbox.username, credential, limits=limits)


def credential_of(
    mailbox: MailboxConfig, host: str, *, now: Callable[[], datetime], warn: Warn = unheard
) -> signin.Credential:
    """The mailbox's secret, from where it is kept, or a token from the provider. Raises ConfigError or SignInError."""
    if mailbox.oauth is not None:
        from auditor.oauth.keeping import place_of
        from auditor.oauth.signing import token_for_run

        client = client_of(mailbox, mailbox.oauth)
        return token_for_run(client, place_of(client, keyring=mailbox.keyring), now=now, warn=warn)
    return signin.credential(
        env=mailbox.password_env,
        command=mailbox.password_command,
        file=mailbox.password_file,
        keyring_service=keyring_names(mailbox, host) if mailbox.keyring else None,
    )


def keyring_names(mailbox: MailboxConfig, host: str) -> tuple[str, str]:
    """Under which service and user name the keyring keeps the mailbox's password."""
    return f"auditor:{host}", mailbox.username


def client_of(mailbox: MailboxConfig, oauth: OAuthConfig) -> Client:
    """Whose sign-in the mailbox uses."""
    return Client(oauth.provider, oauth.client_id, mailbox.username, oauth.tenant, mailbox.name)
