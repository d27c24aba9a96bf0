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
    """Markdown, one line a sweep."""
    commit = _commit()
    return [*_HEAD, *(_line(row, commit) for row in found)]


_HEAD = ("| danger | sweep | of | cases | findings | seed | commit | |", "|---|---|---|--:|--:|--:|---|---|")


def _line(row: Row, commit: str) -> str:
    seed = "" if row.seed is None else str(row.seed)
    cells = (row.danger, row.what, row.of, f"{row.cases:,}", str(len(row.findings)), seed, commit, row.note)
    return f"| {' | '.join(cells)} |"


def written(found: Sequence[Row]) -> str:
    """The scorecard with these rows anew; those of sweeps that were not made this time stay as they were."""
    before = SCORECARD.read_text().splitlines() if SCORECARD.exists() else []
    lines = {_key(line): line for line in (*before, *table(found)) if line.startswith("| C.")}
    ordered = [lines[key] for key in sorted(lines, key=lambda key: (_number(key[0]), key[1]))]
    findings = [f"- {row.danger}: {each}" for row in found for each in row.findings] or ["None."]
    return "\n".join((_PREFACE, *_HEAD, *ordered, "", "## Findings of the last run", "", *findings, ""))


def _key(line: str) -> tuple[str, str]:
    cells = line.split(" | ")
    return cells[0].removeprefix("| "), cells[1]


def _commit() -> str:
    """The short name of what was tested; `unknown` outside a clone."""
    told = run(["git", "describe", "--always", "--dirty"], cwd=SCORECARD.parent, capture_output=True, text=True)
    return told.stdout.strip() or "unknown"


_PREFACE = """# What comes from outside, swept: the scorecard

Written by `scripts/test -n 1 -m long tests/sweeps`; CONTRIBUTING.md says how to repeat it, whole or in parts.
A finding is a broken promise: a command that a payload made, a secret where none may be, a control character on a
screen, a file that others can read, a second run beside the first.
"""
