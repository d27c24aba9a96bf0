"""Spelling and grammar by harper-py (extra `language`), English alone; nothing where it is not installed.

It is young, so it is never the only evidence: a name, a brand or a word of the trade may be what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from auditor.replies.wording.values import Remark, Reply
from auditor.rules import Confidence

RULE = "reply-spelling"
NOT_INSTALLED = "harper-py is not installed: pip install 'auditor[language]'"
LEAST = 2
"""Slips in one reply from which on it is worth a remark: everybody mistypes once."""

_KINDS = frozenset({"Spelling", "Agreement", "Typo"})
_PLAIN = re.compile(r"[a-z][a-z']{2,40}")


def is_installed() -> bool:
    return find_spec("harper") is not None


def check_language(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    """One remark, with what was found; words that the customer used, names and codes are left alone."""
    if not is_installed():
        return
    asked = (reply.inquiry or "").lower()
    slips = [(sentence, each) for sentence in found for each in _slips(sentence) if each.lower() not in asked]
    if len(slips) >= LEAST:
        named = ", ".join(dict.fromkeys(slip for _, slip in slips[:5]))
        yield Remark(RULE, slips[0][0], f"Look at: {named}.", Confidence.POSSIBLE)


def _slips(sentence: str) -> Iterator[str]:
    for lint in _linter().lint(sentence):
        if lint.lint_kind in _KINDS and _PLAIN.fullmatch(lint.problem_text):
            yield lint.problem_text


@cache
def _linter() -> Any:
    """It reads its dictionary, which takes a second."""
    from harper import Dialect, Linter

    return Linter(dialect=Dialect.AMERICAN)
