"""A seller's address -> where its mailbox is: provider files first, then who receives its mail, then RFC 6186.

DNS can be forged, and a password goes where this says. So a name from DNS is taken only inside the address's own
domain or at a provider that is known; everything else the seller must write down himself.
"""

from __future__ import annotations

from auditor import providers
from auditor.errors import ConfigError, MailboxError
from auditor.evidence.alignment import is_within
from auditor.mailbox.endpoint import Endpoint, Security
from auditor.resolver import Found, Resolver


def discover(address: str, resolver: Resolver) -> Endpoint:
    """Raises ConfigError where the server cannot be found for certain, MailboxError where DNS is silent."""
    domain = address.rpartition("@")[2].lower()
    provider = providers.by_address(address) or providers.by_mail_hosts(_mail_hosts(domain, resolver))
    if provider is not None:
        secured: Security = "starttls" if provider.security == "starttls" else "tls"
        return Endpoint(provider.imap_host, provider.imap_port, secured)
    offers: tuple[tuple[str, Security], ...] = (("_imaps._tcp.", "tls"), ("_imap._tcp.", "starttls"))
    for service, security in offers:
        found = _service(service + domain, resolver)
        if found is not None:
            host, port = found
            _refuse_elsewhere(host, domain)
            return Endpoint(host, port, security)
    if not _dns_answered(domain, resolver):
        raise MailboxError(
            f"DNS did not answer, so the IMAP server of {address} was not found",
            hint="try again later, or write host = ... into its [mailbox] table",
        )
    raise ConfigError(
        f"the IMAP server of {address} cannot be found out",
        hint="write host = ... into its [mailbox] table; the provider's help pages name it (often mail.YOUR-DOMAIN)",
    )


def _dns_answered(domain: str, resolver: Resolver) -> bool:
    asked = ((domain, "MX"), (f"_imaps._tcp.{domain}", "SRV"), (f"_imap._tcp.{domain}", "SRV"))
    return all(resolver.ask([name], rdtype)[name].found is not Found.TEMPERROR for name, rdtype in asked)


def _mail_hosts(domain: str, resolver: Resolver) -> tuple[str, ...]:
    answer = resolver.ask([domain], "MX")[domain]
    words = (text.decode("ascii", "replace").split() for text in answer.texts)
    return tuple(pair[1].rstrip(".").lower() for pair in words if len(pair) == 2)


def _service(name: str, resolver: Resolver) -> tuple[str, int] | None:
    """Host and port of the SRV record with the lowest priority; None for none and for `.` (not offered)."""
    answer = resolver.ask([name], "SRV")[name]
    if answer.found is not Found.FOUND:
        return None
    records = sorted((text.decode("ascii", "replace").split() for text in answer.texts), key=lambda r: int(r[0]))
    _, _, port, target = records[0]
    host = target.rstrip(".").lower()
    return (host, int(port)) if host else None


def _refuse_elsewhere(host: str, domain: str) -> None:
    if not is_within(host, domain) and providers.by_host(host) is providers.SELF_HOSTED:
        raise ConfigError(
            f"DNS says that {domain} keeps its mail at {host}, which is neither of that domain nor a known provider",
            hint=f'if that is right, write host = "{host}" into the [mailbox] table; no password is sent on a guess',
        )
