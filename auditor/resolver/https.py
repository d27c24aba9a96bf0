"""The only httpx2: one DNS message to a web server, and the one that it answers with (RFC 8484), bounded."""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import h2  # noqa: F401  # without it httpx2 speaks HTTP/1.1 alone, which public resolvers refuse
import httpx2

_MESSAGE = "application/dns-message"
_LARGEST = 65_535  # bytes of a DNS message (RFC 1035 section 4.2.2)


class Exchange:
    """Connections are kept. May be used from several threads, of which each has a connection to itself meanwhile.

    HTTP/2 would let them share one, and httpx2 does; but OpenSSL forbids that two threads use one connection at the
    same time (openssl-threads(7)): one reads while another writes, and now and then the server hangs up on all.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._idle: deque[httpx2.Client] = deque()

    def close(self) -> None:
        """Those in use are closed by nobody: their threads end with the program."""
        while self._idle:
            self._idle.pop().close()

    def send(self, url: str, message: bytes, *, timeout_s: float) -> bytes:
        """The answer. Raises OSError (TimeoutError, ssl.SSLError among them) where there is none."""
        deadline = time.monotonic() + timeout_s
        headers = {"accept": _MESSAGE, "content-type": _MESSAGE, "accept-encoding": "identity"}
        try:
            with (
                self._client() as client,
                client.stream("POST", url, headers=headers, content=message, timeout=timeout_s) as response,
            ):
                return _body(response, deadline)
        except httpx2.TimeoutException as exc:
            raise TimeoutError("no answer in time") from exc
        except httpx2.HTTPError as exc:
            raise _cause(exc) from exc

    @contextmanager
    def _client(self) -> Iterator[httpx2.Client]:
        try:
            client = self._idle.pop()
        except IndexError:
            client = httpx2.Client(verify=self._context, http2=True, trust_env=False, follow_redirects=False)
        try:
            yield client
        finally:
            self._idle.append(client)


def _body(response: httpx2.Response, deadline: float) -> bytes:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code != 200 or kind != _MESSAGE:
        raise OSError(f"the web server answers {response.status_code} and no DNS message")
    body = bytearray()
    for chunk in response.iter_raw():  # as it comes in: a chunk of a set size would be waited for
        body += chunk
        if len(body) > _LARGEST:
            raise OSError("the answer is too large to be one")
        if time.monotonic() > deadline:
            raise TimeoutError("no answer in time")
    return bytes(body)


def _cause(error: BaseException) -> OSError:
    """What TLS or the network said, which httpx2 wraps twice."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return OSError(f"no answer ({type(error).__name__})")
