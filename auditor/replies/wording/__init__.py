"""The words of a seller's reply -> remarks: what to write otherwise, in which sentence, by which rule.

English first: of a reply in another language only addresses and links are looked at. A remark is no verdict: a sentence
can be right for a reason that is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from auditor.replies.wording.empathy import check_empathy
from auditor.replies.wording.language import check_language
from auditor.replies.wording.outside import check_contact, check_link
from auditor.replies.wording.promises import check_promises
from auditor.replies.wording.selling import check_begging, check_marketing
from auditor.replies.wording.sentences import is_english, sentences
from auditor.replies.wording.tone import check_tone
from auditor.replies.wording.values import Remark, Reply

Check = Callable[[Reply, Sequence[str]], Iterator[Remark]]

IN_ANY_LANGUAGE: tuple[Check, ...] = (check_contact, check_link)
CHECKS: tuple[Check, ...] = (
    *IN_ANY_LANGUAGE,
    check_promises,
    check_empathy,
    check_tone,
    check_marketing,
    check_begging,
)
MAX_REMARKS = 20

__all__ = ["CHECKS", "Check", "Remark", "Reply", "remarks"]


def remarks(reply: Reply, *, spelling: bool = False) -> tuple[Remark, ...]:
    """Each sentence once by each rule, in the order of the checks.

    `spelling`: that too, for a draft; it takes three times as long as all the rest.
    """
    found = sentences(reply.body)
    checks = CHECKS if is_english(reply.body) else IN_ANY_LANGUAGE
    if spelling and checks is CHECKS:
        checks = (*CHECKS, check_language)
    said = {(each.rule, each.quote): each for check in checks for each in check(reply, found)}
    return tuple(said.values())[:MAX_REMARKS]
