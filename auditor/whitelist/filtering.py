"""What Gmail shows -> the changes that put our filters in force there, or take them out again.

Decided anew from what Gmail shows, so that a second time changes nothing, whatever became of the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.filters import Filter, FilterChange, Listed


def installation(there: Sequence[Listed], ours: Sequence[Listed], wanted: Sequence[Filter]) -> tuple[FilterChange, ...]:
    """What is lacking comes first; then goes what of ours is wanted no more, so that no sender is without in between.

    A filter of the seller's that says the same already is enough.
    """
    known = {each.filter for each in there}
    return (*(FilterChange(each, True) for each in wanted if each not in known), *_removed(ours, wanted))


def removal(ours: Sequence[Listed]) -> tuple[FilterChange, ...]:
    """Ours go, and no other."""
    return tuple(_removed(ours, ()))


def _removed(ours: Sequence[Listed], wanted: Sequence[Filter]) -> list[FilterChange]:
    return [FilterChange(each.filter, False, each.id) for each in ours if each.filter not in wanted]
