"""`python -m tests.year.real [--seed N] [--nights N] [--haste N] [--write]`; exit code 1 if a promise was broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.long.results import record
from tests.year.calendar import NIGHTS, draw
from tests.year.real.record import YEAR, Record, recorded
from tests.year.real.run import Played, real_year

_DEFAULT_SEED = 2025


def main() -> int:
    asked = _arguments()
    calendar = draw(asked.seed, asked.nights, haste=asked.haste)
    with tempfile.TemporaryDirectory() as folder, real_year(calendar, Path(folder)) as year:
        found = recorded(year, _show)
    _tell(found, write=asked.write)
    return 1 if found.lines else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.year.real", description="Play a year on real parts.")
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED)
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument(
        "--haste", type=float, default=1, help="how many times as often as in a year what is rare comes"
    )
    parser.add_argument("--write", action="store_true", help=f"put the numbers into {YEAR.name}")
    return parser.parse_args()


def _show(played: Played) -> None:
    night = played.night
    events = " ".join(sorted({type(event).__name__ for event in night.events}))
    print(f"night {night.number}: {night.trouble or 'service'}; exit {played.seen.exit_code}; {events}", flush=True)
    for line in played.violations:
        print(f"  BROKEN {line}", flush=True)


def _tell(found: Record, *, write: bool) -> None:
    lines = list(found.table())
    print("\n".join(lines))
    if write:
        record(f"{len(found.nights)} nights", lines, seed=found.seed or 0, into=YEAR)


if __name__ == "__main__":
    sys.exit(main())
