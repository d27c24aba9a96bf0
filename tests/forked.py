"""The command line inside a process that was forked for it, or that dies in the middle of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, Never


def exit_code_of(argv: Sequence[str]) -> int:
    """What a process of its own would end with; a traceback goes to stderr, as it does there."""
    from auditor.cli import main

    try:
        main(argv)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def run_and_leave(argv: Sequence[str]) -> Never:
    """Run it and end this process, without the clean-up of the one that it was forked from."""
    code = exit_code_of(argv)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


Methods = Sequence[tuple[type, str]]


def killed(argv: Sequence[str], environment: Mapping[str, str], calls: Methods, *, at: int, after: bool) -> bool:
    """Run it in a process of its own that kills itself at the nth of these calls; False: it came to none.

    `after`: when the call was carried out, and its answer not yet read by anybody.
    """
    child = os.fork()
    if child == 0:
        os.environ.update(environment)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        _die_at(at, calls, after=after)
        run_and_leave(argv)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _die_at(place: int, calls: Methods, *, after: bool) -> None:
    """Count the calls, and end at one of them."""
    counted = 0

    def dying(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def called(*arguments: Any, **named: Any) -> Any:
            nonlocal counted
            counted += 1
            is_here = counted == place
            if is_here and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = method(*arguments, **named)
            if is_here:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return called

    for owner, name in calls:
        setattr(owner, name, dying(getattr(owner, name)))
