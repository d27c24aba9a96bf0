"""Inquiries and what was sent -> which inquiry was answered, and when first.

A wrong match hides a customer who waits, so what fits two ways fits none. An answer goes to a customer: to the address
that the inquiry came from or wants its answers at, or to another relay address of the same marketplace. It is tied to
an inquiry by reference, else by that address, else by the order number; never by an order number that contradicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CROSSING = timedelta(minutes=2)
"""Nobody reads a message and answers it in less: one that came later than this before an answer was not known yet."""

NAME_MATCHES_FOR = timedelta(days=14)
"""How long an inquiry without an order number is found by the customer's name."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's message. `is_shared`: every customer's messages come from this sender."""

    key: str
    marketplace: str
    received_at: datetime
    sender: str
    message_id: str = ""
    name: str = ""
    reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    orders: frozenset[str] = frozenset()
    subject: str = ""
    is_shared: bool = False

    @property
    def addresses(self) -> frozenset[str]:
        """To which an answer to this very customer goes."""
        own = () if self.is_shared else (self.sender,)
        return frozenset((*own, *self.reply_to))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent. `to`: its recipients; `relays`: those of them that lead to customers of this marketplace.

    `name`: of the customer, where a marketplace confirms an answer that was given in its console.
    """

    key: str
    marketplace: str
    at: datetime
    to: frozenset[str] = frozenset()
    relays: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()
    orders: frozenset[str] = frozenset()
    message_id: str = ""
    name: str = ""
    is_console: bool = False


def settled(inquiries: Sequence[Inquiry], answers: Iterable[Answer]) -> Mapping[str, Answer]:
    """The first answer to each inquiry that has one, by the inquiry's key."""
    index = _Index(inquiries)
    found: dict[str, Answer] = {}
    for answer in sorted(answers, key=lambda each: (each.at, each.key)):
        for inquiry in index.answered_by(answer, found):
            found.setdefault(inquiry.key, answer)
    return found


class _Index:
    """The inquiries by what ties an answer to them."""

    def __init__(self, inquiries: Sequence[Inquiry]) -> None:
        self._by_id: dict[str, Inquiry] = {}
        self._by_address: dict[tuple[str, str], list[Inquiry]] = {}
        self._by_order: dict[tuple[str, str], list[Inquiry]] = {}
        self._by_name: dict[tuple[str, str], list[Inquiry]] = {}
        for each in sorted(inquiries, key=lambda one: (one.received_at, one.key)):
            if each.message_id:
                self._by_id.setdefault(each.message_id, each)
            for address in each.addresses:
                self._by_address.setdefault((each.marketplace, address), []).append(each)
            for order in each.orders:
                self._by_order.setdefault((each.marketplace, order), []).append(each)
            if each.name:
                self._by_name.setdefault((each.marketplace, _folded(each.name)), []).append(each)

    def answered_by(self, answer: Answer, before: Mapping[str, Answer]) -> Sequence[Inquiry]:
        """All that one answer settles; `before`: what was settled already."""
        if answer.is_console:
            return self._by_console(answer, before)
        named = self._referred(answer)
        if named is not None:
            return self._with_earlier(named, answer) if _goes_to(named, answer) else ()
        if not answer.relays and not any((answer.marketplace, each) in self._by_address for each in answer.to):
            return ()
        known = [each for address in answer.to for each in self._by_address.get((answer.marketplace, address), ())]
        fitting = _in_time(known, answer)
        if not fitting and answer.relays:
            ordered = [each for order in answer.orders for each in self._by_order.get((answer.marketplace, order), ())]
            fitting = _in_time(ordered, answer)
        return self._with_earlier(fitting[-1], answer) if fitting else ()

    def _referred(self, answer: Answer) -> Inquiry | None:
        """The inquiry that it names last, if one is named."""
        named = (self._by_id[each] for each in answer.references if each in self._by_id)
        return next((each for each in named if each.received_at <= answer.at), None)

    def _with_earlier(self, last: Inquiry, answer: Answer) -> Sequence[Inquiry]:
        """With what the same customer had asked of the same matter before, and was still waiting for."""
        same = [each for address in last.addresses for each in self._by_address[last.marketplace, address]]
        same += [each for order in last.orders for each in self._by_order[last.marketplace, order]]
        earlier = {each.key: each for each in _in_time(same, answer) if each.received_at < last.received_at}
        return (*(each for each in earlier.values() if _same_matter(each, last)), last)

    def _by_console(self, answer: Answer, before: Mapping[str, Answer]) -> Sequence[Inquiry]:
        """By the order, else by the name of a customer who alone has it and waits."""
        if answer.orders:
            ordered = [each for order in answer.orders for each in self._by_order.get((answer.marketplace, order), ())]
            return tuple(_in_time(ordered, answer))
        called = _in_time(self._by_name.get((answer.marketplace, _folded(answer.name)), ()), answer)
        waiting = [
            each for each in called if each.key not in before and answer.at - each.received_at < NAME_MATCHES_FOR
        ]
        return tuple(waiting) if len({each.sender for each in waiting}) == 1 else ()


def _goes_to(inquiry: Inquiry, answer: Answer) -> bool:
    """Whether it went to a customer at all: a colleague or a supplier may be sent the same with its references."""
    is_there = bool(answer.to & {inquiry.sender, *inquiry.reply_to}) or bool(answer.relays)
    return is_there and not _contradicts(inquiry, answer)


def _in_time(inquiries: Iterable[Inquiry], answer: Answer) -> list[Inquiry]:
    """Those that were there to be answered, the last at the end."""
    there = {
        each.key: each
        for each in inquiries
        if each.received_at <= answer.at - CROSSING and not _contradicts(each, answer)
    }
    return sorted(there.values(), key=lambda each: (each.received_at, each.key))


def _contradicts(inquiry: Inquiry, answer: Answer) -> bool:
    """Both name orders, and none in common."""
    return bool(inquiry.orders and answer.orders and not inquiry.orders & answer.orders)


def _same_matter(one: Inquiry, other: Inquiry) -> bool:
    if one.orders and other.orders:
        return bool(one.orders & other.orders)
    return bool(one.addresses & other.addresses)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
