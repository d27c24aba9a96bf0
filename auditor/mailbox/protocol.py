"""imaplib with its input and output bounded: what a socket says in, lines and literals within limits out."""

from __future__ import annotations

import imaplib
import socket
import ssl
from typing import Any

from auditor.mailbox.bounded import BoundedFile
from auditor.mailbox.endpoint import Endpoint, dial, secured


class BoundedImap4(imaplib.IMAP4):
    """Overrides open, read, readline, send and shutdown, which imaplib means to be overridden.

    So it depends neither on `file` (Python 3.11 to 3.13) nor on `_file` (3.14), and the greeting is bounded too.
    """

    def __init__(self, endpoint: Endpoint, bounded: BoundedFile) -> None:
        self._endpoint = endpoint
        self._bounded = bounded
        self.said = b""
        super().__init__(endpoint.host, endpoint.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """`timeout` is unused: the bounded file has the clock."""
        self.host = host
        self.port = port
        self.sock: socket.socket = dial(self._endpoint, seconds=self._bounded.seconds_left())
        self._bounded.attach(self.sock)

    def read(self, size: int) -> bytes:
        return self._bounded.read(size)

    def readline(self) -> bytes:
        return self._bounded.readline()

    def send(self, data: Any) -> None:
        self._bounded.send(bytes(data))

    def shutdown(self) -> None:
        self.sock.close()

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Any, Any]:
        """`ssl_context` is unused: the endpoint makes the one that verifies."""
        typ, data = self._simple_command("STARTTLS")
        if typ != "OK":
            raise self.error("TLS is offered and then refused")
        self._bounded.attach(self.sock)  # refuses octets that came in clear behind the OK
        self.sock.settimeout(self._bounded.seconds_left())
        self.sock = secured(self.sock, self._endpoint)
        self._bounded.attach(self.sock)
        self._tls_established = True
        # What was announced in clear may be forged (RFC 3501, section 6.2.1).
        self.untagged_responses.clear()
        self._get_capabilities()
        return typ, data

    def _get_capabilities(self) -> None:
        # imaplib always asks; a greeting that names the capabilities saves the round trip.
        announced = self.untagged_responses.pop("CAPABILITY", [None])[-1]
        if isinstance(announced, bytes):
            self.capabilities = tuple(announced.decode("ascii", "replace").upper().split())
        else:
            super()._get_capabilities()  # type: ignore[misc]

    def _get_tagged_response(self, *args: Any, **kwargs: Any) -> Any:
        # imaplib gives the server's own words only inside a sentence of its own making.
        answer = super()._get_tagged_response(*args, **kwargs)  # type: ignore[misc]
        self.said = answer[1][-1] if isinstance(answer[1][-1], bytes) else b""
        return answer

    def _log(self, line: Any) -> None:
        """Keep nothing: imaplib holds the last ten lines in memory, LOGIN with its password among them."""
