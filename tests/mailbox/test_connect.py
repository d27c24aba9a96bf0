"""Endpoints and secrets in; a signed-in connection, or one sentence and no secret on the wire, out.

Certificates and versions of TLS are the business of tests/hostile/test_tls.py.
"""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import ConfigError, MailboxError, MailboxMisbehaved, SignInError
from auditor.mailbox.connection import Connection, Limits, connect
from auditor.mailbox.endpoint import Endpoint, Security
from auditor.mailbox.signin import AccessToken, Password
from tests.servers.dovecot import Dovecot
from tests.servers.hostile_imap import GREETING, Command, dripping, scripted, silent
from tests.servers.recorder import Recorders

SECRET = "hush-hush"
QUICK = Limits(command_s=0.5)
TLS_OFFERED = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"


def _connect(port: int, security: Security = "none", *, host: str = "127.0.0.1", ca: Path | None = None) -> Connection:
    endpoint = Endpoint(host, port, security, str(ca) if ca else None)
    return connect(endpoint, "seller", Password(SECRET), limits=QUICK)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_verified_connection_signs_in(dovecot: Dovecot, security: Security) -> None:
    account = dovecot.account()
    port = dovecot.tls_port if security == "tls" else dovecot.port
    endpoint = Endpoint("localhost", port, security, str(dovecot.ca_file))

    with connect(endpoint, account.username, Password(account.password)) as connection:
        assert connection.reader().examine("INBOX").exists == 0
        assert "UIDPLUS" in connection.capabilities


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_authority_is_refused_before_any_secret(
    dovecot: Dovecot, recorder: Recorders, security: Security
) -> None:
    account = dovecot.account()
    proxy = recorder(account)
    port = proxy.port if security == "starttls" else dovecot.tls_port

    with pytest.raises(MailboxError, match="the certificate of localhost comes from an unknown authority"):
        connect(Endpoint("localhost", port, security), account.username, Password(account.password))

    assert "LOGIN" not in recorder.verbs()


def test_a_wrong_password_repeats_the_servers_words(dovecot: Dovecot) -> None:
    account = dovecot.account()

    with pytest.raises(MailboxError, match=r"refused to sign seller.* in: \[AUTHENTICATIONFAILED\]") as caught:
        connect(Endpoint(account.host, account.port, "none"), account.username, Password("wrong"))

    assert "app password" in caught.value.hint


@pytest.mark.parametrize("password", ['sp ace "quote" back\\slash', "{5}", "naïve-пароль"])
def test_odd_passwords_reach_the_server_as_they_are(dovecot: Dovecot, password: str) -> None:
    account = dovecot.account()
    users = dovecot.directory / "users" / account.username
    users.write_text(users.read_text().replace(f"{{PLAIN}}{account.password}", f"{{PLAIN}}{password}"))

    with connect(Endpoint(account.host, account.port, "none"), account.username, Password(password)) as connection:
        assert connection.reader().folders()


@pytest.mark.parametrize("host", ["imap.shop.example", "192.0.2.1", "10.0.0.1", "localhost.example", "::2"])
def test_clear_text_to_another_machine_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match=r"would send the password of .* in clear"):
        Endpoint(host, 143, "none")


@pytest.mark.parametrize("host, port", [("", 993), ("imap.shop.example", 0), ("imap.shop.example", 65_536)])
def test_an_endpoint_that_cannot_be_is_refused(host: str, port: int) -> None:
    with pytest.raises(ConfigError, match="no place where a server can be"):
        Endpoint(host, port)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_clear_text_on_this_machine_is_allowed(host: str) -> None:
    assert Endpoint(host, 143, "none", ca_file="not read").host == host


def test_a_missing_authority_file_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with scripted() as server:
        for name, reason in (("none.pem", "No such file"), ("empty.pem", "")):
            with pytest.raises(ConfigError, match=f"{name} cannot be used: {reason}"):
                _connect(server.port, "tls", host="localhost", ca=tmp_path / name)


def test_starttls_that_is_not_offered_never_falls_back_to_clear() -> None:
    with scripted() as server:
        with pytest.raises(MailboxError, match="offers no STARTTLS, and the password is not sent in clear"):
            _connect(server.port, "starttls")

        assert set(server.verbs()) <= {"LOGOUT"}


@pytest.mark.parametrize("reply", [b"%T NO not now\r\n", b"%T BAD what?\r\n"], ids=["NO", "BAD"])
def test_starttls_that_is_refused_never_falls_back_to_clear(reply: bytes) -> None:
    with scripted({"STARTTLS": reply}, greeting=TLS_OFFERED) as server:
        with pytest.raises(MailboxError, match="while starting TLS"):
            _connect(server.port, "starttls")

        assert set(server.verbs()) <= {"STARTTLS", "LOGOUT"}


def test_what_is_injected_behind_starttls_is_an_attack() -> None:
    injected = b"%T OK begin TLS\r\n* CAPABILITY IMAP4rev1\r\n"
    with (
        scripted({"STARTTLS": injected}, greeting=TLS_OFFERED) as server,
        pytest.raises(MailboxMisbehaved, match="in clear after it agreed to use TLS"),
    ):
        _connect(server.port, "starttls")


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_preauth_is_refused(security: Security) -> None:
    with scripted(greeting=b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n") as server:
        with pytest.raises(MailboxError, match="PREAUTH"):
            _connect(server.port, security)

        assert set(server.verbs()) <= {"CAPABILITY", "LOGOUT"}


@pytest.mark.parametrize(
    "greeting, sentence",
    [
        (b"* BYE Too many connections\r\n", "Too many connections"),
        (b"220 smtp.test ESMTP\r\n", "did not follow the IMAP protocol"),
        (b"HTTP/1.1 400 Bad Request\r\n", "did not follow the IMAP protocol"),
        (b"* OK [CAPABILITY IMAP2] old\r\n", "IMAP"),
        (b"", "closed the connection while connecting"),
    ],
    ids=["BYE", "SMTP", "HTTP", "IMAP2", "nothing"],
)
def test_a_greeting_that_is_no_welcome_is_one_sentence(greeting: bytes, sentence: str) -> None:
    with scripted(greeting=greeting) as server, pytest.raises(MailboxError, match=sentence) as caught:
        _connect(server.port)

    assert "\n" not in caught.value.message


@pytest.mark.thorough
@pytest.mark.parametrize("slow", [silent, dripping])
@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_slow_greeting_ends_in_time(slow: object, security: Security) -> None:
    started = time.monotonic()
    with scripted(greeting=slow) as server, pytest.raises(MailboxError):  # type: ignore[arg-type]
        _connect(server.port, security)

    assert time.monotonic() - started < 3 * (QUICK.command_s + 2)


def test_a_closed_port_and_an_unknown_name_are_one_sentence_each() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(MailboxError, match=f"127.0.0.1 port {port} refused the connection"):
        _connect(port)
    with pytest.raises(MailboxError, match=r"no server named imap\.invalid was found"):
        _connect(993, "tls", host="imap.invalid")
    for host in ("a" * 80 + ".example", "bad..example"):
        with pytest.raises(MailboxError, match="cannot be a host name"):
            _connect(993, "tls", host=host)


def test_tls_on_a_port_that_starts_in_clear_says_so() -> None:
    with scripted() as server, pytest.raises(MailboxError, match="does not start with TLS") as caught:
        _connect(server.port, "tls")

    assert "starttls" in caught.value.hint


@pytest.mark.parametrize(
    "reply",
    [
        b"%T NO [ALERT] no, hush-hush is wrong\r\n",
        b"%T BAD hush-hush\r\n",
        b"* BYE hush-hush\r\n",
        b"hush-hush\r\n",
        b"",
    ],
    ids=["NO", "BAD", "BYE", "nonsense", "hang up"],
)
def test_no_failure_to_sign_in_shows_the_password(reply: bytes) -> None:
    with scripted({"LOGIN": reply}) as server, pytest.raises(MailboxError) as caught:
        _connect(server.port)

    assert SECRET not in repr(caught.value) + caught.value.message + caught.value.hint


def test_a_server_that_forbids_login_is_given_no_password() -> None:
    with scripted(greeting=b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n") as server:
        with pytest.raises(MailboxError, match="lets nobody sign in with a password"):
            _connect(server.port)

        assert set(server.verbs()) <= {"LOGOUT"}


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_goes_by_the_mechanism_that_is_offered(mechanism: str) -> None:
    def accept(command: Command) -> Iterator[bytes]:
        yield b"+ \r\n"
        answers.append(command.conversation.file.readline())
        yield b"%T OK [CAPABILITY IMAP4rev1] in\r\n"

    answers: list[bytes] = []
    greeting = f"* OK [CAPABILITY IMAP4rev1 AUTH={mechanism}] ready\r\n".encode()
    with scripted({"AUTHENTICATE": accept}, greeting=greeting) as server:
        connect(Endpoint("127.0.0.1", server.port, "none"), "seller", AccessToken("t0ken"), limits=QUICK).close()

        assert mechanism.encode() in server.received[0].upper()
    assert answers


BY_TOKEN = b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n"


def _with_token(port: int) -> Connection:
    return connect(Endpoint("127.0.0.1", port, "none"), "seller", AccessToken("t0ken"), limits=QUICK)


def test_the_reason_for_refusing_a_token_is_told() -> None:
    """Google's way: the reason in a challenge of base64, which has to be answered, and only then NO."""

    def refuse(command: Command) -> Iterator[bytes]:
        yield b"+ \r\n"
        command.conversation.file.readline()
        yield (
            b"+ "
            + base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')
            + b"\r\n"
        )
        command.conversation.file.readline()
        yield b"%T NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"

    with scripted({"AUTHENTICATE": refuse}, greeting=BY_TOKEN) as server, pytest.raises(SignInError) as caught:
        _with_token(server.port)

    assert "did not accept the token of seller: [AUTHENTICATIONFAILED] Invalid credentials" in caught.value.message
    assert "(400)" in caught.value.message
    assert "auditor login" in caught.value.hint
    assert "t0ken" not in caught.value.message + caught.value.hint


def test_a_server_that_repeats_the_token_as_its_reason_does_not_show_it() -> None:
    def refuse(command: Command) -> Iterator[bytes]:
        yield b"+ \r\n"
        command.conversation.file.readline()
        yield b"+ " + base64.b64encode(b'{"status":"t0ken"}') + b"\r\n"
        command.conversation.file.readline()
        yield b"%T NO t0ken is bad\r\n"

    with scripted({"AUTHENTICATE": refuse}, greeting=BY_TOKEN) as server, pytest.raises(SignInError) as caught:
        _with_token(server.port)

    assert "t0ken" not in caught.value.message + caught.value.hint


def test_a_mailbox_that_does_not_open_behind_its_token_is_explained() -> None:
    """Microsoft's way: the sign-in is accepted, and the next command is not."""

    def accept(command: Command) -> Iterator[bytes]:
        yield b"+ \r\n"
        command.conversation.file.readline()
        yield b"%T OK [CAPABILITY IMAP4rev1] AUTHENTICATE completed.\r\n"

    unopened = b"%T BAD User is authenticated but not connected.\r\n"
    with (
        scripted({"AUTHENTICATE": accept, "LIST": unopened}, greeting=BY_TOKEN) as server,
        _with_token(server.port) as connection,
        pytest.raises(MailboxError, match="authenticated but not connected") as caught,
    ):
        connection.reader().folders()

    assert "switch IMAP on" in caught.value.hint


def test_a_token_as_long_as_microsofts_is_sent_and_a_longer_one_is_not() -> None:
    with scripted({"AUTHENTICATE": b"%T NO no\r\n"}, greeting=BY_TOKEN) as server:
        endpoint = Endpoint("127.0.0.1", server.port, "none")
        with pytest.raises(SignInError):
            connect(endpoint, "seller", AccessToken("x" * 8_000), limits=QUICK)
        with pytest.raises(MailboxError, match="the access token is longer than 8000 characters; it was not sent"):
            connect(endpoint, "seller", AccessToken("x" * 8_001), limits=QUICK)


def test_a_token_that_nobody_wants_is_not_sent() -> None:
    with scripted(greeting=GREETING) as server, pytest.raises(MailboxError, match="accepts no OAuth2 token"):
        connect(Endpoint("127.0.0.1", server.port, "none"), "seller", AccessToken("t0ken"), limits=QUICK)
