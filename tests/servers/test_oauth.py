"""A real Dovecot with XOAUTH2 and with OAUTHBEARER: a mailbox is audited with a token, and bad tokens are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import SignInError
from auditor.mailbox.connection import Endpoint, connect
from auditor.mailbox.signin import AccessToken
from auditor.oauth import web
from tests.mail import Profile
from tests.mail.genuine import genuine
from tests.oauth.scripted import MICROSOFT, Script, granted
from tests.servers.account import Account
from tests.servers.dovecot import dovecot_unavailable
from tests.servers.oauth import OAuthDovecot, running_oauth_dovecot
from tests.servers.plugin import need
from tests.shop import OpenShop

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("soon_after")]

REASON = {"xoauth2": "401", "oauthbearer": "invalid_token"}


@pytest.fixture(scope="module", params=REASON)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[OAuthDovecot, str]]:
    """One that offers this mechanism alone for tokens."""
    need(dovecot_unavailable())
    with running_oauth_dovecot(request.param) as server:
        yield server, request.param


def _folders(account: Account, token: str) -> int:
    with connect(Endpoint(account.host, account.port, "none"), account.username, AccessToken(token)) as connection:
        return len(connection.reader().folders())


def test_a_token_opens_the_mailbox(server: tuple[OAuthDovecot, str]) -> None:
    dovecot, mechanism = server
    account = dovecot.dovecot.account()

    assert _folders(account, dovecot.token(account)) == 3
    log = (dovecot.dovecot.directory / "log").read_text()
    assert f"Login: user=<{account.username}>, method={mechanism.upper()}" in log


@pytest.mark.parametrize("bad", ["old", "of another scope", "by another key", "nothing", "another's", "very long"])
def test_a_bad_token_is_refused_with_the_servers_reason(server: tuple[OAuthDovecot, str], bad: str) -> None:
    dovecot, mechanism = server
    account = dovecot.dovecot.account()
    token = {
        "old": dovecot.token(account, seconds=-600),
        "of another scope": dovecot.token(account, scope="calendar"),
        "by another key": dovecot.token(account, key=b"k" * 32),
        "nothing": "nothing",
        "another's": dovecot.token(dovecot.dovecot.account()),
        "very long": "x" * 3000,
    }[bad]
    with pytest.raises(SignInError) as caught:
        _folders(account, token)

    assert f"Authentication failed. ({REASON[mechanism]})" in caught.value.message
    assert "auditor login" in caught.value.hint
    assert token not in caught.value.message or token == "nothing"


def test_a_mailbox_is_audited_and_rescued_with_a_token(
    server: tuple[OAuthDovecot, str], open_shop: OpenShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot, _ = server
    shop = open_shop(dovecot.dovecot.account())
    shop.mailbox = {"password_env": None}
    shop.tables = f'[mailbox.shop.oauth]\nprovider = "microsoft"\nclient_id = "{MICROSOFT.client_id}"\n'
    shop.deliver([genuine(Profile.NONE)[0].raw])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    script = Script(granted(access_token=dovecot.token(shop.account)))
    monkeypatch.setattr(web, "new_adapter", lambda: script)

    assert shop.run("login", "shop").exit_code == 0
    ran = shop.report("audit", "--apply")
    assert ran.exit_code == 0, ran.stderr
    assert [each["status"] for each in ran.mailbox["outcomes"]] == ["done"]
    assert (len(shop.junk()), len(shop.inbox())) == (0, 1)
    assert shop.run("undo").exit_code == 0
    assert len(shop.junk()) == 1
