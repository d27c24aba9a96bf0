"""A command goes in; what the program answered comes out. The only place of this package that starts programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from auditor.display import line
from auditor.errors import ConfigError

_LONGEST_S = 60


def ask(argv: Sequence[str], *, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run it to its end, whatever its exit code; its messages are in English. Raises ConfigError.

    It is run without PYTHONPATH, which a scheduled job does not have either.
    """
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = {**own, "LC_ALL": "C", "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"}
    try:
        return subprocess.run(
            argv, input=stdin, capture_output=True, env=environment, timeout=_LONGEST_S, check=False, cwd="/"
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(f"`{line(argv[0])}` did not end within {_LONGEST_S} s") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a program"
        raise ConfigError(f"`{line(argv[0])}` cannot be run: {reason}") from None


def tell(argv: Sequence[str], *, stdin: bytes = b"") -> None:
    """Run it. Raises ConfigError with its first words where it fails."""
    done = ask(argv, stdin=stdin)
    if done.returncode:
        said = next(iter((done.stderr or done.stdout)[:1000].decode("utf-8", "replace").splitlines()), "")
        raise ConfigError(f"`{line(' '.join(argv[:3]))}` failed with code {done.returncode}: {line(said, 200)}")


def succeeds(argv: Sequence[str]) -> bool:
    """Whether it is there and ends with 0."""
    try:
        return ask(argv).returncode == 0
    except ConfigError:
        return False
