"""What can go wrong, sorted by what the seller can do about it; each child carries its exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The documented exit codes. Unknown codes mean failure."""

    CLEAN = 0
    BUG = 1
    USAGE = 2
    UNFINISHED = 3
    ACTIONS_FAILED = 4
    BUSY = 5
    ATTENTION = 10
    INTERRUPTED = 130


_WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.UNFINISHED,
    ExitCode.ACTIONS_FAILED,
    ExitCode.BUSY,
    ExitCode.ATTENTION,
    ExitCode.CLEAN,
)


def worst(codes: list[ExitCode]) -> ExitCode:
    """The code that a run of many parts ends with; CLEAN when there were none."""
    return min(codes, key=_WORST_FIRST.index, default=ExitCode.CLEAN)


class AuditorError(Exception):
    """An expected failure: one line that says what and where, and a hint that says what to do."""

    exit_code = ExitCode.UNFINISHED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(AuditorError):
    """Edit the configuration or the command; nothing was done."""

    exit_code = ExitCode.USAGE


class StateError(AuditorError):
    """The state (ledger and journal) cannot be read or written; without it nothing is moved."""

    exit_code = ExitCode.USAGE


class MailboxError(AuditorError):
    """The mail server, the network or the sign-in failed; try again or mend the account."""


class SignInError(MailboxError):
    """A sign-in with OAuth 2.0 failed; the hint is all that there is to do, for its cause is known."""


class MailboxMisbehaved(MailboxError):
    """The server broke a limit or the protocol; nothing it said since is believed."""


class ScriptRefused(MailboxError):
    """The ManageSieve server said no to one command; the connection is still of use."""


class FilterRefused(MailboxError):
    """Gmail said no to one change of a filter, which is not made; others may be."""


class FolderError(MailboxError):
    """One folder could not be opened or read; the others still can."""


class Interrupted(AuditorError):
    """Ctrl-C, SIGTERM or a closed terminal: what was begun is in the journal, and the next run finishes it."""

    exit_code = ExitCode.INTERRUPTED


class BusyError(AuditorError):
    """Another run holds this mailbox."""

    exit_code = ExitCode.BUSY
