"""DNS records go in; a DNS server on a loopback port (UDP and TCP, in this process) answers with them and counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any

from dnslib import QTYPE, RCODE, RR, TXT, DNSError, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from tests.servers.process import LOOPBACK, StartError, on_free_ports

TTL_S = 60


class Mode(Enum):
    SILENT = auto()
    SERVFAIL = auto()
    TRUNCATED = auto()


class Zone:
    """Records and how names misbehave. The whole name space: what is not in it does not exist."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, list[RR]] = {}
        self._modes: dict[str, Mode] = {}
        self._queries: Counter[tuple[str, str]] = Counter()

    def txt(self, name: str, value: str | bytes) -> None:
        """One record, in as many strings of 255 bytes as it needs."""
        raw = value.encode() if isinstance(value, str) else value
        strings = [raw[start : start + 255] for start in range(0, len(raw), 255)] or [b""]
        self._add(RR(name, QTYPE.TXT, ttl=TTL_S, rdata=TXT(strings)))

    def mx(self, name: str, host: str, preference: int = 10) -> None:
        self.record(name, "MX", f"{preference} {_absolute(host)}")

    def a(self, name: str, address: str) -> None:
        self.record(name, "A", address)

    def cname(self, name: str, target: str) -> None:
        self.record(name, "CNAME", _absolute(target))

    def record(self, name: str, rtype: str, value: str) -> None:
        """Any type, in the words of a zone file, such as `"SRV", "0 1 993 imap.shop.test."`."""
        for record in RR.fromZone(f"{_absolute(name)} {TTL_S} IN {rtype} {value}"):
            self._add(record)

    def remove(self, name: str, rtype: str = "") -> None:
        """The records of this type, or all when it is left out."""
        with self._lock:
            key = _key(name)
            left = [each for each in self._records.pop(key, []) if rtype and QTYPE[each.rtype] != rtype]
            if left:
                self._records[key] = left

    def silent(self, name: str) -> None:
        """No answer at all (over TCP: the connection is closed)."""
        self._modes[_key(name)] = Mode.SILENT

    def servfail(self, name: str) -> None:
        self._modes[_key(name)] = Mode.SERVFAIL

    def truncated(self, name: str) -> None:
        """Over UDP only the sign to ask again over TCP."""
        self._modes[_key(name)] = Mode.TRUNCATED

    def healthy(self, name: str) -> None:
        self._modes.pop(_key(name), None)

    def clear(self) -> None:
        with self._lock:
            self._records.clear()
            self._modes.clear()
            self._queries.clear()

    def asked(self, name: str, rtype: str) -> int:
        """How many queries came for it, UDP and TCP together."""
        return self._queries[_key(name), rtype]

    def queries(self) -> Counter[tuple[str, str]]:
        with self._lock:
            return self._queries.copy()

    def all_records(self) -> list[RR]:
        with self._lock:
            return [record for records in self._records.values() for record in records]

    def mode(self, name: str) -> Mode | None:
        return self._modes.get(_key(name))

    def answer(self, name: str, rtype: str) -> list[RR] | None:
        """The records, a CNAME and what it leads to; None for a name that does not exist. Counts the query."""
        with self._lock:
            self._queries[_key(name), rtype] += 1
            return self._found(_key(name), rtype, 0)

    def _found(self, key: str, rtype: str, depth: int) -> list[RR] | None:
        records = self._records.get(key)
        if records is None:
            return [] if any(each.endswith(f".{key}") for each in self._records) else None
        aliases = [each for each in records if QTYPE[each.rtype] == "CNAME"]
        if aliases and rtype != "CNAME" and depth < 8:
            return [*aliases, *(self._found(_key(str(aliases[0].rdata)), rtype, depth + 1) or [])]
        return [each for each in records if QTYPE[each.rtype] == rtype]

    def _add(self, record: RR) -> None:
        with self._lock:
            self._records.setdefault(_key(str(record.rname)), []).append(record)


class DnsServer(Zone):
    """A zone with an in-process server; `nameserver` and `port` are where to ask."""

    nameserver = LOOPBACK

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port


@contextmanager
def running_dns() -> Iterator[DnsServer]:
    def start(ports: Sequence[int]) -> tuple[DnsServer, list[DNSServer]]:
        server = DnsServer(ports[0])
        resolver, quiet = _Resolver(server), DNSLogger(logf=lambda _: None)
        try:
            listeners = [DNSServer(resolver, LOOPBACK, server.port, tcp=tcp, logger=quiet) for tcp in (False, True)]
        except OSError as error:
            raise StartError(f"port {server.port}: {error}") from error
        return server, listeners

    server, listeners = on_free_ports(1, start)
    threads = [threading.Thread(target=_serve, args=(each.server,), daemon=True) for each in listeners]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        for listener, thread in zip(listeners, threads, strict=True):
            listener.server.shutdown()
            thread.join(timeout=5)
            listener.server.server_close()


def _serve(server: Any) -> None:
    server.serve_forever(poll_interval=0.02)


class _Resolver(BaseResolver):  # type: ignore[misc]
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        name, rtype = str(request.q.qname), QTYPE[request.q.qtype]
        records, mode = self._zone.answer(name, rtype), self._zone.mode(name)
        reply = request.reply(ra=1)
        if mode is Mode.SILENT:
            raise DNSError("told to be silent")  # the one exception after which dnslib sends nothing
        if mode is Mode.SERVFAIL:
            reply.header.rcode = RCODE.SERVFAIL
        elif mode is Mode.TRUNCATED and handler.protocol == "udp":
            reply.header.tc = 1
        elif records is None:
            reply.header.rcode = RCODE.NXDOMAIN
        else:
            reply.add_answer(*records)
        return reply


def _absolute(name: str) -> str:
    return name.rstrip(".") + "."


def _key(name: str) -> str:
    return name.rstrip(".").lower()
