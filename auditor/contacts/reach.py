"""What DNS says of a mail domain -> whether mail to it can arrive (RFC 5321 section 5.1, RFC 7505)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.contacts.facts import Dns
from auditor.resolver import Found

MOST_HOSTS = 10  # of the mail servers of a domain; the most preferred are looked at

_NO_MAIL = re.compile(rb"v=spf1\s+-all\s*", re.IGNORECASE)


class Reach(StrEnum):
    """Whether mail arrives; IMPLICIT: by the domain's own address, as it names no mail server."""

    YES = "yes"
    IMPLICIT = "implicit"
    NULL_MX = "null-mx"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reached:
    """The outcome, why, and the answers that it rests on."""

    reach: Reach
    why: str
    evidence: tuple[str, ...]

    @property
    def takes_mail(self) -> bool | None:
        if self.reach is Reach.UNKNOWN:
            return None
        return self.reach in (Reach.YES, Reach.IMPLICIT)


def reach_of(domain: str, dns: Dns) -> Reached:
    """Could mail arrive? Whether the mailbox exists, only a message could tell."""
    answer = dns.of(domain, "MX")
    told = dns.told(domain, "MX")
    if answer.found is Found.TEMPERROR:
        return Reached(Reach.UNKNOWN, f"DNS could not say where mail to {domain} goes: {answer.why}", (told,))
    if answer.found is Found.ABSENT:
        return _without_mx(domain, dns)
    hosts = mail_hosts(domain, dns)
    if not hosts:
        return Reached(Reach.NULL_MX, f"{domain} says that it takes no mail (null MX)", (told,))
    found = [_has_address(host, dns) for host in hosts]
    evidence = (told, *(dns.told(host, "A") for host in hosts))
    if True in found:
        return Reached(Reach.YES, f"{hosts[found.index(True)]} takes its mail", evidence)
    if None in found:
        return Reached(Reach.UNKNOWN, f"DNS could not give the address of {hosts[found.index(None)]}", evidence)
    return Reached(Reach.NO, f"the mail servers that {domain} names have no address: {', '.join(hosts)}", evidence)


def mail_hosts(domain: str, dns: Dns) -> tuple[str, ...]:
    """The mail servers by preference; none for a null MX. A root beside others is passed over (RFC 7505 section 3)."""
    found = sorted(_exchanges(dns.of(domain, "MX").texts))
    return tuple(dict.fromkeys(host for _, host in found if host))[:MOST_HOSTS]


def _exchanges(texts: tuple[bytes, ...]) -> Iterator[tuple[int, str]]:
    for text in texts:
        preference, _, host = text.decode("ascii", "replace").partition(" ")
        if preference.isascii() and preference.isdigit():
            yield int(preference), host.strip().rstrip(".").lower()


def _without_mx(domain: str, dns: Dns) -> Reached:
    evidence = tuple(dns.told(domain, rdtype) for rdtype in ("MX", "A", "AAAA"))
    address = _has_address(domain, dns)
    if address is None:
        return Reached(Reach.UNKNOWN, f"DNS could not say whether {domain} has an address", evidence)
    if not address:
        return Reached(Reach.NO, f"{domain} has no mail server and no address of its own", evidence)
    if any(_NO_MAIL.fullmatch(text) for text in dns.of(domain, "TXT").texts):
        why = f"{domain} names no mail server and says that it sends no mail"
        return Reached(Reach.NO, why, (*evidence, dns.told(domain, "TXT")))
    return Reached(Reach.IMPLICIT, f"{domain} names no mail server; mail goes to its own address", evidence)


def _has_address(host: str, dns: Dns) -> bool | None:
    if host == "localhost":
        return False
    found = {dns.of(host, rdtype).found for rdtype in ("A", "AAAA")}
    if Found.FOUND in found:
        return True
    return None if Found.TEMPERROR in found else False
