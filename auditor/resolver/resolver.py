"""A set of names -> what DNS says of each, asked at once and each once in a run, within a budget of time.

The cache is shared by all mailboxes of a run. However many names there are and however their servers behave, `ask`
ends within its budget, and a domain whose servers are silent costs no more than a budget in a whole run.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from auditor.resolver.answers import Answer, Found
from auditor.resolver.servers import Servers
from auditor.resolver.workers import Workers

if TYPE_CHECKING:
    from auditor.resolver.client import Client

CONCURRENCY = 64
BUDGET = 3  # time-outs

# Plain labels only: a name with other characters must not be folded into a real one, and none is published so.
_NAME = re.compile(r"(?=.{1,254}\Z)(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?\Z")
_SERVICE = re.compile(r".*(?:\A|\.)_[^.]*\.")  # `s1._domainkey.`, `_dmarc.`, `_imaps._tcp.`

_NO_NAME = Answer(Found.ABSENT, why="is not a name")
_LATE = Answer(Found.TEMPERROR, why="no answer in time")


class Resolver:
    """Asks, and remembers for the length of a run. `ask` may be called from several threads."""

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        port: int = 53,
        protocol: str = "udp",
        timeout_s: float = 5.0,
        server_name: str | None = None,
        ca_file: Path | None = None,
    ) -> None:
        """`protocol`: udp, tls or https; `port` is not for servers given as https://... Raises ConfigError."""
        self._servers = Servers(tuple(nameservers), port, protocol, server_name, ca_file)
        self._timeout_s = timeout_s
        # What a protocol needs and lacks is said before anything is begun; dnspython is loaded when it is used.
        self._client = None if protocol == "udp" else _connected(self._servers)
        self._cache: dict[tuple[str, str], Future[Answer]] = {}
        self._lost_s: dict[str, float] = {}  # by domain, without an answer
        self._answering: set[str] = set()  # domains that ever gave one
        self._lock = threading.Lock()
        self._workers: Workers[Answer] = Workers(CONCURRENCY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop what is still under way; nothing waits for a silent server."""
        self._workers.close()
        if self._client is not None:
            self._client.close()

    def ask(self, names: Collection[str], rdtype: str = "TXT", *, budget_s: float | None = None) -> dict[str, Answer]:
        """What DNS says of each name, after at most `budget_s` seconds (three time-outs unless given).

        Raises ConfigError where the configuration leaves nobody to ask.
        """
        deadline = time.monotonic() + (BUDGET * self._timeout_s if budget_s is None else budget_s)
        plain = [name for name in names if _NAME.match(name)]
        with self._lock:
            under_way = {name: self._future(name, rdtype, deadline) for name in sorted(plain)}
        wait(under_way.values(), timeout=max(0.0, deadline - time.monotonic()))
        answers = {name: _answer_of(future) for name, future in under_way.items()}
        return {name: answers.get(name, _NO_NAME) for name in names}

    def _future(self, name: str, rdtype: str, deadline: float) -> Future[Answer]:
        known = self._cache.get((name, rdtype))
        if known is not None:
            return known
        if self._client is None:
            self._client = _connected(self._servers)
        future = self._workers.submit(lambda: self._query(name, rdtype, deadline))
        self._cache[name, rdtype] = future
        return future

    def _query(self, name: str, rdtype: str, deadline: float) -> Answer:
        """In a worker's thread. What found no time to be asked is forgotten, so that it can be asked later."""
        domain, started = domain_of(name), time.monotonic()
        left_s = min(self._timeout_s, deadline - started)
        with self._lock:
            if domain not in self._answering and self._lost_s.get(domain, 0) >= BUDGET * self._timeout_s:
                return Answer(Found.TEMPERROR, why=f"the servers of {domain} do not answer")
            if left_s <= 0 or self._client is None:
                self._cache.pop((name, rdtype), None)
                return _LATE
            client = self._client
        answer = client.query(name, rdtype, timeout_s=left_s)
        with self._lock:
            if answer.found is Found.TEMPERROR:
                self._lost_s[domain] = self._lost_s.get(domain, 0) + time.monotonic() - started
            else:
                self._answering.add(domain)
        return answer


def _connected(servers: Servers) -> Client:
    from auditor.resolver.client import Client

    return Client(servers)


def domain_of(name: str) -> str:
    """Whose servers are asked about it: the name without what is put in front of a domain."""
    return _SERVICE.sub("", name).rstrip(".").lower()


def _answer_of(future: Future[Answer]) -> Answer:
    return future.result() if future.done() and not future.cancelled() else _LATE
