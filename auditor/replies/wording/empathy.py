"""A customer tells of trouble: somebody should acknowledge it, thank him, or be sorry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.replies.wording.values import Remark, Reply
from auditor.rules import Confidence

_TROUBLE = re.compile(
    r"\b(?:broken|broke|breaks|damaged?|crack(?:s|ed)?|shattered|torn|tore|ripped|dented|scratch(?:ed|es)|leak(?:s"
    r"|ed|ing)?|defect(?:ive)?"
    r"|faulty|shrank|shrunk|faded|stain(?:s|ed)?|smells?|stinks|rust(?:y|ed)|mou?ld(?:y)?|snapped|bent|hole in"
    r"|fell (?:apart|off)|falls apart"
    r"|came apart|wobbl\w{1,4}|dirty|expired|spoiled|melted|stopped work\w{1,4}|dead on arrival|not work(?:ing)?"
    r"|(?:does(?:n't| not)|do(?:n't| not)|did(?:n't| not)|won't|will not|can't|cannot) "
    r"(?:even )?(?:work|turn|fit|open|close|start|charge|connect|stick|hold|stay|light|play|power|run|function"
    r"|arrive|come|show|match|include)"
    r"|missing|miss(?:es)? (?:a|the|one|two)|wrong|never (?:arrived|came|received|got|showed)|not (?:arrived"
    r"|received|come|here|delivered|as described)"
    r"|hasn't (?:arrived|come|shown|moved)|has not (?:arrived|come|moved)|died|rash|allergic|desperate"
    r"|no (?:answer|reply|response)|opened a case|still (?:waiting|nothing|no|hasn't|not)"
    r"|haven't (?:received|got|heard)"
    r"|where is my|where's my|(?:is|was|came|arrived|days?|weeks?|too) late|delayed|lost|stolen|disappoint\w{2,6}"
    r"|upset|unhappy|awful|horrible|frustrat\w{1,6}|angry|unacceptable|terrible"
    r"|poor quality|cheap quality|ruined|incomplete|complaint|problem|issue|hurt|injur\w{2,4}|burn(?:ed|t)"
    r"|charged (?:me )?twice|overcharged)\b",
    re.IGNORECASE,
)
_CARES = re.compile(
    r"\b(?:sorry|apolog\w{2,6}|regret|understand|appreciate|thank(?:s|ing)?|thank you|we hear you|i hear you"
    r"|that must|must (?:be|have been)|i can (?:see|imagine|tell)|we can (?:see|imagine)"
    r"|imagine|unfortunate(?:ly)?|disappoint\w{2,6}|frustrat\w{2,6}|inconvenien\w{2,4}|glad you|happy to (?:help"
    r"|make|put)|make (?:this|it|things) right|put (?:this|it|things) right"
    r"|not (?:what|how|the way) (?:you|we|it|anyone)|should(?:n't| not) have (?:happened|been|arrived)|upsetting"
    r"|hate(?:d)? to hear|pity|worr(?:y|ied|ying)|good of you|kind of you|shame|concern(?:s|ed)?)\b",
    re.IGNORECASE,
)
_PROBLEMS = frozenset({"delivery", "damaged", "wrong-item", "missing-part", "return-or-refund"})
_OWN = re.compile(
    r"\b(?:replacement|your (?:missing|broken|damaged|defective|lost)|the (?:damage|defect|delay)"
    r"|arrived (?:broken|damaged|late))\b",
    re.IGNORECASE,
)


def check_empathy(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    """The first sentence is quoted: that is where it belongs."""
    if not found or not _has_trouble(reply) or _CARES.search(reply.body[:5_000]):
        return
    surely = Confidence.LIKELY if reply.inquiry is not None else Confidence.POSSIBLE
    advice = 'Begin with the customer: "I am sorry that it came broken", or "Thank you for telling us".'
    yield Remark("reply-no-empathy", found[0], advice, surely)


def _has_trouble(reply: Reply) -> bool:
    if reply.inquiry is not None:
        return bool(_TROUBLE.search(reply.inquiry[:5_000]))
    return reply.topic in _PROBLEMS and bool(_OWN.search(reply.body[:5_000]))
