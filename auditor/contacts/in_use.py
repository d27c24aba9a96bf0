"""Marketplace messages of the ledger -> the addresses that each marketplace really has on file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.store.rows import Received

_SHOWN_BY = ("one-sender", "known-stream", "domain-proof", "untouched")
_SIGNED_TO = "meant-for-seller"  # undecided where the signature does not cover To or Cc; false for another's address
_AS_BUYER = "purchase"  # the name of that stream at every marketplace
_NO_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


@dataclass(frozen=True, slots=True)
class InUse:
    """An address that a marketplace writes to, and the messages that show it, oldest first."""

    marketplace: str
    address: str
    messages: tuple[Received, ...]

    @property
    def first(self) -> datetime:
        return self.messages[0].received_at

    @property
    def spread(self) -> timedelta:
        """From the first message to the last."""
        return self.last - self.first

    @property
    def last(self) -> datetime:
        return self.messages[-1].received_at


def is_proved(one: Received) -> bool:
    """The marketplace wrote it, to a seller, whichever. What somebody buys there shows nothing of his shop."""
    return one.stream != _AS_BUYER and all(one.checks.get(rule) is True for rule in _SHOWN_BY)


def is_to_signed(one: Received) -> bool:
    """Whether nobody but the marketplace can have written whom it was sent to."""
    return one.checks.get(_SIGNED_TO) is not None


def shown_by(one: Received, own: Collection[str] = ()) -> tuple[str, ...]:
    """The addresses on file that a message shows: whom the signature says it was sent to, and what its text names.

    Where one of several recipients is the seller's own, the others are further contacts.
    """
    if not is_proved(one):
        return ()
    signed = one.recipients if is_to_signed(one) else ()
    mine = [address for address in signed if is_listed(address, own)]
    return tuple(dict.fromkeys((*one.registered, *(mine or signed))))


def addresses_in_use(received: Iterable[Received], kinds: Collection[str], own: Collection[str]) -> tuple[InUse, ...]:
    """By marketplace and address, the newest first; without those that another has replaced since."""
    shown = addresses_shown(received, kinds, own)
    return tuple(_present(sorted(shown, key=lambda each: each.last, reverse=True)))


def addresses_shown(received: Iterable[Received], kinds: Collection[str], own: Collection[str]) -> tuple[InUse, ...]:
    """All that messages of these kinds ever showed."""
    shown: dict[tuple[str, str], list[Received]] = {}
    for one in received:
        if one.kind in kinds:
            for address in shown_by(one, own):
                shown.setdefault((one.marketplace, address), []).append(one)
    return tuple(InUse(marketplace, address, tuple(those)) for (marketplace, address), those in shown.items())


def registered_at(then: datetime, shown: Sequence[InUse]) -> tuple[str, ...]:
    """Those of one marketplace that were in use then; before the first of all, the first."""
    known = [each for each in shown if each.first <= then]
    if not known:
        first = min(shown, key=lambda each: each.first, default=None)
        return (first.address,) if first else ()
    return tuple(each.address for each in known if not any(each.last < other.first for other in known))


def _present(found: Sequence[InUse]) -> Iterator[InUse]:
    """Where the last message to one is older than the first to another, the address was changed in between."""
    for each in found:
        same = [other for other in found if other.marketplace == each.marketplace and other is not each]
        if not any(each.last < other.first for other in same):
            yield each


def is_same(one: str, other: str) -> bool:
    """Whether two addresses are one mailbox's: a tag behind `+` is the owner's, and Google does not count dots."""
    return _plain(one) == _plain(other)


def _plain(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _NO_DOTS:
        return f"{local.replace('.', '')}@{_NO_DOTS[domain]}"
    return f"{local}@{domain}"


def is_listed(address: str, own: Iterable[str]) -> bool:
    """Whether it is one of the seller's; `*@shop.example` stands for every address of that domain."""
    domain = address.rpartition("@")[2].lower()
    return any(is_same(address, mine) or mine.lower() == f"*@{domain}" for mine in own)
