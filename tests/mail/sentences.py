"""A verdict -> the sentences by which a seller is told of it, with what differs from message to message left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.verdict import Verdict

_OWN = re.compile(r"[^\s,;:()]*[@.\d\x80-\U0010ffff][^\s,;:()]*[^\s,;:().]|\d+")
_MARK = {True: "yes", False: "NO", None: "?"}


def sentences(verdict: Verdict) -> Iterator[str]:
    """One line for each thing that the verdict says. Addresses, hosts, dates and numbers are `…`."""
    kind = verdict.kind.value if verdict.kind else None
    yield f"{verdict.standing.value}: {_general(verdict.why)}"
    yield f"it is {verdict.marketplace}, {verdict.stream}, {kind}, trick: {verdict.trick}"
    yield from (f"{check.rule} {_MARK[check.passed]}: {_general(check.detail)}" for check in verdict.checks)
    yield from (f"warning: {_general(warning)}" for warning in verdict.warnings)
    if verdict.staff_claim:
        yield "a customer claims to be staff"
    if verdict.could_change:
        yield "asking again could change it"


def _general(text: str) -> str:
    return _OWN.sub("…", text)
