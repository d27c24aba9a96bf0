"""The command line inside a process that was forked for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Never


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
