"""Marketplace messages of the ledger -> the addresses that each marketplace really has on file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.store.rows import Received

_SHOWN_BY = ("one-sender", "known-stream", "domain-proof", "untouched")
_SIGNED_TO = "meant-for-seller"  # undecided where the signature does not cover To or Cc; false for another's address
_NO_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


@dataclass(frozen=True, slots=True)
class InUse:
    """An address that a marketplace writes to, and the messages that show it, oldest first."""

    marketplace: str
    kind: str
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
    """The marketplace wrote it, whomever it wrote to."""
    return all(one.checks.get(rule) is True for rule in _SHOWN_BY)


def shown_by(one: Received) -> tuple[str, ...]:
    """The addresses on file that a message shows: whom the signature says it was sent to, and what its text names."""
    if not is_proved(one):
        return ()
    signed = one.recipients if one.checks.get(_SIGNED_TO) is not None else ()
    return tuple(dict.fromkeys((*one.registered, *signed)))


def addresses_in_use(received: Iterable[Received], kind: str) -> tuple[InUse, ...]:
    """By marketplace and address, the newest first; without those that another has replaced since."""
    shown: dict[tuple[str, str], list[Received]] = {}
    for one in received:
        if one.kind == kind:
            for address in shown_by(one):
                shown.setdefault((one.marketplace, address), []).append(one)
    found = [InUse(marketplace, kind, address, tuple(those)) for (marketplace, address), those in shown.items()]
    return tuple(_present(sorted(found, key=lambda each: each.last, reverse=True)))


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
