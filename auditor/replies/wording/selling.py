"""Advertising, and begging for reviews: a message about an order is no place for either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.replies.wording.values import Remark, Reply

_MARKETING = re.compile(
    r"\b(?:coupon|promo(?:tion)? code|discount code|voucher code|use (?:the )?code\b|\d{1,2} ?% off"
    r"|save \d{1,2} ?%|off your next|your next (?:order|purchase)|newsletter|subscribe|sign up|mailing list"
    r"|check out (?:our|my|the)|(?:visit|browse|see) our (?:shop|store|website|other|new|full)|follow us"
    r"|like us on|new (?:collection|arrivals|line of)|special (?:offer|deal)|limited[- ]time|flash sale"
    r"|black friday (?:sale|deal)"
    r"|also (?:like|love|interested in) our|you (?:may|might) also (?:like|want|love|be interested)"
    r"|we also (?:sell|carry|offer|have) (?:a |an |the |many |lots |great |matching )|(?:other"
    r"|more) (?:great )?products|gift card for your next|refer a friend|loyalty (?:program|points))\b",
    re.IGNORECASE,
)
_BEGGING = re.compile(
    r"\b(?:leave|give|write|post|drop|rate|provide|submit|add) (?:us|me|a|an|your|our|some"
    r"|the)\b.{0,40}\b(?:review|feedback|rating|stars?|thumbs up)\b"
    r"|\b(?:five|5|4|positive|good|great|nice|honest|kind)[- ](?:stars?|reviews?|feedbacks?|ratings?)\b"
    r"|\b(?:remove|change|revise|update|edit|delete|take down|reconsider|withdraw|raise) (?:your|the|that"
    r"|this)\b.{0,20}\b(?:review|feedback|rating|stars?)\b"
    r"|\b(?:review|feedback|rating)s?\b.{0,40}\b(?:means (?:a lot|the world|everything)|would (?:mean|help"
    r"|be (?:great|appreciated|wonderful))|in (?:return|exchange)|helps our (?:small|little|family))"
    r"|\b(?:in (?:return|exchange) for|for) (?:a|your) (?:\w{1,12} )?(?:review|feedback|rating)\b|\brate (?:us|our"
    r"|your (?:purchase|experience|order))\b",
    re.IGNORECASE,
)
_REVIEWS_ITSELF = re.compile(
    r"\b(?:we|i|they|team|department|walmart|amazon|ebay|etsy)(?:'ll| will| can| have| are| am| is|'re|'ve"
    r"|'m)? (?:to )?(?:review(?:ed|ing)?|rate)\b|\byour feedback (?:helps us|is (?:valuable|important|appreciated)"
    r"|has been|was)\b"
    r"|\bthank(?:s| you) for (?:your|the|leaving|sharing)\b.{0,30}\b(?:review|feedback)\b",
    re.IGNORECASE,
)


def check_marketing(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    for sentence in found:
        if _MARKETING.search(sentence) and not _BEGGING.search(sentence):
            yield Remark("reply-marketing", sentence, "Leave it out: answer what was asked, and nothing else.")


def check_begging(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    for sentence in found:
        if _BEGGING.search(sentence) and not _REVIEWS_ITSELF.search(sentence):
            yield Remark("reply-review-begging", sentence, "Leave it out: the marketplace asks for reviews itself.")
