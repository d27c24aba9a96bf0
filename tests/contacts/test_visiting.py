"""A web site on a real server, with an authority of its own: what is said of it, and what is never done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.contacts import Visit, judge, visiting
from auditor.contacts.visiting import visit_all
from auditor.resolver import Resolver
from auditor.rules import Finding
from tests.contacts.make import ZONE, contact, dns_of, facts
from tests.contacts.web import Speak, WebServer, endless_body, endless_head, garbage, hang_up, running_web
from tests.servers.certificates import Certificates, issue_certificates
from tests.servers.process import on_free_ports
from tests.servers.zone import DnsServer

pytestmark = pytest.mark.server

NAMES = "DNS:shop.test,DNS:www.shop.test"


@pytest.fixture
def resolver(dns_zone: DnsServer) -> Iterator[Resolver]:
    for name in ("shop.test", "www.shop.test", "other.test"):
        dns_zone.a(name, "127.0.0.1")
    with Resolver([dns_zone.nameserver], port=dns_zone.port, timeout_s=0.5) as asked:
        yield asked


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    for name, days in (("good", 90), ("ending", 5), ("ended", 0)):
        (folder / name).mkdir()
        issue_certificates(folder / name, names=NAMES, days=days)
    return folder


@pytest.fixture
def site(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "good" / "ca.pem"))
    with running_web(_issued(certificates / "good")) as server:
        yield server


def _issued(folder: Path) -> Certificates:
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")


def visit(url: str, resolver: Resolver) -> Visit:
    return visit_all([url], resolver, datetime.now(UTC))[url]


def said(seen: Visit) -> list[Finding]:
    """The findings about the site, everything else being right."""
    dns = dns_of({**ZONE, "shop.test": {"A": ["127.0.0.1"]}})
    known = replace(facts(contact(website="https://shop.test"), dns=dns, visit=seen), now=datetime.now(UTC))
    return [each for each in judge(known).findings if each.rule.id == "contact-website-unreachable"]


def test_a_site_that_answers(site: WebServer, resolver: Resolver) -> None:
    seen = visit(f"https://shop.test:{site.port}/", resolver)
    assert (seen.reached, seen.why) == (True, "it answers 200")
    assert seen.ends_at is not None
    assert timedelta(days=88) < seen.ends_at - datetime.now(UTC) <= timedelta(days=90)
    assert site.asked == ["/"]
    assert said(seen) == []


@pytest.mark.parametrize(
    "name, wrong", [("ending", "its certificate ends in 4 days, on "), ("ended", "certificate has expired")]
)
def test_a_certificate_that_ends(
    certificates: Path, resolver: Resolver, monkeypatch: pytest.MonkeyPatch, name: str, wrong: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / name / "ca.pem"))
    with running_web(_issued(certificates / name)) as server:
        seen = visit(f"https://shop.test:{server.port}", resolver)
    (found,) = said(seen)
    assert wrong in found.detail


def test_a_certificate_of_another_name(site: WebServer, resolver: Resolver) -> None:
    seen = visit(f"https://other.test:{site.port}", resolver)
    assert seen.reached is False
    assert "certificate" in seen.why
    assert site.asked == []


def test_a_certificate_of_an_unknown_authority(
    certificates: Path, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ending" / "ca.pem"))
    with running_web(_issued(certificates / "good")) as server:
        assert visit(f"https://shop.test:{server.port}", resolver).reached is False


def test_without_encryption_it_is_reached_and_remarked_upon(resolver: Resolver) -> None:
    with running_web(None) as server:
        seen = visit(f"http://shop.test:{server.port}/", resolver)
    assert (seen.reached, seen.ends_at) == (True, None)


@pytest.mark.parametrize(
    "status, reached",
    [("403 Forbidden", True), ("429 Slow", True), ("404 Not Found", False), ("410 Gone", False), ("503 Later", None)],
)
def test_a_status(site: WebServer, resolver: Resolver, status: str, reached: bool | None) -> None:
    site.answers["/"] = status
    assert visit(f"https://shop.test:{site.port}", resolver).reached is reached


def test_a_redirect_is_followed_within_the_site(site: WebServer, resolver: Resolver) -> None:
    site.answers["/"] = "301 Moved\r\nlocation: /home"
    seen = visit(f"https://shop.test:{site.port}", resolver)
    assert (seen.reached, site.asked) == (True, ["/", "/home"])


@pytest.mark.parametrize(
    "location", ["https://www.shop.test:{port}/admin", "http://127.0.0.1:{port}/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_a_redirect_to_a_private_address_is_not_followed(site: WebServer, resolver: Resolver, location: str) -> None:
    site.answers["/"] = f"302 Found\r\nlocation: {location.format(port=site.port)}"
    seen = visit(f"https://shop.test:{site.port}", resolver)
    assert (seen.reached, site.asked) == (False, ["/"])
    assert "no public address" in seen.why


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://shop.test/", "javascript:alert(1)"])
def test_a_redirect_to_something_else_is_not_followed(site: WebServer, resolver: Resolver, location: str) -> None:
    site.answers["/"] = f"302 Found\r\nlocation: {location}"
    seen = visit(f"https://shop.test:{site.port}", resolver)
    assert (seen.reached, site.asked) == (False, ["/"])


@pytest.mark.parametrize("location", ["http://[bad", "https://shop.test:99999/", "//%ff@"])
def test_a_redirect_that_is_no_address(site: WebServer, resolver: Resolver, location: str) -> None:
    site.answers["/"] = f"302 Found\r\nlocation: {location}"
    seen = visit(f"https://shop.test:{site.port}", resolver)
    assert (seen.reached, site.asked) == (None, ["/"])


def test_a_circle_of_redirects_ends(site: WebServer, resolver: Resolver) -> None:
    site.answers["/"] = "302 Found\r\nlocation: /"
    assert visit(f"https://shop.test:{site.port}", resolver).reached is False
    assert len(site.asked) == visiting.MOST_REDIRECTS + 1


@pytest.mark.parametrize("trick", [garbage, hang_up])
def test_an_answer_that_is_none(site: WebServer, resolver: Resolver, trick: Speak) -> None:
    site.answers["/"] = trick
    assert visit(f"https://shop.test:{site.port}", resolver).reached is None


def test_no_body_is_waited_for(site: WebServer, resolver: Resolver) -> None:
    site.answers["/"] = endless_body
    assert visit(f"https://shop.test:{site.port}", resolver).reached is True


def test_a_header_without_end_ends(site: WebServer, resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "WHOLE_S", 1.0)
    site.answers["/"] = endless_head
    before = time.monotonic()
    seen = visit(f"https://shop.test:{site.port}", resolver)
    assert time.monotonic() - before < 3
    assert (seen.reached, seen.why) == (None, "it did not answer in time")


def test_nothing_listens(resolver: Resolver) -> None:
    port = on_free_ports(1, lambda ports: ports[0])
    seen = visit(f"https://shop.test:{port}", resolver)
    assert seen.reached is False
    assert "refused" in seen.why


def test_dns_that_cannot_tell_is_no_verdict(dns_zone: DnsServer, resolver: Resolver) -> None:
    dns_zone.servfail("lame.test")
    try:
        assert visit("https://lame.test", resolver).reached is None
    finally:
        dns_zone.healthy("lame.test")


def test_a_name_without_address_needs_no_visit() -> None:
    known = facts(contact(website="https://gone.example/shop"))
    (found,) = judge(known).findings
    assert found.detail == "the name gone.example has no address"
