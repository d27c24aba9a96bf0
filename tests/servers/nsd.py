"""nsd: the records of a `Zone`, served by a real name server on a loopback port."""

from __future__ import annotations

import os
import pwd
import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from dnslib import QTYPE, RR, DNSError, DNSRecord

from tests.servers.process import (
    LOOPBACK,
    ServerProcess,
    missing_programs,
    on_free_ports,
    server_directory,
)
from tests.servers.zone import Zone

_MARK = "nsd-ready.test"


@dataclass(frozen=True, slots=True)
class Nsd:
    """A running server. It knows what was in `zone` when it started or was last told to `publish`."""

    zone: Zone
    port: int
    _directory: Path
    _process: ServerProcess
    _serials: Iterator[int] = field(default_factory=lambda: count(2), repr=False)
    nameserver: str = LOOPBACK

    def publish(self) -> None:
        """Make the zone as it is now the one that is served; returns when it is."""
        mark = _write_zone(self._directory, self.zone, next(self._serials))
        os.kill(int((self._directory / "pid").read_text()), signal.SIGHUP)
        self._process.wait_until(lambda: _serves(self.port, mark))


def nsd_unavailable() -> str:
    """Why nsd cannot be started here; empty when it can."""
    if missing_programs("nsd"):
        return "not installed: nsd (scripts/install-test-servers)"
    return "" if os.geteuid() == 0 else "nsd is started as root, to run as its own user"


@contextmanager
def running_nsd(zone: Zone, *, also: str = "") -> Iterator[Nsd]:
    """`also`: a second address, `address@port`, where it answers as well."""
    with server_directory("nsd") as directory:
        mark = _write_zone(directory, zone, 1)
        owner = pwd.getpwnam("nsd")
        os.chown(directory, owner.pw_uid, owner.pw_gid)

        def start(ports: Sequence[int]) -> Nsd:
            config = directory / "nsd.conf"
            config.write_text(_configuration(directory, ports[0], also))
            process = ServerProcess(["nsd", "-d", "-c", str(config)], directory / "log")
            try:
                process.wait_until(lambda: _serves(ports[0], mark))
            except BaseException:
                process.stop()
                raise
            return Nsd(zone, ports[0], directory, process)

        server = on_free_ports(1, start)
        try:
            yield server
        finally:
            server._process.stop()


def _write_zone(directory: Path, zone: Zone, serial: int) -> str:
    """The root zone holds every name, so a name that is not there does not exist. Returns what proves it is read."""
    mark = secrets.token_hex(8)
    lines = [
        f". 60 IN SOA ns.test. root.test. {serial} 3600 600 86400 60",
        ". 60 IN NS ns.test.",
        "ns.test. 60 IN A 127.0.0.1",
        f'{_MARK}. 60 IN TXT "{mark}"',
        *map(_line, zone.all_records()),
    ]
    (directory / "zone").write_text("\n".join(lines) + "\n")
    return mark


def _line(record: RR) -> str:
    if QTYPE[record.rtype] != "TXT":
        return str(record.toZone())
    strings = " ".join('"' + "".join(map(_escaped, each)) + '"' for each in record.rdata.data)
    return f"{record.rname} {record.ttl} IN TXT {strings}"


def _escaped(byte: int) -> str:
    character = chr(byte)
    return character if character.isascii() and character.isalnum() else f"\\{byte:03d}"


def _serves(port: int, mark: str) -> bool:
    """Asked several times: while it reads a zone anew, a child of the old one may answer now and then."""
    return all(_answers(port, mark) for _ in range(5))


def _answers(port: int, mark: str) -> bool:
    try:
        reply = DNSRecord.question(_MARK, "TXT").send(LOOPBACK, port, timeout=0.1)
        return mark.encode() in reply
    except (TimeoutError, DNSError):
        return False


def _configuration(directory: Path, port: int, also: str) -> str:
    second = f"ip-address: {also}" if also else ""
    return f"""
server:
  ip-address: {LOOPBACK}@{port}
  {second}
  port: {port}
  server-count: 1
  username: nsd
  chroot: ""
  zonesdir: "{directory}"
  database: ""
  pidfile: "{directory}/pid"
  xfrdfile: "{directory}/xfrd.state"
  xfrdir: "{directory}"
  zonelistfile: "{directory}/zone.list"
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "zone"
"""
