"""DNS over TLS and over HTTPS on real servers: who is not who he should be is not asked, and nothing is unbounded."""

from __future__ import annotations

import gzip
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dnslib import DNSRecord

from auditor.cli.resolving import resolver_of
from auditor.config import load
from auditor.doctor.diagnosis import Link
from auditor.doctor.examining import Bench, examine
from auditor.errors import ConfigError
from auditor.resolver import Answer, Found, Resolver
from auditor.resolver.https import Exchange
from tests.contexts import catalogue
from tests.mail import RECEIVED_AT
from tests.servers.certificates import Certificates, issue_certificates
from tests.servers.secure_dns import (
    MESSAGE,
    Reply,
    SecureDns,
    Speak,
    dot,
    endless,
    http1,
    http2,
    running_secure_dns,
)
from tests.servers.zone import DnsServer

pytestmark = pytest.mark.server

HERE = Answer(Found.FOUND, (b"v=DKIM1; p=abc",))
BUDGET = 3


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue_certificates(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Good, and for another server."""
    return issue_certificates(tmp_path_factory.mktemp("elsewhere"), names="DNS:dns.test,IP:192.0.2.53")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue_certificates(tmp_path_factory.mktemp("ended"), days=0)


@pytest.fixture(params=[dot, http1, http2], ids=["tls", "https-1.1", "https-2"])
def speak(request: pytest.FixtureRequest) -> Speak:
    spoken: Speak = request.param
    return spoken


@pytest.fixture
def server(speak: Speak, ours: Certificates) -> Iterator[SecureDns]:
    with running_secure_dns(ours, speak) as server:
        yield server


def resolver(
    server: SecureDns,
    speak: Speak,
    ca_file: Path | None,
    *,
    path: str = "",
    server_name: str | None = None,
    timeout_s: float = 2,
) -> Resolver:
    address = f"https://{server.nameserver}:{server.port}{path}" if path else server.nameserver
    protocol = "tls" if speak is dot else "https"
    return Resolver(
        [address], port=server.port, protocol=protocol, timeout_s=timeout_s, ca_file=ca_file, server_name=server_name
    )


def test_found_and_absent_are_told(speak: Speak, server: SecureDns, ours: Certificates) -> None:
    with resolver(server, speak, ours.ca_file) as dns:
        answers = dns.ask(["here.test", "gone.test"])

    assert answers == {"here.test": HERE, "gone.test": Answer(Found.ABSENT)}
    asked = "tls" if speak is dot else "/dns-query" if speak is http1 else "h2 /dns-query"
    assert server.asked == {asked: 2}


def test_many_are_asked_at_once(speak: Speak, server: SecureDns, ours: Certificates) -> None:
    with resolver(server, speak, ours.ca_file, timeout_s=5) as dns:
        answers = dns.ask([f"n{number}.test" for number in range(60)])

    assert set(answers.values()) == {Answer(Found.ABSENT)}
    assert sum(server.asked.values()) == 60


def test_no_two_questions_share_a_connection_at_the_same_moment(ours: Certificates) -> None:
    """The server answers one only when it has another: over one connection it would wait for that in vain."""
    both = threading.Barrier(2)

    def waits(wire: bytes) -> Reply:
        both.wait(timeout=5)
        return Reply([good(wire)])

    with (
        running_secure_dns(ours, http2, {"h2 /both": waits}) as server,
        resolver(server, http2, ours.ca_file, path="/both", timeout_s=10) as dns,
    ):
        answers = dns.ask(["a.test", "b.test"])

    assert not both.broken
    assert {answer.found for answer in answers.values()} == {Found.ABSENT}


def test_a_stranger_is_not_asked(speak: Speak, server: SecureDns) -> None:
    """The system's authorities do not vouch for it."""
    with resolver(server, speak, None) as dns:
        answer = dns.ask(["here.test"])["here.test"]

    assert (answer.found, answer.texts) == (Found.TEMPERROR, ())
    assert answer.why.startswith("the server's certificate is not to be trusted: ")
    assert server.asked == {}


@pytest.mark.parametrize("which", ["elsewhere", "ended"])
def test_a_certificate_that_does_not_fit_is_refused(which: str, speak: Speak, request: pytest.FixtureRequest) -> None:
    certificates: Certificates = request.getfixturevalue(which)
    with running_secure_dns(certificates, speak) as server, resolver(server, speak, certificates.ca_file) as dns:
        answers = dns.ask(["here.test", "gone.test"])

    assert {answer.found for answer in answers.values()} == {Found.TEMPERROR}
    assert all("certificate is not to be trusted" in answer.why for answer in answers.values())
    assert server.asked == {}


@pytest.mark.parametrize(
    ("server_name", "fits"), [("localhost", True), ("127.0.0.1", True), ("dns.test", False), ("ocalhost", False)]
)
def test_the_certificate_must_bear_the_name_that_is_configured(
    server_name: str, fits: bool, ours: Certificates
) -> None:
    with running_secure_dns(ours, dot) as server, resolver(server, dot, ours.ca_file, server_name=server_name) as dns:
        answer = dns.ask(["here.test"])["here.test"]

    assert answer.found is (Found.FOUND if fits else Found.TEMPERROR)
    assert bool(server.asked) is fits


def test_the_name_of_a_web_address_must_be_on_the_certificate(ours: Certificates, elsewhere: Certificates) -> None:
    for certificates, found in ((ours, Found.FOUND), (elsewhere, Found.TEMPERROR)):
        with running_secure_dns(certificates, http2) as server:
            address = f"https://localhost:{server.port}/dns-query"
            with Resolver([address], protocol="https", ca_file=certificates.ca_file, timeout_s=2) as dns:
                assert dns.ask(["here.test"])["here.test"].found is found


def test_a_server_that_says_nothing_is_waited_for_in_vain(speak: Speak, ours: Certificates) -> None:
    started = time.monotonic()
    with (
        running_secure_dns(None, speak) as server,
        resolver(server, speak, ours.ca_file, timeout_s=0.3) as dns,
    ):
        answer = dns.ask(["here.test"])["here.test"]

    assert answer == Answer(Found.TEMPERROR, why="no answer in time")
    assert time.monotonic() - started < 3 * BUDGET * 0.3


@pytest.mark.parametrize("protocol", ["tls", "https"])
def test_a_server_without_tls_is_no_server(protocol: str, dns_zone: DnsServer, ours: Certificates) -> None:
    dns_zone.txt("here.test", "v=DKIM1; p=abc")
    address, port = dns_zone.nameserver, dns_zone.port

    with Resolver([address], port=port, protocol=protocol, timeout_s=1, ca_file=ours.ca_file) as dns:
        assert dns.ask(["here.test"])["here.test"].found is Found.TEMPERROR

    assert dns_zone.queries() == {}


def test_the_configuration_leads_there_and_doctor_says_so(ours: Certificates, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(ours.ca_file.read_bytes())
    with running_secure_dns(ours, dot) as server:
        (tmp_path / "auditor.toml").write_text(
            f"""\
[mailbox.shop]
address = "me@here.test"
host = "127.0.0.1"
port = 1
password_env = "SHOP_PASSWORD"
[dns]
nameservers = ["{server.nameserver}"]
protocol = "tls"
port = {server.port}
server_name = "localhost"
ca_file = "ca.pem"
"""
        )
        config = load(tmp_path / "auditor.toml", {})
        with resolver_of(config.dns) as dns:
            bench = Bench(config, catalogue(), dns, lambda: RECEIVED_AT)
            checkup = examine(config.mailboxes[0], bench)

    found = next(one for one in checkup.diagnoses if one.link is Link.DNS)
    assert found.text == "finds here.test, and makes nothing up; asked over TLS"


# --- what only a web server can do ---


def good(wire: bytes) -> bytes:
    return SecureDns(0).answer(wire)


FIELDS = (("content-type", MESSAGE),)
WEB = {
    "/html": lambda wire: Reply([good(wire)], fields=(("content-type", "text/html"),)),
    "/untyped": lambda wire: Reply([good(wire)], fields=()),
    "/error": lambda wire: Reply([good(wire)], status=500),
    "/none": lambda wire: Reply([], status=204),
    "/elsewhere": lambda wire: Reply([], status=302, fields=(("location", "/dns-query"), *FIELDS)),
    "/empty": lambda wire: Reply([]),
    "/garbage": lambda wire: Reply([b"\xff" * 100]),
    "/other-id": lambda wire: Reply([b"\0\1" + good(wire)[2:]]),
    "/echo": lambda wire: Reply([wire]),
    "/packed": lambda wire: Reply([gzip.compress(good(wire))], fields=(("content-encoding", "gzip"), *FIELDS)),
    "/large": lambda wire: Reply([good(wire), b"\0" * 70_000]),
    "/without-end": lambda wire: Reply(endless(b"\0" * 4_096)),
    "/drips": lambda wire: Reply(endless(b"\0", 0.02)),
    "/stalls": lambda wire: Reply(endless(b"", 0.05)),
}


def test_no_other_reply_of_a_web_server_is_an_answer(ours: Certificates) -> None:
    with running_secure_dns(ours, http1, WEB) as server:
        for path in WEB:
            started = time.monotonic()
            with resolver(server, http1, ours.ca_file, path=path, timeout_s=1) as dns:
                answer = dns.ask(["here.test"])["here.test"]
            assert (path, answer.found, answer.texts) == (path, Found.TEMPERROR, ())
            assert time.monotonic() - started < 3 * BUDGET
            assert server.asked[path] > 0
        assert server.asked["/dns-query"] == 0


@pytest.mark.parametrize(
    ("path", "kind", "why"),
    [
        ("/large", OSError, "the answer is too large to be one"),
        ("/without-end", OSError, "the answer is too large to be one"),
        ("/drips", TimeoutError, "no answer in time"),
    ],
)
def test_an_exchange_is_bounded_itself(path: str, kind: type[OSError], why: str, ours: Certificates) -> None:
    """The threads that wait end too, and hold no more than a message."""
    started = time.monotonic()
    with running_secure_dns(ours, http1, WEB) as server:
        exchange = Exchange(ssl.create_default_context(cafile=ours.ca_file))
        with pytest.raises(kind, match=why):
            exchange.send(
                f"https://127.0.0.1:{server.port}{path}", bytes(DNSRecord.question("here.test").pack()), timeout_s=0.5
            )
        exchange.close()
    assert time.monotonic() - started < 3 * 0.5 + 1


@pytest.mark.parametrize("missing", ["httpx2", "h2"])
def test_without_its_package_https_is_refused_at_the_start(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "auditor.resolver.https", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(ConfigError) as refused:
        Resolver(["9.9.9.9"], protocol="https")

    assert refused.value.message == 'protocol = "https" in [dns] needs a package that is not installed'
    assert refused.value.hint == "pip install 'auditor[doh]'"


def test_authorities_that_cannot_be_read_are_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "none.pem"):
        with pytest.raises(ConfigError, match=rf"{name}: holds no certificate that can be read \(\[dns\] ca_file\)"):
            Resolver(["9.9.9.9"], protocol="tls", ca_file=tmp_path / name)
