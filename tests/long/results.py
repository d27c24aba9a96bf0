"""What a long run found -> its section of RESULTS.md, with the commit and the seed: the last table is committed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from subprocess import run

from filelock import FileLock

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = "# What the long runs found\n\nWritten by `pytest -m long`; every section names its commit and seed.\n"
SEED = int(os.environ.get("AUDITOR_SEED", "20261120"))


def record(title: str, lines: Iterable[str], *, seed: int = SEED, into: Path = RESULTS) -> None:
    """Write the section anew; two processes may do so at once."""
    section = "\n".join((f"## {title}", "", f"Commit {_commit()}, seed {seed}.", "", *lines, ""))
    print(section)
    with FileLock(into.with_suffix(".lock")):
        text = into.read_text("utf-8") if into.is_file() else HEAD
        sections = {part.partition("\n")[0]: part for part in re.split(r"(?m)^## ", text)[1:]}
        sections[title] = section.removeprefix("## ")
        whole = "".join(f"\n## {sections[name].rstrip()}\n" for name in sorted(sections))
        into.write_text(HEAD + whole, "utf-8")


def _commit() -> str:
    """The short name of what was tested, `-dirty` where more than results was changed; `unknown` outside a clone."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(exclude,top,glob)tests/**/*.md")
    name = _git("describe", "--always") or "unknown"
    return f"{name}-dirty" if changed else name


def _git(*words: str) -> str:
    return run(["git", *words], cwd=RESULTS.parent, capture_output=True, text=True).stdout.strip()
