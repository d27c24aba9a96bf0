"""The fixtures of every test: real servers, and a shop whose mailbox lies on one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

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
