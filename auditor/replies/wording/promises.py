"""What nobody can promise: guarantees, days of arrival, money on a day, and claims that cannot be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.replies.wording.values import Remark, Reply

_NEGATED = re.compile(
    r"\b(?:cannot|can't|can not|could not|couldn't|unable to|not able to|won't|will not|don't|do not|never|no"
    r"|without|nobody can) "
    r"(?:\w{1,15} ){0,2}(?:guarantee|promise|be sure|say for certain)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:a-to-z|a to z|money[- ]back|authenticity|buyer|purchase|protection|satisfaction|walmart|ebay|amazon"
    r"|manufacturer'?s?|delivery) guarantee"
    r"|guarantee you (?:that )?(?:i|we) (?:understand|know|hear|feel|see|care)"
    r"|guarantee (?:claim|program|programme|policy|period|card|certificate|page)",
    re.IGNORECASE,
)
_GUARANTEE = re.compile(
    r"\b(?:i|we)(?:'ll| can| will| do| personally| absolutely| fully| 100%)*,? (?:guarantee|promise|swear"
    r"|assure you that)\b(?! you (?:i|we) (?:understand|care|read))"
    r"|\b(?:is|are|comes?|be) (?:fully |100% |absolutely )?guaranteed\b|\bguaranteed (?:to|delivery|arrival"
    r"|for life|by)\b"
    r"|\bguarantee (?:that|it|you|this|delivery|arrival|a|the)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:100 ?%|one hundred percent) (?:sure|certain|safe|satisf|risk|refund|authentic|guarant|effective"
    r"|waterproof)"
    r"|\b(?:absolutely|completely|totally|literally) (?:impossible|unbreakable|indestructible|risk[- ]free|safe for)"
    r"|\brisk[- ]free\b|\bnever (?:breaks?|fails?|fades?|be a problem)\b|\bwill never (?:break|fail|fade"
    r"|happen again|let you down)\b"
    r"|\b(?:cures?|heals?|prevents?) (?:\w{1,15} ){0,2}(?:pain|disease|covid|cancer|arthritis|anxiety|infection"
    r"|acne|illness|eczema)"
    r"|\bno (?:exceptions?|questions asked)\b|\bunder any circumstances\b",
    re.IGNORECASE,
)
_WHEN = (
    r"(?:today|tonight|tomorrow|right now|immediately|instantly|within (?:the|an|one|\d{1,2}) ?(?:hours?|minutes?"
    r"|next hour)"
    r"|(?:by|on|before|this) (?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:by|on|before) (?:jan|feb|mar"
    r"|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}|by (?:the )?(?:end of (?:the day|today|this week)"
    r"|weekend|christmas|noon))"
)
_MONEY = re.compile(
    rf"\b(?:refund(?:ed)?|money(?: back)?|credit(?:ed)?|reimburse(?:d|ment)?)\b.{{0,60}}\b{_WHEN}\b"
    rf"|\b{_WHEN}\b.{{0,30}}\b(?:full refund|money back)\b",
    re.IGNORECASE,
)
_ARRIVAL = re.compile(
    rf"\b(?:will|is going to|'ll|shall|must) (?:definitely |certainly |surely |for sure |100% |absolutely )?"
    rf"(?:arrive|be (?:there|delivered|with you|at your (?:door|house))|reach you|get (?:there|to you)"
    rf"|have it)\b.{{0,40}}\b{_WHEN}\b"
    rf"|\b(?:definitely|certainly|for sure|without fail|no matter what)\b.{{0,60}}\b(?:arriv|deliver|reach you"
    rf"|get there|be there)"
    rf"|\b(?:arriv|deliver|reach you|get there|be there).{{0,60}}\b(?:definitely|certainly|for sure|without fail"
    rf"|no matter what)\b"
    rf"|\byou(?:'ll| will) (?:have|get|receive) (?:it|your (?:order|parcel|package|item|money"
    rf"|refund))\b.{{0,40}}\b{_WHEN}\b",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    r"\b(?:estimate|expected|expects?|scheduled|should|usually|normally|typically|about|around|approximately|may"
    r"|might|hope|carrier (?:says|shows|gives)"
    r"|according to|tracking (?:says|shows|page)|(?:usps|ups|fedex|dhl|walmart|amazon|ebay|etsy)(?:'s)? (?:says"
    r"|shows|estimates?|gives|tells|promises))\b",
    re.IGNORECASE,
)
_ADVICE = (
    'Say what you do and what usually follows ("I have asked the carrier; it usually takes 3 to 5 days"); promise no '
    "result."
)


def check_promises(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    for sentence in found:
        if _promises(sentence):
            yield Remark("reply-overpromise", sentence, _ADVICE)


def _promises(sentence: str) -> bool:
    if _NEGATED.search(sentence):
        return False
    bare = _NAMED.sub(" ", sentence)
    if _GUARANTEE.search(bare) or _ABSOLUTE.search(bare):
        return True
    return bool((_MONEY.search(bare) or _ARRIVAL.search(bare)) and not _ESTIMATE.search(bare))
