"""The judging table of the reply clock: received and answered mail, and the deadlines and states that follow."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a marketplace gives; without `zone` calendar hours, with it business time of that zone.

    `weekdays` are ISO (Monday is 1), `opens` and `closes` local "HH:MM" ("24:00" ends a whole day),
    `holidays` country codes whose public, nationwide holidays are closed days (of any of them).
    """

    length: timedelta
    zone: str | None = None
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    opens: str = "00:00"
    closes: str = "24:00"
    holidays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    at: datetime
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as expected; `local` is the deadline on the seller's wall, seconds cut off."""

    received: datetime
    due_at: datetime | None
    state: str
    answered_at: datetime | None
    local: str | None


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    window: Window | None
    received: tuple[datetime, ...]
    answers: tuple[Answer, ...]
    now: datetime
    zone: str
    done: bool = False
    restarts: bool = False
    first_only: bool = False
    automatic_counts: bool = False
    expect: tuple[Clock, ...] = ()
    note: str = ""
    by_hand: bool = False
    worked: str = ""


def minutes(wall: str) -> int:
    """Minutes of "HH:MM" since midnight."""
    hour, minute = wall.split(":")
    return int(hour) * 60 + int(minute)


def cases(half: str | None = None) -> list[Case]:
    """Every case of the files named `half`-*.toml ("open" or "held"), or of both halves."""
    files = sorted(FOLDER.glob(f"{half or '*'}-*.toml"))
    return [_case(row) for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["case"]]


def _case(row: Mapping[str, Any]) -> Case:
    fields = dict(row)
    fields["window"] = _window(row["window"]) if "window" in row else None
    fields["received"] = tuple(row["received"])
    fields["answers"] = tuple(Answer(**answer) for answer in row.get("answers", ()))
    fields["expect"] = tuple(_clock(clock) for clock in row["expect"])
    return Case(**fields)


def _clock(row: Mapping[str, Any]) -> Clock:
    absent: dict[str, Any] = dict.fromkeys(("due_at", "answered_at", "local"))
    return Clock(**(absent | dict(row)))


def _window(row: Mapping[str, Any]) -> Window:
    if "hours" in row:
        return Window(timedelta(hours=row["hours"]))
    shape: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    hours, days = shape.pop("business_hours", None), shape.pop("business_days", None)
    day = timedelta(minutes=minutes(shape.get("closes", "24:00")) - minutes(shape.get("opens", "00:00")))
    return Window(timedelta(hours=hours) if hours else day * days, **shape)
