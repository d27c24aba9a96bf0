"""The only HTTP of the contact checks (extra `web`): a web address goes in, what came of one look comes out.

Everything that answers is taken for hostile: names are looked up by our own resolver, the connection goes to that
very address, a redirect may not lead to a private one, no body is read, and all of it ends in time.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from auditor.contacts.facts import Visit
from auditor.contacts.website import is_literal
from auditor.resolver import Found, Resolver
from auditor.resolver.workers import Workers

TIMEOUT_S = 10.0  # for one answer
WHOLE_S = 25.0  # for one web site with its redirects
MOST_REDIRECTS = 5
_AT_ONCE = 8
# It answers; that it would not have us is its good right.
_ALL_RIGHT = frozenset({401, 403, 405, 406, 429})
_GONE = frozenset({404, 410})
_HEADERS = {"user-agent": "auditor (contact check of the shop's owner)", "accept": "*/*", "accept-encoding": "identity"}


def visit_all(urls: Sequence[str], resolver: Resolver, now: datetime) -> dict[str, Visit]:
    """One look at each, all at once; ends within `WHOLE_S`, whatever the servers do."""
    workers: Workers[Visit] = Workers(_AT_ONCE)
    context = ssl.create_default_context()
    started = {url: workers.submit(partial(_visit, url, resolver, context, now)) for url in dict.fromkeys(urls)}
    try:
        return {url: _awaited(future, url, now) for url, future in started.items()}
    finally:
        workers.close()


def _awaited(future: Future[Visit], url: str, now: datetime) -> Visit:
    try:
        return future.result(timeout=WHOLE_S)
    except FutureTimeoutError:
        return Visit(url, None, "it did not answer in time", now)


def _visit(url: str, resolver: Resolver, context: ssl.SSLContext, now: datetime) -> Visit:
    """Follow the redirects, each looked at first. Never raises."""
    first = at = urlsplit(url)
    for _ in range(MOST_REDIRECTS + 1):
        try:
            status, location, ends_at = _look(at, first, resolver, context)
            onward = urlsplit(urljoin(at.geturl(), location))
        except _Refused as refused:
            return Visit(at.geturl(), refused.reached, str(refused), now)
        except Exception as error:  # hostile answers bring out more kinds than the library's own
            reached, why = _in_words(error)
            return Visit(at.geturl(), reached, why, now)
        if not location:
            reached = True if status < 400 or status in _ALL_RIGHT else False if status in _GONE else None
            return Visit(at.geturl(), reached, f"it answers {status}", now, ends_at)
        at = onward
    return Visit(url, False, f"it redirects more than {MOST_REDIRECTS} times", now)


class _Refused(Exception):
    """There is nowhere to go; `reached` says what that means."""

    def __init__(self, why: str, *, reached: bool | None) -> None:
        super().__init__(why)
        self.reached = reached


_Looked = tuple[int, str, datetime | None]


def _look(at: SplitResult, first: SplitResult, resolver: Resolver, context: ssl.SSLContext) -> _Looked:
    """Status, where it sends on to (empty where it does not), and the end of the certificate."""
    host = (at.hostname or "").rstrip(".").lower()
    if at.scheme not in ("http", "https") or not host:
        raise _Refused(f"it redirects to {at.geturl()[:200]}, which is no web address", reached=False)
    is_own = (host, at.port) == ((first.hostname or "").rstrip(".").lower(), first.port)
    addresses = list(_addresses(host, resolver))
    if not is_own and not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise _Refused(f"it redirects to {host}, which is no public address", reached=False)
    failure: Exception | None = None
    for address in addresses[:2]:
        try:
            return _request(at, host, address, context)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            failure = failure or error
    raise failure or _Refused(f"the name {host} has no address", reached=False)


def _addresses(host: str, resolver: Resolver) -> Iterator[str]:
    """Public or not. Raises _Refused where DNS could not tell."""
    if is_literal(host):
        yield host
        return
    answers = [resolver.ask([host], rdtype)[host] for rdtype in ("A", "AAAA")]
    if all(answer.found is not Found.FOUND for answer in answers):
        unknown = next((answer.why for answer in answers if answer.found is Found.TEMPERROR), None)
        if unknown is not None:
            raise _Refused(f"DNS could not give the address of {host}: {unknown}", reached=None)
    for answer in answers:
        yield from (text.decode("ascii", "replace") for text in answer.texts)


def _request(at: SplitResult, host: str, address: str, context: ssl.SSLContext) -> _Looked:
    """To this address and no other; the certificate must bear the name."""
    place = f"[{address}]" if ":" in address else address
    port = f":{at.port}" if at.port else ""
    path = (at.path or "/") + (f"?{at.query}" if at.query else "")
    named = f"[{host}]" if ":" in host else host
    with (
        httpx2.Client(verify=context, trust_env=False, follow_redirects=False, timeout=TIMEOUT_S) as client,
        client.stream(
            "GET",
            f"{at.scheme}://{place}{port}{path}",
            headers={**_HEADERS, "host": f"{named}{port}"},
            extensions={"sni_hostname": host},
        ) as response,
    ):
        location = response.headers.get("location", "") if 300 <= response.status_code < 400 else ""
        return response.status_code, location[:2_000], _end_of_certificate(response)


def _end_of_certificate(response: httpx2.Response) -> datetime | None:
    stream: Any = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    ends = (tls.getpeercert() or {}).get("notAfter") if tls is not None else None
    return None if ends is None else datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)


def _in_words(error: BaseException) -> tuple[bool | None, str]:
    """What a failure says: no for what every customer meets, could not tell for what may be our own network."""
    chain: list[BaseException] = [error]
    while (below := chain[-1].__cause__ or chain[-1].__context__) is not None and len(chain) < 10:
        chain.append(below)
    for each in chain:
        match each:
            case ssl.SSLCertVerificationError():
                return False, f"browsers refuse its certificate: {each.verify_message}"
            case ConnectionRefusedError():
                return False, "nothing answers there: the connection is refused"
            case ssl.SSLError():
                return False, "it speaks no TLS that a browser would take"
    if any(isinstance(each, httpx2.TimeoutException | TimeoutError) for each in chain):
        return None, "it did not answer in time"
    cause = next((each for each in chain if isinstance(each, OSError)), None)
    return None, f"the connection failed: {(cause and cause.strerror) or type(error).__name__}"
