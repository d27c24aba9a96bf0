"""SpamAssassin: spamd with its shipped rules for SPF, DKIM and welcome lists, and lines of our own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import (
    LOOPBACK,
    ServerProcess,
    StartError,
    accepts,
    missing_programs,
    on_free_ports,
    server_directory,
)

_SHIPPED = Path("/usr/share/spamassassin")
_PLUGINS = Path("/etc/spamassassin")
# What welcomes a sender, and what that goes by. The thousand other rules take a tenth of a second for each message.
_RULES = (
    *("10_hasbase.cf", "25_dkim.cf", "25_spf.cf", "60_welcomelist.cf", "60_welcomelist_dkim.cf"),
    "60_welcomelist_spf.cf",
)


@dataclass(frozen=True, slots=True)
class SpamAssassin:
    directory: Path
    port: int

    def symbols(self, raw: bytes) -> frozenset[str]:
        """The names of the rules that a message hits."""
        with socket.create_connection((LOOPBACK, self.port), timeout=60) as connection:
            head = f"SYMBOLS SPAMC/1.5\r\nContent-length: {len(raw)}\r\nUser: nobody\r\n\r\n"
            connection.sendall(head.encode() + raw)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        if not answer.startswith("SPAMD/1.1 0 "):
            raise StartError(f"spamd: {answer[:500]}")
        return frozenset(answer.rstrip().rpartition("\r\n")[2].split(","))

    def welcomes(self, raw: bytes) -> bool:
        """Whether a rule that the seller can add to (not one that SpamAssassin ships) lets the message in."""
        return any("WELCOMELIST" in name and "DEF_" not in name for name in self.symbols(raw))


def spamassassin_unavailable() -> str:
    """Why it cannot be started here; empty when it can."""
    if missing_programs("spamd"):
        return "not installed: spamassassin (scripts/install-test-servers)"
    return "" if os.geteuid() == 0 else "spamd is started as root, to run as nobody"


@contextmanager
def running_spamassassin(dns_port: int, lines: str) -> Iterator[SpamAssassin]:
    """`dns_port`: the name server on loopback that it asks; `lines`: what the seller adds to local.cf."""
    with server_directory("spamassassin") as directory:
        _prepare(directory, dns_port, lines)

        def start(ports: Sequence[int]) -> tuple[ServerProcess, SpamAssassin]:
            return _start(directory, ports[0]), SpamAssassin(directory, ports[0])

        process, server = on_free_ports(1, start)
        try:
            yield server
        finally:
            process.stop()


def _start(directory: Path, port: int) -> ServerProcess:
    argv = ["spamd", "-i", LOOPBACK, "-p", str(port), "-u", "nobody", "-x", "-m", "2", "-s", "stderr"]
    argv += ["-C", str(directory / "rules"), f"--siteconfigpath={directory / 'site'}"]
    process = ServerProcess(argv, directory / "log")
    try:
        process.wait_until(lambda: accepts(port))
    except BaseException:
        process.stop()
        raise
    return process


def _prepare(directory: Path, dns_port: int, lines: str) -> None:
    for name in ("rules", "site"):
        (directory / name).mkdir()
    for rule in _RULES:
        (directory / "rules" / rule).symlink_to(_SHIPPED / rule)
    for plugins in _PLUGINS.glob("*.pre"):
        (directory / "site" / plugins.name).symlink_to(plugins)
    (directory / "site" / "local.cf").write_text(_settings(dns_port) + lines)


def _settings(dns_port: int) -> str:
    return f"""\
dns_available yes
dns_server {LOOPBACK}:{dns_port}
use_bayes 0
use_razor2 0
use_pyzor 0
skip_rbl_checks 1
score NO_RELAYS 0
"""
