"""An account goes in; while the block runs, no other run on this machine works on it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, SoftFileLock, Timeout

from auditor.errors import BusyError, StateError
from auditor.store.statefile import narrow

if TYPE_CHECKING:
    from auditor.store.ledger import AccountStore
    from auditor.store.opening import Store

_HOLDER_LIMIT = 1000
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would wait for its other end


def account_lock(store: Store, account: AccountStore) -> AbstractContextManager[None]:
    """Hold the account for the length of the block. Raises BusyError at once where another run holds it."""
    return _file_lock(store.path, account.key, now=store.now())


@contextmanager
def every_lock(state: Path) -> Iterator[None]:
    """Hold all accounts of this state. Raises BusyError at once where a run works on one of them."""
    with ExitStack() as held:
        for path in sorted(state.parent.iterdir()):
            if path.name.startswith(f"{state.name}.") and path.suffix == ".lock":
                narrow(path)
                try:
                    held.enter_context(FileLock(path, timeout=0, mode=0o600))
                except Timeout:
                    raise BusyError(
                        f"a run of an older auditor still works on the state `{state}`",
                        hint="run again when it has ended; this version then brings the state up to date",
                    ) from None
                except (OSError, NotImplementedError) as error:
                    raise _untakeable(path, error) from error
        yield


@contextmanager
def _file_lock(state: Path, account: str, *, now: datetime) -> Iterator[None]:
    """Hold a lock file beside the state file; the lock dies with the process.

    Raises BusyError at once when it is held, StateError where it cannot be made. Accounts that differ only in
    upper and lower case share a lock: hardly a server tells them apart.
    """
    path = state.with_name(f"{state.name}.{sha256(account.lower().encode()).hexdigest()[:16]}.lock")
    holder = path.with_suffix(".holder")
    lock = FileLock(path, timeout=0, mode=0o600)
    try:
        narrow(path)  # whoever can open it can hold it
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"another run holds `{account}`{_told(holder)}",
            hint="run again when it has ended",
        ) from None
    except (OSError, NotImplementedError) as error:
        raise _untakeable(path, error) from error
    try:
        _refuse_soft(lock, path)
        _tell(holder, now)
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _untakeable(path: Path, error: Exception) -> StateError:
    return StateError(f"the lock `{path}` cannot be taken: {error}", hint="keep the state in a folder of your own")


def _refuse_soft(lock: object, path: Path) -> None:
    if isinstance(lock, SoftFileLock):  # the file system has no locks; a mere file would outlive its process
        raise StateError(f"the file system of `{path}` has no locks", hint="keep the state on a local disk")


def _tell(holder: Path, now: datetime) -> None:
    """For the message of those who come later; nobody's safety hangs on it."""
    flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | _CAREFULLY
    with suppress(OSError):
        descriptor = os.open(holder, flags, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"pid": os.getpid(), "since": now.astimezone(UTC).isoformat(timespec="seconds")}, file)


def _told(holder: Path) -> str:
    try:
        with os.fdopen(os.open(holder, os.O_RDONLY | _CAREFULLY), "rb") as file:
            said = json.loads(file.read(_HOLDER_LIMIT))
        return f" (process {int(said['pid'])}, since {datetime.fromisoformat(said['since']):%Y-%m-%d %H:%M} UTC)"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
