"""The newest headers of the inbox + the seller's addresses -> whether an address seems to be missing among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auditor.doctor.diagnosis import Diagnosis, Link, State
from auditor.evidence.recipients import is_one_of, named
from auditor.message import Message

_FEWEST = 5  # messages to others that are worth a word
_NOTABLE = 0.1  # share of the messages from which they are
_MOST = 0.5  # share from which the configured addresses are likely wrong
_SHOWN = 3


def diagnose(messages: Sequence[Message], own: Sequence[str]) -> Diagnosis:
    """A message whose To and Cc hold none of `own` is never rescued, so a missing alias matters."""
    addressed = [found for found in (frozenset(named(message, ("to", "cc"))) for message in messages) if found]
    if not addressed:
        return Diagnosis(Link.ADDRESSES, State.UNKNOWN, "the inbox shows no message that is addressed to anyone")
    to_others = [found for found in addressed if not any(is_one_of(each, own) for each in found)]
    share = len(to_others) / len(addressed)
    if len(to_others) < _FEWEST or share < _NOTABLE:
        shown = ", ".join(own[:_SHOWN]) + (" ..." if len(own) > _SHOWN else "")
        return Diagnosis(Link.ADDRESSES, State.OK, f"the inbox fits your addresses ({shown})")
    often = Counter(address for found in to_others for address in found).most_common(_SHOWN)
    return Diagnosis(
        Link.ADDRESSES,
        State.WARNING if share >= _MOST else State.NOTE,
        f"{len(to_others)} of the newest {len(addressed)} messages in the inbox are for none of your addresses",
        cause="mail for an address that is not in the configuration is never rescued; most often: "
        + ", ".join(f"{address} ({count})" for address, count in often),
        remedy="add those that are yours, and only those, to aliases",
    )
