"""Marketplace mail of the inbox with its verdicts -> per stream, how much of it would be genuine and what failed.

That the inbox holds a message does not make it genuine; but an imitation that can be told is never counted here, and
what a marketplace really wrote to this seller and is not genuine here would be left in spam there. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.doctor.inbox import MarketplaceMail, Seen
from auditor.evidence.recipients import is_one_of, named
from auditor.evidence.signatures import Signature
from auditor.judging import Judged
from auditor.mailbox.interface import MessageRef
from auditor.verdict import Check, Standing

FIELDS = ("from", "to", "subject", "date", "reply-to", "content-type")
_PROOF, _ADDRESSED = "domain-proof", "meant-for-seller"
_MOST = 20  # of what a message names: a sender may name thousands

Counts = tuple[tuple[str, int], ...]
"""Values from the mail, raw, each with the number of messages that bear it; the commonest first."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Messages that are not genuine by the same check, the first that did not hold; `detail` is of the newest."""

    check: str
    count: int
    detail: str
    newest: MessageRef


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """One stream; `stream` is None for addresses of the marketplace that the catalogue does not know.

    `undecided` of the `seen` cannot be judged today, because DNS did not answer or the key is no longer published: on
    the night of their arrival they could be. `misses` tell the rest. `covered`: on how many of the `signed` messages,
    those that bear a signature of the sender's domain, every such signature covers the field.
    """

    marketplace: str
    stream: str | None
    seen: int
    genuine: int
    undecided: int
    misses: tuple[Miss, ...]
    undecided_because: str
    signers: Counts
    signed: int
    covered: Counts
    strangers: Counts
    """Addresses of To and Cc of the messages that name none of the seller's."""

    @property
    def told(self) -> int:
        return self.seen - self.undecided


@dataclass(frozen=True, slots=True)
class Imitated:
    """An imitation that was delivered to the inbox."""

    ref: MessageRef
    marketplace: str
    trick: str
    sender: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the mail of one inbox shows. `unlisted`: addresses to which alone it is due that a message is a miss."""

    swept: int
    left_out: int
    streams: tuple[StreamFigures, ...]
    unlisted: Counts
    imitations: tuple[Imitated, ...]

    @property
    def known(self) -> tuple[StreamFigures, ...]:
        """Only of these it is known that the seller wants them: other addresses may be those of advertising."""
        return tuple(one for one in self.streams if one.stream is not None)

    @property
    def told(self) -> int:
        return sum(one.told for one in self.known)

    @property
    def genuine(self) -> int:
        return sum(one.genuine for one in self.known)


def measure(mail: MarketplaceMail, own: Sequence[str], kinds: Collection[str]) -> Figures:
    """`own`: the seller's addresses and `*@domain`s; `kinds`: those of the streams that the seller wants."""
    counted = [one for one in mail.whole if _is_counted(one.judged, kinds)]
    groups: dict[tuple[str, str | None], list[Seen]] = {}
    for one in counted:
        verdict = one.judged.verdict
        groups.setdefault((verdict.marketplace or "", verdict.stream), []).append(one)
    streams = [_stream(key, group, own) for key, group in groups.items()]
    return Figures(
        swept=mail.swept,
        left_out=mail.left_out,
        streams=tuple(
            sorted(streams, key=lambda one: (one.stream is None, -one.seen, one.marketplace, one.stream or ""))
        ),
        unlisted=_commonest(_strangers(one.judged, own) for one in counted if _missed_by(one.judged) == _ADDRESSED),
        imitations=tuple(_imitations((*mail.whole, *mail.imitating))),
    )


def _is_counted(judged: Judged, kinds: Collection[str]) -> bool:
    """A marketplace's own, as far as can be told, and of a kind that would be rescued; of unknown kind as well."""
    kind, standing = judged.verdict.kind, judged.verdict.standing
    of_marketplace = judged.evidence.owner is not None and standing in (Standing.GENUINE, Standing.UNVERIFIED)
    return of_marketplace and (kind is None or kind.value in kinds)


def _stream(key: tuple[str, str | None], group: Sequence[Seen], own: Sequence[str]) -> StreamFigures:
    undecided = [one for one in group if _is_undecided(one.judged)]
    missed = [one for one in group if not (_is_genuine(one.judged) or _is_undecided(one.judged))]
    aligned = [found for found in (_aligned(one.judged) for one in group) if found]
    return StreamFigures(
        marketplace=key[0],
        stream=key[1],
        seen=len(group),
        genuine=len(group) - len(undecided) - len(missed),
        undecided=len(undecided),
        misses=_misses(missed),
        undecided_because=_first_failed(undecided[0].judged).detail if undecided else "",
        signers=_commonest({one.domain for one in each.judged.evidence.signatures if one.domain} for each in group),
        signed=len(aligned),
        covered=tuple((name, sum(all(one.covers(name) for one in each) for each in aligned)) for name in FIELDS),
        strangers=_commonest(_strangers(one.judged, own) for one in group),
    )


def _misses(missed: Iterable[Seen]) -> tuple[Miss, ...]:
    groups: dict[str, list[Seen]] = {}
    for one in missed:
        groups.setdefault(_first_failed(one.judged).rule, []).append(one)
    found = (
        Miss(rule, len(group), _first_failed(newest.judged).detail, newest.ref)
        for rule, group in groups.items()
        for newest in [max(group, key=lambda one: one.ref.uid)]
    )
    return tuple(sorted(found, key=lambda one: (-one.count, one.check)))


def _first_failed(judged: Judged) -> Check:
    """The first check that does not hold: those behind it lean on it, and often fail with it."""
    return next(check for check in judged.verdict.checks if check.passed is not True)


def _missed_by(judged: Judged) -> str:
    return "" if _is_genuine(judged) else _first_failed(judged).rule


def _is_genuine(judged: Judged) -> bool:
    return judged.verdict.standing is Standing.GENUINE


def _is_undecided(judged: Judged) -> bool:
    """Whether nothing is wrong with it but that its proof cannot be looked up today."""
    if _is_genuine(judged) or not judged.verdict.could_change:
        return False
    failed = _first_failed(judged)
    return failed.rule == _PROOF and failed.passed is None


def _aligned(judged: Judged) -> tuple[Signature, ...]:
    evidence = judged.evidence
    return tuple(one for one in evidence.signatures if evidence.speaks_for.get(one.domain))


def _strangers(judged: Judged, own: Sequence[str]) -> frozenset[str]:
    found = frozenset(named(judged.message, ("to", "cc")))
    return frozenset() if any(is_one_of(one, own) for one in found) else found


def _imitations(seen: Iterable[Seen]) -> Iterator[Imitated]:
    """Newest first."""
    for one in sorted(seen, key=lambda one: -one.ref.uid):
        verdict = one.judged.verdict
        if verdict.standing is Standing.FORGED:
            sender = one.judged.message.first("from") or ""
            yield Imitated(one.ref, verdict.marketplace or "", verdict.trick or "", sender)


def _commonest(found: Iterable[Collection[str]]) -> Counts:
    counted = Counter(each for several in found for each in several)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST])
