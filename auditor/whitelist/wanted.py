"""Catalogue, kinds of streams and the ledger -> the mail that must reach the seller, and from whom it must not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.evidence.alignment import is_within
from auditor.evidence.sender import Sender, one_mailbox
from auditor.marketplaces import Catalogue, Kind, Marketplace, Stream
from auditor.marketplaces.pattern import expand, parse
from auditor.store.rows import LedgerRow
from auditor.whitelist.shapes import canonical, domain_of, glob, overlap
from auditor.whitelist.values import Wanted


@dataclass(frozen=True, slots=True)
class _Line:
    """One concrete pattern of a stream."""

    marketplace: Marketplace
    stream: Stream
    pattern: str
    auth: tuple[str, ...]


def wanted(catalogue: Catalogue, kinds: Collection[str], rows: Iterable[LedgerRow] = ()) -> tuple[Wanted, ...]:
    """By marketplace, domain and pattern. Streams that may never be GENUINE are not among them."""
    lines = list(_lines(catalogue))
    chosen = _surest([line for line in lines if _is_wanted(line.stream, kinds)])
    others = [line for line in lines if not _is_wanted(line.stream, kinds)]
    never = {line.pattern for line in others if line.stream.kind is Kind.NEVER}
    found = [_wanted(line, others) for line in chosen if line.pattern not in never]
    return tuple(_with_mail(sorted(found, key=_order), catalogue, rows))


def unwanted(catalogue: Catalogue, kinds: Collection[str]) -> tuple[str, ...]:
    """Every pattern whose mail is not wanted: other kinds, other sellers, what is only weakly known."""
    return tuple(dict.fromkeys(line.pattern for line in _lines(catalogue) if not _is_wanted(line.stream, kinds)))


def _is_wanted(stream: Stream, kinds: Collection[str]) -> bool:
    is_sure = stream.confidence > 1 or stream.confirmed
    return stream.kind is not Kind.NEVER and stream.kind in kinds and is_sure


def _lines(catalogue: Catalogue) -> Iterator[_Line]:
    for marketplace in catalogue.marketplaces:
        for stream in marketplace.streams:
            for text in stream.patterns:
                for concrete, tld in expand(text, marketplace.tld):
                    auth = tuple(each.replace("{tld}", tld) for each in stream.auth if tld or "{tld}" not in each)
                    yield _Line(marketplace, stream, canonical(concrete), auth)


def _surest(lines: Sequence[_Line]) -> list[_Line]:
    """Of two streams with the same pattern, the one that the catalogue takes too."""
    best: dict[str, _Line] = {}
    for line in lines:
        before = best.get(line.pattern)
        if before is None or line.stream.confidence > before.stream.confidence:
            best[line.pattern] = line
    return list(best.values())


def _wanted(line: _Line, others: Sequence[_Line]) -> Wanted:
    return Wanted(
        marketplace=line.marketplace.name,
        stream=line.stream.name,
        title=f"{line.marketplace.title}: {line.stream.title}",
        kind=line.stream.kind,
        pattern=line.pattern,
        signers=_signers(domain_of(line.pattern), line.marketplace.domains, line.auth),
        but_not=tuple(sorted({other.pattern for other in others if _is_inside(other.pattern, line.pattern)})),
    )


def _is_inside(inner: str, outer: str) -> bool:
    """Whether the catalogue would take the inner pattern first for an address that fits both."""
    is_narrower = parse(inner).width <= parse(outer).width
    return is_narrower and overlap(glob(inner), glob(outer))


def _signers(domain: str, registered: Sequence[str], auth: Sequence[str]) -> tuple[str, ...]:
    """A child or a sibling never signs for a domain; a parent does, up to the one that was registered."""
    top = next((each for each in registered if is_within(domain, each)), domain)
    labels = domain.split(".")
    parents = (".".join(labels[start:]) for start in range(len(labels)))
    return tuple(dict.fromkeys((*(each for each in parents if is_within(each, top)), *auth)))


def _with_mail(found: Sequence[Wanted], catalogue: Catalogue, rows: Iterable[LedgerRow]) -> Iterator[Wanted]:
    """Each with the genuine mail that was received from it."""
    received = {each: list[LedgerRow]() for each in found}
    for row in rows:
        sender = one_mailbox(row.header_from)
        if row.standing != "genuine" or not isinstance(sender, Sender):
            continue
        match = catalogue.match(sender.address)
        for each in found:
            if match and each.stream == match.stream.name and parse(each.pattern).matches(sender.address):
                received[each].append(row)
                break
    for each, those in received.items():
        last = max((row.received_at for row in those), default=None)
        yield replace(each, received=len(those), last_received=last)


def _order(one: Wanted) -> tuple[str, tuple[str, ...], str]:
    return one.marketplace, tuple(reversed(domain_of(one.pattern).split("."))), one.pattern
