"""Tests with a server are marked, and are skipped or failed where it cannot be started."""

from __future__ import annotations

import pytest

from tests.servers.plugin import REQUIRE, need
from tests.servers.zone import DnsServer


def test_a_test_with_a_server_carries_the_marker(dns_zone: DnsServer, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("server")


def test_a_test_without_a_server_does_not(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("server") is None


def test_a_missing_server_skips_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed: nsd"):
        need("not installed: nsd")


def test_a_missing_server_fails_where_servers_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match="not installed: nsd"):
        need("not installed: nsd")


def test_a_server_that_is_there_does_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE, "1")
    need("")
