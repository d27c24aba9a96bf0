"""Trials go in; the row of the scorecard that they make comes out, and rows become a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.crash.trial import Trial


@dataclass(slots=True)
class Tally:
    """What some trials of one kind came to. `findings` name their case, so that it can be repeated.

    `share` says of how many cases these are a sample, and is empty where they are all; `commits` is what was tested.
    """

    what: str
    server: str
    way: str
    cases: int = 0
    runs: int = 0
    quiet: int = 0
    seconds: float = 0
    findings: list[str] = field(default_factory=list)
    note: str = ""
    share: str = ""
    commits: list[str] = field(default_factory=list)

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
        self.commits += (commit for commit in other.commits if commit not in self.commits)


def tallied(tally: Tally, cases: Iterable[object], attempt: Callable[..., Trial]) -> Tally:
    """Attempt them all; what a trial finds is no reason to stop."""
    start = time.monotonic()
    for case in cases:
        tally.add(case, attempt(case))
    tally.seconds += time.monotonic() - start
    return tally


def rows(recorded: Iterable[Tally]) -> list[Tally]:
    """Those of the same kind as one row."""
    merged: dict[tuple[str, ...], Tally] = {}
    for tally in recorded:
        row = merged.setdefault(
            (tally.what, tally.server, tally.way, tally.share),
            Tally(tally.what, tally.server, tally.way, share=tally.share),
        )
        row.merge(tally)
    return [merged[key] for key in sorted(merged)]


_HEAD = ("what", "server", "way", "cases", "runs", "quiet", "seconds", "cases/s", "findings", "commit")


def table(found: Sequence[Tally]) -> list[str]:
    """Markdown; the last row is the sum."""
    total = Tally("all", "", "")
    for each in found:
        total.merge(each)
    total.note = ""
    lines = [f"| {' | '.join(_HEAD)} | |", "|---|---|---|--:|--:|--:|--:|--:|--:|---|---|"]
    return [*lines, *map(_row, [*found, total])]


def _row(tally: Tally) -> str:
    rate = tally.cases / tally.seconds if tally.seconds else 0
    counts = (f"{tally.cases:,}", f"{tally.runs:,}", f"{tally.quiet:,}", f"{tally.seconds:,.0f}", f"{rate:.1f}")
    cells = (tally.what, tally.server, tally.way, *counts, str(len(tally.findings)), ", ".join(tally.commits))
    return f"| {' | '.join(cells)} | {'; '.join(filter(None, (tally.note, tally.share)))} |"
