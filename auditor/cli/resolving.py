"""[dns] of the configuration -> the resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.resolver import Resolver

if TYPE_CHECKING:
    from auditor.config import Config


def resolver_of(config: Config | None) -> Resolver:
    """The system's resolver where no configuration names another."""
    if config is None:
        return Resolver()
    dns = config.dns
    return Resolver(dns.nameservers, port=dns.port, protocol=dns.protocol, timeout_s=dns.timeout_s)
