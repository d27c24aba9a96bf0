"""Mutants against the quick tests: `python -m tests.long.mutants_in_tests < NAMES`, in mutmut's folder of mutants.

The tests run once unmutated; then each mutant runs them in a process forked from that one, to the first that fails.
Prints for each mutant its name and `killed` or `survived`.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout

import pytest

LONGEST_S = 120
TESTS = {
    "verdict": ("test_own_side.py", "test_proof.py"),
    "proof": ("test_proof.py", "test_own_side.py", "test_below_border.py", "evidence/test_dkim.py"),
    "checks": ("test_untouched.py", "test_recall.py", "test_below_border.py"),
    "clean": ("test_clean.py",),
    "sender": ("evidence/test_sender.py", "test_own_side.py"),
    "stamp": ("evidence/test_stamp.py", "test_below_border.py"),
    "authres": ("evidence/test_authres.py", "evidence/test_stamp.py"),
    "alignment": ("evidence/test_alignment.py",),
}
"""By the last name of the mutated module; a module that is not named here has no tests of its own."""
OPTIONS = ("-x", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not server and not long")


def fails(mutant: str, tests: Sequence[str]) -> bool:
    """In this process. Raises KeyboardInterrupt, as pytest lets nothing else through, when it takes too long."""
    os.environ["MUTANT_UNDER_TEST"] = mutant
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return pytest.main([*OPTIONS, *(f"tests/{name}" for name in tests)]) != pytest.ExitCode.OK


def what_becomes_of(mutant: str) -> tuple[str, str]:
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(LONGEST_S)
    try:
        tests = TESTS.get(mutant.split(".")[-2], ())
        return mutant, "killed" if tests and fails(mutant, tests) else "survived"
    except BaseException:  # whatever a mutant raises: the program never does
        return mutant, "killed"


def main() -> int:
    if fails("", sorted({name for names in TESTS.values() for name in names})):
        print("the tests fail without any mutant", file=sys.stderr)
        return 1
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for mutant, fate in pool.imap_unordered(what_becomes_of, sys.stdin.read().split(), chunksize=1):
            print(mutant, fate, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
