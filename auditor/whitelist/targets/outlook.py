"""Outlook's safe senders: nothing is written, and what is there is read.

A safe sender is let in by the address that a message claims. Of the phish that such lists put into inboxes in a public
collection (rf-peixoto/phishing_pot, 1,287 messages), 1,012 had no DMARC pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.whitelist.values import Entry, Means, Plan, Present, Proof, Refused, Target, Wanted

WHY = (
    "Outlook's safe senders are let in by the address that a message claims, without asking who sent it: "
    "four in five of the phish that such lists let in had no proof of their sender"
)
STEPS = """\
Nothing is written for Outlook.com: its safe senders ask for no proof, and no rule of its own can.
By hand instead:
 1. Settings, Mail, Junk email: take marketplace addresses and domains out of the safe senders.
 2. Let `auditor rescue --apply` run every night: it moves what it has proved, and nothing else.
 3. In a business mailbox, ask your administrator for the rules of `auditor whitelist export microsoft365`."""


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """Refused, every one."""
    del means
    return Plan(refused=tuple(Refused(one.pattern, WHY) for one in wanted))


def render(entries: Sequence[Entry], means: Means) -> str:
    """The steps by hand, whatever is wanted."""
    del entries, means
    return STEPS + "\n"


def parse(text: str) -> Present:
    """An export of the safe senders: an address or a domain a line."""
    return Present(tuple(_entries(text)))


def _entries(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        value = line.strip().strip('",;').lower()
        if not value or value.startswith("#") or value in STEPS.lower():
            continue
        pattern = value if "@" in value[1:] else f"*@{value.lstrip('@')}"
        yield Entry(pattern, Proof.NONE, is_ours=False, text=f"line {number}: {value}")


TARGET = Target("outlook", "Outlook safe senders", plan, render, parse, STEPS, is_text=False)
