"""[dns] of the configuration -> the resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.resolver import Resolver

if TYPE_CHECKING:
    from auditor.config_dns import DnsConfig


def resolver_of(dns: DnsConfig | None) -> Resolver:
    """The system's resolver where no configuration names another. Raises ConfigError."""
    if dns is None:
        return Resolver()
    return Resolver(
        dns.nameservers,
        port=dns.port,
        protocol=dns.protocol,
        timeout_s=dns.timeout_s,
        server_name=dns.server_name,
        ca_file=dns.ca_file,
    )
