"""A calendar written by hand: a few nights, what happens before them, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.year.calendar import Calendar, moment_of
from tests.year.events import Event, Purges, SetsClock, UpgradesRules
from tests.year.night import Night, Trouble

SOON = datetime.min.replace(tzinfo=UTC)
"""The moment of an event whose moment is set by its place in the diary."""

Entries = Mapping[int, Sequence[Event | Trouble]]


def diary(nights: int, entries: Entries, absent: Mapping[int, str] | None = None) -> Calendar:
    """Night -> what happens in the hours before it, in order, and what is wrong in it; whose key is absent in it."""
    written, offset, rules = list[Night](), timedelta(), 1
    for number in range(nights):
        at, entry = moment_of(number), entries.get(number, ())
        events = tuple(_dated(event, at, place) for place, event in enumerate(entry) if isinstance(event, Event))
        for event in events:
            offset = event.offset if isinstance(event, SetsClock) else offset
            rules = event.version if isinstance(event, UpgradesRules) else rules
        trouble = next((each for each in entry if isinstance(each, Trouble)), None)
        missing = frozenset((absent or {}).get(number, "").split())
        written.append(Night(number, at, at + offset, events, trouble, missing, rules))
    return Calendar(tuple(written))


def _dated(event: Event, night: datetime, place: int) -> Event:
    """From six hours before the night on, a minute each; what is purged lay there for its thirty days."""
    at = night - timedelta(minutes=1) if isinstance(event, Purges) else night - timedelta(hours=6, minutes=-place)
    return replace(event, at=at)
