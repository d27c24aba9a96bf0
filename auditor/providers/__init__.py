"""The files of this folder -> what is known of a mail provider; host or address -> the provider it belongs to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from auditor.errors import ConfigError
from auditor.evidence.stamp import StampRule


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `stamp` holds for connections that really lead to it; `unseen`: mail that IMAP never shows."""

    name: str
    title: str
    hosts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    imap_host: str = ""
    imap_port: int = 993
    security: str = "tls"
    sign_in: str = ""
    unseen: tuple[str, ...] = ()
    bodies_rerendered: bool = False
    link_wrappers: tuple[str, ...] = ()
    delivery_field: str = ""
    """The field in which the provider says where it put the message first; `delivered_to_inbox` is in it then."""
    delivered_to_inbox: str = ""
    stamp: StampRule = field(default_factory=StampRule)
    discoverable: bool = True
    """False for a way of setting up a server, which no host name shows: the seller has to name it."""

    def serves(self, host: str) -> bool:
        """Whether an IMAP host is this provider's."""
        return any(fnmatchcase(host.lower(), pattern) for pattern in self.hosts)


SELF_HOSTED = Provider("self-hosted", "your own mail server")


@cache
def providers() -> dict[str, Provider]:
    """All known providers by name; `self-hosted` among them."""
    paths = sorted(Path(__file__).parent.glob("*.toml"))
    read = (_provider(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in paths)
    return {SELF_HOSTED.name: SELF_HOSTED} | {provider.name: provider for provider in read}


def by_name(name: str) -> Provider:
    """Raises ConfigError for a name that no file describes."""
    try:
        return providers()[name]
    except KeyError:
        known = ", ".join(sorted(providers()))
        raise ConfigError(f"provider `{name}` is not known", hint=f"one of: {known}; or leave it out") from None


def by_host(host: str) -> Provider:
    """The provider whose IMAP host this is, else `self-hosted`."""
    found = (one for one in providers().values() if one.discoverable and one.serves(host))
    return next(found, SELF_HOSTED)


def by_address(address: str) -> Provider | None:
    """The provider that gives out addresses of this domain, if that is known without asking anyone."""
    domain = address.rpartition("@")[2].lower()
    return next((provider for provider in providers().values() if domain in provider.domains), None)


def by_mail_hosts(exchanges: tuple[str, ...]) -> Provider | None:
    """The provider that receives a domain's mail (its MX hosts), for a shop's own domain that a provider serves."""
    return next(
        (
            provider
            for provider in providers().values()
            if provider.imap_host and any(fnmatchcase(host, pattern) for host in exchanges for pattern in provider.mx)
        ),
        None,
    )


def _provider(name: str, table: dict[str, Any]) -> Provider:
    stamp = table.get("stamp", {})
    return Provider(
        name=name,
        title=table["title"],
        hosts=tuple(table["hosts"]),
        domains=tuple(table.get("domains", ())),
        mx=tuple(table.get("mx", ())),
        imap_host=table.get("imap_host", ""),
        imap_port=table.get("imap_port", 993),
        security=table.get("security", "tls"),
        sign_in=table.get("sign_in", ""),
        unseen=tuple(table.get("unseen", ())),
        bodies_rerendered=table.get("bodies_rerendered", False),
        link_wrappers=tuple(table.get("link_wrappers", ())),
        delivery_field=table.get("delivery_field", ""),
        delivered_to_inbox=table.get("delivered_to_inbox", ""),
        discoverable=table.get("discoverable", True),
        stamp=StampRule(
            authserv_ids=tuple(stamp.get("authserv_ids", ())),
            anonymous=stamp.get("anonymous", False),
            internal_hosts=tuple(stamp.get("internal_hosts", ())),
            border_hosts=tuple(stamp.get("border_hosts", ())),
            below_border=stamp.get("below_border", False),
        ),
    )
