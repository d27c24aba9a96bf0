"""Trials go in; the row of the scorecard that they make comes out, and rows become a table."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

from tests.crash.trial import Trial

PROPERTY = "crash"


@dataclass(slots=True)
class Tally:
    """What some trials of one kind came to. `findings` name their case, so that it can be repeated."""

    what: str
    server: str
    way: str
    cases: int = 0
    runs: int = 0
    quiet: int = 0
    seconds: float = 0
    findings: list[str] = field(default_factory=list)
    note: str = ""

    def add(self, case: object, trial: Trial) -> None:
        self.cases += 1
        self.runs += trial.nights
        self.quiet += trial.quiet
        self.findings += (f"{self.server}: {case}: {each}" for each in trial.findings)

    def merge(self, other: Tally) -> None:
        self.cases += other.cases
        self.runs += other.runs
        self.quiet += other.quiet
        self.seconds += other.seconds
        self.findings += other.findings
        self.note = self.note or other.note


def tallied(tally: Tally, cases: Iterable[object], attempt: Callable[..., Trial]) -> Tally:
    """Attempt them all; what a trial finds is no reason to stop."""
    start = time.monotonic()
    for case in cases:
        tally.add(case, attempt(case))
    tally.seconds += time.monotonic() - start
    return tally


def as_property(tally: Tally) -> tuple[str, str]:
    """As a test records it, so that it reaches the process that prints the scorecard."""
    return PROPERTY, json.dumps(asdict(tally))


def rows(recorded: Iterable[str]) -> list[Tally]:
    """Those of the same kind as one row."""
    merged: dict[tuple[str, str, str], Tally] = {}
    for each in recorded:
        tally = Tally(**json.loads(each))
        key = (tally.what, tally.server, tally.way)
        if key in merged:
            merged[key].merge(tally)
        else:
            merged[key] = tally
    return [merged[key] for key in sorted(merged)]


def table(found: Sequence[Tally]) -> list[str]:
    """Markdown; the last row is the sum."""
    total = Tally("all", "", "")
    for each in found:
        total.merge(each)
    total.note = ""
    head = ("what", "server", "way", "cases", "runs", "second runs with 0 writes", "seconds", "cases/s", "findings", "")
    lines = ["| " + " | ".join(head) + " |", "|---|---|---|--:|--:|--:|--:|--:|--:|---|"]
    return [*lines, *map(_row, [*found, total])]


def _row(tally: Tally) -> str:
    rate = tally.cases / tally.seconds if tally.seconds else 0
    cells = (tally.what, tally.server, tally.way, f"{tally.cases:,}", f"{tally.runs:,}", f"{tally.quiet:,}")
    return f"| {' | '.join(cells)} | {tally.seconds:,.0f} | {rate:.1f} | {len(tally.findings)} | {tally.note} |"
