"""What a real DNS server answers -> what is said; and how often it is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.contacts import ContactFacts, Judged, judge, judge_all
from auditor.contacts.looking import ask
from auditor.resolver import Resolver
from tests.contacts.make import contact, facts, rules
from tests.servers.nsd import Nsd
from tests.servers.zone import DnsServer, Zone

pytestmark = pytest.mark.server


def looked(server: DnsServer | Nsd, *given: ContactFacts) -> tuple[Judged, ...]:
    with Resolver([server.nameserver], port=server.port, timeout_s=0.5) as resolver:
        return judge_all(ask(given, resolver))


def of(email: str, **changes: str) -> ContactFacts:
    return facts(contact(email=email, **changes))


def good(zone: Zone, name: str = "shop.test") -> None:
    zone.mx(name, f"mx.{name}")
    zone.a(f"mx.{name}", "198.51.100.2")
    zone.txt(name, "v=spf1 mx -all")
    zone.txt(f"_dmarc.{name}", "v=DMARC1; p=reject")


Step = Callable[[DnsServer], None]


def without(name: str, rdtype: str = "") -> Step:
    return lambda zone: zone.remove(name, rdtype)


def with_record(name: str, rdtype: str, value: str) -> Step:
    return lambda zone: zone.record(name, rdtype, value)


NO_MX, NO_HOST = without("shop.test", "MX"), without("mx.shop.test")
ZONES: dict[str, tuple[tuple[Step, ...], list[str]]] = {
    "good": ((), []),
    "IPv6 alone": ((NO_HOST, with_record("mx.shop.test", "AAAA", "2001:db8::2")), []),
    "a mail server that is an alias": (
        (
            NO_HOST,
            with_record("mx.shop.test", "CNAME", "a.host.test."),
            with_record("a.host.test", "A", "198.51.100.9"),
        ),
        [],
    ),
    "the second mail server has the address": ((with_record("shop.test", "MX", "5 gone.test."),), []),
    "null MX": ((NO_MX, with_record("shop.test", "MX", "0 .")), ["contact-email-null-mx"]),
    "no such domain": ((DnsServer.clear,), ["contact-email-undeliverable"]),
    "mail servers without address": ((NO_HOST,), ["contact-email-undeliverable"]),
    "lame": ((lambda zone: zone.servfail("shop.test"),), ["contact-email-unchecked"]),
    "silent": ((lambda zone: zone.silent("shop.test"),), ["contact-email-unchecked"]),
    "silent about the mail server": ((lambda zone: zone.silent("mx.shop.test"),), ["contact-email-unchecked"]),
    "no DMARC": ((without("_dmarc.shop.test"),), ["domain-dmarc-missing"]),
    "no SPF": ((without("shop.test", "TXT"),), ["domain-spf-missing"]),
    "an address and no mail server": ((NO_MX, with_record("shop.test", "A", "198.51.100.1")), ["domain-mx-missing"]),
}


@pytest.mark.parametrize("steps, expected", ZONES.values(), ids=ZONES.keys())
def test_a_zone(dns_zone: DnsServer, steps: tuple[Step, ...], expected: list[str]) -> None:
    good(dns_zone)
    try:
        for step in steps:
            step(dns_zone)
        (judged,) = looked(dns_zone, of("support@shop.test"))
    finally:
        for name in ("shop.test", "mx.shop.test"):
            dns_zone.healthy(name)
    assert rules(judged) == expected
    assert set(dns_zone.queries().values()) == {1} or expected == ["contact-email-unchecked"]


def test_what_dns_could_not_tell_is_listed_and_never_fine(dns_zone: DnsServer) -> None:
    good(dns_zone)
    dns_zone.servfail("_dmarc.shop.test")
    try:
        (judged,) = looked(dns_zone, of("support@shop.test"))
    finally:
        dns_zone.healthy("_dmarc.shop.test")
    assert [part.what for part in judged.incomplete if not part.standing] == ["DMARC of shop.test"]
    assert not {"domain-dmarc-missing", "domain-dmarc-invalid"} & {*judged.right, *rules(judged)}


def test_a_finding_shows_the_answer_and_when_it_came(dns_zone: DnsServer) -> None:
    dns_zone.record("shop.test", "MX", "0 .")
    (judged,) = looked(dns_zone, of("support@shop.test"))
    assert judged.findings[0].evidence == ("DNS at 2026-11-23 12:00 UTC: MX of shop.test: 0 .",)


def test_a_domain_in_letters_of_its_own_is_asked_for_in_punycode(dns_zone: DnsServer) -> None:
    good(dns_zone, "xn--bro-hoa.test")
    (judged,) = looked(dns_zone, of("kontakt@büro.test"))
    assert rules(judged) == []
    assert dns_zone.asked("xn--bro-hoa.test", "MX") == 1


def test_a_wildcard_and_an_alias_of_a_whole_domain(nsd_zone: Nsd) -> None:
    good(nsd_zone.zone)
    nsd_zone.zone.mx("*.wild.test", "mx.shop.test")
    nsd_zone.zone.txt("*.wild.test", "v=spf1 mx -all")
    nsd_zone.zone.cname("alias.test", "shop.test")
    nsd_zone.zone.txt("_dmarc.alias.test", "v=DMARC1; p=none")
    nsd_zone.publish()
    wild, alias = looked(nsd_zone, of("a@any.wild.test"), of("a@alias.test"))
    # To `_dmarc` a wildcard answers too, with an SPF record: that is no DMARC.
    assert rules(wild) == ["domain-dmarc-missing"]
    assert rules(alias) == []


def test_many_mailboxes_ask_each_name_once(dns_zone: DnsServer) -> None:
    good(dns_zone)
    dns_zone.txt("shop.test", "unrelated")
    for number in range(3):
        dns_zone.txt(f"s{number}.test", f"v=spf1 include:s{number + 1}.test -all")
    dns_zone.txt("s3.test", "v=spf1 ip4:198.51.100.0/24 -all")
    dns_zone.remove("shop.test", "TXT")
    dns_zone.txt("shop.test", "v=spf1 include:s0.test exp=why.shop.test -all")
    judged = looked(dns_zone, *[of(f"support{number}@shop.test") for number in range(50)])
    assert [rules(each) for each in judged] == [[]] * 50
    assert set(dns_zone.queries().values()) == {1}
    assert dns_zone.asked("s3.test", "TXT") == 1
    assert dns_zone.asked("why.shop.test", "TXT") == 0


def test_an_include_that_cannot_be_read_is_no_verdict_on_the_record(dns_zone: DnsServer) -> None:
    good(dns_zone)
    dns_zone.remove("shop.test", "TXT")
    dns_zone.txt("shop.test", "v=spf1 include:silent.test -all")
    dns_zone.servfail("silent.test")
    try:
        (judged,) = looked(dns_zone, of("support@shop.test"))
    finally:
        dns_zone.healthy("silent.test")
    assert rules(judged) == []
    assert "domain-spf-invalid" not in judged.right
    assert [part.what for part in judged.incomplete if not part.standing] == ["SPF of shop.test"]


def test_an_include_without_end_is_asked_for_a_bounded_number_of_times(dns_zone: DnsServer) -> None:
    good(dns_zone)
    dns_zone.remove("shop.test", "TXT")
    dns_zone.txt("shop.test", "v=spf1 include:s0.test -all")
    for number in range(40):
        dns_zone.txt(f"s{number}.test", f"v=spf1 include:s{number + 1}.test -all")
    (judged,) = looked(dns_zone, of("support@shop.test"))
    assert rules(judged) == ["domain-spf-invalid"]
    assert sum(dns_zone.asked(f"s{number}.test", "TXT") for number in range(40)) <= 11


def test_a_policy_of_the_organisation_serves_its_subdomains(dns_zone: DnsServer) -> None:
    """By the walk of RFC 9989, by which marketplaces' mail is judged as well."""
    good(dns_zone)
    good(dns_zone, "mail.shop.test")
    dns_zone.remove("_dmarc.mail.shop.test")
    (judged,) = looked(dns_zone, of("support@mail.shop.test"))
    assert rules(judged) == []


def test_without_answers_nothing_is_fine() -> None:
    judged = judge(facts(contact(), dns=ContactFacts("x", "x@y.test", contact(), facts().now).dns))
    assert rules(judged) == ["contact-email-unchecked"]
    assert not [rule for rule in judged.right if rule.startswith("domain-")]
