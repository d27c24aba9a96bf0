"""The fixtures that give tests real servers, the `server` marker on the tests that use them, and the skip policy.

A server that cannot be started here skips its tests with the reason; with AUDITOR_REQUIRE_SERVERS=1 they fail.
pymap and the DNS server come from PyPI and run everywhere.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import account as accounts
from tests.servers.account import ImapServer
from tests.servers.cyrus import Cyrus, cyrus_unavailable, running_cyrus
from tests.servers.dovecot import Dovecot, DovecotStorage, Storage, dovecot_unavailable, running_dovecot
from tests.servers.mailpath import (
    MailPath,
    mail_path_unavailable,
    opendmarc_path_unavailable,
    running_mail_path,
    running_opendmarc_path,
)
from tests.servers.nsd import Nsd, nsd_unavailable, running_nsd
from tests.servers.pymap_server import Pymap, running_pymap
from tests.servers.recorder import Recorders
from tests.servers.zone import DnsServer, Zone, running_dns

SERVER_FIXTURES = frozenset(
    {
        "dovecot",
        "cyrus",
        "pymap",
        "imap_server",
        "any_server",
        "recorder",
        "dns_zone",
        "nsd_zone",
        "mail_path",
        "opendmarc_path",
        "deliver",
    }
)
QUICK = "not server"  # the run between two edits: what takes seconds is left out of it as well
_NOT_QUICK = re.compile(r"^pytestmark = .*\.(?:server|thorough|long)\b", re.MULTILINE)
REQUIRE = "AUDITOR_REQUIRE_SERVERS"


def pytest_configure() -> None:
    """Whoever started this may have shells and `nohup` ignore signals; what tests start must not inherit that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whole modules that the quick run leaves out are not even imported for it."""
    if config.option.markexpr != QUICK or collection_path.suffix != ".py":
        return None
    return True if _NOT_QUICK.search(collection_path.read_text()) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)
    if config.option.markexpr == QUICK:
        quick = [item for item in items if not {"thorough", "long"} & {mark.name for mark in item.iter_markers()}]
        config.hook.pytest_deselected(items=sorted(set(items) - set(quick), key=lambda item: item.nodeid))
        items[:] = quick


def need(unavailable: str) -> None:
    """Skip or fail the test, when there is a reason to."""
    if unavailable and os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{REQUIRE}=1, but: {unavailable}", pytrace=False)
    if unavailable:
        pytest.skip(unavailable)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    need(dovecot_unavailable())
    with running_dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def cyrus() -> Iterator[Cyrus]:
    need(cyrus_unavailable())
    with running_cyrus() as server:
        yield server


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    with running_pymap() as server:
        yield server


ALL_SERVERS = ("dovecot-maildir", "dovecot-sdbox", "cyrus", "pymap")


def named_server(name: str, request: pytest.FixtureRequest) -> ImapServer:
    """One of ALL_SERVERS; only the one that the test is about gets started."""
    server: Dovecot | Cyrus | Pymap = request.getfixturevalue(name.partition("-")[0])
    if not isinstance(server, Dovecot):
        return server
    storage: Storage = "sdbox" if name == "dovecot-sdbox" else "maildir"
    return DovecotStorage(server, storage)


@pytest.fixture(params=[name for name in ALL_SERVERS if name != "cyrus"])
def imap_server(request: pytest.FixtureRequest) -> ImapServer:
    """Every server of the contract suite in turn; Cyrus is none, since it takes in no malformed message."""
    return named_server(request.param, request)


@pytest.fixture(params=ALL_SERVERS)
def any_server(request: pytest.FixtureRequest) -> ImapServer:
    """Every server in turn, for well-formed mail."""
    return named_server(request.param, request)


@pytest.fixture
def deliver() -> Callable[..., int]:
    """`deliver(account, raw, folder="Junk", internaldate=..., flags=())` stores a message; its UID."""
    return accounts.deliver


@pytest.fixture
def recorder() -> Iterator[Recorders]:
    recorders = Recorders()
    try:
        yield recorders
    finally:
        recorders.stop()


@pytest.fixture(scope="session")
def _dns_server() -> Iterator[DnsServer]:
    with running_dns() as server:
        yield server


@pytest.fixture
def dns_zone(_dns_server: DnsServer) -> Iterator[DnsServer]:
    """A DNS server whose zone is empty at the start of each test."""
    _dns_server.clear()
    yield _dns_server
    _dns_server.clear()


@pytest.fixture
def nsd_zone() -> Iterator[Nsd]:
    """nsd with an empty zone: fill `.zone`, then `.publish()`."""
    need(nsd_unavailable())
    with running_nsd(Zone()) as server:
        yield server


@pytest.fixture(scope="session")
def mail_path(dovecot: Dovecot) -> Iterator[MailPath]:
    need(mail_path_unavailable())
    with running_mail_path(dovecot) as path:
        yield path


@pytest.fixture(scope="session")
def opendmarc_path(dovecot: Dovecot) -> Iterator[MailPath]:
    need(opendmarc_path_unavailable())
    with running_opendmarc_path(dovecot) as path:
        yield path
