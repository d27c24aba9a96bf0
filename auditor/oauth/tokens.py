"""What a sign-in left, as a value: to and from the text that is kept, and when it ends. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from auditor.errors import ConfigError

# Microsoft ends a refresh token that was not replaced for so long (Microsoft, "Refresh tokens in the Microsoft
# identity platform"); each renewal replaces it. Google's live until they are taken back, unless it says when.
_MICROSOFT_DAYS = 90
WARNING_DAYS = 14
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Client:
    """Whose sign-in it is: the seller's registration at the provider, and the account. `mailbox` is for sentences."""

    provider: Literal["microsoft", "google"]
    client_id: str
    username: str
    tenant: str = "common"
    mailbox: str = ""

    @property
    def title(self) -> str:
        return "Microsoft" if self.provider == "microsoft" else "Google"

    @property
    def key(self) -> str:
        """A name for files and keyrings that no other client or account has."""
        told = "\0".join((self.provider, self.client_id, self.tenant, self.username.lower()))
        return f"{self.provider}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"

    @property
    def login(self) -> str:
        """The command that signs in anew."""
        return f"auditor login {self.mailbox}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`kept` is what the provider's library needs to renew the sign-in: a secret.

    `received_at`: when the refresh token came; `ends_at`: when it ends, where the provider said so.
    """

    kept: str = field(repr=False)
    received_at: datetime
    ends_at: datetime | None = None


def written(tokens: Tokens, client: Client) -> str:
    """The text that is kept, for this client and account alone."""
    document = {
        "auditor": _FORMAT,
        "client": _named(client),
        "received_at": tokens.received_at.isoformat(),
        "ends_at": tokens.ends_at.isoformat() if tokens.ends_at else None,
        "kept": tokens.kept,
    }
    return json.dumps(document, indent=1) + "\n"


def parsed(text: str, client: Client) -> Tokens:
    """Raises ValueError, which says what is wrong and repeats nothing of the text."""
    try:
        document = json.loads(text)
        told, kept = document["client"], document["kept"]
        received_at, ends_at = _moment(document["received_at"]), document["ends_at"]
        if document["auditor"] != _FORMAT or not isinstance(kept, str) or received_at is None:
            raise ValueError
        tokens = Tokens(kept, received_at, _moment(ends_at))
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ValueError("it holds no sign-in of auditor") from None
    for what, wanted in _named(client).items():
        if not isinstance(told, dict) or told.get(what) != wanted:
            raise ValueError(f"it is of another {what.replace('_', ' ')}")
    return tokens


@contextmanager
def usable(client: Client) -> Iterator[None]:
    """While a library reads what was kept for it: what cannot be read is a ConfigError."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ConfigError(
            f"the sign-in of `{client.mailbox}` that is kept cannot be used: {client.title}'s part of it is damaged",
            hint=client.login,
        ) from None


def end_of(tokens: Tokens, client: Client) -> datetime | None:
    """When the sign-in ends unless it is renewed before; None: not known."""
    if client.provider == "google":
        return tokens.ends_at
    usual = tokens.received_at + timedelta(days=_MICROSOFT_DAYS)
    return min(usual, tokens.ends_at) if tokens.ends_at else usual


def warning(tokens: Tokens, client: Client, now: datetime) -> str:
    """A sentence where the sign-in ends within two weeks; else empty."""
    ends_at = end_of(tokens, client)
    if ends_at is None or ends_at - now > timedelta(days=WARNING_DAYS):
        return ""
    when = f"{ends_at.astimezone(UTC):%Y-%m-%d}"
    text = f"the sign-in of `{client.mailbox}` at {client.title} ends on {when}: sign in again before, {client.login}"
    if client.provider == "google" and ends_at - tokens.received_at <= timedelta(days=8):
        text += "; Google ends it after 7 days while the project's publishing status is `Testing`: set `In production`"
    return text


def _named(client: Client) -> dict[str, str]:
    told = {"provider": client.provider, "client_id": client.client_id, "username": client.username.lower()}
    return told | ({"tenant": client.tenant} if client.provider == "microsoft" else {})


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment
