"""Walmart's own rules for contact details (United States), each with its source and the day of that source."""

from __future__ import annotations

import re

# marketplacelearn.walmart.com, "Manage contact information in Seller Center", 28 Oct 2024: "at least one contact for
# each category"; the categories' names are those of "Partner Profile - Manage Contacts", 31 Oct 2024.
CATEGORIES = {
    "customer-service": "Customer Service",
    "business": "Business Management",
    "technical": "Integration/Technical",
    "returns": "Fulfillment/Returns",
}
# "Marketplace returns settings", read 22 Nov 2026: in the U.S. and not in Hawaii, Alaska or U.S. territories.
STATES_WITHOUT_RETURNS = {"AK": "Alaska", "HI": "Hawaii"}
TERRITORIES = {
    "AS": "American Samoa",
    "GU": "Guam",
    "MP": "the Northern Mariana Islands",
    "PR": "Puerto Rico",
    "VI": "the U.S. Virgin Islands",
}
ABROAD = {
    "AA": "a military post",
    "AE": "a military post",
    "AP": "a military post",
    "FM": "Micronesia",
    "MH": "the Marshall Islands",
    "PW": "Palau",
    "UM": "the U.S. Outlying Islands",
}

CONTACTS = "in Seller Center: Settings > Partner Profile > Manage Contacts"
RETURNS = "in Seller Center: Settings > Returns settings"

_WORDS = (
    ("customer-service", re.compile(r"customer|service|care", re.IGNORECASE)),
    ("returns", re.compile(r"return|fulfil", re.IGNORECASE)),
    ("technical", re.compile(r"tech|integration", re.IGNORECASE)),
    ("business", re.compile(r"business", re.IGNORECASE)),
)


def category_of(name: str) -> str:
    """The category that a seller means, `Integration / Technical` for one; empty for none that is required."""
    return next((category for category, words in _WORDS if words.search(name)), "")
