"""The program's state: a directory that is moved and restored, and what stands in it by the program's own reading."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from auditor.store.opening import open_store
from auditor.store.rows import LedgerRow
from tests.year.calendar import Calendar
from tests.year.events import RestoresState
from tests.year.real.files import bytes_of, copied, put_back

_OLDEST = Path(__file__).parents[2] / "store" / "states" / "1.sql"


@dataclass(slots=True)
class State:
    """Begins as a state that the first version ever wrote, of another account."""

    folder: Path
    calendar: Calendar
    wanted: frozenset[int] = field(init=False)
    _moved: int = 0

    def __post_init__(self) -> None:
        self.wanted = frozenset(
            night.number - event.nights
            for night in self.calendar.nights
            for event in night.events
            if isinstance(event, RestoresState)
        )
        self.directory.mkdir(mode=0o700)
        with closing(sqlite3.connect(self.directory / "auditor.db")) as oldest:
            oldest.executescript(_OLDEST.read_text(encoding="utf-8"))

    @property
    def directory(self) -> Path:
        return self.folder / f"state-{self._moved}"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.directory / 'auditor.db'}"

    def move(self) -> None:
        """The file and all beside it."""
        before = self.directory
        self._moved += 1
        shutil.move(before, self.directory)

    def keep(self, number: int) -> None:
        """As this night left it, if some later event goes back to it."""
        if number in self.wanted:
            copied(self.directory, self._copy(number))

    def restore(self, number: int) -> None:
        put_back(self._copy(number), self.directory)

    def open_rows(self, host: str, username: str) -> list[LedgerRow]:
        """What the program is going to judge again."""
        with open_store(self.url, now=lambda: datetime.now(UTC)) as store:
            return [row for row in store.account(host, username).rows() if row.retry_at is not None]

    def bytes(self) -> int:
        return bytes_of(self.directory)

    def _copy(self, number: int) -> Path:
        return self.folder / f"state-after-{number}"
