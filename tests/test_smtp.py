"""Handing in a message: to real submission servers, and to peers that refuse, stall, flood or lie."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest

from auditor.errors import ConfigError
from auditor.mailbox.bounded import Limits
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.signin import AccessToken, Credential, Password
from auditor.smtp import Envelope, Submission, SubmissionError, Taken, submit
from tests.servers.certificates import Certificates, issue_certificates
from tests.servers.process import LOOPBACK, free_ports, server_directory
from tests.servers.submission import Behaviour, Secured, Step, SubmissionServer, running_submission

pytestmark = pytest.mark.server

LIMITS = Limits(command_s=1, run_s=3)
RAW = b"Subject: test\r\n\r\n.a dot\r\n..two\r\nend\r\n"
LETTER = Envelope("a@shop.test", "b@shop.test", RAW)
SECRET = "a pass\\word, 7%"


@pytest.fixture(scope="module")
def certificates() -> Iterator[Certificates]:
    with server_directory("submission") as folder:
        yield issue_certificates(folder)


@pytest.fixture(scope="module")
def others() -> Iterator[Certificates]:
    """Of another authority."""
    with server_directory("other") as folder:
        yield issue_certificates(folder)


def at(
    server: SubmissionServer, secured: Secured, ca: Certificates | None, credential: Credential | None = None
) -> Submission:
    ca_file = str(ca.ca_file) if ca else None
    return Submission(Endpoint(LOOPBACK, server.port, secured, ca_file), "seller", credential or Password(SECRET))


def refused(server: Submission, envelope: Envelope = LETTER, limits: Limits = LIMITS) -> SubmissionError:
    with pytest.raises(SubmissionError) as caught:
        submit(server, envelope, limits)
    assert SECRET not in caught.value.message + caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize("credential", [Password(SECRET), AccessToken("token-7")], ids=["password", "token"])
@pytest.mark.parametrize("secured", ["tls", "starttls", "none"])
def test_a_message_is_taken_as_it_is(secured: Secured, credential: Credential, certificates: Certificates) -> None:
    behaviour = Behaviour(password=SECRET, token="token-7")
    with running_submission(behaviour, secured, certificates) as server:
        taken = submit(at(server, secured, certificates, credential), LETTER, LIMITS)

    assert taken == Taken("2.0.0 taken")
    assert [(m.mail_from, m.rcpt_to, m.raw) for m in server.taken] == [("a@shop.test", "b@shop.test", RAW)]
    assert [m.in_tls for m in server.taken] == [secured != "none"]


def test_a_password_outside_ascii(certificates: Certificates) -> None:
    with running_submission(Behaviour(password="grün"), "tls", certificates) as server:
        assert submit(at(server, "tls", certificates, Password("grün")), LETTER, LIMITS).certain


@pytest.mark.parametrize("secured", ["tls", "starttls"])
def test_another_authoritys_certificate_ends_it_before_the_password(
    secured: Secured, certificates: Certificates, others: Certificates
) -> None:
    with running_submission(Behaviour(password=SECRET), secured, certificates) as server:
        error = refused(at(server, secured, others))

    assert error.message == "the certificate of 127.0.0.1 comes from an unknown authority; nothing was sent to it"
    assert not error.again
    assert server.taken == []


def test_a_server_without_starttls_gets_no_password(certificates: Certificates) -> None:
    with running_submission(Behaviour(password=SECRET)) as server:
        error = refused(at(server, "starttls", certificates))

    assert error.message == "127.0.0.1 offers no STARTTLS, and the password is not sent in clear"


def test_tls_at_a_server_in_clear_says_which_port_wants_what(certificates: Certificates) -> None:
    with running_submission(Behaviour()) as server:
        error = refused(at(server, "tls", certificates))

    assert error.message.endswith("does not start with TLS")
    assert "587" in error.hint


def test_a_server_on_this_machine_that_asks_for_no_sign_in() -> None:
    with speaking([b"220 mx\r\n", b"250 mx\r\n", *[b"250 ok\r\n"] * 2, b"354 go\r\n", b"250 taken\r\n"]) as peer:
        assert submit(peer.submission, LETTER, LIMITS) == Taken("taken")

    assert peer.verbs[:4] == ["EHLO", "MAIL", "RCPT", "DATA"]
    assert peer.heard[0].lower() == b"ehlo [127.0.0.1]"


SIGN_IN = [
    (Password("wrong"), "", "refused to sign seller in: 535 5.7.8", "check user name and password"),
    (AccessToken("stale"), "token-7", "did not accept the token of seller: 535", "username"),
    (AccessToken("token-7"), "", "accepts no OAuth2 token", "app password"),
]


@pytest.mark.parametrize("credential, token, says, hint", SIGN_IN)
def test_a_refused_sign_in(credential: Credential, token: str, says: str, hint: str) -> None:
    with running_submission(Behaviour(password=SECRET, token=token)) as server:
        error = refused(at(server, "none", None, credential))

    assert says in error.message
    assert hint in error.hint
    assert not error.again


STEPS: list[tuple[Step, str]] = [
    ("EHLO", "refused EHLO"),
    ("MAIL", "refused a@shop.test as sender"),
    ("RCPT", "refused b@shop.test as recipient"),
    ("DATA", "refused the message"),
]


@pytest.mark.parametrize("code, again", [("550 5.7.1", False), ("451 4.7.1", True)])
@pytest.mark.parametrize("step, says", STEPS)
def test_a_refusal_names_the_step_and_whether_to_come_again(step: Step, says: str, code: str, again: bool) -> None:
    behaviour = Behaviour(password=SECRET, refuse={step: f"{code} not here"})
    with running_submission(behaviour) as server:
        error = refused(at(server, "none", None))

    assert error.message == f"127.0.0.1 {says}: {code} not here"
    assert error.again is again
    assert server.taken == []


def test_no_server_at_all() -> None:
    (port,) = free_ports(1)
    error = refused(Submission(Endpoint(LOOPBACK, port, "none"), "seller", Password(SECRET)))

    assert "refused the connection" in error.message


def test_clear_text_to_another_machine_is_no_configuration() -> None:
    with pytest.raises(ConfigError, match="in clear"):
        Endpoint("mx.shop.test", 587, "none")


@pytest.mark.parametrize("address", ["a b@shop.test", "a@shop.test>\r\nRCPT TO:<x@y", "a", "ü@shop.test", "a@b\0", ""])
def test_what_is_no_plain_address_is_not_sent(address: str) -> None:
    with speaking([b"220 mx\r\n"]) as peer:
        for envelope in (Envelope(address, "b@shop.test", RAW), Envelope("a@shop.test", address, RAW)):
            assert "is no address" in refused(peer.submission, envelope).message

    assert peer.heard == []


@pytest.mark.parametrize("control", ["\r\n", "\n", "\0", "\x7f", "\x85"])
@pytest.mark.parametrize("which", ["user name", "password", "access token"])
def test_a_control_character_in_a_secret_is_not_sent(which: str, control: str) -> None:
    value = f"x{control}DATA"
    username = value if which == "user name" else "seller"
    credential = AccessToken(value) if which == "access token" else Password(value)
    with speaking([b"220 mx\r\n", b"250-mx\r\n250 AUTH PLAIN XOAUTH2\r\n"]) as peer:
        error = refused(Submission(peer.submission.endpoint, username, credential))

    assert "control character" in error.message
    assert peer.verbs in (["EHLO"], ["EHLO", "QUIT"])


# Peers that give exactly these answers.


class Peer:
    """One listening socket; `heard` are the lines of all its clients."""

    def __init__(self, port: int) -> None:
        self.submission = Submission(Endpoint(LOOPBACK, port, "none"), "seller", Password(SECRET))
        self.heard: list[bytes] = []

    @property
    def verbs(self) -> list[str]:
        return [line.split()[0].decode("latin-1").upper() for line in self.heard if line]


Said = bytes | Callable[[socket.socket], None]


@contextmanager
def speaking(answers: Sequence[Said]) -> Iterator[Peer]:
    """The first is said at once, each further one after a line of the client, or a dot alone; then it hangs up."""
    listener = socket.create_server((LOOPBACK, 0))
    peer = Peer(listener.getsockname()[1])

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    _speak(client, answers, peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def _speak(client: socket.socket, answers: Sequence[Said], peer: Peer) -> None:
    file, in_data = client.makefile("rb"), False
    for number, answer in enumerate(answers):
        while number:
            line = file.readline()
            if not line:
                return
            peer.heard.append(line.rstrip(b"\r\n"))
            if not in_data or line == b".\r\n":
                break
        if callable(answer):
            answer(client)
        else:
            client.sendall(answer)
            in_data = answer.startswith(b"354")


def endlessly(piece: bytes, seconds: float = 0) -> Callable[[socket.socket], None]:
    def said(client: socket.socket) -> None:
        while True:
            client.sendall(piece)
            time.sleep(seconds)

    return said


def silence(client: socket.socket) -> None:
    while client.recv(65_536):
        pass


EHLO = b"250-mx.test\r\n250 AUTH PLAIN\r\n"
HOSTILE: list[tuple[str, Sequence[Said], str]] = [
    ("silent", [silence], "did not finish its answer within 1 s while connecting"),
    ("hangs up", [b""], "closed the connection while connecting"),
    ("endless banner", [endlessly(b"220-hello\r\n")], "sent more than 200 lines"),
    ("endless line", [endlessly(b"220 " + b"x" * 1000)], "sent a line of more than 4096 bytes"),
    ("dripping", [endlessly(b"220-x\r\n", 0.2)], "within 1 s while connecting"),
    ("busy", [b"421 4.3.2 too many connections\r\n"], "refused the connection: 421 4.3.2 too many connections"),
    ("closed", [b"554 no mail from you\r\n"], "refused the connection: 554 no mail from you"),
    ("HTTP", [b"HTTP/1.1 400 Bad Request\r\n\r\n"], "does not speak SMTP: 'HTTP/1.1 400 Bad Request'"),
    ("IMAP", [b"* OK ready\r\n"], "does not speak SMTP"),
    ("NULs", [b"\0" * 50 + b"\r\n"], "does not speak SMTP"),
    ("escapes", [b"220 mx\r\n", b"\x1b[2J\x1b]0;owned\x07\r\n"], "does not speak SMTP: '\\x1b[2J"),
    ("a code too high", [b"999 hello\r\n"], "does not speak SMTP"),
    ("letters in the code", [b"2x0 hello\r\n"], "does not speak SMTP"),
    ("endless EHLO", [b"220 mx\r\n", endlessly(b"250-SIZE\r\n")], "more than 200 lines in one answer while asking"),
    ("only HELO", [b"220 mx\r\n", b"502 what?\r\n"], "refused EHLO: 502 what?"),
    ("no mechanism", [b"220 mx\r\n", b"250-mx\r\n250 AUTH NTLM\r\n"], "lets nobody sign in with a password"),
    ("endless challenges", [b"220 mx\r\n", EHLO, *[b"334 eA==\r\n"] * 50], "refused to sign seller in: 334"),
    ("repeats the secret", [b"220 mx\r\n", EHLO, b"535 no: " + SECRET.encode() + b"\r\n"], "535 no: ***"),
    ("silent after DATA", [b"220 mx\r\n", b"250 mx\r\n", *[b"250 ok\r\n"] * 2, silence], "while sending the message"),
]


@pytest.mark.parametrize("answers, says", [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_peer_that_misbehaves_is_one_line_in_time(answers: Sequence[Said], says: str) -> None:
    with speaking(answers) as peer:
        began = time.monotonic()
        error = refused(peer.submission)
        took = time.monotonic() - began

    assert says in error.message
    assert took < 3 * LIMITS.run_s
    assert b"Subject: test" not in peer.heard


def test_the_whole_session_has_an_end_too() -> None:
    """Each answer comes in time, and all of them together would take five seconds."""

    def slowly(answer: bytes) -> Callable[[socket.socket], None]:
        def said(client: socket.socket) -> None:
            time.sleep(0.9)
            client.sendall(answer)

        return said

    steps = [b"220 mx\r\n", b"250 mx\r\n", *[b"250 ok\r\n"] * 2, b"354 go\r\n"]
    with speaking([slowly(each) for each in steps]) as peer:
        began = time.monotonic()
        error = refused(peer.submission, limits=Limits(command_s=1, run_s=2))
        took = time.monotonic() - began

    assert "the 2 s that a whole run may take are over" in error.message
    assert took < 3 * 2


def test_octets_behind_the_answer_to_starttls_are_refused(certificates: Certificates) -> None:
    answers = [b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n"]
    with speaking(answers) as peer:
        error = refused(
            Submission(
                Endpoint(LOOPBACK, peer.submission.endpoint.port, "starttls", str(certificates.ca_file)),
                "seller",
                Password(SECRET),
            )
        )

    assert "sent data in clear after it agreed to use TLS" in error.message
    assert "AUTH" not in peer.verbs


@pytest.mark.parametrize("last", [b"", silence, endlessly(b"250-x\r\n"), b"what\r\n"])
def test_without_an_answer_to_the_whole_message_nobody_knows_whether_it_was_taken(last: Said) -> None:
    with speaking([b"220 mx\r\n", b"250 mx\r\n", *[b"250 ok\r\n"] * 2, b"354 go\r\n", last]) as peer:
        taken = submit(peer.submission, LETTER, LIMITS)

    assert not taken.certain
    assert "while sending the message" in taken.words or "does not speak SMTP" in taken.words
