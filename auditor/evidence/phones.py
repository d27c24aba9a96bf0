"""Text -> the telephone numbers in it, as far as a scammer would want them dialled, however written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

MAX_CANDIDATES = 100
MAX_LOOKED_AT = 2_000

_MAX_GROUPS = 12
# Beside the US: where the catalogue's marketplaces have their customers.
_REGIONS = ("GB", "DE", "FR", "IT", "ES", "JP", "IN", "AU", "BR")
# Their numbers need not begin with 0, so much else looks like one: only what is written, or introduced, as a number.
_REGIONS_WITHOUT_ZERO = ("ES", "IT", "PL", "MX", "AU", "IN", "BR")
_CANDIDATE = re.compile(r"\+?\d(?:[^A-Za-z0-9]{0,3}\d){6,25}")
_WRITTEN_AS_NUMBER = re.compile(
    r"(?<![\d.,-])(?:\(\d{2,4}\) ?)?\d{2,5}(?P<gap>[-. \u00b7\u2022\u2013])\d{2,5}(?:(?P=gap)\d{2,5}){0,3}(?![.,-]?\d)"
)
_NETWORK_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_CALLING = (
    r"call|dial|telephone|tel|whats ?app|hotline|sms|llam\w{1,6}|tel[e\u00e9]fono|chiam\w{1,5}|telefon\w{0,5}"
    r"|zadzwo\w{1,4}|dzwo\w{1,4}|anruf\w{0,3}|rufen|appel\w{1,3}|t[e\u00e9]l[e\u00e9]phone|ligue|ligar|bellen"
)
_HELPING = (
    r"phone|text|ring|viber|telegram|help|support|service|soporte|asistencia|assistenza|pomoc|wsparcie|assistance"
    r"|suporte|atendimento|kundenservice|kundendienst|servicio|servizio"
)
_CALL = re.compile(rf"\b(?:{_CALLING})\b", re.IGNORECASE)
_INVITATION = re.compile(rf"\b(?:{_CALLING}|{_HELPING})\b", re.IGNORECASE)
_NEAR = 60  # characters
_FREE = r"8(?:00|33|44|55|66|77|88)"
_FREE_NUMBER = re.compile(rf"1?{_FREE}\d{{7}}")
_VANITY = re.compile(
    rf"\b1[^A-Z0-9]{{0,3}}{_FREE}[^A-Z0-9]{{0,3}}(?=[0-9]{{0,6}}[A-Z])[A-Z0-9]{{2,9}}(?:[-. ][A-Z0-9]{{2,7}}){{0,2}}\b"
    rf"|\b\(?{_FREE}\)?-(?=[0-9]{{0,6}}[A-Z])[A-Z0-9]{{2,9}}(?:-[A-Z0-9]{{2,7}}){{0,2}}\b"
)
_INVISIBLE = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0x20E3, 0xFE0F, 0xFEFF))
_IN_CIRCLES = {
    code: str(unicodedata.digit(chr(code)))
    for code in (
        0xB2,
        0xB3,
        0xB9,
        *range(0x2070, 0x208A),
        *range(0x2460, 0x2500),
        *range(0x2776, 0x2794),
        *range(0x1F100, 0x1F10B),
    )
    if unicodedata.digit(chr(code), None) is not None
}
_AS_READ = {**_INVISIBLE, **_IN_CIRCLES}
_WITH_LETTERS = re.compile(r"(?<![A-Za-z0-9])(?=[OoIl]{0,9}\d)[\dOoIl]{2,20}(?![A-Za-z0-9])")
_LETTERS_AS_DIGITS = str.maketrans("OoIl", "0011")
# What an honest notice is full of: the numbers of orders and the like, named as such or in the forms of Amazon and
# Walmart; days, times and amounts.
_NAMED = re.compile(
    r"\b(?:(?P<sold>order|transaction|item|listing)|case|ticket|invoice|tracking|reference|ref|sku|id)"
    r"\s{0,3}(?:(?:number|no\.?|id)\s{0,3}[#:]?|[#:])\s{0,3}#?(?P<digits>\d+)(?![\d().+/-])",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(
    r"(?=[\d$€£])(?:(?<![\d+.-])(?:\d{3}-\d{7}-\d{7}|\d{7}-\d{6,8}|(?!00|011)\d{13,20})(?![\d.-])"
    r"|\b(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?\b|\b\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d\b|\b\d\d?:\d\d(?::\d\d)?\b"
    r"|[$€£]\s?\d[\d.,]*|\b\d{5}-\d{4}\b)"
)


def find_phone_numbers(text: str) -> tuple[str, ...] | None:
    """Every valid number, once; None where the text holds more digits than can be looked at."""
    read = text if text.isascii() else text.translate(_AS_READ)
    flat = _WITH_LETTERS.sub(lambda found: found[0].translate(_LETTERS_AS_DIGITS), " ".join(read.split()))
    flat, labels = _NAMED.subn(_unless_to_be_called, flat, count=MAX_LOOKED_AT)
    flat = _NO_NUMBER.sub(" x ", flat)
    places = list(islice(_CANDIDATE.finditer(flat), MAX_LOOKED_AT))
    candidates = dict.fromkeys((one[0], _is_introduced(one)) for one in places)
    if len(candidates) > MAX_CANDIDATES or MAX_LOOKED_AT in (labels, len(places)):
        return None
    found = dict.fromkeys(_VANITY.findall(flat.upper()))
    found |= dict.fromkeys(n for one, introduced in candidates for n in _numbers(one, introduced=introduced))
    return tuple(found)


def _unless_to_be_called(found: re.Match[str]) -> str:
    """The number of a case is none to be called, unless the words around say so. What is sold may be a dial."""
    could_be = _FREE_NUMBER.fullmatch(found["digits"]) if found["sold"] else len(found["digits"]) in (10, 11)
    around = found.string[max(0, found.start() - _NEAR) : found.end() + _NEAR] if could_be else ""
    return found[0] if _CALL.search(around) else " x "


def _is_introduced(found: re.Match[str]) -> bool:
    return _INVITATION.search(found.string, max(0, found.start() - _NEAR), found.start()) is not None


def _numbers(candidate: str, *, introduced: bool) -> Iterator[str]:
    """Runs of neighbouring groups of digits that can be dialled."""
    groups = re.findall(r"\d+", candidate)[:_MAX_GROUPS]
    for start in range(len(groups)):
        for end in range(start + 1, len(groups) + 1):
            digits = "".join(groups[start:end])
            if 9 <= len(digits) <= 16 and _can_be_dialled(digits, plus=start == 0 and candidate.startswith("+")):
                yield digits
                return
    shaped = [
        "".join(re.findall(r"\d", one[0])) for one in _WRITTEN_AS_NUMBER.finditer(candidate) if _is_shaped(one[0])
    ]
    first = ["".join(groups[:end]) for end in range(1, len(groups) + 1)] if introduced else []
    yield from (digits for digits in (*shaped, *first) if _is_foreign_number(digits))


def _is_shaped(piece: str) -> bool:
    """Sizes and the like are rows of two digits; `10.0.0.1` is no number either."""
    return re.search(r"\d{3}", piece) is not None and _NETWORK_ADDRESS.fullmatch(piece) is None


def _is_foreign_number(digits: str) -> bool:
    return 9 <= len(digits) <= 11 and any(_is_valid(digits, region) for region in _REGIONS_WITHOUT_ZERO)


def _can_be_dialled(digits: str, *, plus: bool) -> bool:
    if plus:
        return _is_valid(f"+{digits}", None)
    if digits.startswith("00"):
        return _is_valid(f"+{digits[2:]}", None)
    if digits.startswith("0"):
        return any(_is_valid(digits, region) for region in _REGIONS)
    return (len(digits) == 10 or (len(digits) == 11 and digits.startswith("1"))) and _is_valid(digits, "US")


def _is_valid(number: str, region: str | None) -> bool:
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        return is_valid_number(parse(number, region))
    except NumberParseException:
        return False
