"""Contact details and DNS answers for tests: right in every detail, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from auditor.config import ContactConfig, ReturnAddressConfig
from auditor.contacts import ContactFacts, Dns, Judged, judge
from auditor.resolver import Answer, Answers, Found

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADDRESS = {"street": "1 Example Street", "city": "Bentonville", "region": "AR", "postal_code": "72712", "country": "US"}
CONTACT: Mapping[str, Any] = {
    "business_name": "Example Shop LLC",
    "email": "support@shop.example",
    "phone": "+1 479 273 4000",
    "customer_service_phone": "+1 800 925 6278",
    "categories": ("customer-service", "business", "technical", "returns"),
}
ZONE: Mapping[str, Mapping[str, Sequence[str]]] = {
    "shop.example": {"MX": ["10 mx.shop.example."], "TXT": ["v=spf1 mx -all"], "A": ["198.51.100.1"]},
    "mx.shop.example": {"A": ["198.51.100.2"]},
    "_dmarc.shop.example": {"TXT": ["v=DMARC1; p=quarantine"]},
}

Zone = Mapping[str, Mapping[str, Sequence[str]]]


class _Every(dict[str, Answer]):
    """What a zone does not name does not exist."""

    def __missing__(self, name: str) -> Answer:
        return Answer(Found.ABSENT)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]

    def __contains__(self, name: object) -> bool:
        return True


def dns_of(zone: Zone, *, silent: Sequence[str] = ()) -> Dns:
    """DNS that knows this zone and nothing else; of the silent names it cannot tell."""
    answers: dict[str, Answers] = {}
    for rdtype in ("A", "AAAA", "MX", "TXT"):
        found = {
            name: Answer(Found.FOUND, tuple(text.encode() for text in records[rdtype]))
            for name, records in zone.items()
            if records.get(rdtype)
        }
        answers[rdtype] = _Every(
            {**found, **{name: Answer(Found.TEMPERROR, why="no answer in time") for name in silent}}
        )
    return Dns(answers, NOW)


def contact(**changes: Any) -> ContactConfig:
    """The right one with these keys changed; None leaves a key out; `address_` in front: of the return address."""
    address = {key: changes.pop(f"address_{key}", value) for key, value in ADDRESS.items()}
    keys = {**CONTACT, "return_address": ReturnAddressConfig(**address), **changes}
    return ContactConfig(**{key: value for key, value in keys.items() if value is not None})


def facts(given: ContactConfig | None = None, **changes: Any) -> ContactFacts:
    """Of a seller at Walmart whose mailbox has the address on file."""
    details = given or contact()
    address = changes.pop("address", details.email or "support@shop.example")
    defaults = {"own_addresses": (address,), "marketplaces": frozenset({"walmart"}), "dns": dns_of(ZONE)}
    return ContactFacts("shop", address, details, NOW, **{**defaults, **changes})


def rules(judged: Judged) -> list[str]:
    return sorted(found.rule.id for found in judged.findings)


def broken(given: ContactConfig, **changes: Any) -> list[str]:
    """The rules that are broken by these details."""
    return rules(judge(facts(given, **changes)))
