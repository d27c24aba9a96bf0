"""`users.settings.filters` of Gmail's API as a web server on loopback over TLS, and the faults it is told to have."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from auditor.oauth.tokens import Client
from tests.servers.certificates import Certificates

TOKEN = "AccessTokenThatNobodyMaySee"
PATH = "/gmail/v1/users/me/settings/filters"
CLIENT = Client("google", "1-a.apps.googleusercontent.com", "seller@shop.test", mailbox="shop")
HIS = {
    "ANe1BmHis1": {"criteria": {"from": "mother@home.test"}, "action": {"addLabelIds": ["STARRED"]}},
    "ANe1BmHis2": {"criteria": {"query": "walmart", "excludeChats": True}, "action": {"removeLabelIds": ["SPAM"]}},
}


def refusal(status: int, message: str, reason: str) -> tuple[int, bytes]:
    """As Google's APIs say no: the older form and the newer in one."""
    told = {"code": status, "message": message, "errors": [{"reason": reason}], "details": [{"reason": reason}]}
    return status, json.dumps({"error": told}).encode()


NO_SCOPE = refusal(403, "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


# Method, what is answered in the place of the right answer, and what is said of it.
FAULTS = {
    "no scope": ("POST", NO_SCOPE, "no permission to change Gmail's settings"),
    "API not enabled": ("GET", refusal(403, "Gmail API has not been used", "SERVICE_DISABLED"), "is not enabled"),
    "rate": ("POST", refusal(403, "Quota exceeded", "rateLimitExceeded"), "it wants fewer requests"),
    "401": ("GET", refusal(401, "Invalid Credentials", "authError"), "does not take the sign-in"),
    "429": ("GET", (429, b"slow down"), "it wants fewer requests (status 429)"),
    "500": ("GET", (500, b"oops"), "it has trouble of its own (status 500)"),
    "503": ("POST", (503, b"oops"), "it has trouble of its own (status 503)"),
    "too many": (
        "POST",
        refusal(400, f"Filters: {TOKEN}", "failedPrecondition"),
        "it refused (status 400): Filters: ***",
    ),
    "no JSON": ("GET", (200, b"<html>"), "its answer cannot be read"),
    "another JSON": ("GET", (200, b'{"filter": [{"id": 7}]}'), "its answer cannot be read"),
    "deep": ("GET", (200, b"[" * 100_000), "its answer cannot be read"),
    "elsewhere": ("GET", (302, b""), "it points elsewhere"),
    "vast": ("GET", (200, b" " * 1_000_001), "more than a megabyte"),
}


@dataclass(slots=True)
class Gmail:
    """The filters of one account, by id. `faults`: method -> what is answered in the place of the right answer.

    `after`: the request is carried out all the same. `heard`: every method and path.
    """

    base: str = ""
    filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    after: bool = False
    slow_s: float = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        self.heard.append((method, path))
        fault = self.faults.get(method)
        if fault and not self.after:
            return fault
        answer = self._answer(method, path, body)
        return fault or answer

    def _answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if method == "GET":
            found = [{"id": id, **each} for id, each in self.filters.items()]
            return 200, json.dumps({"filter": found} if found else {}).encode()
        if method == "DELETE":
            id = path.removeprefix(f"{PATH}/")
            if self.filters.pop(id, None) is None:
                return refusal(404, "Requested entity was not found.", "notFound")
            return 204, b""
        wanted = json.loads(body)
        if wanted in self.filters.values():
            return refusal(400, "Filter already exists", "failedPrecondition")
        return 200, json.dumps({"id": self.add(wanted), **wanted}).encode()

    def add(self, wanted: dict[str, Any]) -> str:
        self.made += 1
        self.filters[f"ANe1Bm{self.made}"] = wanted
        return f"ANe1Bm{self.made}"

    def count(self, method: str) -> int:
        return sum(heard == method for heard, _ in self.heard)


@contextmanager
def running_gmail(certificates: Certificates) -> Iterator[Gmail]:
    """Listening until the block ends."""
    gmail = Gmail()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Api", (_Handler,), {"gmail": gmail}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    gmail.base = f"https://127.0.0.1:{server.server_port}{PATH}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield gmail
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    gmail: Gmail

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.gmail.slow_s)
        status, answer = refusal(401, "Invalid Credentials", "authError")
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            status, answer = self.gmail.answer(self.command, self.path, body)
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            if status == 302:
                self.send_header("Location", self.gmail.base)
            self.end_headers()
            self.wfile.write(answer)

    do_POST = do_DELETE = do_GET  # noqa: N815  the names are the base class's

    def log_message(self, format: str, *args: object) -> None:
        pass
