"""Events go in; each is one line at the end of a file that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auditor.errors import ConfigError

_HINT = "name a file of your own in --log-file"
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would wait for its other end

_A_MOMENT_S = 0.02


class LogFile:
    """A log, open for appending: made with mode 0600 where there is none, narrowed to that where there is.

    Raises ConfigError for what is no file, not ours or not to be written. Lines of several processes do not mix:
    each is handed over in one piece.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._descriptor = _opened(path)
            self._cut_off = self._was_cut_off()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a file name"
            raise ConfigError(f"--log-file {path} cannot be written: {reason}", hint=_HINT) from None

    def write(self, event: Mapping[str, Any]) -> None:
        """On the disk when it returns. Raises OSError."""
        text = json.dumps(event).encode("ascii") + b"\n"
        if self._cut_off:
            text = b"\n" + text
        written = os.write(self._descriptor, text)
        self._cut_off = written != len(text)
        if self._cut_off:
            raise OSError("the line was cut off")
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)

    def _was_cut_off(self) -> bool:
        """Whether a run before ended in the middle of a line; what another one is writing is whole a moment later."""
        for _ in range(5):
            if self._ends_with_a_line():
                return False
            time.sleep(_A_MOMENT_S)
        return True

    def _ends_with_a_line(self) -> bool:
        size = os.fstat(self._descriptor).st_size
        if not size:
            return True
        os.lseek(self._descriptor, size - 1, os.SEEK_SET)
        return os.read(self._descriptor, 1) == b"\n"


def _opened(path: Path) -> int:
    missing = [folder for folder in path.absolute().parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _CAREFULLY, 0o600)
    try:
        _refuse_foreign(path, os.fstat(descriptor))
        if os.read(descriptor, 1) not in (b"", b"{"):
            raise ConfigError(f"--log-file {path} holds something that is no log; it is left as it is", hint=_HINT)
        if os.name == "posix" and stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            os.fchmod(descriptor, 0o600)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"--log-file {path} is no file", hint=_HINT)
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        raise ConfigError(f"--log-file {path} belongs to another user", hint=_HINT)
