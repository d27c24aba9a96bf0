"""The files of this folder -> what is known of a mail provider; host or address -> the provider it belongs to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from auditor.errors import ConfigError
from auditor.evidence.stamp import StampRule, Witness


class Position(StrEnum):
    """Where a provider writes its stamps, seen from the Received field of the host that took the message in."""

    ABOVE = "above"
    BELOW = "below"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StampFacts:
    """What sources show of a provider's stamps. None: no source shows it."""

    believed: bool = False
    why: str = "nothing is known of this server's stamps"
    """Why they are believed, or not: a clause that follows "because" in a sentence for the seller."""
    ids: tuple[str, ...] = ()
    position: Position = Position.UNKNOWN
    fields: tuple[int, int] = (0, 0)
    """The fewest and the most that one message was seen with; (0, 0) where none was seen."""
    received_above: tuple[int, int] | None = None
    """The fewest and the most Received fields that were seen above them, the border's own included."""
    contiguous: bool | None = None
    """Whether nothing else stands between them."""
    foreign_survive: bool | None = None
    """Whether Authentication-Results of other ids stay in the message."""
    own_removed: bool | None = None
    """Whether those that a sender brings under the provider's own ids are removed or renamed."""
    signer: str = ""
    """The property that names whose signature held; empty where none does."""
    extra_words: tuple[str, ...] = ()
    """`name=value` words behind a result that are no property of RFC 8601 and change nothing."""
    seen: tuple[str, ...] = ()
    """When and where that was seen."""


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
    stamps: StampFacts = field(default_factory=StampFacts)
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
        stamp=_stamp_rule(stamp),
        stamps=_stamp_facts(stamp),
    )


def _stamp_rule(table: dict[str, Any]) -> StampRule:
    """How the stamps are found; the rule of a provider that is not believed finds none."""
    if not table.get("believed", False):
        return StampRule()
    return StampRule(
        authserv_ids=tuple(table["authserv_ids"]),
        anonymous=table.get("anonymous", False),
        internal_hosts=tuple(table.get("internal_hosts", ())),
        internal_sources=tuple(table.get("internal_sources", ())),
        border_hosts=tuple(table.get("border_hosts", ())),
        below_border=table["position"] == Position.BELOW,
        witness=Witness(table.get("witness", "")),
        extra_words=tuple(table["extra_words"]),
    )


def _stamp_facts(table: dict[str, Any]) -> StampFacts:
    return StampFacts(
        believed=table["believed"],
        why=table["why"],
        ids=tuple(table["authserv_ids"]),
        position=Position(table["position"]),
        fields=_range(table["fields"]),
        received_above=None if table["received_above"] == "unknown" else _range(table["received_above"]),
        contiguous=_known(table["contiguous"]),
        foreign_survive=_known(table["foreign_survive"]),
        own_removed=_known(table["own_removed"]),
        signer=table["signer"],
        extra_words=tuple(table["extra_words"]),
        seen=tuple(table["seen"]),
    )


def _range(value: list[int]) -> tuple[int, int]:
    fewest, most = value
    return fewest, most


def _known(value: bool | str) -> bool | None:
    """A fact as the files write it, which have no word for None but "unknown"."""
    if value == "unknown":
        return None
    if isinstance(value, bool):
        return value
    raise ValueError(f'{value!r} is neither true nor false nor "unknown"')
