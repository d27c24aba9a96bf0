"""Microsoft's and Google's hosts as a script: which answer to which address; and sign-ins as they give them."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

from auditor.oauth.tokens import Client, Tokens

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MICROSOFT = Client("microsoft", "11111111-2222-3333-4444-555555555555", "seller@shop.test", "common", "shop")
GOOGLE = Client("google", "123-abc.apps.googleusercontent.com", "seller@shop.test", "common", "shop")
ACCESS, REFRESH, NEWER = "AccessTokenThatNobodyMaySee", "RefreshTokenThatNobodyMaySee", "NewerRefreshTokenToHide"
DEVICE_CODE, CLIENT_SECRET = "DeviceCodeThatNobodyMaySee", "ClientSecretThatNobodyMaySee"
SECRETS = (ACCESS, REFRESH, NEWER, DEVICE_CODE, CLIENT_SECRET)
MICROSOFT_SCOPE = "https://outlook.office.com/IMAP.AccessAsUser.All"
GOOGLE_SCOPE = "https://mail.google.com/"

_BASE = "https://login.microsoftonline.com/common"
_DISCOVERY = {
    "issuer": f"{_BASE}/v2.0",
    "authorization_endpoint": f"{_BASE}/oauth2/v2.0/authorize",
    "token_endpoint": f"{_BASE}/oauth2/v2.0/token",
    "device_authorization_endpoint": f"{_BASE}/oauth2/v2.0/devicecode",
}
_DEVICE = {
    "user_code": "ABCD1234",
    "device_code": DEVICE_CODE,
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 900,
    "interval": 1,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host sends: a JSON document or a text."""

    body: object
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def octets(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


Step = Reply | Exception


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its address, and the fields of its body."""

    address: str
    form: Mapping[str, str]


class Script(BaseAdapter):
    """An adapter that answers from a script and reaches nobody. The last token step is repeated."""

    def __init__(
        self,
        *tokens: Step,
        discovery: Step = Reply(_DISCOVERY),
        device: Step = Reply(_DEVICE),
    ) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._discovery, self._device = discovery, device
        self._tokens: Iterator[Step] = chain(tokens, repeat(tokens[-1])) if tokens else iter(())

    def send(self, request: Any, *_args: Any, **_kwargs: Any) -> requests.Response:
        path = urlsplit(request.url).path
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        self.asked.append(Asked(request.url, {key: values[0] for key, values in parse_qs(body).items()}))
        if path.endswith("/openid-configuration"):
            step = self._discovery
        else:
            step = self._device if path.endswith("/devicecode") else next(self._tokens)
        if isinstance(step, Exception):
            raise step
        return _response(step, request)

    def close(self) -> None:
        pass


def _response(reply: Reply, request: Any) -> requests.Response:
    response = requests.Response()
    response.status_code = reply.status
    response.raw = io.BytesIO(reply.octets)
    response.headers.update({"content-type": "application/json", **reply.fields})
    response.request, response.url = request, request.url
    return response


def refused(error: str, description: str = "", *codes: int, status: int = 400, **more: object) -> Reply:
    """As a token endpoint refuses (RFC 6749, section 5.2), Microsoft with its `error_codes`."""
    listed = {"error_codes": list(codes)} if codes else {}
    return Reply({"error": error, "error_description": description, **listed, **more}, status)


def microsoft_refused(code: int, error: str = "invalid_grant") -> Reply:
    """Only the code is Microsoft's: its words change."""
    said = f"AADSTS{code}: Something happened. Trace ID: 0f5 Correlation ID: 7a1 Timestamp: 2026-11-23 02:00:00Z"
    return refused(error, said, code)


def granted(refresh: str | None = REFRESH, *, scope: str = MICROSOFT_SCOPE, **more: object) -> Reply:
    """As Microsoft gives tokens."""
    told = {
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": 3600,
        "access_token": ACCESS,
        "client_info": _encoded({"uid": "u", "utid": "t"}),
        "id_token": _id_token(),
        **({"refresh_token": refresh} if refresh else {}),
        **more,
    }
    return Reply(told)


def google_granted(refresh: str | None = REFRESH, *, scope: str = GOOGLE_SCOPE, **more: object) -> Reply:
    told = {"token_type": "Bearer", "scope": scope, "expires_in": 3599, "access_token": ACCESS}
    return Reply({**told, **({"refresh_token": refresh} if refresh else {}), **more})


def google_tokens(ends_at: datetime | None = None) -> Tokens:
    return Tokens(json.dumps({"refresh_token": REFRESH, "client_secret": CLIENT_SECRET}), NOW, ends_at)


def _id_token() -> str:
    claims = {
        "aud": MICROSOFT.client_id,
        "iss": f"{_BASE}/v2.0",
        "sub": "s",
        "tid": "t",
        "iat": int(time.time()) - 10,
        "exp": int(time.time()) + 3600,
        "preferred_username": MICROSOFT.username,
    }
    return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}.{_encoded({})}"


def _encoded(document: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def shown(texts: Sequence[str]) -> list[str]:
    """The secrets that stand in one of the texts."""
    return [secret for secret in SECRETS if any(secret in text for text in texts)]
