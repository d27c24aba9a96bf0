"""A moment and a length of business time -> the moment at which that much has passed.

Business time passes on working days, between opening and closing by the clock on the wall of one zone. What passes is
real time: a working day on which the clocks are put forward is an hour shorter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from auditor.errors import ConfigError

_MOST_DAYS = 1_000  # a window has sixty days at most; more would mean that nobody ever works
_DAY = timedelta(days=1)
WHOLE_DAY = (timedelta(), _DAY)


@dataclass(frozen=True, slots=True)
class BusinessTime:
    """`weekdays`: ISO, Monday is 1. `hours`: opening and closing since midnight. `holidays`: countries (ISO 3166)
    whose nationwide public holidays are free, in whichever of them."""

    zone: str
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    hours: tuple[timedelta, timedelta] = WHOLE_DAY
    holidays: tuple[str, ...] = ()

    def after(self, start: datetime, length: timedelta) -> datetime:
        """The first moment at which `length` has passed since `start`, an aware time. Raises ValueError for never."""
        left = length
        for opens, closes in self._intervals(start):
            begins = max(start, opens)
            if begins >= closes:
                continue
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        raise ValueError(f"{length} of business time never pass")

    def _intervals(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date() - _DAY
        for ahead in range(_MOST_DAYS):
            day = first + timedelta(days=ahead)
            if day.isoweekday() in self.weekdays and not self._is_holiday(day):
                opens, closes = (_at(day, since, zone) for since in self.hours)
                yield opens.astimezone(start.tzinfo), closes.astimezone(start.tzinfo)

    def _is_holiday(self, day: date) -> bool:
        return any(day in _holidays(country, day.year) for country in self.holidays)


def _at(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows then."""
    wall = datetime.combine(day, time()) + since_midnight
    return wall.replace(tzinfo=zone)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Raises ConfigError for a country whose holidays nobody has written down."""
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        raise ConfigError(
            f"the public holidays of `{country}` are not known", hint="leave it out of `holidays`"
        ) from None
