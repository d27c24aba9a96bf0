"""A submission server (aiosmtpd) whose behaviour is a value, and which hands what it takes to a function of the test.

TLS from the first octet, by STARTTLS or not at all; AUTH by PLAIN, LOGIN and XOAUTH2; a refusal at any step.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, auth_mechanism

from tests.servers.certificates import Certificates
from tests.servers.process import LOOPBACK

Step = Literal["EHLO", "MAIL", "RCPT", "DATA"]
Secured = Literal["tls", "starttls", "none"]


@dataclass(slots=True)
class Behaviour:
    """What the server does. `refuse`: step -> reply; `puts_off`: how many times before it takes a recipient."""

    username: str = "seller"
    password: str = "secret"
    token: str = ""
    needs_auth: bool = True
    refuse: dict[Step, str] = field(default_factory=dict)
    puts_off: int = 0
    deliver: Callable[[bytes], object] = lambda raw: None


@dataclass(slots=True)
class Handed:
    """One message as it was taken."""

    mail_from: str
    rcpt_to: str
    raw: bytes
    in_tls: bool


@dataclass(slots=True)
class SubmissionServer:
    """A running server, and what it has seen."""

    port: int
    behaviour: Behaviour
    taken: list[Handed] = field(default_factory=list)
    sessions: int = 0
    host: str = LOOPBACK


logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class _Smtp(SMTP):
    """aiosmtpd and the one mechanism that it lacks."""

    @auth_mechanism("XOAUTH2")
    async def auth_xoauth2(self, _server: SMTP, args: list[str]) -> Any:
        behaviour: Behaviour = self.event_handler.running.behaviour
        said = base64.b64decode(args[1]).decode()
        if said == f"user={behaviour.username}\1auth=Bearer {behaviour.token}\1\1":
            return AuthResult(success=True)
        why = json.dumps({"status": "invalid_token", "schemes": "bearer"}).encode()
        await self.challenge_auth(why)
        return AuthResult(success=False, handled=False)


class _Handler:
    def __init__(self, running: SubmissionServer) -> None:
        self.running = running

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        refusal = self.running.behaviour.refuse.get("EHLO")
        return [refusal] if refusal else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.running.behaviour.refuse.get("MAIL"):
            return refusal
        self.running.sessions += 1
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        behaviour = self.running.behaviour
        if behaviour.puts_off > 0:
            behaviour.puts_off -= 1
            return "451 4.7.1 Greylisted, please come again"
        if refusal := behaviour.refuse.get("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        behaviour = self.running.behaviour
        if refusal := behaviour.refuse.get("DATA"):
            return refusal
        assert isinstance(envelope.content, bytes)
        in_tls = server.transport is not None and server.transport.get_extra_info("ssl_object") is not None
        handed = Handed(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content, in_tls)
        self.running.taken.append(handed)
        behaviour.deliver(envelope.content)
        return "250 2.0.0 taken"


@contextmanager
def _serving(factory: Callable[[], SMTP], context: ssl.SSLContext | None) -> Iterator[int]:
    """An event loop in a thread of its own; the port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(factory, LOOPBACK, 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@contextmanager
def running_submission(
    behaviour: Behaviour, secured: Secured = "none", certificates: Certificates | None = None
) -> Iterator[SubmissionServer]:
    context: ssl.SSLContext | None = None
    if secured != "none":
        assert certificates is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)

    def authenticated(_s: SMTP, _session: Session, _e: Envelope, _mechanism: str, given: Any) -> AuthResult:
        wanted = LoginPassword(behaviour.username.encode(), behaviour.password.encode())
        return AuthResult(success=given == wanted, handled=False)

    options: dict[str, Any] = {"authenticator": authenticated, "auth_required": behaviour.needs_auth}
    options["auth_require_tls"] = secured == "starttls"
    options["auth_exclude_mechanism"] = () if behaviour.token else ("XOAUTH2",)
    if secured == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    running = SubmissionServer(0, behaviour)

    def factory() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a password may come in clear is what some tests are about
            return _Smtp(
                _Handler(running),
                enable_SMTPUTF8=False,
                hostname="mx.shop.test",
                loop=asyncio.get_running_loop(),
                **options,
            )

    with _serving(factory, context if secured == "tls" else None) as port:
        running.port = port
        yield running
