"""One judged message -> the seven checks as sentences a seller understands, and what would change the verdict."""

from __future__ import annotations

import json as _json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.display import address, decoded, line, wrapped
from auditor.judging import Judged
from auditor.tricks import in_words
from auditor.verdict import NOT_LOOKED_AT, Check, Standing

_WIDTH = 80
_MARK = {True: "yes", False: "NO ", None: " ? "}

QUESTIONS = {
    "one-sender": "Is there exactly one sender?",
    "known-stream": "Is it an address that the marketplace writes from?",
    "domain-proof": "Is it proved to come from that domain?",
    "meant-for-seller": "Was it meant for you?",
    "untouched": "Is it as it was signed?",
    "fresh": "Was it sent when it was received?",
    "clean": "Does it hold only what such a message holds?",
}

_VERDICT = {
    Standing.GENUINE: "GENUINE: every check holds. `auditor rescue --apply` would move it to the inbox.",
    Standing.UNVERIFIED: "UNVERIFIED: it may be genuine or not. It is reported and never moved.",
    Standing.FORGED: "FORGED: it imitates a marketplace. It stays where it is.",
    Standing.UNRELATED: "UNRELATED: it is no marketplace's mail and imitates none.",
}

_WRAPPED_GENUINE = "GENUINE: every check holds for the message inside. It is left where it is, inside its wrapper."
_WRAPPED = (
    "It lies inside a SpamAssassin report, whose words may be a stranger's; what is judged is the message inside, by "
    "its own signature alone. Set `report_safe 0` in SpamAssassin (local.cf or user_prefs), and the next such message "
    "arrives as it was sent and can be rescued."
)

_LEAN_ON_PROOF = ("meant-for-seller", "untouched", "fresh")
# What a seller, or time, can do about a check that does not hold.
_WOULD_CHANGE = {
    "known-stream": "If you are sure of the address, add it to the configuration as shown above.",
    "domain-proof": "A signature that verifies, or a stamp of your own mail provider (`auditor doctor` shows which "
    "stamps your mailbox has, and the line to copy).",
    "meant-for-seller": "If it was sent to another address of yours, add that to the aliases of the mailbox.",
    "fresh": "Nothing: old mail that comes again is how a genuine message is misused.",
    "clean": "Nothing here: look for the message in the marketplace's own message centre, and follow no link in it.",
    "untouched": "Nothing here: look for the message in the marketplace's own message centre.",
    "one-sender": "Nothing: no honest program writes such a header.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is explained. `stopped_short`: no mailbox was named, so some checks could not be decided."""

    what: str
    judged: Judged
    received_at: datetime | None
    stopped_short: bool


def text(told: Told) -> str:
    """For a terminal; everything from outside goes through `display`."""
    return "\n".join(_lines(told)) + "\n"


def json(told: Told) -> str:
    """One document: the message as in a report, without what only a mailbox knows."""
    verdict, message = told.judged.verdict, told.judged.message
    document = {
        "schema": 1,
        "what": line(told.what),
        "from": line(message.first("from") or ""),
        "subject": line(decoded(message.first("subject") or "")),
        "message_id": line(message.first("message-id") or ""),
        "received_at": f"{told.received_at:%Y-%m-%dT%H:%M:%SZ}" if told.received_at else None,
        "marketplace": verdict.marketplace,
        "stream": verdict.kind.value if verdict.kind else None,
        "standing": verdict.standing.value,
        "checks": [{"rule": c.rule, "passed": c.passed, "detail": line(c.detail)} for c in verdict.checks],
        "warnings": [line(warning) for warning in verdict.warnings],
        "trick": verdict.trick,
        "reason": line(verdict.why),
        "wrapped": told.judged.evidence.wrapped,
    }
    return _json.dumps(document, indent=2) + "\n"


def _lines(told: Told) -> Iterator[str]:
    verdict, message = told.judged.verdict, told.judged.message
    yield f"From:     {address(message.first('from') or '(none)', _WIDTH - 10)}"
    yield f"Subject:  {line(decoded(message.first('subject') or '(none)'), _WIDTH - 10)}"
    yield f"Received: {f'{told.received_at:%Y-%m-%d %H:%M} UTC' if told.received_at else 'not known'}"
    yield from _claim(told.judged)
    yield ""
    is_left = verdict.standing is Standing.GENUINE and told.judged.evidence.wrapped
    yield from wrapped(_WRAPPED_GENUINE if is_left else _VERDICT[verdict.standing], _WIDTH)
    if verdict.why and verdict.standing is not Standing.GENUINE:
        yield from wrapped(f"Why: {verdict.why}.", _WIDTH)
    if told.judged.evidence.wrapped:
        yield from wrapped(_WRAPPED, _WIDTH)
    if verdict.checks:
        yield ""
    for check in verdict.checks:
        if check.detail != NOT_LOOKED_AT:
            yield from _check(check)
    if any(check.detail == NOT_LOOKED_AT for check in verdict.checks):
        yield "[ ? ] The other checks were not looked at: the sender settles it."
    for warning in verdict.warnings:
        yield from wrapped(f"Warning: {warning}.", _WIDTH)
    yield from _what_would_change(told)


def _claim(judged: Judged) -> Iterator[str]:
    """Whose mail it means to be, where it is not proved to be, and how it imitates it."""
    evidence, verdict = judged.evidence, judged.verdict
    whose = evidence.owner or (evidence.imitation.marketplace if evidence.imitation else None)
    if whose is not None and verdict.standing is not Standing.GENUINE:
        how = f", by {in_words(verdict.trick)}" if verdict.trick else ""
        yield f"Claims:   {line(whose.title)}{how}"


def _check(check: Check) -> Iterator[str]:
    yield f"[{_MARK[check.passed]}] {QUESTIONS[check.rule]}"
    for part in wrapped(check.detail, _WIDTH - 6):
        yield f"      {part}"


def _what_would_change(told: Told) -> Iterator[str]:
    verdict = told.judged.verdict
    if verdict.standing in (Standing.GENUINE, Standing.UNRELATED):
        return
    yield ""
    yield "What would change this:"
    if told.stopped_short:
        yield from wrapped("Naming the mailbox (--mailbox NAME) and the time of receipt (--received-at).", _WIDTH)
    if verdict.could_change:
        yield from wrapped("Time: DNS did not tell everything just now; it is asked again on the next run.", _WIDTH)
    if verdict.standing is Standing.FORGED:
        yield "Nothing: there is evidence that it imitates a marketplace."
        return
    for check in list(_to_be_changed(verdict.checks))[:3]:
        for number, part in enumerate(wrapped(_WOULD_CHANGE[check.rule], _WIDTH - 2)):
            yield f"{'-' if number == 0 else ' '} {part}"


def _to_be_changed(checks: Sequence[Check]) -> Iterator[Check]:
    """Without proof the checks that lean on it are undecided; with it they may well hold, so it alone is named."""
    lacks_proof = any(check.rule == "domain-proof" and check.passed is not True for check in checks)
    for check in checks:
        leans = check.rule in _LEAN_ON_PROOF and check.passed is None
        if check.passed is not True and not (lacks_proof and leans):
            yield check
