"""vCard (RFC 6350), for programs that trust the address book: nothing is written, and what is there is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.whitelist.values import Entry, Means, Plan, Present, Proof, Refused, Target, Wanted

WHY = (
    "whoever is in the address book is trusted by the address that a message claims, without asking who sent it; "
    "ten phish of a public collection came into inboxes that way"
)
STEPS = f"Nothing is written as vCard: {WHY}."

_FOLD = re.compile(r"\r?\n[ \t]")
_EMAIL = re.compile(r"(?:[A-Za-z0-9-]+\.)?EMAIL(?:;[^:\n]*)?:(?:mailto:)?([^\s]+)\s*", re.IGNORECASE)


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """Refused, every one."""
    del means
    return Plan(refused=tuple(Refused(one.pattern, WHY) for one in wanted))


def render(entries: Sequence[Entry], means: Means) -> str:
    """Why there is none."""
    del entries, means
    return STEPS + "\n"


def parse(text: str) -> Present:
    """Every e-mail address of every card."""
    lines = _FOLD.sub("", text).splitlines()
    found = [(number, match[1]) for number, line in enumerate(lines, 1) if (match := _EMAIL.fullmatch(line))]
    return Present(
        tuple(Entry(value.lower(), Proof.NONE, is_ours=False, text=f"line {at}: {value}") for at, value in found)
    )


TARGET = Target("vcard", "vCard", plan, render, parse, STEPS, is_text=False)
