"""Inquiries -> threads: what one customer asks about one matter, in the order in which it came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from auditor.replies.matching import Answer, Inquiry

_PREFIX = re.compile(r"(?:(?:re|aw|antw|sv|vs|fw|fwd|wg|tr|rif|odp)\s?:\s{0,3}){1,10}", re.IGNORECASE)


def threads(inquiries: Sequence[Inquiry], settled: Mapping[str, Answer]) -> tuple[tuple[Inquiry, ...], ...]:
    """Joined where they name one another, or the same answer; where they have an order, or a sender, in common."""
    groups = _Groups()
    for each in inquiries:
        for tie in _ties(each, settled.get(each.key)):
            groups.join((each.key,), (each.marketplace, *tie))
    found: dict[object, list[Inquiry]] = {}
    for each in sorted(inquiries, key=lambda one: (one.received_at, one.key)):
        found.setdefault(groups.root((each.key,)), []).append(each)
    return tuple(map(tuple, found.values()))


def _ties(inquiry: Inquiry, answer: Answer | None) -> Iterator[tuple[str, ...]]:
    """What another message of the same thread has too."""
    for named in (inquiry.message_id, *inquiry.references, *((answer.message_id,) if answer else ())):
        if named:
            yield "message", named
    for order in inquiry.orders:
        yield "order", order
    if not inquiry.orders:
        for address in inquiry.addresses:
            yield "address", address
        if inquiry.is_shared and inquiry.subject:
            yield "subject", _PREFIX.sub("", inquiry.subject.strip(), count=1).casefold()


class _Groups:
    """Sets that are joined (union-find)."""

    def __init__(self) -> None:
        self._above: dict[tuple[str, ...], tuple[str, ...]] = {}

    def root(self, one: tuple[str, ...]) -> tuple[str, ...]:
        while (above := self._above.setdefault(one, one)) != one:
            self._above[one] = self._above[above]
            one = above
        return one

    def join(self, one: tuple[str, ...], other: tuple[str, ...]) -> None:
        self._above[self.root(one)] = self.root(other)
