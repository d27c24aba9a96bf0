"""TXT records go in; a DNS server on a loopback port answers with them. What is not among them does not exist."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dnslib import QTYPE, RCODE, RR, TXT, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer

LOOPBACK = "127.0.0.1"
_TTL_S = 60
_LONGEST_STRING = 255  # octets; a longer record consists of several (RFC 1035 section 3.3)


@contextmanager
def running_zone(records: Mapping[str, bytes]) -> Iterator[int]:
    """Serve until the block is left; the UDP port."""
    listener = DNSServer(_Records(records), LOOPBACK, port=0, logger=DNSLogger(logf=lambda _: None)).server
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), name="demo-dns", daemon=True)
    thread.start()
    try:
        yield listener.server_address[1]
    finally:
        listener.shutdown()
        thread.join(timeout=5)
        listener.server_close()


class _Records(BaseResolver):  # type: ignore[misc]  # untyped
    def __init__(self, records: Mapping[str, bytes]) -> None:
        self._records = {name.lower(): _strings(text) for name, text in records.items()}

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        name = str(request.q.qname).rstrip(".").lower()
        reply = request.reply(ra=1)
        found = self._records.get(name)
        if found is not None and request.q.qtype in (QTYPE.TXT, QTYPE.ANY):
            reply.add_answer(RR(request.q.qname, QTYPE.TXT, ttl=_TTL_S, rdata=TXT(found)))
        elif not any(each == name or each.endswith(f".{name}") for each in self._records):
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


def _strings(text: bytes) -> list[bytes]:
    return [text[start : start + _LONGEST_STRING] for start in range(0, len(text), _LONGEST_STRING)]
