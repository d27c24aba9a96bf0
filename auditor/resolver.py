"""The only DNS client: a set of names -> what DNS said of each, asked at once, within one budget of time.

Three outcomes, never two: a timeout is not an absence. One query per name and type in a run (the cache is shared
by all mailboxes of a run).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Self

from auditor.errors import ConfigError

if TYPE_CHECKING:
    import dns.resolver

MAX_RECORDS = 20
MAX_RECORD_BYTES = 16 * 1024
CONCURRENCY = 32


class Found(StrEnum):
    FOUND = "found"
    ABSENT = "absent"  # known not to exist
    TEMPERROR = "temperror"  # could not tell


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one name and type; `why` for people.

    A TXT record is its strings joined (RFC 6376 section 3.6.2.2); an MX or SRV record is its text as in a zone file.
    """

    found: Found
    texts: tuple[bytes, ...] = ()
    why: str = ""


Answers = Mapping[str, Answer]

NOT_ASKED = Answer(Found.TEMPERROR, why="was not asked")


class Resolver:
    """Asks, and remembers for the length of a run. `ask` may be called from several threads."""

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        port: int = 53,
        protocol: str = "udp",
        timeout_s: float = 5.0,
    ) -> None:
        self._settings = (tuple(nameservers), port, protocol)
        self._timeout_s = timeout_s
        self._client: dns.resolver.Resolver | None = None
        self._cache: dict[tuple[str, str], Future[Answer]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop what is still under way; nothing waits for a silent server."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def ask(self, names: Collection[str], rdtype: str = "TXT", *, budget_s: float | None = None) -> dict[str, Answer]:
        """What DNS says of each name, after at most `budget_s` seconds (three time-outs unless given)."""
        if not names:
            return {}
        deadline = time.monotonic() + (3 * self._timeout_s if budget_s is None else budget_s)
        with self._lock:
            under_way = {name: self._cache.get((name, rdtype)) or self._start(name, rdtype) for name in sorted(names)}
        wait(under_way.values(), timeout=max(0.0, deadline - time.monotonic()))
        late = Answer(Found.TEMPERROR, why="no answer in time")
        return {name: future.result() if future.done() else late for name, future in under_way.items()}

    def _start(self, name: str, rdtype: str) -> Future[Answer]:
        if self._client is None:
            self._client = _client(*self._settings)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="dns")
        self._cache[name, rdtype] = self._pool.submit(_query, self._client, name, rdtype, timeout_s=self._timeout_s)
        return self._cache[name, rdtype]


def _client(nameservers: Sequence[str], port: int, protocol: str) -> dns.resolver.Resolver:
    import dns.exception
    import dns.nameserver
    import dns.resolver

    try:
        client = dns.resolver.Resolver(configure=not nameservers)
    except dns.resolver.NoResolverConfiguration as exc:
        raise ConfigError(
            "this machine names no DNS server", hint="set nameservers in the [dns] table of the configuration"
        ) from exc
    servers = list(nameservers) or [str(server) for server in client.nameservers]
    if protocol == "udp":
        client.nameservers = servers
        client.port = port
    elif protocol == "tls":
        client.nameservers = [dns.nameserver.DoTNameserver(s, 853 if port == 53 else port) for s in servers]
    else:
        client.nameservers = [
            dns.nameserver.DoHNameserver(s if s.startswith("https://") else f"https://{s}/dns-query") for s in servers
        ]
    return client


def _query(client: dns.resolver.Resolver, name: str, rdtype: str, *, timeout_s: float) -> Answer:
    import dns.exception
    import dns.name
    import dns.resolver

    try:
        # Plain labels only: a name with other characters must not be folded into a real one.
        qname = dns.name.from_text(name.encode("ascii").decode("ascii"), idna_codec=dns.name.IDNA_2008_Strict)
        rrset = client.resolve(qname, rdtype, lifetime=timeout_s, search=False, raise_on_no_answer=True)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Answer(Found.ABSENT)
    except (UnicodeError, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
        return Answer(Found.ABSENT, why="is not a name")
    except (dns.exception.DNSException, OSError, ValueError, ImportError) as exc:
        return Answer(Found.TEMPERROR, why=type(exc).__name__)
    records = list(rrset)[:MAX_RECORDS]
    texts = (b"".join(record.strings) if rdtype == "TXT" else record.to_text().encode() for record in records)
    return Answer(Found.FOUND, tuple(text[:MAX_RECORD_BYTES] for text in texts))
