"""A command on a terminal, with somebody who types: what the screen showed comes out."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.imports import ROOT

_PATIENCE_S = 30


def typed(
    command: Sequence[str], answers: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Each answer is typed where the screen ends with `: `. The exit code, and what the screen showed."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    left, said, until = list(answers), b"", time.monotonic() + _PATIENCE_S
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environ) as process:
        os.close(theirs)
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    said += os.read(ours, 4096)
                except OSError:  # the other end is closed
                    break
                if left and said.endswith(b": "):
                    os.write(ours, left.pop(0).encode())
        else:
            process.kill()
    os.close(ours)
    return process.returncode, said.decode()
