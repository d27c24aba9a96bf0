"""A job in; what it cost out: seconds of the processor, and by how much it raised the process's peak of memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

CAN_WEIGH = Path("/proc/self/clear_refs").is_file()


@dataclass(frozen=True, slots=True)
class Cost:
    """`grown_mb`: the peak during the job over what the process held before it."""

    seconds: float
    grown_mb: float


def weighed(job: Callable[[], T]) -> tuple[T, Cost]:
    """Processor time, since judging waits for nothing and a busy machine stretches the clock on the wall."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew (proc(5))
    before, began = _memory("VmRSS"), time.process_time()
    done = job()
    seconds = time.process_time() - began
    return done, Cost(seconds, (_memory("VmHWM") - before) / 1024)


def _memory(name: str) -> int:
    """Kilobytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))
