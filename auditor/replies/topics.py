"""What a customer asks about: by the marketplace's own words where it has some, else by plain rules."""

from __future__ import annotations

import re
from enum import StrEnum

MAX_TEXT = 20_000


class Topic(StrEnum):
    """The first that fits, in this order but for OTHER: what is broken matters more than when it came."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong-item"
    MISSING_PART = "missing-part"
    CANCELLATION = "cancellation"
    RETURN_OR_REFUND = "return-or-refund"
    DELIVERY = "delivery"
    PRODUCT_QUESTION = "product-question"
    OTHER = "other"


_RULES: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    (
        Topic.DAMAGED,
        re.compile(
            r"\b(?:damaged|broken|broke|cracked|defective|faulty|shattered|torn|does(?:n't| not) work"
            r"|stopped working|leak(?:s|ed|ing)"
            r"|besch\u00e4digt|kaputt|defekt|endommag\u00e9|cass\u00e9|roto|da\u00f1ado|beschadigd"
            r"|uszkodzon\w{1,3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        Topic.WRONG_ITEM,
        re.compile(
            r"\b(?:wrong (?:item|size|colou?r|product|one|model|order)|not what i ordered|different (?:item"
            r"|colou?r|product) (?:than|from|to)"
            r"|not as described|falsche\w{0,2} (?:artikel|ware|gr\u00f6\u00dfe|farbe)|mauvais article"
            r"|art\u00edculo equivocado|verkeerd\w{0,1} (?:artikel|maat))\b",
            re.IGNORECASE,
        ),
    ),
    (
        Topic.MISSING_PART,
        re.compile(
            r"\b(?:missing (?:part|piece|item|screw|cable|accessor|from)|(?:part|piece|item|screw|cable)s? (?:is"
            r"|are|was|were) missing|without the"
            r"|incomplete|only (?:received|got) (?:one|part|half)|fehlt|il manque|falta|ontbreekt)",
            re.IGNORECASE,
        ),
    ),
    (
        Topic.CANCELLATION,
        re.compile(
            r"\b(?:cancel(?:l?ed|l?ation|l?ing)?|stornier\w{1,5}|annuler|annulation|cancelar|annuleren|anulow\w{1,5})\b",
            re.IGNORECASE,
        ),
    ),
    (
        Topic.RETURN_OR_REFUND,
        re.compile(
            r"\b(?:return(?:ing|ed)?|refund(?:ed)?|money back|send it back|exchange it|r\u00fccksend\w{1,5}"
            r"|r\u00fcckgabe|erstatt\w{1,5}|rembours\w{1,5}|retour(?:ner|neren)?"
            r"|devoluci\u00f3n|reembolso|terugbetal\w{1,4}|zwrot\w{0,3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        Topic.DELIVERY,
        re.compile(
            r"\b(?:where is my|when will|tracking|track my|not (?:arrived|received|delivered|shipped)"
            r"|hasn't (?:arrived|shipped)|never (?:arrived|came|received)"
            r"|haven't received|delivery|shipping|shipped|shipment|lieferung|wo ist|livraison|colis|entrega"
            r"|env\u00edo|bezorg\w{1,4}|levering|dostaw\w{1,3}|paczk\w{1,3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        Topic.PRODUCT_QUESTION,
        re.compile(
            r"\b(?:does (?:it|this)|do (?:they|these)|is (?:it|this) (?:the|a|an|available|compatible|for|made"
            r"|still|in)|are (?:they|these)|will (?:it|this) (?:fit|work)|can (?:i|it|this) (?:use|be)"
            r"|what (?:size|is the|are the|colou?r)|how (?:many|long|big|tall|wide|heavy|much)|compatible"
            r"|dimensions|in stock|passt|gibt es|est-ce que|tiene|past het|czy)\b",
            re.IGNORECASE,
        ),
    ),
)
# What Amazon and Etsy write into the subject themselves.
_NAMED: tuple[tuple[str, Topic], ...] = (
    ("return request", Topic.RETURN_OR_REFUND),
    ("refund", Topic.RETURN_OR_REFUND),
    ("order cancellation request", Topic.CANCELLATION),
    ("item not received", Topic.DELIVERY),
    ("where's my stuff", Topic.DELIVERY),
    ("shipping inquiry", Topic.DELIVERY),
    ("product details inquiry", Topic.PRODUCT_QUESTION),
    ("damaged or defective", Topic.DAMAGED),
)


def topic_of(subject: str, text: str) -> Topic:
    """The marketplace's own words in the subject come first."""
    named = subject.lower()
    own = next((topic for words, topic in _NAMED if words in named), None)
    if own is not None:
        return own
    whole = f"{subject}\n{text[:MAX_TEXT]}"
    return next((topic for topic, fits in _RULES if fits.search(whole)), Topic.OTHER)
