"""A mailbox of the configuration -> what its messages are judged with: addresses, streams, whose stamps to believe."""

from __future__ import annotations

from auditor import providers
from auditor.config import Config, MailboxConfig
from auditor.config_values import is_email_address, is_loopback
from auditor.errors import ConfigError, MailboxError
from auditor.evidence.collect import Context
from auditor.evidence.lookalike import Imitations
from auditor.evidence.stamp import StampRule, pinned
from auditor.judging import Judge
from auditor.mailbox.discovery import discover
from auditor.marketplaces import Catalogue
from auditor.providers import Provider
from auditor.resolver import Resolver


def judge_of(mailbox: MailboxConfig, config: Config, catalogue: Catalogue, resolver: Resolver) -> Judge:
    """What this mailbox's messages are judged with. Raises ConfigError for unknown names."""
    host = host_of(mailbox, resolver)
    provider = provider_of(mailbox, host)
    wanted = catalogue if mailbox.marketplaces is None else catalogue.only(mailbox.marketplaces)
    known = {one.name for one in catalogue.marketplaces}
    for name in mailbox.marketplaces or ():
        if name not in known:
            raise ConfigError(
                f"mailbox `{mailbox.name}`: marketplace `{name}` is not known", hint="see: auditor marketplaces"
            )
    context = Context(
        catalogue=wanted,
        imitations=Imitations(catalogue),
        own_addresses=own_addresses(mailbox, config),
        stamp_rule=stamp_rule(mailbox, provider, host),
        bodies_rerendered=provider.bodies_rerendered,
        link_wrappers=provider.link_wrappers,
        arc_forwarders=tuple(config.rescue.arc_forwarders),
    )
    return Judge(context, resolver, provider)


def own_addresses(mailbox: MailboxConfig, config: Config) -> tuple[str, ...]:
    """Every address under which a marketplace may write to this seller, in lower case."""
    contact = config.contact_of(mailbox).email or ""
    every = (mailbox.address, *mailbox.aliases, *((contact,) if is_email_address(contact) else ()))
    return tuple(dict.fromkeys(one.lower() for one in every))


def provider_of(mailbox: MailboxConfig, host: str) -> Provider:
    """The configured provider, else the one that the IMAP host belongs to."""
    return providers.by_host(host) if mailbox.provider is None else providers.by_name(mailbox.provider)


def stamp_rule(mailbox: MailboxConfig, provider: Provider, host: str) -> StampRule:
    """Whose stamps are believed: a provider's only where the connection really leads to it, else the pinned ids."""
    fits = provider.serves(host) or is_loopback(host)
    if provider.stamp.stamps and fits:
        return provider.stamp
    if not mailbox.authserv_ids:
        return StampRule()
    own_hosts = (host, mailbox.address.rpartition("@")[2])
    return pinned(mailbox.authserv_ids, own_hosts, provider.stamp if fits else None)


def host_of(mailbox: MailboxConfig, resolver: Resolver) -> str:
    """The IMAP host: as configured, else found from the address; empty where neither tells."""
    if mailbox.host is not None:
        return mailbox.host
    try:
        return discover(mailbox.address, resolver).host
    except (ConfigError, MailboxError):
        return ""
