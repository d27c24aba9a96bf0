"""Text -> the telephone numbers in it, as far as a scammer would want them dialled, however written."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_CANDIDATES = 100

_MAX_GROUPS = 10
_REGIONS = ("GB", "DE", "FR", "IT", "ES")  # beside the US: where the catalogue's marketplaces have their customers
_CANDIDATE = re.compile(r"\+?\d(?:[^A-Za-z0-9]{0,3}\d){6,25}")
_FREE = r"8(?:00|33|44|55|66|77|88)"
_VANITY = re.compile(
    rf"\b1[^A-Z0-9]{{0,3}}{_FREE}[^A-Z0-9]{{0,3}}(?=[0-9]{{0,6}}[A-Z])[A-Z0-9]{{2,9}}(?:[-. ][A-Z0-9]{{2,7}}){{0,2}}\b"
    rf"|\b\(?{_FREE}\)?-(?=[0-9]{{0,6}}[A-Z])[A-Z0-9]{{2,9}}(?:-[A-Z0-9]{{2,7}}){{0,2}}\b"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# What an honest notice is full of: the numbers of orders and the like, named as such or in the forms of Amazon and
# Walmart; days, times and amounts.
_NO_NUMBER = re.compile(
    r"\b(?:order|transaction|case|ticket|item|listing|invoice|tracking|reference|ref|sku|id)"
    r"\s{0,3}(?:(?:number|no\.?|id)\s{0,3}[#:]?|[#:])\s{0,3}#?\d+(?![\d().+/-])"
    r"|(?<![\d+.-])(?:\d{3}-\d{7}-\d{7}|\d{7}-\d{6,8}|(?!00|011)\d{13,20})(?![\d.-])"
    r"|\b(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?\b|\b\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d\b|\b\d\d?:\d\d(?::\d\d)?\b"
    r"|[$€£]\s?\d[\d.,]*|\b\d{5}-\d{4}\b",
    re.IGNORECASE,
)


def find_phone_numbers(text: str) -> tuple[str, ...] | None:
    """Every valid number, once; None where the text holds more digits than can be looked at."""
    flat = _NO_NUMBER.sub(" x ", " ".join(_INVISIBLE.sub("", text).split()))
    candidates = list(dict.fromkeys(_CANDIDATE.findall(flat)))
    if len(candidates) > MAX_CANDIDATES:
        return None
    found = dict.fromkeys(_VANITY.findall(flat.upper()))
    found |= dict.fromkeys(number for candidate in candidates for number in _numbers(candidate))
    return tuple(found)


def _numbers(candidate: str) -> Iterator[str]:
    """Runs of neighbouring groups of digits that can be dialled."""
    groups = re.findall(r"\d+", candidate)[:_MAX_GROUPS]
    for start in range(len(groups)):
        for end in range(start + 1, len(groups) + 1):
            digits = "".join(groups[start:end])
            if 9 <= len(digits) <= 16 and _can_be_dialled(digits, plus=start == 0 and candidate.startswith("+")):
                yield digits
                return


def _can_be_dialled(digits: str, *, plus: bool) -> bool:
    from phonenumbers import NumberParseException, is_valid_number, parse

    forms: list[tuple[str, str | None]] = []
    if plus:
        forms.append((f"+{digits}", None))
    elif digits.startswith("00"):
        forms.append((f"+{digits[2:]}", None))
    elif digits.startswith("0"):
        forms += [(digits, region) for region in _REGIONS]
    elif len(digits) == 10 or (len(digits) == 11 and digits.startswith("1")):
        forms.append((digits, "US"))
    for number, region in forms:
        try:
            if is_valid_number(parse(number, region)):
                return True
        except NumberParseException:
            continue
    return False
