"""The DNS servers answer with what was put into them, misbehave when told to, and count."""

from __future__ import annotations

import dns.resolver
import pytest

from tests.servers.nsd import Nsd
from tests.servers.zone import DnsServer, Zone

pytestmark = pytest.mark.server

LONG = "v=DKIM1; k=rsa; p=" + "A" * 600


def ask(server: DnsServer | Nsd, name: str, rtype: str = "TXT") -> list[str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = [server.nameserver], server.port, 0.3
    answer = resolver.resolve(name, rtype)
    if rtype == "TXT":
        return [b"".join(record.strings).decode() for record in answer]
    return [record.to_text() for record in answer]


def fill(zone: Zone) -> None:
    zone.txt("_dmarc.walmart.com", "v=DMARC1; p=reject")
    zone.txt("s1._domainkey.walmart.com", LONG)
    zone.txt("odd.test", 'quote " backslash \\ semicolon ; end')
    zone.cname("s2._domainkey.walmart.com", "s1._domainkey.walmart.com")
    zone.mx("walmart.com", "mx.walmart.com", 5)
    zone.a("mx.walmart.com", "192.0.2.53")
    zone.record("_imaps._tcp.shop.test", "SRV", "0 1 993 imap.shop.test.")


EXPECTED = [
    ("_dmarc.walmart.com", "TXT", "v=DMARC1; p=reject"),
    ("_DMARC.Walmart.COM", "TXT", "v=DMARC1; p=reject"),
    ("s1._domainkey.walmart.com", "TXT", LONG),
    ("s2._domainkey.walmart.com", "TXT", LONG),
    ("odd.test", "TXT", 'quote " backslash \\ semicolon ; end'),
    ("walmart.com", "MX", "5 mx.walmart.com."),
    ("mx.walmart.com", "A", "192.0.2.53"),
    ("_imaps._tcp.shop.test", "SRV", "0 1 993 imap.shop.test."),
]


@pytest.mark.parametrize("name, rtype, value", EXPECTED, ids=[f"{row[0]}-{row[1]}" for row in EXPECTED])
def test_records_are_answered(dns_zone: DnsServer, name: str, rtype: str, value: str) -> None:
    fill(dns_zone)
    assert ask(dns_zone, name, rtype) == [value]


def test_nsd_answers_the_same(nsd_zone: Nsd) -> None:
    fill(nsd_zone.zone)
    nsd_zone.publish()
    assert [ask(nsd_zone, name, rtype) for name, rtype, _ in EXPECTED] == [[value] for *_, value in EXPECTED]
    with pytest.raises(dns.resolver.NXDOMAIN):
        ask(nsd_zone, "nowhere.test")


@pytest.mark.parametrize(
    "name, error",
    [
        ("nowhere.test", dns.resolver.NXDOMAIN),
        ("walmart.com", dns.resolver.NoAnswer),
        ("_domainkey.walmart.com", dns.resolver.NoAnswer),
    ],
    ids=["no such name", "other type", "only names below"],
)
def test_what_is_not_there_is_told_apart(dns_zone: DnsServer, name: str, error: type[Exception]) -> None:
    fill(dns_zone)
    with pytest.raises(error):
        ask(dns_zone, name)


def test_a_silent_name_times_out(dns_zone: DnsServer) -> None:
    dns_zone.silent("walmart.com")
    with pytest.raises(dns.resolver.LifetimeTimeout):
        ask(dns_zone, "walmart.com")


def test_a_failing_name_fails(dns_zone: DnsServer) -> None:
    dns_zone.servfail("walmart.com")
    with pytest.raises(dns.resolver.NoNameservers, match="SERVFAIL"):
        ask(dns_zone, "walmart.com")


def test_a_truncated_answer_is_asked_again_over_tcp(dns_zone: DnsServer) -> None:
    fill(dns_zone)
    dns_zone.truncated("s1._domainkey.walmart.com")
    assert ask(dns_zone, "s1._domainkey.walmart.com") == [LONG]
    assert dns_zone.asked("s1._domainkey.walmart.com", "TXT") == 2


def test_a_name_recovers(dns_zone: DnsServer) -> None:
    fill(dns_zone)
    dns_zone.servfail("odd.test")
    dns_zone.healthy("odd.test")
    assert ask(dns_zone, "odd.test")


def test_removed_records_are_gone(dns_zone: DnsServer) -> None:
    fill(dns_zone)
    dns_zone.remove("odd.test")
    dns_zone.remove("walmart.com", "MX")
    for name, rtype in (("odd.test", "TXT"), ("walmart.com", "MX")):
        with pytest.raises((dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)):
            ask(dns_zone, name, rtype)


def test_queries_are_counted_by_name_and_type(dns_zone: DnsServer) -> None:
    fill(dns_zone)
    for _ in range(3):
        ask(dns_zone, "walmart.com", "MX")
    assert dns_zone.queries() == {("walmart.com", "MX"): 3}
