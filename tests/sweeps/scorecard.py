"""The rows that the sweeps record -> SCORECARD.md, by a long run alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import run

PROPERTY = "sweep"
SCORECARD = Path(__file__).with_name("SCORECARD.md")


@dataclass(frozen=True, slots=True)
class Row:
    """What one sweep came to. `danger` is its row in the list of dangers, `cases` what was tried."""

    danger: str
    what: str
    of: str
    cases: int
    findings: Sequence[str] = field(default_factory=tuple)
    seed: int | None = None
    note: str = ""


Score = Callable[[Row], None]


def as_property(row: Row) -> tuple[str, str]:
    """As a test records it, so that it reaches the process that writes the scorecard."""
    return PROPERTY, json.dumps(asdict(row))


def rows(recorded: Iterable[str]) -> list[Row]:
    found = [Row(**json.loads(each)) for each in recorded]
    return sorted(found, key=lambda row: (_number(row.danger), row.what))


def _number(danger: str) -> float:
    return float(danger.partition(".")[2] or 0)


def table(found: Sequence[Row]) -> list[str]:
    """Markdown."""
    head = ("danger", "sweep", "of", "cases", "findings", "seed", "")
    lines = ["| " + " | ".join(head) + " |", "|---|---|---|--:|--:|--:|---|"]
    return [*lines, *map(_line, found)]


def _line(row: Row) -> str:
    seed = "" if row.seed is None else str(row.seed)
    cells = (row.danger, row.what, row.of, f"{row.cases:,}", str(len(row.findings)), seed, row.note)
    return f"| {' | '.join(cells)} |"


def written(found: Sequence[Row]) -> str:
    findings = [f"- {row.danger}: {each}" for row in found for each in row.findings] or ["None."]
    return "\n".join((_PREFACE.format(commit=_commit()), *table(found), "", "## Findings", "", *findings, ""))


def _commit() -> str:
    """The short name of what was tested; `unknown` outside a clone."""
    told = run(["git", "describe", "--always", "--dirty"], cwd=SCORECARD.parent, capture_output=True, text=True)
    return told.stdout.strip() or "unknown"


_PREFACE = """# What comes from outside, swept: the scorecard

Written by `scripts/test -n 1 -m long tests/sweeps` at commit {commit}; CONTRIBUTING.md says how to repeat it.
A finding is a broken promise: a command that a payload made, a secret where none may be, a control character on a
screen, a file that others can read, a second run beside the first.
"""
