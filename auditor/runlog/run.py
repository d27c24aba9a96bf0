"""What one run tells goes in; it stands in the log at once, or somebody hears that it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from auditor import __version__
from auditor.report import MailboxReport
from auditor.runlog import events
from auditor.runlog.file import LogFile


class RunLog:
    """The log of one run; with no path it keeps nothing. Raises ConfigError for a file that cannot be written.

    A disk that is full later stops no run: `lost` is told once, in a sentence.
    """

    def __init__(
        self, path: Path | None, run: str, *, now: Callable[[], datetime], lost: Callable[[str], None]
    ) -> None:
        self._path, self._run, self._now, self._lost = path, run, now, lost
        self._file = LogFile(path) if path else None
        self._error = ""

    def began(self, command: str, *, applied: bool) -> None:
        self._write(events.began(command, applied=applied, version=__version__))

    def mailbox(self, report: MailboxReport, exit_code: int) -> None:
        for event in events.of_mailbox(report, exit_code):
            self._write(event)

    def failed(self, error: str) -> None:
        """What stopped the run as a whole."""
        self._error = error

    def ended(self, exit_code: int) -> None:
        """The last event; the file is closed."""
        self._write(events.ended(exit_code, self._error))
        self._close()

    def _write(self, event: events.Event) -> None:
        if self._file is None:
            return
        try:
            self._file.write(events.stamped(event, run=self._run, at=self._now()))
        except OSError as error:
            self._close()
            self._lost(f"the log {self._path} is not complete: {error.strerror or error}")

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
