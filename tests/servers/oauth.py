"""A Dovecot that takes access tokens by XOAUTH2 and OAUTHBEARER, and checks them by itself, as its keys allow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from tests.servers.account import Account
from tests.servers.dovecot import Dovecot, running_dovecot

Mechanism = Literal["xoauth2", "oauthbearer"]
_SCOPE = "mail"

# A token is a JWT whose key lies in keys/AZP/ALG/KID, "default" where it names neither (Dovecot's oauth2 passdb).
_PASSDB = """
auth_mechanisms = plain login {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"""
_LOCAL = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={keys}/
username_attribute = email
scope = {scope}
"""


@dataclass(frozen=True, slots=True)
class OAuthDovecot:
    """A running server; `key` signs what it takes for a token."""

    dovecot: Dovecot
    key: bytes

    def token(self, account: Account, *, seconds: int = 3600, scope: str = _SCOPE, key: bytes | None = None) -> str:
        """An access token that runs out in so many seconds, or has."""
        now = int(time.time())
        claims = {
            "iss": "https://login.test",
            "sub": account.username,
            "email": account.username,
            "scope": scope,
            "iat": now - 7200,
            "nbf": now - 7200,
            "exp": now + seconds,
        }
        signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
        return f"{signed}.{_base64(hmac.digest(key or self.key, signed.encode(), hashlib.sha256))}"


@contextmanager
def running_oauth_dovecot(mechanisms: str = "xoauth2 oauthbearer") -> Iterator[OAuthDovecot]:
    """`mechanisms` are those that it offers."""
    key = secrets.token_bytes(32)

    def more(dovecot: Dovecot) -> str:
        folder = dovecot.directory / "keys" / "default" / "HS256"
        folder.mkdir(parents=True, exist_ok=True)  # another start, on other ports
        (folder / "default").write_text(base64.b64encode(key).decode())
        file = dovecot.directory / "oauth2.conf"
        file.write_text(_LOCAL.format(keys=dovecot.directory / "keys", scope=_SCOPE))
        return _PASSDB.format(mechanisms=mechanisms, file=file)

    with running_dovecot(more) as dovecot:
        yield OAuthDovecot(dovecot, key)


def _encoded(document: dict[str, object]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")
