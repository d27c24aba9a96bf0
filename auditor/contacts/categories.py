"""The contact categories of Seller Center: is each of them filled?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.contacts.facts import ContactFacts, Held, Said, not_written
from auditor.contacts.walmart import CATEGORIES, CONTACTS, category_of
from auditor.rules import Confidence

_RULE = "contact-category-missing"


def check_categories(facts: ContactFacts) -> Iterator[Said]:
    """Walmart's rule alone; other marketplaces have no such categories."""
    if not facts.sells_at_walmart:
        return
    contact = facts.contact
    if "categories" not in contact.model_fields_set and not contact.categories:
        yield not_written("categories")
        return
    filled = {category_of(name) for name in contact.categories}
    missing = [category for category in CATEGORIES if category not in filled]
    for category in missing:
        title = CATEGORIES[category]
        detail = f"Walmart asks for at least one contact in every category, and `{title}` is not among those filled"
        yield facts.finding(_RULE, category, detail, remedy=_remedy(title))
    if not missing:
        yield Held(_RULE)
    if contact.phone and not contact.customer_service_phone and "customer-service" not in missing:
        detail = "Walmart's customers must be able to call, and no customer-service phone is written in [contact]"
        remedy = _remedy("Customer Service")
        yield facts.finding(_RULE, "customer_service_phone", detail, remedy=remedy, confidence=Confidence.LIKELY)


def _remedy(title: str) -> str:
    return f"Add a contact with its phone {CONTACTS}, contact type {title}; then write it in [contact]."
