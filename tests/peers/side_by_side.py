"""The same rescue by our program and by others, under the same faults: `python -m tests.peers.side_by_side --write`.

Five letters of a customer lie in Junk, and beside them one message that another mail program has marked as deleted. At
each command that a tool sends, the connection is cut or the tool is killed; then it is run once more, undisturbed. The
model of the crash trials says what is wrong afterwards. Needs root, Dovecot, imap-tools and imapfilter.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from tests.crash.disk import small_disk
from tests.crash.forks import Forks
from tests.crash.scene import Scene
from tests.crash.trial import Bench, Trial, Way, begin, end
from tests.peers.movers import MOVERS, Mover
from tests.servers.dovecot import DovecotStorage, running_dovecot
from tests.servers.faults import After, Before, Call, Cut, Fault, Sent
from tests.servers.zone import running_dns
from tests.shop import publish_test_keys

TABLE = Path(__file__).with_name("SIDE_BY_SIDE.md")
HAPPENS: Mapping[str, Callable[[Mover, int], tuple[Fault, ...]]] = {
    "cut before": lambda _, k: (Fault(Before(k), Cut()),),
    "cut at once": lambda _, k: (Fault(Sent(k), Cut()),),
    "cut after": lambda _, k: (Fault(After(k), Cut()),),
    "SIGKILL before": lambda mover, k: (Fault(Before(k), Call(mover.kill)), Fault(Before(k), Cut())),
    "SIGKILL after": lambda mover, k: (Fault(After(k), Call(mover.kill)), Fault(After(k), Cut())),
}
HARMS = {
    "lost": "lost: ",
    "doubled": "doubled: ",
    "mail of others destroyed": "touched: ",
    "not finished": "not completed: ",
}
_PREFACE = """# The same rescue by other tools, under the same faults

Written by `python -m tests.peers.side_by_side --write`, with {versions} and Dovecot (Maildir).

Five letters of a customer lie in Junk, and beside them one message that another mail program has marked as deleted. At
each command that a tool sends, one thing happens: {faults}. Then the tool is
run once more, undisturbed. A case counts once in each column whose harm befell any message; in those of the last column
nothing at all went wrong. *move*: the server announces MOVE; *copy*: it does not.
"""


@dataclass(slots=True)
class Row:
    """What a number of cases came to: of each harm, in how many it was done."""

    tool: str
    way: str
    what: str
    cases: int = 0
    harms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(HARMS, 0))
    unharmed: int = 0

    def add(self, trial: Trial) -> None:
        self.cases += 1
        done = [name for name, begins in HARMS.items() if any(begins in finding for finding in trial.findings)]
        for name in done:
            self.harms[name] += 1
        self.unharmed += not done


def attempt(bench: Bench, scene: Scene, way: Way, mover: Mover, faults: Sequence[Fault]) -> tuple[Trial, int]:
    """A run with these faults, and one without; and how many commands the first sent."""
    trial = begin(bench, scene, way)
    try:
        commands = len(mover.night(trial, faults).commands)
        # Between copying a message and removing the original it lies in both folders, of whatever tool.
        trial.look(trial.model.at_any_moment, may_lie_in_both=True)
        mover.night(trial, ())
        trial.look(trial.model.at_the_end)
    finally:
        end(trial)
    return trial, commands


def rows(bench: Bench, scene: Scene) -> Iterator[Row]:
    for mover in MOVERS:
        for way in get_args(Way):
            undisturbed = Row(mover.name, way, "no fault")
            trial, commands = attempt(bench, scene, way, mover, ())
            undisturbed.add(trial)
            yield undisturbed
            disturbed = Row(mover.name, way, f"at each of {commands} commands")
            for faults in (happens(mover, k) for k in range(1, commands + 1) for happens in HAPPENS.values()):
                disturbed.add(attempt(bench, scene, way, mover, faults)[0])
            yield disturbed


def table(found: Sequence[Row]) -> Iterator[str]:
    yield f"| tool | way | faults | cases | {' | '.join(HARMS)} | unharmed |"
    yield "| --- | --- | --- | ---: |" + " ---: |" * (len(HARMS) + 1)
    for row in found:
        counts = (row.cases, *row.harms.values(), row.unharmed)
        yield f"| {row.tool} | {row.way} | {row.what} | {' | '.join(map(str, counts))} |"


def document(found: Sequence[Row]) -> str:
    said = subprocess.run(["imapfilter", "-V"], capture_output=True, text=True)
    filters = re.search(r"\d+(?:\.\d+)+", said.stdout + said.stderr)
    versions = f"imap-tools {version('imap-tools')}, imapfilter {filters[0] if filters else ''}"
    faults = ", ".join(HAPPENS)
    return "\n".join([_PREFACE.format(versions=versions, faults=faults), *table(found), ""])


def main() -> int:
    missing = [f"{mover.name}: {why}" for mover in MOVERS if (why := mover.unavailable())]
    if missing:
        print("; ".join(missing), file=sys.stderr)
        return 2
    with TemporaryDirectory() as made, running_dovecot() as dovecot, running_dns() as dns:
        folder = Path(made)
        (folder / "disk").mkdir()
        with small_disk(folder / "disk") as disk, Forks(folder) as forks:
            publish_test_keys(dns)
            bench, scene = Bench(forks, dns, disk), Scene(DovecotStorage(dovecot, "maildir"), 5, small=True)
            bench.rehearse(scene)
            found = list(rows(bench, scene))
    print("\n".join(table(found)))
    if "--write" in sys.argv[1:]:
        TABLE.write_text(document(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
