"""The real adapter against a real web server over TLS: its bounds hold, and no secret goes elsewhere."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from auditor.errors import SignInError
from auditor.oauth import web
from auditor.oauth.web import Bounded, asking, session_over
from tests.oauth.scripted import MICROSOFT
from tests.servers.certificates import Certificates, issue_certificates

pytestmark = pytest.mark.server

Handle = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Does what the test wants with a request; `heard` are the requests."""

    heard: list[str]
    handle_it: Handle

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.heard.append(self.path)
        with suppress(OSError):
            type(self).handle_it(self)

    do_POST = do_GET  # noqa: N815  the name is the base class's

    def say(self, body: bytes, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **fields}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue_certificates(tmp_path_factory.mktemp("web"))


@contextmanager
def serving(certificates: Certificates, handle: Handle) -> Iterator[tuple[str, list[str]]]:
    """Where it listens, and what it hears."""
    handler = type("Once", (Handler,), {"heard": [], "handle_it": handle})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", handler.heard  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(where: str, ca_file: Path | None, monkeypatch: pytest.MonkeyPatch, *, scheme: str = "https") -> str:
    if ca_file:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
    with asking(MICROSOFT), session_over(Bounded({where})) as session:
        answer: str = session.post(f"{scheme}://{where}/token", data={"a": "b"}).text
        return answer


def test_an_answer_comes_whole(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(certificates, lambda at: at.say(b"x" * 900_000)) as (where, heard):
        assert ask(where, certificates.ca_file, monkeypatch) == "x" * 900_000
    assert heard == ["/token"]


def drip(at: Handler) -> None:
    at.send_response(200)
    at.end_headers()
    for _ in range(100):
        at.wfile.write(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "handle, said",
    [
        (lambda at: at.say(b"x" * 1_000_001), "more than a megabyte"),
        (drip, "did not finish its answer"),
        (lambda at: time.sleep(2), "did not answer in time"),
        (lambda at: at.say(b"", 302, Location="https://elsewhere.test/"), "points elsewhere"),
        (lambda at: at.say(b"{}", 429), "fewer requests"),
        (lambda at: at.say(b"{}", 500), "trouble of its own"),
        (lambda at: at.say(b"no gzip", **{"Content-Encoding": "gzip"}), "broke off"),
        (lambda at: at.say(b"", **{"Content-Length": "50"}), "broke off"),
        (lambda at: at.connection.close(), "cannot be reached"),
    ],
    ids=["long", "drip", "silent", "redirect", "429", "500", "encoding", "short", "hung-up"],
)
def test_a_bad_answer_is_named(
    handle: Handle, said: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_SILENCE_S", 0.5)
    monkeypatch.setattr(web, "_ANSWER_S", 0.5)
    with serving(certificates, handle) as (where, _), pytest.raises(SignInError, match=said):
        ask(where, certificates.ca_file, monkeypatch)


def test_trouble_that_passes_is_tried_again(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    def once(at: Handler) -> None:
        at.say(b"fine") if len(at.heard) > 1 else at.say(b"", 503)

    with serving(certificates, once) as (where, heard):
        assert ask(where, certificates.ca_file, monkeypatch) == "fine"
    assert len(heard) == 2


def test_a_refusal_is_not_tried_again(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(certificates, lambda at: at.say(b"{}", 400)) as (where, heard):
        assert ask(where, certificates.ca_file, monkeypatch) == "{}"
    assert len(heard) == 1


def test_nothing_is_sent_to_a_server_that_nobody_vouches_for(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with (
        serving(certificates, lambda at: at.say(b"")) as (where, heard),
        pytest.raises(SignInError, match="certificate cannot be verified"),
    ):
        ask(where, None, monkeypatch)
    assert heard == []


@pytest.mark.parametrize("url", ["https://elsewhere.test/token", "http://login.microsoftonline.com/x", "ftp://x.test"])
def test_other_hosts_and_other_ways_are_not_spoken_to(url: str) -> None:
    with pytest.raises(SignInError, match=r"where no secret is sent|InvalidSchema"), asking(MICROSOFT):
        session_over(Bounded()).get(url)


def test_the_adapter_of_a_run_speaks_to_two_hosts() -> None:
    assert isinstance(web.new_adapter(), Bounded)
    assert {"login.microsoftonline.com", "oauth2.googleapis.com"} == web.HOSTS


def test_what_is_a_bug_stays_one() -> None:
    with pytest.raises(KeyboardInterrupt), asking(MICROSOFT):
        raise KeyboardInterrupt
    with pytest.raises(requests.exceptions.RequestException):
        session_over(Bounded()).get("https://elsewhere.test/")
