"""Files that hold a secret: octets out of one that only its owner can open, or into one, whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from auditor.errors import ConfigError

_ONLY_OURS = 0o600
_ONLY_OUR_FOLDER = 0o700


def read(path: Path, *, called: str, longest: int) -> bytes:
    """The first `longest` octets. `called` is what errors name it. Raises ConfigError for a link, a folder, a pipe,
    another user's file and one that others can open."""
    # O_NONBLOCK: opening a FIFO would otherwise wait for a writer
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as exc:
        reason = "it is a symbolic link" if path.is_symlink() else exc.strerror
        raise ConfigError(f"{called} {path} cannot be read: {reason}") from None
    try:
        _refuse_unless_private(os.fstat(handle), path, called)  # of what is open: what is checked is what is read
        return os.read(handle, longest)
    finally:
        os.close(handle)


def replace(path: Path, content: bytes, *, called: str) -> None:
    """Write a file of mode 0600, on the disk before it takes its name; folders that are missing get 0700.

    Raises ConfigError; the file is then as it was before.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _make_folder(path.parent, called)
        with suppress(FileNotFoundError):
            _refuse_unless_ours(path.lstat(), path, called)
        try:
            _write(beside, content)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as exc:
        raise ConfigError(f"{called} {path} cannot be written: {exc.strerror or type(exc).__name__}") from None


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # what a run that died left
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _ONLY_OURS)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path, called: str) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=_ONLY_OUR_FOLDER, exist_ok=True)
    found = folder.stat()
    if found.st_uid not in (os.geteuid(), 0):
        raise ConfigError(f"the folder {folder} of {called} belongs to another user")
    if found.st_mode & stat.S_IWOTH:  # also with the sticky bit of /tmp: it lets others add files
        raise ConfigError(f"anyone may write in the folder {folder} of {called}", hint=f"chmod o-w {folder}")


def _refuse_unless_private(status: os.stat_result, path: Path, called: str) -> None:
    _refuse_unless_ours(status, path, called)
    if status.st_mode & 0o077:
        raise ConfigError(
            f"{called} {path} can be read by others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"chmod 600 {path}",
        )


def _refuse_unless_ours(status: os.stat_result, path: Path, called: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise ConfigError(f"{called} {path} is a symbolic link")
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"{called} {path} is not a regular file")
    if status.st_uid != os.geteuid():
        raise ConfigError(f"{called} {path} belongs to another user")
