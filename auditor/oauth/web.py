"""The hosts that give tokens, and Gmail's, over HTTPS: what they send is bounded, each failure is one sentence."""

from __future__ import annotations

import io
import logging
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import Retry

from auditor.errors import AuditorError, MailboxError, SignInError
from auditor.oauth.tokens import Client

HOSTS = frozenset({"login.microsoftonline.com", "oauth2.googleapis.com"})
_SILENCE_S = 20  # between two pieces of an answer
_ANSWER_S = 60
_LONGEST_ANSWER = 1_000_000
_LOGGERS = ("msal", "google", "google_auth_oauthlib", "oauthlib", "requests_oauthlib", "urllib3")
LATER = "run this again in ten minutes; nothing has to be changed here"


class _Refused(requests.exceptions.RequestException):
    """The answer is of no use; the first argument says why."""


class Bounded(HTTPAdapter):
    """Takes requests to `hosts` only. What cannot be reached, or has trouble of its own, is asked `again` so often."""

    def __init__(self, hosts: Collection[str] = HOSTS, *, again: int = 2) -> None:
        self._hosts = hosts
        retry = Retry(
            total=again,
            read=False,
            backoff_factor=0.5,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        super().__init__(max_retries=retry)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        where = urlsplit(request.url or "")
        if where.scheme != "https" or where.netloc not in self._hosts:
            raise _Refused(f"it points to {where.netloc or 'nowhere'}, where no secret is sent")
        verify = kwargs.get("verify") or True  # a file of authorities at most; never not at all
        response = super().send(request, **{**kwargs, "stream": True, "timeout": _SILENCE_S, "verify": verify})
        response.raw = io.BytesIO(b"".join(_pieces(response, time.monotonic() + _ANSWER_S)))
        return response


def _pieces(response: requests.Response, ends: float) -> Iterator[bytes]:
    received = 0
    try:
        for piece in response.raw.stream(16_384, decode_content=True):
            received += len(piece)
            if received > _LONGEST_ANSWER:
                raise _Refused("it sent more than a megabyte")
            if time.monotonic() > ends:
                raise _Refused(f"it did not finish its answer in {_ANSWER_S} s")
            yield piece
    except ReadTimeoutError:
        raise requests.exceptions.ReadTimeout from None
    except HTTPError:
        raise requests.exceptions.ChunkedEncodingError from None
    finally:
        response.raw.close()


def new_adapter() -> BaseAdapter:
    """What carries requests; tests put another in its place."""
    return Bounded()


def session_over(adapter: BaseAdapter, session: requests.Session | None = None) -> requests.Session:
    """A session that speaks through the adapter alone, and follows nobody elsewhere."""
    session = session or requests.Session()
    session.adapters.clear()
    session.mount("https://", adapter)
    session.max_redirects = 0
    session.hooks["response"].append(_refuse_trouble)
    return session


def _refuse_trouble(response: requests.Response, **_options: object) -> None:
    """A status that says nothing of this sign-in, whatever the page below it."""
    if response.status_code == 429:
        raise _Refused("it wants fewer requests (status 429)")
    if response.status_code >= 500:
        raise _Refused(f"it has trouble of its own (status {response.status_code})")


@contextmanager
def asking(client: Client, hide: Callable[[str], str] = str) -> Iterator[None]:
    """All that a library raises about an answer, as one SignInError; and no library logs what it heard."""
    host = "login.microsoftonline.com" if client.provider == "microsoft" else "oauth2.googleapis.com"
    with told(f"{client.title}, asked for a token at {host}", SignInError, hide):
        yield


@contextmanager
def told(asked: str, failure: type[MailboxError], hide: Callable[[str], str]) -> Iterator[None]:
    """The same for whatever was `asked`, as one `failure`."""
    try:
        with _unlogged():
            yield
    except AuditorError:
        raise
    except requests.exceptions.RequestException as exc:
        why, hint = _in_words(exc)
        raise failure(f"{asked}: {hide(why)}", hint=hint) from None
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError, OverflowError) as exc:
        raise failure(f"{asked}: its answer cannot be read ({type(exc).__name__})", hint=LATER) from None


def _in_words(exc: requests.exceptions.RequestException) -> tuple[str, str]:
    """The first that fits counts: the classes of requests are each other's children."""
    if isinstance(exc, _Refused):
        return str(exc.args[0]), LATER
    for kinds, why, hint in _FAILURES:
        if isinstance(exc, kinds):
            return why, hint
    return f"it cannot be reached ({type(exc).__name__})", "check the network of this machine"


_FAILURES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        requests.exceptions.SSLError,
        "its certificate cannot be verified; nothing was sent to it",
        "check the clock; where a proxy opens TLS, name its authority in REQUESTS_CA_BUNDLE",
    ),
    (requests.exceptions.ProxyError, "the proxy refused or cannot be reached", "check HTTPS_PROXY in the environment"),
    (requests.exceptions.Timeout, "it did not answer in time", "check the network, or a firewall in between"),
    (requests.exceptions.TooManyRedirects, "it points elsewhere, where no secret is sent", LATER),
    (
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError),
        "its answer broke off",
        LATER,
    ),
    (
        requests.exceptions.ConnectionError,
        "it cannot be reached",
        "check the network and DNS of this machine, and whether it may reach the web",
    ),
)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Libraries log what they cannot read, and Python prints what nobody handles."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(each.level, each.propagate) for each in loggers]
    handler = logging.NullHandler()
    for each in loggers:
        each.addHandler(handler)
        each.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for each, (level, propagate) in zip(loggers, before, strict=True):
            each.removeHandler(handler)
            each.level, each.propagate = level, propagate
