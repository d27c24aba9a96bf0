"""Blocks of trials, finished one after the other and in more than one sitting -> RESULTS.jsonl -> SCORECARD.md.

`python -m tests.crash.results` writes the scorecard anew from what has been recorded.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

from tests.crash.tally import Tally, rows, table

RESULTS = Path(__file__).with_name("RESULTS.jsonl")
SCORECARD = Path(__file__).with_name("SCORECARD.md")

_MOST, _LONGEST = 20, 400  # findings of one row, characters of one finding
_ROOT = Path(__file__).parents[2]
_TESTED = (
    *("auditor", "tests/crash", "tests/servers", "tests/mail", "tests/shop.py"),
    *(f":(exclude)tests/crash/{each.name}" for each in (RESULTS, SCORECARD)),
)


@cache
def commit() -> str:
    """The last one that changed what is tested or how, with a "+" where more was changed since; empty without git."""
    changed = _git("status", "--porcelain", "--", *_TESTED)
    last = _git("log", "-1", "--format=%h", "--", *_TESTED)
    return f"{last}+" if last and changed else last


def record(block: str, tally: Tally, to: Path = RESULTS) -> None:
    """One line for one block; two processes may write at once."""
    tally.commits = [commit() or "unknown"]
    line = json.dumps({"block": block, **asdict(tally)}) + "\n"
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(line.encode())


def is_recorded(block: str, source: Path = RESULTS) -> bool:
    """Whether this very commit has been through the block without a finding."""
    if not commit() or commit().endswith("+"):
        return False
    return any(name == block and tally.commits == [commit()] and not tally.findings for name, tally in _lines(source))


def recorded(source: Path = RESULTS) -> list[Tally]:
    """The latest line of each block."""
    return list(dict(_lines(source)).values())


def scorecard(found: list[Tally]) -> str:
    merged = rows(found)
    findings = [f"- {each[:_LONGEST]}" for tally in merged for each in tally.findings[:_MOST]] or ["None."]
    return "\n".join([_PREFACE, *table(merged), "", "## Findings", "", *findings, ""])


def write_scorecard() -> None:
    SCORECARD.write_text(scorecard(recorded()))


def _lines(source: Path) -> Iterator[tuple[str, Tally]]:
    if source.exists():
        for line in source.read_text().splitlines():
            fields = json.loads(line)
            yield fields.pop("block"), Tally(**fields)


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if not done.returncode else ""


_PREFACE = """# Never lose, never double: the scorecard

Written from RESULTS.jsonl, to which each block of `scripts/test -n 2 -m long tests/crash` adds a line when it has
ended; CONTRIBUTING.md says how to go on with a run that was broken off. *commit* is the code that was tested.

- *boundaries*: each command of a 20-message rescue x cut before, cut at once behind it, cut after its answer, SIGKILL
  before, SIGKILL after, SIGTERM, disk full; another client brings mail to two folders at that moment. *undo
  boundaries*: the same for the undo of such a rescue.
- *octets*: the connection ends at an octet of the server's answers in a 5-message rescue, in one process.
- *schedules*: 1 to 4 faults of eleven kinds over 1 to 3 nights, mailboxes of 1 to 20 letters, another client at work;
  `seed n` of the schedules is `tests.crash.schedules.schedule(n)`.
- *dry runs*: no `--apply`, on a random mailbox with a random past: nothing but reading verbs on the wire, and every
  message, UID and flag as before.
- *second runs*: after a rescue of a random mailbox; *overlaps*: another program moves, flags or removes the same
  messages while we do; *two hosts*: two runs at once that do not know of each other's state.

After the faults a model of the mailbox decides: nothing lost, nothing doubled, no message of others touched. Then the
next run must complete; the run after that must send no command that writes (*quiet* counts those); and `undo` must
restore the first state. *copy* is the way of a server without MOVE: COPY, verify, STORE, EXPUNGE by UID.
"""

if __name__ == "__main__":
    write_scorecard()
