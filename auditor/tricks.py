"""How a message can imitate a marketplace, in words for the seller; the names are the `trick` of a verdict."""

from __future__ import annotations

TRICKS = {
    "look-alike": "a look-alike of its domain",
    "homoglyph": "its domain in look-alike letters",
    "other-ending": "its name under another ending",
    "subdomain": "its name in front of a stranger's domain",
    "suffix": "its domain at the end of a longer name",
    "name-only": "its name, with a stranger's address",
    "name-is-address": "its address shown as the sender's name",
    "local-part-is-address": "its domain in front of the @",
    "malformed-from": "its domain in a From that is no address",
    "exact-domain": "its own domain, found untrue",
}

BEARS_OWN_DOMAIN = frozenset({"exact-domain", "malformed-from"})
"""Here the domain may be the marketplace's, and says nothing about who sent it."""


def in_words(trick: str) -> str:
    """The phrase for a trick; the trick itself where an older version wrote it and this one does not know it."""
    return TRICKS.get(trick, trick)
