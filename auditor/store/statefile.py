"""The path of the state goes in; a file that only its owner can read comes out, or a StateError."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from auditor.errors import StateError

_ONLY_OURS = 0o600
_ONLY_OUR_FOLDER = 0o700


def secure(path: Path) -> None:
    """Create what is missing (0700, 0600), narrow what is too open, refuse what is not ours.

    The database opens the path after this look at it, and would replay a journal that lies beside it; so others must
    not be able to swap or add files in its folder.
    """
    try:
        _secure_folder(path.parent)
        narrow(path.with_name(f"{path.name}-journal"))
        _secure_file(path)
    except OSError as error:
        raise StateError(
            f"the state `{path}` cannot be opened: {error.strerror or error}",
            hint="name a file in a folder of your own in `[state] url`",
        ) from error


def _secure_folder(folder: Path) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=_ONLY_OUR_FOLDER, exist_ok=True)
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise StateError(f"`{folder}` is not a folder", hint="name another file in `[state] url`")
    if found.st_uid not in (_ourselves(found), 0):
        raise StateError(f"the folder of the state, `{folder}`, belongs to another user")
    if found.st_mode & stat.S_IWOTH:  # also with the sticky bit of /tmp: it lets others add files
        raise StateError(
            f"anyone may write in the folder of the state, `{folder}`", hint="name a file in a folder of your own"
        )


def _secure_file(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
        try:
            os.close(os.open(path, flags, _ONLY_OURS))
        except FileExistsError:  # another run was quicker; judge what it made
            _secure_file(path)
        return
    _narrow(path, found)


def narrow(path: Path) -> None:
    """Make what lies there readable by us alone. Raises StateError for a link, for what is no file or not ours."""
    with suppress(FileNotFoundError):
        _narrow(path, path.lstat())


def _narrow(path: Path, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise StateError(f"the state `{path}` is a symbolic link", hint="name the file itself in `[state] url`")
    if not stat.S_ISREG(found.st_mode):
        raise StateError(f"the state `{path}` is not a file")
    if found.st_uid != _ourselves(found):
        raise StateError(f"the state `{path}` belongs to another user", hint="run as its owner, or name another file")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(_ONLY_OURS)


def _ourselves(found: os.stat_result) -> int:
    """Our user id; where the system has none, whoever owns the file."""
    return os.geteuid() if hasattr(os, "geteuid") else found.st_uid
