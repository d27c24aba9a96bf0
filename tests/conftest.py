"""The fixtures of every test: real servers, and a shop whose mailbox lies on one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from auditor.cli import options
from tests.mail import RECEIVED_AT
from tests.servers.account import Account, ImapServer
from tests.servers.zone import DnsServer
from tests.shop import OpenShop, Shop, publish_test_keys

pytest_plugins = ["tests.servers.plugin"]


@pytest.fixture
def open_shop(tmp_path: Path, dns_zone: DnsServer) -> OpenShop:
    """`open_shop(account)`: a configured shop, its state in a folder of its own, the test keys in DNS."""
    publish_test_keys(dns_zone)

    def opened(account: Account) -> Shop:
        return Shop(account, tmp_path, dns_zone)

    return opened


@pytest.fixture
def shop(imap_server: ImapServer, open_shop: OpenShop) -> Shop:
    """A shop on each of the real servers in turn."""
    return open_shop(imap_server.account())


@pytest.fixture
def soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's clock runs as if the sample mail had come an hour ago: no customer waits too long for an answer."""
    ahead = datetime.now(UTC) - (RECEIVED_AT + timedelta(hours=1))

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - ahead

    monkeypatch.setattr(options, "datetime", Earlier)
