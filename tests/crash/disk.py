"""A folder goes in; a real disk of a few megabytes comes out that can be filled to its last octet and freed again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import missing_programs

_SIZE = "4m"


@dataclass(frozen=True, slots=True)
class Disk:
    path: Path

    @property
    def _filler(self) -> Path:
        return self.path / "filler"

    def fill(self) -> None:
        with self._filler.open("ab", buffering=0) as file:
            for size in (65_536, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:  # no space left
                    continue

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


def disk_unavailable() -> str:
    """Why no disk can be mounted here; empty when one can."""
    if missing := missing_programs("mount", "umount"):
        return f"not installed: {', '.join(missing)}"
    return "" if os.geteuid() == 0 else "mounting a small disk needs root"


@contextmanager
def small_disk(path: Path) -> Iterator[Disk]:
    """A tmpfs: what is written to it is gone with it, and nothing waits for a platter."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(path)], check=True)
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=False)
