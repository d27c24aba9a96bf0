"""A mailbox of the configuration -> its wanted mail and what the targets need to know: all that asks DNS and state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.config import Config, MailboxConfig
from auditor.context import host_of, provider_of
from auditor.errors import ConfigError
from auditor.marketplaces import Catalogue, load
from auditor.resolver import Resolver
from auditor.store.rows import LedgerRow
from auditor.whitelist.policies import is_enforced, questions
from auditor.whitelist.shapes import domain_of
from auditor.whitelist.stamping import stamping
from auditor.whitelist.values import Entry, Means, Stamping, Target, Wanted
from auditor.whitelist.wanted import unwanted, wanted


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one mailbox wants, and by what it is judged. `catalogue`: of all marketplaces, whoever the seller is at."""

    mailbox: str
    wanted: tuple[Wanted, ...]
    means: Means
    catalogue: Catalogue


def look(mailbox: MailboxConfig, config: Config, resolver: Resolver, rows: Iterable[LedgerRow] = ()) -> Wishes:
    """Without the policies of domains. Raises ConfigError for a marketplace that is not known."""
    catalogue = load(config.marketplaces)
    known = {one.name for one in catalogue.marketplaces}
    if strange := sorted(set(mailbox.marketplaces or ()) - known):
        raise ConfigError(
            f"mailbox `{mailbox.name}`: marketplace `{strange[0]}` is not known", hint="see: auditor marketplaces"
        )
    own = catalogue if mailbox.marketplaces is None else catalogue.only(mailbox.marketplaces)
    kinds = config.rescue.streams
    found = _witnessed(stamping(provider_of(mailbox, host_of(mailbox, resolver)), mailbox.authserv_ids))
    means = Means(found, unwanted=unwanted(catalogue, kinds))
    return Wishes(mailbox.name, wanted(own, kinds, rows), means, catalogue)


def with_policies(means: Means, wanted: Sequence[Wanted], entries: Sequence[Entry], resolver: Resolver) -> Means:
    """The same with what DNS says of every domain that is wanted, or stands in a filter: one call for all."""
    domains = {*(domain_of(one.pattern) for one in wanted), *(domain_of(one.pattern) for one in entries)}
    domains = {each for each in domains if each and not set("[*?") & set(each)}
    names = {name for domain in domains for name in questions(domain)}
    answers = resolver.ask(names, "TXT") if names else {}
    return Means(means.stamping, {each: is_enforced(each, answers) for each in domains}, means.unwanted)


def means_for(target: Target, wishes: Wishes, resolver: Resolver, entries: Sequence[Entry] = ()) -> Means:
    """What this target needs; DNS is asked only for one that goes by policies."""
    if not target.needs_policies:
        return wishes.means
    owned = [one for one in entries if wishes.catalogue.owner(domain_of(one.pattern))]
    return with_policies(wishes.means, wishes.wanted, owned, resolver)


def _witnessed(found: Stamping | str) -> Stamping | str:
    """Where a host leaves a message unstamped, a sender's own field is the topmost; only rspamd leaves a witness.

    On a host with OpenDKIM and OpenDMARC six of the forged messages in tests/whitelist came in that way.
    """
    if isinstance(found, Stamping) and not found.quotes:
        return 'a message that your host left unstamped could bring its own stamp; with rspamd: provider = "rspamd"'
    return found
