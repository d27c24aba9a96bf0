"""Text of a message -> the order numbers in it, as digits.

A number counts where its form is a marketplace's own (3-7-7 at Amazon), or where the word order, in the languages of
the marketplaces, stands right before it: a bare number may as well be a telephone, a parcel or an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_TEXT = 50_000
"""Characters that are looked through."""

MAX_ORDERS = 20

_WORDS = (
    *("orders?", "purchase", "po", "rma", "receipt"),
    *("bestell(?:ung|nummer|nr|ing)?", "auftrag", "commande", "pedido", "ordine", "zam[oó]wieni[ea]", "bestelnummer"),
)
_NAMED = re.compile(
    rf"(?<![a-z])(?:{'|'.join(_WORDS)})(?![a-z])[ \t]{{0,3}}(?:id|no|nr|number|num|numero|número|nummer|numer)?"
    r"[.:#№º°\s]{0,6}(?:is[ \t])?(?<![0-9])([0-9][0-9-]{5,20}[0-9])(?![0-9-])",
    re.IGNORECASE,
)
# Forms that nothing else has: Amazon's, eBay's and the one that Walmart shows to people.
_FORMS = re.compile(
    r"(?<![0-9-])(?:[0-9]{3}-[0-9]{7}-[0-9]{7}|[0-9]{2}-[0-9]{5}-[0-9]{5}|[0-9]{7}-[0-9]{6,8})(?![0-9-])"
)


def order_numbers(*texts: str) -> tuple[str, ...]:
    """Each once, in their order."""
    found = dict.fromkeys(number for text in texts for number in _in(text[:MAX_TEXT]))
    return tuple(found)[:MAX_ORDERS]


def _in(text: str) -> Iterable[str]:
    for found in _FORMS.finditer(text):
        yield found[0].replace("-", "")
    for found in _NAMED.finditer(text):
        yield found[1].replace("-", "")
