"""Mutation testing of one module, in a scratch copy: `python -m tests.long.mutation auditor/evidence/sender.py`.

mutmut changes the bodies of functions, one change at a time, and runs the tests that reach them, none of which needs
a server. What survives is shown as a difference: each must be killed by a test or be named with its reason. The
quick tests come first; the whole table of sample mail, with the check that must catch each forgery, comes last.
Needs `pip install mutmut`; constants outside functions are not changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/evidence", "tests/test_below_border.py", "tests/test_untouched.py", "tests/test_proof.py",
    "tests/test_own_side.py", "tests/test_recall.py", "tests/test_verdict.py",
)  # fmt: skip
FORGETFUL = "tests/evidence/test_dkim.py::test_without_its_library_ed25519_is_undecided_and_says_what_to_install"
MUTATED = "AUDITOR_MUTATED"
"""Environment: the paths of the mutated modules, one space between two."""
OUT = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
SETTINGS = """
[tool.mutmut]
source_paths = ["auditor"]
only_mutate = {modules}
also_copy = ["README.md", "CONTRIBUTING.md", "sample_config.toml"]
pytest_add_cli_args = [
    "-o", "addopts=", "-p", "no:xdist", "-p", "no:cacheprovider",
    "-p", "tests.long.remembering", "--deselect", "{forgetful}", "-m", "not server and not long",
]
pytest_add_cli_args_test_selection = {tests}
"""


def scratch(folder: Path, modules: Sequence[str]) -> None:
    """The project's tree, its settings and those of this run."""
    for name in ("auditor", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=OUT)
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*.toml")):
        shutil.copy(path, folder)
    settings = SETTINGS.format(modules=list(modules), tests=list(TESTS), forgetful=FORGETFUL)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings)


def mutmut(folder: Path, *arguments: str, modules: Sequence[str] = ()) -> str:
    """What it printed. Its own exit code says nothing: survivors are no failure to it."""
    environment = os.environ | {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1", MUTATED: " ".join(modules)}
    command = [sys.executable, "-m", "mutmut", *arguments]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return ran.stdout + ran.stderr


def results(folder: Path) -> dict[str, str]:
    """Every mutant's name and what became of it."""
    lines = (line.strip().partition(": ") for line in mutmut(folder, "results", "--all", "true").splitlines())
    return {name: state for name, colon, state in lines if colon and "__mutmut_" in name}


def told(folder: Path, found: dict[str, str]) -> Iterator[str]:
    yield str(dict(Counter(found.values())))
    for name, state in found.items():
        if state != "killed":
            yield f"\n## {name}: {state}\n"
            yield mutmut(folder, "show", name).strip()


def main() -> int:
    modules = sys.argv[1:]
    if not modules or not all((ROOT / module).is_file() for module in modules):
        print(__doc__, file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="auditor-mutation-") as name:
        folder, began = Path(name), time.monotonic()
        scratch(folder, modules)
        ran = mutmut(folder, "run", "--max-children", str(os.cpu_count() or 1), modules=modules)
        found = results(folder)
        if set(found.values()) <= {"not checked"}:
            print(ran[-4_000:], file=sys.stderr)
            return 1
        print("\n".join(told(folder, found)))
        print(f"\n{len(found)} mutants in {time.monotonic() - began:.0f} s")
    return 0 if set(found.values()) == {"killed"} else 1


if __name__ == "__main__":
    sys.exit(main())
