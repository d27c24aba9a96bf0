"""What one night left -> its observation: the mailbox by another client, the report, and the state's own reading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.shop import Ran
from tests.year.night import Failure, Standing
from tests.year.observation import Became, Look, Observation, Place, Said
from tests.year.real.client import SENT, Listed, Ref
from tests.year.real.letters import name_in
from tests.year.world import Actor

FAILURES = (
    (r"DNS did not answer", Failure.DNS),
    (r"refused to sign|did not accept the token|sign-in|taken back|revoked", Failure.SIGN_IN),
    (r"throttled", Failure.THROTTLED),
    (r"cannot be reached|connection|ended|closed|refused", Failure.SERVER),
)
"""The first that is found in a line of `incomplete` says what it is about."""
SAID = {"folder-renumbered": Said.NUMBERING, "state-moved": Said.STATE, "clock-behind": Said.CLOCK}
"""By the id of a finding's rule."""
BECAME = {
    "there": Became.THERE,
    "read": Became.READ,
    "answered": Became.ANSWERED,
    "put-back": Became.PUT_BACK,
    "gone": Became.GONE,
}
"""`unknown` is missing here: nothing is held of that letter."""
_ACTORS = {"a mail program that marked it as junk": Actor.SELLER}
"""In this year only the seller's mail program marks what is moved into spam."""


@dataclass(frozen=True, slots=True)
class Names:
    """By which letters are known again: their places before the run, and after it, as IMAP names them."""

    known: Mapping[Ref, str]

    def of(self, line: Mapping[str, Any], ref: str = "ref") -> str | None:
        """Of one line of the report."""
        return self.by(str(line.get("message_id") or ""), _ref(line[ref]) if line.get(ref) else None)

    def by(self, message_id: str, ref: Ref | None) -> str | None:
        """By its Message-ID where that is known, else by where it lies."""
        return name_in(message_id) or (self.known.get(ref) if ref else None)


@dataclass(frozen=True, slots=True)
class Left:
    """What there is to read. `held`: the looks that the state held before the night."""

    ran: Ran
    listed: Sequence[Listed]
    names: Names
    open: frozenset[str]
    database_bytes: int
    held: Mapping[str, Look]


def observed(left: Left) -> Observation:
    report = mailbox_of(left.ran)
    return Observation(
        left.ran.exit_code,
        lying(left.listed),
        frozenset(_rescued(report, left.names)),
        dict(_standings(report, left.names)),
        _looks(report, left),
        frozenset(_failures(report)),
        frozenset(_said(report)),
        left.open,
        left.database_bytes,
    )


def mailbox_of(ran: Ran) -> Mapping[str, Any]:
    """The one mailbox of the report; empty where the run ended without a report."""
    if not ran.stdout.strip():
        return {}
    found: Mapping[str, Any] = json.loads(ran.stdout)["mailboxes"][0]
    return found


def lying(listed: Iterable[Listed]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    for each in listed:
        found[each.name] = (*found.get(each.name, ()), each.place)
    return found


def is_full(report: Mapping[str, Any]) -> bool:
    """Whether nothing of the mailbox was missed, so that all that it holds is told."""
    return bool(report) and all(part["standing"] or _failure(part) is Failure.DNS for part in report["incomplete"])


def _rescued(report: Mapping[str, Any], names: Names) -> Iterator[str]:
    for outcome in report.get("outcomes", ()):
        if outcome["status"] == "done" and (name := names.of(outcome, "to") or names.of(outcome)):
            yield name


def _standings(report: Mapping[str, Any], names: Names) -> Iterator[tuple[str, Standing]]:
    for message in report.get("messages", ()):
        if name := names.of(message):
            yield name, Standing(message["standing"])


def _looks(report: Mapping[str, Any], left: Left) -> Mapping[str, Look]:
    """What a full night tells is all there is. Any other leaves what was held where it looked at nothing.

    There, "there" of a letter that was never looked for only repeats that it was put there.
    """
    told = dict(_told(report))
    if is_full(report):
        return told
    looked = {name: look for name, look in told.items() if name in left.held or look.became is not Became.THERE}
    return {**left.held, **looked}


def _told(report: Mapping[str, Any]) -> Iterator[tuple[str, Look]]:
    for one in report.get("rescued", ()):
        name, became = name_in(one["message_id"]), BECAME.get(one["became"])
        if name and became:
            yield name, Look(became, _ACTORS.get(str(one.get("by"))))


def _failures(report: Mapping[str, Any]) -> Iterator[Failure]:
    for part in report.get("incomplete", ()):
        if not part["standing"]:
            yield _failure(part)


def _failure(part: Mapping[str, Any]) -> Failure:
    told = f"{part['what']}: {part['why']}"
    for pattern, failure in FAILURES:
        if re.search(pattern, told):
            return failure
    raise AssertionError(f"a failure that nobody foresaw: {told}")


def _said(report: Mapping[str, Any]) -> Iterator[Said]:
    """Of Sent the model knows nothing."""
    findings = (each for each in report.get("findings", ()) if each["subject"] != SENT)
    return (SAID[each["rule"]] for each in findings if each["rule"] in SAID)


def _ref(told: Mapping[str, Any]) -> Ref:
    return Ref(told["folder"], told["uidvalidity"], told["uid"])
