"""Text -> the telephone numbers in it, as far as a scammer would want them dialled."""

from __future__ import annotations

import re

MAX_CANDIDATES = 200

_SHORTEST_BARE = 10  # digits; a shorter run without a space or a sign is the number of a case, an item, a day

# Where sellers' marketplaces have their customers; a number in its international form is found wherever it is from.
_REGIONS = ("US", "GB", "DE", "FR", "IT", "ES")
_CANDIDATE = re.compile(r"[+(]{0,2}\d[\d\s().+/-]{5,30}\d")
_VANITY = re.compile(r"\b1?[-. ]?\(?8(?:00|33|44|55|66|77|88)\)?[-. ](?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{5,12}\b")
_DOTS = str.maketrans(dict.fromkeys("·•∙⋅・‐‑‒–—−", "-"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# An order's own number may look like a number to dial: named as one, or in the forms of Amazon and Walmart.
_ORDER = re.compile(
    r"\border\s*(?:number|no\.?|id)?\s*[#:]?\s*#?\d+(?![\d().+/-])"
    r"|(?<![\d+.-])(?:\d{3}-\d{7}-\d{7}|\d{7}-\d{6,8}|\d{13,20})(?![\d.-])",
    re.IGNORECASE,
)


def find_phone_numbers(text: str) -> tuple[str, ...] | None:
    """Every valid number, once; None where the text holds more digits than can be looked at."""
    flat = _ORDER.sub(" ", " ".join(_INVISIBLE.sub("", text.translate(_DOTS)).split()))
    candidates = list(dict.fromkeys(_CANDIDATE.findall(flat)))
    if len(candidates) > MAX_CANDIDATES:
        return None
    found = dict.fromkeys(_VANITY.findall(flat.upper()))
    found |= dict.fromkeys(candidate for candidate in candidates if _is_number(candidate))
    return tuple(found)


def _is_number(candidate: str) -> bool:
    from phonenumbers import Leniency, PhoneNumberMatcher

    if candidate.isdigit() and len(candidate) < _SHORTEST_BARE:
        return False
    return any(
        PhoneNumberMatcher(candidate, region, leniency=Leniency.VALID, max_tries=20).has_next() for region in _REGIONS
    )
