"""Tables as TOML gives them -> Marketplace values, or a ConfigError naming marketplace, stream and key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auditor.errors import ConfigError
from auditor.marketplaces.catalogue import Kind, Marketplace, ReplyWindow, Stream
from auditor.marketplaces.pattern import expand, parse

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_WORKING_DAYS = (1, 2, 3, 4, 5)
_CALENDARS = ("calendar", "business")


class _Table:
    """A TOML table that remembers where it stands and which keys were read."""

    def __init__(self, content: object, place: str) -> None:
        if not isinstance(content, Mapping):
            raise ConfigError(f"{place}: must be a table")
        self.content: Mapping[str, object] = content
        self.place = place
        self._read: set[str] = set()

    def wrong(self, key: str, why: str) -> ConfigError:
        return ConfigError(f"{self.place}: `{key}` {why}")

    def value(self, key: str) -> object:
        self._read.add(key)
        return self.content.get(key)

    def text(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must be a text" if key in self.content else "is missing")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
            raise self.wrong(key, "must be a list of texts")
        return tuple(dict.fromkeys(value))

    def number(self, key: str, allowed: range) -> int:
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
            raise self.wrong(key, f"must be a whole number from {allowed[0]} to {allowed[-1]}")
        return value

    def flag(self, key: str) -> bool:
        value = self.value(key)
        if not isinstance(value, bool | None):
            raise self.wrong(key, "must be true or false")
        return value or False

    def day(self, key: str) -> date:
        value = self.value(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, "must be a date such as 2026-11-22" if value is not None else "is missing")
        return value

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        value, known = self.value(key), tuple(allowed)
        if not isinstance(value, str) or value not in known:
            raise self.wrong(key, f"must be one of {', '.join(known)}")
        return value

    def finish(self) -> None:
        unknown = sorted(str(key) for key in set(self.content) - self._read)
        if unknown:
            raise self.wrong(unknown[0], "is not a known key")


def read_marketplace(name: str, content: Mapping[str, object]) -> Marketplace:
    """The marketplace of one table. That nothing in it is too wide is for `breadth` to check."""
    place = f"marketplace `{name}`"
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{place}: a name is made of small letters, digits and hyphens")
    table = _Table(content, place)
    tld = table.texts("tld")
    for ending in tld:
        if not _DOMAIN.fullmatch("example." + ending):
            raise table.wrong("tld", f"holds `{ending}`, which is not the end of a domain")
    domains = _read_domains(table, "domains", tld)
    confirmed = table.texts("confirmed")
    table.value("stream")
    streams = _Table(table.content.get("stream", {}), f"{place}: `stream`").content
    read = partial(_read_stream, tld=tld, place=place, confirmed=confirmed)
    for unknown in set(confirmed) - set(streams):
        raise table.wrong("confirmed", f"names a stream that does not exist: `{unknown}`")
    found = Marketplace(
        name=name,
        title=table.text("title"),
        domains=domains,
        brands=table.texts("brands"),
        link_domains=_read_domains(table, "link_domains", tld),
        link_hosts=_read_domains(table, "link_hosts", tld),
        reply_window=_read_window(table.value("reply_window"), f"{place}, `reply_window`"),
        streams=tuple(read(stream, streams[stream]) for stream in streams),
        source=table.text("source"),
        tld=tld,
        innocent=table.texts("innocent"),
        replies_from_registered=table.flag("replies_from_registered"),
    )
    table.finish()
    return found


def _read_domains(table: _Table, key: str, tld: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for text in table.texts(key):
        try:
            found += [domain for domain, _ in expand(text, tld)]
        except ConfigError as error:
            raise table.wrong(key, f"holds {error.message}") from error
    for domain in found:
        if not _DOMAIN.fullmatch(domain):
            raise table.wrong(key, f"holds `{domain}`, which is not a lower-cased domain")
    return tuple(dict.fromkeys(found))


def _read_window(content: object, place: str) -> ReplyWindow | None:
    if content is None:
        return None
    table = _Table(content, place)
    window = table.content
    found = ReplyWindow(
        hours=table.number("hours", range(1, 24 * 60)),
        calendar=table.choice("calendar", _CALENDARS),
        target_percent=table.number("target_percent", range(1, 101)) if "target_percent" in window else None,
        first_message_only=table.flag("first_message_only"),
        source=table.text("source"),
        zone=_zone(table),
        weekdays=_weekdays(table),
        holidays=_countries(table),
        restarts=table.flag("restarts"),
        automatic_counts=table.flag("automatic_counts"),
    )
    table.finish()
    return found


def _zone(table: _Table) -> str:
    if "zone" not in table.content:
        return "UTC"
    zone = table.text("zone")
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise table.wrong("zone", f"holds `{zone}`, which is no time zone; one is America/Chicago") from None


def _weekdays(table: _Table) -> tuple[int, ...]:
    days = table.value("weekdays")
    if days is None:
        return _WORKING_DAYS
    if not isinstance(days, list | tuple) or not days or not set(days) <= set(range(1, 8)):
        raise table.wrong("weekdays", "must be a list of numbers from 1 (Monday) to 7")
    return tuple(sorted(set(days)))


def _countries(table: _Table) -> tuple[str, ...]:
    found = table.texts("holidays")
    for country in found:
        if not _COUNTRY.fullmatch(country):
            raise table.wrong("holidays", f"holds `{country}`, which is no country of two capitals, such as US")
    return found


def _read_stream(name: str, content: object, *, tld: tuple[str, ...], place: str, confirmed: tuple[str, ...]) -> Stream:
    table = _Table(content, f"{place}, stream `{name}`")
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{table.place}: a name is made of small letters, digits and hyphens")
    found = Stream(
        name=name,
        title=table.text("title"),
        kind=Kind(table.choice("kind", Kind)),
        patterns=_read_patterns(table, "patterns", tld)[0],
        auth=_read_auth(table, tld),
        confidence=table.number("confidence", range(1, 4)),
        confirmed=table.flag("confirmed") or name in confirmed,
        third_party_text=table.flag("third_party_text"),
        reply_to=_read_patterns(table, "reply_to", tld)[1],
        display_names=table.texts("display_names"),
        source=table.text("source"),
        seen=table.day("seen"),
    )
    table.finish()
    if not found.patterns:
        raise table.wrong("patterns", "is missing")
    return found


def _read_patterns(table: _Table, key: str, tld: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """As written, and as concrete patterns."""
    texts = table.texts(key)
    try:
        concrete = tuple(pattern for text in texts for pattern, _ in expand(text, tld))
        for text in texts:
            for pattern, _ in expand(text, tld[:1]):  # the others differ by a checked ending
                parse(pattern)
    except ConfigError as error:
        raise table.wrong(key, f"holds a wrong pattern: {error.message}") from error
    return texts, concrete


def _read_auth(table: _Table, tld: tuple[str, ...]) -> tuple[str, ...]:
    _read_domains(table, "auth", tld)
    return table.texts("auth")
