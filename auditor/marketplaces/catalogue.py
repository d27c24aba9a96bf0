"""Marketplaces and their streams as values; an address -> its stream, a domain -> its marketplace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from auditor.marketplaces.pattern import MAX_ADDRESS, expand, literal_end, parse


class Kind(StrEnum):
    """What a stream carries. NEVER is mail that looks like the marketplace's and must not be rescued."""

    CUSTOMER = "customer"
    ORDER = "order"
    ACCOUNT = "account"
    MARKETING = "marketing"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of mail of one marketplace, known by the address it comes from."""

    name: str
    title: str  # for the seller: "a customer's message about an order"
    kind: Kind
    patterns: tuple[str, ...]  # the language of `pattern`, `{tld}` not filled in
    auth: tuple[str, ...]  # signing domains accepted besides the From domain and its parents; may hold {tld}
    confidence: int  # 3 sure, 2 likely, 1 weak: of the address form only
    confirmed: bool  # the seller confirmed it in the configuration
    third_party_text: bool  # carries text that a stranger wrote, or may
    reply_to: tuple[str, ...]  # patterns that a notice may carry in an unsigned Reply-To; `{tld}` filled in
    display_names: tuple[str, ...]  # forms its genuine mail uses; `<x>` stands for any text
    source: str
    seen: date  # of the source; date.min where a seller's own addition gives none

    def allows_reply_to(self, address: str) -> bool:
        """Whether a lower-cased address fits one of the `reply_to` patterns."""
        return any(parse(text).matches(address) for text in self.reply_to)


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """How soon the marketplace wants a customer answered."""

    hours: int  # a business day counts 24
    calendar: str  # "calendar", or "business": weekends and holidays do not count
    target_percent: int | None  # share of answers that must be in time; None where no number is published
    first_message_only: bool  # only the message that opens a thread is timed
    source: str
    zone: str = "UTC"  # of business days
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)  # ISO: Monday is 1
    holidays: tuple[str, ...] = ()  # countries (ISO 3166) whose public holidays are no business days
    restarts: bool = False  # a customer's second message begins the time anew
    automatic_counts: bool = False  # an automatic reply is an answer


@dataclass(frozen=True, slots=True)
class Marketplace:
    """What one file of this folder says."""

    name: str
    title: str
    domains: tuple[str, ...]  # every domain it sends or signs from, at registrable level
    brands: tuple[str, ...]  # words that claim it in a display name
    link_domains: tuple[str, ...]  # where a genuine notice may link, with all that lies below
    reply_window: ReplyWindow | None
    streams: tuple[Stream, ...]
    source: str
    link_hosts: tuple[str, ...] = ()  # the same, with nothing below
    tld: tuple[str, ...] = ()  # what {tld} stands for
    innocent: tuple[str, ...] = ()  # domains, or words in them, that resemble it and are no imitation
    replies_from_registered: bool = False  # its relay takes answers from the address on file only


@dataclass(frozen=True, slots=True)
class Match:
    """The stream of an address; `auth` has {tld} filled in from that address."""

    marketplace: Marketplace
    stream: Stream
    auth: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: str
    match: Match

    def rank(self) -> tuple[float, bool, int]:
        """Best first: the narrower pattern; of two as narrow a NEVER stream; then the surer one."""
        stream = self.match.stream
        return parse(self.pattern).width, stream.kind is not Kind.NEVER, -stream.confidence


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known streams, indexed by domain; build it with `Catalogue.of`."""

    marketplaces: tuple[Marketplace, ...]
    version: str  # digest of the content: a verdict names the rules it was made with
    _entries: Mapping[str, tuple[_Entry, ...]] = field(repr=False, compare=False)
    _owners: Mapping[str, Marketplace] = field(repr=False, compare=False)

    def __hash__(self) -> int:
        return hash(self.version)

    @classmethod
    def of(cls, marketplaces: Iterable[Marketplace]) -> Catalogue:
        """Index them; their patterns have been read once already."""
        found = tuple(marketplaces)
        version = sha256(repr(found).encode()).hexdigest()[:12]
        owners = {domain: owner for owner in reversed(found) for domain in owner.domains}
        return cls(found, version, _index(found), owners)

    def match(self, address: str) -> Match | None:
        """The stream of a whole address, the most specific pattern first.

        The address must be lower-cased ASCII: upper case finds nothing, so that the caller folds case once,
        after it has refused what is not ASCII.
        """
        if len(address) > MAX_ADDRESS or address.count("@") != 1:
            return None
        domain = address.partition("@")[2]
        near = (entry for suffix in _suffixes(domain) for entry in self._entries.get(suffix, ()))
        fits = (entry for entry in near if parse(entry.pattern).matches(address))
        best = min(fits, key=_Entry.rank, default=None)
        return best.match if best else None

    def owner(self, domain: str) -> Marketplace | None:
        """The marketplace whose domain this is or lies below, on label borders."""
        return next((self._owners[suffix] for suffix in _suffixes(domain) if suffix in self._owners), None)

    def is_link(self, marketplace: Marketplace, host: str) -> bool:
        """Whether a genuine notice of this marketplace may link to a lower-cased host."""
        return host in marketplace.link_hosts or any(suffix in marketplace.link_domains for suffix in _suffixes(host))

    def only(self, names: Collection[str]) -> Catalogue:
        """The same rules for some marketplaces; its version differs."""
        return Catalogue.of(one for one in self.marketplaces if one.name in names)


def _index(marketplaces: Iterable[Marketplace]) -> Mapping[str, tuple[_Entry, ...]]:
    index: dict[str, list[_Entry]] = {}
    for marketplace in marketplaces:
        for stream in marketplace.streams:
            for text in stream.patterns:
                for concrete, tld in expand(text, marketplace.tld):
                    entry = _Entry(concrete, Match(marketplace, stream, _filled(stream.auth, tld)))
                    index.setdefault(literal_end(concrete), []).append(entry)
    return {domain: tuple(entries) for domain, entries in index.items()}


def _filled(auth: tuple[str, ...], tld: str) -> tuple[str, ...]:
    return tuple(domain.replace("{tld}", tld) for domain in auth if tld or "{tld}" not in domain)


def _suffixes(domain: str) -> Iterator[str]:
    """`a.b.c`, `b.c`, `c`; nothing for a text too long to be a host name."""
    if len(domain) > MAX_ADDRESS:
        return
    while domain:
        yield domain
        domain = domain.partition(".")[2]
