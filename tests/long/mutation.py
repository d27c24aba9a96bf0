"""Mutation testing of some modules: `python -m tests.long.mutation auditor/evidence/sender.py ...`.

mutmut changes the bodies of functions in a scratch copy, one change at a time. Each mutant is tried on one sample of
six of the table of mail, then by the quick tests, then on the whole table, and goes no further than where it is
noticed. What survives is shown as a difference: a test must kill it, or it is named with its reason. Needs
`pip install mutmut`; constants outside functions are not changed, nor are functions that bear a decorator.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
MUTATED = "AUDITOR_MUTATED"
"""Environment: the paths of the mutated modules, one space between two."""
OUT = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
# mutmut makes the mutants; its own way of running them takes minutes for each, so it is given nothing to run.
SETTINGS = """
[tool.mutmut]
source_paths = ["auditor"]
only_mutate = {modules}
also_copy = ["README.md", "CONTRIBUTING.md", "sample_config.toml"]
pytest_add_cli_args = ["-o", "addopts=", "-p", "no:xdist", "-p", "no:cacheprovider", "-m", "not server"]
pytest_add_cli_args_test_selection = ["tests/test_wishes.py"]
"""
STAGES = (
    ("one sample of six", ("tests.long.mutants_in_table", "6")),
    ("the quick tests", ("tests.long.mutants_in_tests",)),
    ("the whole table", ("tests.long.mutants_in_table", "1")),
)


def scratch(folder: Path, modules: Sequence[str]) -> None:
    """The project's tree, its settings and those of this run."""
    for name in ("auditor", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=OUT)
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*.toml")):
        shutil.copy(path, folder)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.format(modules=list(modules)))


def run(folder: Path, *command: str, names: str = "", modules: Sequence[str] = ()) -> str:
    """What it printed. Its exit code says nothing: survivors are no failure to mutmut."""
    environment = os.environ | {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1", MUTATED: " ".join(modules)}
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, input=names, capture_output=True, text=True
    )
    return ran.stdout + ran.stderr


def mutants(folder: Path, modules: Sequence[str]) -> list[str]:
    """Their names, once they are made."""
    run(folder, "mutmut", "run", "--max-children", str(os.cpu_count() or 1), modules=modules)
    lines = run(folder, "mutmut", "results", "--all", "true").splitlines()
    return [line.strip().partition(": ")[0] for line in lines if "__mutmut_" in line]


def tried(folder: Path, names: Sequence[str], stage: Sequence[str], modules: Sequence[str]) -> list[str]:
    """Those that survive; raises RuntimeError where the stage itself fails."""
    said = run(folder / "mutants", *stage, names="\n".join(names), modules=modules)
    fates = dict(line.split() for line in said.splitlines() if "__mutmut_" in line and len(line.split()) == 2)
    if set(fates) != set(names):
        raise RuntimeError(said[-4_000:])
    return [name for name in names if fates[name] != "killed"]


def main() -> int:
    modules = sys.argv[1:]
    if not modules or not all((ROOT / module).is_file() for module in modules):
        print(__doc__, file=sys.stderr)
        return 2
    began = time.monotonic()
    with TemporaryDirectory(prefix="auditor-mutation-") as name:
        folder = Path(name)
        scratch(folder, modules)
        left = mutants(folder, modules)
        print(f"{len(left):,} mutants", flush=True)
        for what, stage in STAGES:
            left = tried(folder, left, stage, modules) if left else left
            print(f"{len(left):,} survive {what}, after {time.monotonic() - began:.0f} s", flush=True)
        for mutant in left:
            print(f"\n## {mutant}\n\n{run(folder, 'mutmut', 'show', mutant).strip()}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
