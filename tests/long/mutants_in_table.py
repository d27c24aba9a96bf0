"""Mutants against the table of sample mail: `... -m tests.long.mutants_in_table [SHARE] < NAMES`, in mutmut's folder.

Each mutant judges the whole table in a process forked for it, until one sample is judged otherwise than the table
says. The sample that told the last mutants apart is tried first, so that most need a few milliseconds. Prints for each
mutant its name and `killed`, `survived`, or `changed`: the table is content, but some sample has another standing.
SHARE 6 takes one sample of six.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from auditor.evidence.collect import Context, Evidence
from auditor.verdict import Verdict, judge
from tests.contexts import context, judged
from tests.long.remembering import pytest_configure
from tests.mail import PROVING, RECEIVED_AT, Profile, Sample
from tests.mail.forged import forged
from tests.mail.forged.honest_rows import genuine_rows
from tests.mail.genuine import genuine, honest_but_unprovable
from tests.mail.sentences import sentences
from tests.test_sentences import PROFILES
from tests.test_verdict import is_doubted_rightly, is_known, is_refused_rightly

LONGEST_S = 300
KILLERS = 64
JUDGING = ("auditor.verdict.", "auditor.proof.", "auditor.checks.", "auditor.clean.")


@dataclass(frozen=True, slots=True)
class Case:
    """A sample with its evidence and its standing before anything was mutated."""

    sample: Sample
    is_right: Callable[[Sample, Verdict], bool]
    evidence: Evidence
    context: Context
    standing: str
    told: tuple[str, ...]

    @classmethod
    def of(cls, sample: Sample, is_right: Callable[[Sample, Verdict], bool]) -> Case:
        known = judged(sample)
        own = replace(context(sample.profile), received_at=RECEIVED_AT)
        return cls(sample, is_right, known.evidence, own, known.verdict.standing.value, tuple(sentences(known.verdict)))

    def is_right_with(self, verdict: Verdict) -> bool:
        """By the table, and by the file of sentences, which holds those of some profiles."""
        is_told = self.sample.profile not in PROFILES or tuple(sentences(verdict)) == self.told
        return self.is_right(self.sample, verdict) and is_told

    def verdict(self, mutant: str) -> Verdict:
        """Modules that judge have no part in the evidence."""
        return judge(self.evidence, self.context) if mutant.startswith(JUDGING) else judged(self.sample).verdict


def cases() -> Iterator[tuple[Sample, Callable[[Sample, Verdict], bool]]]:
    for profile in Profile:
        yield from ((sample, is_refused_rightly) for sample in forged(profile))
        yield from ((sample, is_doubted_rightly) for sample in honest_but_unprovable(profile))
    for profile in PROVING:
        yield from ((sample, is_known) for sample in genuine(profile))
        yield from ((sample, is_known) for sample in genuine_rows(profile))


TABLE: list[Case] = []
RECENT = multiprocessing.get_context("fork").Array("i", [0] * KILLERS)


def what_becomes_of(mutant: str) -> tuple[str, str]:
    """In a process of its own, whose memory a mutant may spoil."""
    os.environ["MUTANT_UNDER_TEST"] = mutant
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(LONGEST_S)
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(LONGEST_S)
    changed = False
    try:
        for number in dict.fromkeys(chain(RECENT[:], range(len(TABLE)))):
            case = TABLE[number]
            verdict = case.verdict(mutant)
            if not case.is_right_with(verdict):
                _remember(number)
                return mutant, "killed"
            changed = changed or verdict.standing.value != case.standing
    except Exception:  # whatever a mutant raises: the program never does
        _remember(number)
        return mutant, "killed"
    return mutant, "changed" if changed else "survived"


def _out_of_time(*_: object) -> None:
    raise TimeoutError


def _remember(number: int) -> None:
    with RECENT.get_lock():
        kept = [each for each in RECENT[:] if each != number]
        RECENT[:] = [number, *kept, *[0] * KILLERS][:KILLERS]


def main() -> int:
    pytest_configure()
    os.environ["MUTANT_UNDER_TEST"] = ""
    table = list(cases())
    random.Random(0).shuffle(table)
    TABLE.extend(Case.of(*each) for each in table[:: int([*sys.argv, "1"][1])])
    gc.collect()
    gc.freeze()  # what is here stays; looking through it in each forked process would copy it all
    print(f"{len(TABLE):,} samples", file=sys.stderr, flush=True)
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for mutant, fate in pool.imap_unordered(what_becomes_of, sys.stdin.read().split(), chunksize=1):
            print(mutant, fate, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
