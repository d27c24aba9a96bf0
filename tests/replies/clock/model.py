"""A slow, simple model of the reply clock: it walks through business time a quarter of an hour at a time.

Opening hours and offsets of every zone in use lie on quarters of an hour. Holidays: the `holidays` library,
public and nationwide, with the days that they are moved to.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from . import Answer, Case, Clock, Window, minutes

STEP = 900
WEEK = 7 * 86400
COUNTED_LATE = ("late", "overdue", "no-reply-seen")


def clocks(case: Case) -> tuple[Clock, ...]:
    """The clocks of a thread, oldest first."""
    stops = sorted(answer.at for answer in case.answers if case.automatic_counts or not answer.automatic)
    return tuple(_clock(case, start, answered) for start, answered in _spans(case, stops))


def rate(found: Sequence[Clock], now: datetime, days: int) -> float | None:
    """The share in time of the inquiries of the last `days` days; None where nothing counts."""
    states = [clock.state for clock in found if now - timedelta(days=days) < clock.received <= now]
    good = sum(state in ("in-time", "done") for state in states)
    bad = sum(state in COUNTED_LATE for state in states)
    return good / (good + bad) if good + bad else None


def _spans(case: Case, stops: Sequence[datetime]) -> list[tuple[datetime, datetime | None]]:
    """Start and answer of each clock; of a mail and an answer in one second the mail is first."""
    spans: list[tuple[datetime, datetime | None]] = []
    waiting = False
    for at, is_answer in sorted([(at, False) for at in case.received] + [(at, True) for at in stops]):
        if is_answer and waiting:
            spans[-1] = (spans[-1][0], at)
            waiting = False
        elif not is_answer and waiting and case.restarts and not case.first_only:
            spans[-1] = (at, None)
        elif not is_answer and not waiting and not (case.first_only and spans):
            spans.append((at, None))
            waiting = True
    return spans


def _clock(case: Case, start: datetime, answered: datetime | None) -> Clock:
    due = None if case.window is None else _due(case.window, start)
    state = "done" if case.done else _state(case, start, due, answered)
    local = None if due is None else due.astimezone(ZoneInfo(case.zone)).isoformat(" ", "minutes")
    if local is not None:
        local = f"{local[:16]} {local[16:]}"
    return Clock(start, due, state, answered, local)


def _state(case: Case, start: datetime, due: datetime | None, answered: datetime | None) -> str:
    if answered is not None:
        return "in-time" if due is None or answered <= due else "late"
    if (case.now - (due or start)).total_seconds() >= WEEK:
        return "no-reply-seen"
    if due is None or case.window is None:
        return "due"
    if case.now > due:
        return "overdue"
    return "due-soon" if _left(case.window, case.now, due) * 4 <= case.window.length.total_seconds() else "due"


def _due(window: Window, start: datetime) -> datetime:
    left = int(window.length.total_seconds())
    for at, size in _steps(start):
        if _open(window, at):
            if left <= size:
                return datetime.fromtimestamp(at + left, UTC)
            left -= size
    raise AssertionError("the steps never end")


def _left(window: Window, now: datetime, due: datetime) -> int:
    end = int(due.timestamp())
    left = 0
    for at, size in _steps(now):
        if at >= end:
            return left
        left += min(size, end - at) if _open(window, at) else 0
    raise AssertionError("the steps never end")


def _steps(start: datetime) -> Iterator[tuple[int, int]]:
    """Second and size of each step: up to the next whole quarter of an hour, then quarter by quarter."""
    at = int(start.timestamp())
    while True:
        size = STEP - at % STEP
        yield at, size
        at += size


def _open(window: Window, at: int) -> bool:
    if window.zone is None:
        return True
    wall = datetime.fromtimestamp(at, ZoneInfo(window.zone))
    opened = minutes(window.opens) <= wall.hour * 60 + wall.minute < minutes(window.closes)
    return opened and wall.isoweekday() in window.weekdays and not _holiday(window.holidays, wall.date())


@cache
def _holiday(countries: tuple[str, ...], day: date) -> bool:
    return any(day in _calendar(country) for country in countries)


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


ZONES = ("America/Chicago", "America/New_York", "Europe/London", "Europe/Berlin", "Australia/Sydney", "Asia/Kolkata")
OFFICES = (("Europe/Amsterdam", ("NL", "BE")), ("America/Chicago", ("US",)), ("Europe/London", ("GB",)))
HOURS = (("00:00", "24:00"), ("09:00", "17:00"), ("08:30", "18:00"))


def random_case(chance: random.Random) -> Case:
    """A thread without expectation; times often fall on a border to the second."""
    window = _random_window(chance)
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(3 * 366 * 86400))
    due = start + timedelta(days=2) if window is None else _due(window, start)
    gaps = sorted(chance.randrange(5 * 86400) for _ in range(chance.randrange(3)))
    received = (start, *(start + timedelta(seconds=gap) for gap in gaps))
    answers = tuple(_random_answer(chance, start, due) for _ in range(chance.randrange(4)))
    latest = max((*received, *(answer.at for answer in answers)))
    now = max(latest, due + timedelta(seconds=chance.choice((-3600, -1, 0, 1, 3600, WEEK - 1, WEEK, WEEK + 1))))
    flags: dict[str, Any] = {
        name: chance.random() < 0.25 for name in ("done", "restarts", "first_only", "automatic_counts")
    }
    return Case("random", window, received, answers, now, chance.choice(ZONES), **flags)


def _random_window(chance: random.Random) -> Window | None:
    if chance.random() < 0.1:
        return None
    length = timedelta(hours=chance.choice((1, 4, 8, 12, 24, 48, 72)))
    if chance.random() < 0.5:
        return Window(length)
    (zone, countries), (opens, closes) = chance.choice(OFFICES), chance.choice(HOURS)
    days = chance.choice(((1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 7)))
    return Window(min(length, timedelta(hours=24)), zone, days, opens, closes, countries)


def _random_answer(chance: random.Random, start: datetime, due: datetime) -> Answer:
    border = chance.choice((start, due))
    seconds = chance.choice((-3600, -1, 0, 1, 3600, chance.randrange(-86400, 3 * 86400)))
    return Answer(border + timedelta(seconds=seconds), automatic=chance.random() < 0.3)
