"""Google's token endpoint as this year has it: tokens are renewed, rotated and revoked, and some are worth nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

import requests
from requests.adapters import BaseAdapter

from auditor.oauth import web
from auditor.oauth.keeping import KeptInFile
from auditor.oauth.tokens import Client, Tokens, written
from tests.oauth.scripted import CLIENT_SECRET, GOOGLE, Reply, Script, google_granted, refused
from tests.servers.account import Account
from tests.servers.oauth import OAuthDovecot


@dataclass(slots=True)
class Login:
    """What `auditor login` does once: the first sign-in, kept where the program looks for it."""

    account: Account
    state_home: Path

    @property
    def tables(self) -> str:
        return f'[mailbox.shop.oauth]\nprovider = "google"\nclient_id = "{GOOGLE.client_id}"\n'

    def keep(self, refresh_token: str, at: datetime) -> None:
        client = Client("google", GOOGLE.client_id, self.account.username, mailbox="shop")
        kept = json.dumps({"refresh_token": refresh_token, "client_secret": CLIENT_SECRET})
        place = KeptInFile(self.state_home / "auditor" / "sign-in" / f"{client.key}.json")
        place.write(written(Tokens(kept, at), client))


class TokenEndpoint(BaseAdapter):
    """Answers requests in this process. One refresh token is good at a time.

    `rotates`: the next exchange brings a new one. `is_revoked`: none is good. `is_believed`: whether the mail server
    takes the access tokens.
    """

    def __init__(self, server: OAuthDovecot, account: Account) -> None:
        super().__init__()
        self.rotates = self.is_revoked = False
        self.is_believed = True
        self._server, self._account = server, account
        self._given = 1

    @property
    def good(self) -> str:
        return f"RefreshToken{self._given}"

    def send(self, request: Any, *_args: Any, **_kwargs: Any) -> requests.Response:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        return Script(self._answer(parse_qs(body)["refresh_token"][0])).send(request)

    def close(self) -> None:
        pass

    def sign_in_anew(self) -> None:
        """The seller's own sign-in makes another token the good one."""
        self._given += 1

    def _answer(self, refresh_token: str) -> Reply:
        if self.is_revoked or refresh_token != self.good:
            return refused("invalid_grant", "Token has been expired or revoked.")
        self._given += self.rotates
        rotated, self.rotates = self.rotates, False
        key = None if self.is_believed else b"another key that the server does not know"
        token = self._server.token(self._account, key=key)
        return google_granted(self.good if rotated else None, access_token=token)


@contextmanager
def asked_in_place_of_google(endpoint: TokenEndpoint) -> Iterator[None]:
    with mock.patch.object(web, "new_adapter", return_value=endpoint):
        yield
