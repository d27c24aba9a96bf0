"""A mailbox of the configuration -> where it is, and a signed-in connection to it."""

from __future__ import annotations

from auditor.config import Config, MailboxConfig
from auditor.errors import ConfigError
from auditor.mailbox import signin
from auditor.mailbox.bounded import Limits
from auditor.mailbox.connection import Connection, connect
from auditor.mailbox.discovery import discover
from auditor.mailbox.endpoint import Endpoint
from auditor.resolver import Resolver


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


def open_mailbox(mailbox: MailboxConfig, resolver: Resolver, limits: Limits) -> Connection:
    """Sign in. Raises ConfigError or MailboxError; the caller closes the connection."""
    endpoint = endpoint_of(mailbox, resolver)
    return connect(endpoint, mailbox.username, credential_of(mailbox, endpoint.host), limits=limits)


def credential_of(mailbox: MailboxConfig, host: str) -> signin.Credential:
    """The mailbox's secret, from where the configuration says it is kept. Raises ConfigError."""
    if mailbox.oauth is not None:
        raise ConfigError(
            f"mailbox `{mailbox.name}` asks for OAuth, which this version cannot do yet",
            hint="use an app password where the provider offers one",
        )
    return signin.credential(
        env=mailbox.password_env,
        command=mailbox.password_command,
        file=mailbox.password_file,
        keyring_service=(f"auditor:{host}", mailbox.username) if mailbox.keyring else None,
    )
