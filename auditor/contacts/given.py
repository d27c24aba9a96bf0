"""A reply that the seller sent -> the phone numbers, addresses and links that he gives out in his own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from auditor.contacts.given_addresses import addresses_in
from auditor.contacts.given_phones import phones_in
from auditor.evidence.alignment import registrable_domain
from auditor.evidence.links import host_led_to
from auditor.message import read
from auditor.quoting import OwnWords, own_words
from auditor.quoting.words import ADVERTISEMENT, ADVERTISERS

MAX_GIVEN = 50
MAX_VALUE = 300  # characters
MAX_LINES = 2_000
_FULL_LINE = 60  # characters

_URL = re.compile(r"(?:https?://|cid:|(?<![\w@.-])www\.)[^\s<>\"'()\[\]]{1,2000}", re.IGNORECASE)
_MAY_LINK = re.compile(r"://|www\.|cid:", re.IGNORECASE)
_STOPS = ".,;:!?*_"  # of the sentence around an address
_EMAIL = re.compile(
    r"(?<![\w.+%'-])[\w+%'-]{1,64}(?:\.[\w+%'-]{1,64}){0,8}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})(?![\w@-])"
)
_HOST = re.compile(r"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,24}(?![\w@.-]*\w)")


class Place(StrEnum):
    """Where in his reply."""

    BODY = "body"
    SIGNATURE = "signature"


class GivenKind(StrEnum):
    """What is given out."""

    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Given:
    """One detail. `value`: a phone number in E.164; an e-mail address in lower case; the host of a link in lower case
    without `www.`; a postal address as auditor.contacts.given_addresses writes it.
    """

    kind: GivenKind
    value: str
    place: Place


def given_in(raw: bytes, *, region: str, country: str = "", wrappers: Sequence[str] = ()) -> tuple[Given, ...]:
    """Each detail once a place, those of the signature first; at most 50, and none of a message that cannot be read.

    `region`: ISO 3166 country in which numbers without a country code are dialled; `country`: the one whose postal
    addresses are looked for; `wrappers`: hosts by which the provider wraps links.
    """
    return given_in_words(own_words(read(raw)), region=region, country=country, wrappers=wrappers)


def given_in_words(
    words: OwnWords, *, region: str, country: str = "", wrappers: Sequence[str] = ()
) -> tuple[Given, ...]:
    """The same of what was read already."""
    reader = _Reader(region.upper(), country.upper(), wrappers)
    found = dict.fromkeys(
        one
        for place, text in ((Place.SIGNATURE, words.signature), (Place.BODY, words.body))
        for one in reader.read(text, place)
        if len(one.value) <= MAX_VALUE
    )
    return tuple(islice(found, MAX_GIVEN))


def _unbroken(lines: Sequence[str]) -> Iterator[str]:
    """A number that a program broke at the end of a full line is one again: its end may look like another."""
    whole = ""
    for line in lines:
        if whole and not _is_broken(whole, line):
            yield whole
            whole = line
        else:
            whole = f"{whole} {line}" if whole else line
    yield whole


def _is_broken(line: str, following: str) -> bool:
    return len(line) >= _FULL_LINE and line[-1].isdigit() and following[:1].isdigit()


@dataclass(frozen=True, slots=True)
class _Reader:
    region: str
    country: str
    wrappers: Sequence[str]

    def read(self, text: str, place: Place) -> Iterator[Given]:
        for line in _unbroken(text.split("\n")[:MAX_LINES]):
            if line and ADVERTISEMENT.match(line) is None:
                yield from (Given(kind, value, place) for kind, value in self._in_line(line, place))
        if self.country:
            yield from (Given(GivenKind.ADDRESS, value, place) for value in addresses_in(text, self.country))

    def _in_line(self, line: str, place: Place) -> Iterator[tuple[GivenKind, str]]:
        rest = line
        if _MAY_LINK.search(line):
            hosts = (host_led_to(url.rstrip(_STOPS), self.wrappers) for url in _URL.findall(line))
            named = (host.removeprefix("www.") for host in hosts if host)
            yield from ((GivenKind.LINK, host) for host in named if host not in ADVERTISERS)
            rest = _URL.sub(" ", line)
        if "@" in rest:
            yield from ((GivenKind.EMAIL, address.lower()) for address in _EMAIL.findall(rest))
            rest = _EMAIL.sub(" ", rest)
        if place is Place.SIGNATURE and "." in rest:
            bare = (host.removeprefix("www.") for host in _bare_hosts(rest))
            yield from ((GivenKind.LINK, host) for host in bare if host not in ADVERTISERS)
        phones = phones_in(rest, self.region, alone=place is Place.SIGNATURE)
        yield from ((GivenKind.PHONE, number) for number in phones)


def _bare_hosts(line: str) -> Iterator[str]:
    """`shop.example` alone; in signatures only, for elsewhere a missing blank makes a host of two words."""
    yield from (host for host in _HOST.findall(line.lower()) if registrable_domain(host))
