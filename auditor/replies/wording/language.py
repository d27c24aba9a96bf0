"""Spelling by harper-py (extra `language`), English alone; nothing where it is not installed.

It is young, so it is never the only evidence: a name, a brand or a word of the trade may be what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

from auditor.replies.wording.values import Remark, Reply
from auditor.rules import Confidence

RULE = "reply-spelling"
NOT_INSTALLED = "harper-py is not installed: pip install 'auditor[language]'"
LEAST = 2
"""Slips in one reply from which on it is worth a remark: everybody mistypes once."""

_RULES = frozenset({"SpellCheck", "Misspell"})
_PLAIN = re.compile(r"[a-z][a-z']{2,40}")


def is_installed() -> bool:
    return find_spec("harper") is not None


def check_language(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    """One remark, with what was found; words that the customer used, names and codes are left alone."""
    if not is_installed():
        return
    asked = (reply.inquiry or "").lower()
    slips = [(at, each) for at, each in _slips("\n".join(found)) if each.lower() not in asked]
    if len(slips) >= LEAST:
        named = ", ".join(dict.fromkeys(slip for _, slip in slips[:5]))
        yield Remark(RULE, _sentence_at(slips[0][0], found), f"Look at: {named}.", Confidence.POSSIBLE)


def _slips(text: str) -> Iterator[tuple[int, str]]:
    """Where, in characters, and the word: only what neither the American nor the British spelling knows."""
    found = [(each.span.start, each.problem_text) for each in _linter(0).lint(text)]
    plain = [(at, word) for at, word in found if _PLAIN.fullmatch(word)]
    if plain:
        foreign = {each.problem_text for each in _linter(1).lint("\n\n".join(word for _, word in plain))}
        yield from ((at, word) for at, word in plain if word in foreign)


def _sentence_at(at: int, found: Sequence[str]) -> str:
    ends = accumulate(len(sentence) + 1 for sentence in found)
    return next(sentence for sentence, end in zip(found, ends, strict=True) if at < end)


@cache
def _linter(dialect: int) -> Any:
    """It reads its dictionary, which takes a second; its hundreds of rules of style are left out.

    `dialect`: 0 American, 1 British, as harper numbers them.
    """
    from harper import Dialect, Linter

    linter = Linter(dialect=Dialect(dialect))
    linter.set_lint_config({rule: rule in _RULES for rule in linter.get_lint_config()})
    return linter
