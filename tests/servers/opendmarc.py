"""OpenDKIM and OpenDMARC: the two milters that a hand-made Postfix asks, one after the other.

Measured with Debian 12 (Postfix 3.7.11, OpenDKIM 2.11.0~beta2-8, OpenDMARC 1.4.2-2). From the top of a message:

 1. Return-Path, Delivered-To, Received with LMTP                 Dovecot
 2. Authentication-Results: <id>; dmarc=... header.from=...       OpenDMARC, on every message
 3. Authentication-Results: <id>; spf=... smtp.mailfrom=...       OpenDMARC, where it checks SPF itself
 4. Authentication-Results: <id>; dkim=... header.d=... header.b= OpenDKIM, on signed messages only
 5. Received: from ... by <id> (Postfix)                          the border's own
 6. what the sender wrote

header.from is the whole From domain. OpenDKIM removes what a sender brings under its id where it holds a DKIM result,
however the id is spelled; results of DMARC and SPF alone stay, under any id, below the border's Received.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import (
    LOOPBACK,
    ServerProcess,
    accepts,
    missing_programs,
    on_free_ports,
    run,
    server_directory,
)

AUTHSERV_ID = "mx.shop.test"


@dataclass(frozen=True, slots=True)
class OpenDmarc:
    """The two running filters, in the order in which Postfix asks them."""

    dkim_port: int
    dmarc_port: int

    @property
    def ports(self) -> tuple[int, int]:
        return self.dkim_port, self.dmarc_port


def opendmarc_unavailable() -> str:
    """Why they cannot be started here; empty when they can."""
    if missing := missing_programs("opendkim", "opendmarc", "unshare"):
        return f"not installed: {', '.join(missing)} (scripts/install-test-servers)"
    if os.geteuid() != 0:
        return "opendmarc is given a resolver of its own, for which it is started as root"
    try:
        run("unshare", "--mount", "true")
    except Exception:  # whatever stands in the way: no right to, no such namespace
        return "no mount namespace can be made here"
    return ""


@contextmanager
def running_opendmarc(nameserver: str, dns_port: int, *, dkim_options: str = "") -> Iterator[OpenDmarc]:
    """`nameserver`: where the name server answers on port 53, for OpenDMARC; `dns_port`: where it does on loopback.

    `dkim_options` are further lines of opendkim.conf.
    """
    with server_directory("opendmarc") as directory:
        owner = pwd.getpwnam("opendmarc")
        os.chown(directory, owner.pw_uid, owner.pw_gid)
        (directory / "resolv.conf").write_text(f"nameserver {nameserver}\noptions timeout:1 attempts:2\n")
        (directory / "unbound.conf").write_text(_unbound(dns_port))
        (directory / "suffixes").write_text("com\ntest\n")

        def start(ports: Sequence[int]) -> tuple[list[ServerProcess], OpenDmarc]:
            server = OpenDmarc(ports[0], ports[1])
            return _start(directory, server, dkim_options), server

        processes, server = on_free_ports(2, start)
        try:
            yield server
        finally:
            for process in processes:
                process.stop()


def _start(directory: Path, server: OpenDmarc, dkim_options: str) -> list[ServerProcess]:
    dkim, dmarc = directory / "opendkim.conf", directory / "opendmarc.conf"
    dkim.write_text(_opendkim(directory, server.dkim_port) + dkim_options)
    dmarc.write_text(_opendmarc(directory, server.dmarc_port))
    own_resolver = f"mount --bind {directory}/resolv.conf /etc/resolv.conf && exec opendmarc -f -c {dmarc}"
    processes = [ServerProcess(["opendkim", "-f", "-x", str(dkim)], directory / "opendkim.log")]
    try:
        processes.append(ServerProcess(["unshare", "--mount", "sh", "-c", own_resolver], directory / "opendmarc.log"))
        for process, port in zip(processes, server.ports, strict=True):
            process.wait_until(lambda port=port: accepts(port))  # type: ignore[misc]
    except BaseException:
        for process in processes:
            process.stop()
        raise
    return processes


def _unbound(dns_port: int) -> str:
    return f"""
server:
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "test." nodefault
forward-zone:
  name: "."
  forward-addr: {LOOPBACK}@{dns_port}
"""


def _opendkim(directory: Path, port: int) -> str:
    """As Debian ships it, but for the mode, the places, and whom it asks."""
    return f"""
Mode v
Syslog no
Canonicalization relaxed/simple
OversignHeaders From
Socket inet:{port}@{LOOPBACK}
AuthservID {AUTHSERV_ID}
ResolverConfiguration {directory}/unbound.conf
RequireSafeKeys no
"""


def _opendmarc(directory: Path, port: int) -> str:
    return f"""
Syslog false
Socket inet:{port}@{LOOPBACK}
AuthservID {AUTHSERV_ID}
PublicSuffixList {directory}/suffixes
SPFIgnoreResults true
SPFSelfValidate true
"""
