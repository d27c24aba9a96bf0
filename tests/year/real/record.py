"""A year that was played -> its numbers, as lines of Markdown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.year.model import Summary
from tests.year.night import Night
from tests.year.real.run import Played, Year
from tests.year.world import Folder

YEAR = Path(__file__).parents[1] / "YEAR.md"
BROKEN = {"missed": "missed: ", "twice": "rescued twice: ", "fought": "fought over, "}
"""What the issue asks for by name -> how the model's lines about it begin."""


@dataclass(slots=True)
class Record:
    """Of the nights so far. `seconds`: of the whole play."""

    seed: int | None
    letters: int
    nights: list[Night] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    database_bytes: int = 0
    seconds: float = 0
    summary: Summary | None = None

    def add(self, played: Played) -> None:
        self.nights.append(played.night)
        self.lines += played.violations
        self.database_bytes = max(self.database_bytes, played.seen.database_bytes)

    def broken(self, beginning: str) -> int:
        return sum(line.partition(": ")[2].startswith(beginning) for line in self.lines)

    def table(self) -> Iterator[str]:
        assert self.summary
        yield from ("| | |", "|---|---:|")
        yield f"| nights | {self.summary.nights} |"
        yield f"| nights of service | {self.summary.nights_of_service} |"
        yield f"| letters | {self.letters} |"
        yield f"| rescued | {self.summary.rescued} |"
        yield f"| passed over by one night of service, never by two | {self.summary.late} |"
        yield from (f"| {what} | {self.broken(beginning)} |" for what, beginning in BROKEN.items())
        yield f"| promises broken in all | {self.summary.violations} |"
        yield f"| database, bytes | {self.database_bytes:,} |"
        yield f"| seconds | {self.seconds:.0f} |"
        yield from ("", "| what happened | how often |", "|---|---:|")
        yield from (f"| {kind} | {times} |" for kind, times in sorted(kinds_of(self.nights).items()))


def kinds_of(nights: list[Night]) -> Counter[str]:
    """How often each kind of event happened, and in how many nights each kind of trouble."""
    events = (event for night in nights for event in night.events)
    troubles = (night.trouble for night in nights if night.trouble)
    return Counter(type(each).__name__ for each in (*events, *troubles))


def recorded(year: Year, heard: Callable[[Played], None] = lambda _played: None) -> Record:
    """Play it to its end; `heard` is told of each night. Every letter must end as it was delivered, byte for byte."""
    record, started = Record(year.calendar.seed, len(year.calendar.letters())), time.monotonic()
    for played in year.nights():
        record.add(played)
        heard(played)
    record.seconds, record.summary = time.monotonic() - started, year.model.summary()
    _unchanged(year)
    return record


def _unchanged(year: Year) -> None:
    with year.happenings.client as client:
        for folder in Folder:
            for name, raw in client.bytes_in(folder):
                assert raw == year.happenings.delivered[name], f"{name} is not what was delivered"
