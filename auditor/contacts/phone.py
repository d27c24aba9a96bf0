"""The phone numbers on file: can they be dialled, from where they must be, and for what they are there?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from auditor.config import ContactConfig
from auditor.contacts.countries import country_code
from auditor.contacts.facts import ContactFacts, Held, Remark, Said, not_written
from auditor.contacts.walmart import CONTACTS, TERRITORIES
from auditor.report import Incomplete
from auditor.rules import Confidence

_INVALID, _REGION = "contact-phone-invalid", "contact-phone-region"
_LONGEST = 60  # characters
_SERVICE_EXCHANGE = re.compile(r"[2-9]\d\d[2-9]11\d{4}")


def check_phones(facts: ContactFacts) -> Iterator[Said]:
    contact = facts.contact
    for key, number in (("phone", contact.phone), ("customer_service_phone", contact.customer_service_phone)):
        if number is None:
            yield not_written(key)
        else:
            yield from _number(facts, key, number)


def _number(facts: ContactFacts, key: str, written: str) -> Iterator[Said]:
    from phonenumbers import NumberParseException, is_valid_number, parse, region_code_for_number

    region = region_of(facts.contact, at_walmart=facts.sells_at_walmart)
    try:
        number = parse(written[:_LONGEST], region)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None and _is_national(written):
            why = f"{written} has no country code, and no country stands in [contact.return_address]; write it with +"
            yield Incomplete(f"[contact] {key}", why, standing=True)
        else:
            yield facts.finding(_INVALID, written, f"`{key}` is no phone number: {_reason(error)}")
        return
    if not is_valid_number(number) or _is_service_code(number):
        yield facts.finding(_INVALID, written, f"`{key}`: {_why_invalid(number, region, written)}")
        return
    found = region_code_for_number(number)
    problem = _wrong_kind(number, facts, key, found=found)
    if problem:
        yield facts.finding(_INVALID, written, f"`{key}`: {problem}", remedy=_remedy(key))
    else:
        yield Held(_INVALID)
    yield from _region(facts, key, written, found=found)


def _is_service_code(number: Any) -> bool:
    """911, 411 and their like are never an exchange in the North American plan; the library lets them pass."""
    return number.country_code == 1 and bool(_SERVICE_EXCHANGE.fullmatch(str(number.national_number)))


def region_of(contact: ContactConfig, *, at_walmart: bool | None) -> str | None:
    """Where a number without country code is dialled: the seller's country, else Walmart's."""
    address = contact.return_address
    country = country_code(address.country) if address and address.country else None
    return country or ("US" if at_walmart else None)


def _is_national(written: str) -> bool:
    return not written.strip().startswith(("+", "00")) and sum(letter.isdigit() for letter in written) >= 6


def _reason(error: Any) -> str:
    return str(error).rpartition(") ")[2].rstrip(".") or "it cannot be read"


def _why_invalid(number: Any, region: str | None, written: str) -> str:
    from phonenumbers import ValidationResult, is_possible_number_with_reason

    plan = "" if written.strip().startswith("+") else f" in {region}" if region else ""
    match is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT:
            return f"it has too few digits{plan}"
        case ValidationResult.TOO_LONG:
            return f"it has too many digits{plan}"
        case ValidationResult.INVALID_COUNTRY_CODE:
            return "there is no such country code"
        case _:
            return f"no such number is given out{plan or f' under +{number.country_code}'}"


def _wrong_kind(number: Any, facts: ContactFacts, key: str, *, found: str | None) -> str:
    """Why a number that exists is no use here; empty where nothing speaks against it."""
    from phonenumbers import PhoneNumberType as Kind
    from phonenumbers import number_type

    kind = number_type(number)
    if kind == Kind.PREMIUM_RATE:
        return "it is a premium-rate number, for which the caller pays"
    if kind in (Kind.PAGER, Kind.VOICEMAIL):
        return "nobody can be spoken to at this kind of number"
    if key != "phone" or not facts.sells_at_walmart or not _is_american(found):
        return ""
    names = {
        Kind.TOLL_FREE: "a toll-free number",
        Kind.SHARED_COST: "a shared-cost number",
        Kind.PERSONAL_NUMBER: "a number that only forwards",
        Kind.UAN: "a company's access number",
        Kind.FIXED_LINE: "a land line",
    }
    wants = "Walmart takes for the primary business contact only a US mobile number that takes SMS"
    if number.extension:
        return f"an extension gets no SMS, and {wants}"
    return f"it is {names[kind]}, and {wants}" if kind in names else ""


def _region(facts: ContactFacts, key: str, written: str, *, found: str | None) -> Iterator[Said]:
    if not facts.sells_at_walmart:
        return
    if _is_american(found):
        yield Held(_REGION)
        if key == "phone":
            yield Remark(f"whether {written} takes SMS, its digits do not tell")
        return
    where = f"a number of {found}" if found and found != "001" else "a number of no country"
    if key == "phone":
        detail = f"it is {where}; Walmart takes for the primary business contact only a US mobile number that takes SMS"
        yield facts.finding(_REGION, written, detail, remedy=_remedy(key))
    else:
        detail = f"it is {where}; Walmart's customers in the US would have to call abroad"
        yield facts.finding(_REGION, written, detail, remedy=_remedy(key), confidence=Confidence.LIKELY)


def _is_american(region: str | None) -> bool:
    return region == "US" or region in TERRITORIES


def _remedy(key: str) -> str:
    if key == "phone":
        return (
            "The primary business contact can be changed by Support only: Help in the menu bar of Seller Center. Give "
            "a US mobile number that takes SMS, and write it in [contact] phone."
        )
    return f"Correct the phone of the Customer Service contact {CONTACTS}; then write it in [contact]."
