"""The text of a marketplace's message -> the seller's address that it says is on file there."""

from __future__ import annotations

import re

from auditor.message import Message
from auditor.text import read_html

# Walmart, in customers' messages of 2016 to 2018: "A copy of this message will be sent to <address>".
_LINES = {
    "walmart": re.compile(r"a copy of this message will be sent to:?\s{1,20}<?([^\s<>()\"']{3,254})", re.IGNORECASE)
}
_SIGN = "copy of this message"


def registered_in(message: Message, marketplace: str) -> tuple[str, ...]:
    """Lower case; none where the text names none, or several: one of them may be the customer's own words."""
    line = _LINES.get(marketplace)
    if line is None:
        return ()
    named = {found[1].rstrip(".,;:").lower() for text in _texts(message) for found in line.finditer(text)}
    return tuple(named) if len(named) == 1 and all(address.count("@") == 1 for address in named) else ()


def _texts(message: Message) -> list[str]:
    shown = [part for part in message.parts if part.text and not part.attached]
    texts = [(part.text or "", part.content_type == "text/html") for part in shown]
    return [read_html(text).words if is_html else text for text, is_html in texts if _SIGN in text.lower()]
