"""What is planned for the messages of one mailbox -> findings, and the rules that were checked and held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from auditor.aftermath import Rescued
from auditor.evidence.sender import Sender, one_mailbox
from auditor.mailbox.interface import MessageRef
from auditor.plan import Planned
from auditor.rules import RULES, Finding, Practice, finding


@dataclass(frozen=True, slots=True)
class Changed:
    """Something is not as the last run left it. `rule`: the id of the rule that says so."""

    rule: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One mailbox after it was looked at. `unfinished`: actions of a dead run that nobody has finished."""

    mailbox: str
    planned: Sequence[Planned]
    moved: Collection[MessageRef]
    max_moves: int
    unfinished: int
    complete: bool
    acknowledged: Collection[str]
    shared: Sequence[tuple[MessageRef, str]] = ()  # messages on which another program worked too, and what it did
    put_back: Sequence[Rescued] = ()  # rescued messages that lie in spam again unread
    changed: Sequence[Changed] = ()  # what is not as the last run left it


def find_all(situation: Situation) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Findings, worst first, and the ids of the rules that held; where something was not looked at, none held."""
    found = sorted(_all(situation), key=lambda one: (-_WEIGHT[one.severity.value], one.key))
    broken = {one.rule.id for one in found}
    right = tuple(rule for rule in _LOOKED_AT if rule not in broken) if situation.complete else ()
    return tuple(found), right


# The rules about contact details, the whitelist and replies are the own ones of those checks.
_OWN_CHECKS = ("whitelist-", "sieve-", "reply-")
_LOOKED_AT = tuple(
    rule.id
    for rule in RULES.values()
    if rule.practice is not Practice.ACCURATE_CONTACT_DETAILS and not rule.id.startswith(_OWN_CHECKS)
)
_WEIGHT = {"low": 0, "medium": 1, "high": 2}


def _all(situation: Situation) -> Iterator[Finding]:
    yield from _genuine_in_spam(situation)
    yield from _of_customers(situation)
    yield from _unknown_streams(situation)
    name, acknowledged = situation.mailbox, situation.acknowledged
    wanted = sum(one.move is not None for one in situation.planned)
    if wanted > situation.max_moves:
        detail = f"{wanted} messages would be moved, and at most {situation.max_moves} may be"
        yield finding("max-moves", name, str(situation.max_moves), detail=detail, acknowledged=acknowledged)
    for ref, detail in situation.shared:
        yield finding("moved-by-another", name, _text(ref, situation), detail=detail, acknowledged=acknowledged)
    for rescued in situation.put_back:
        by = f", and put back by {rescued.by}" if rescued.by else ""
        detail = f"it was moved to `{rescued.ref.folder}` on {rescued.rescued_at:%Y-%m-%d}{by}"
        yield finding("put-back", name, _text(rescued.ref, situation), detail=detail, acknowledged=acknowledged)
    for each in situation.changed:
        yield finding(each.rule, name, each.subject, detail=each.detail, acknowledged=acknowledged)
    if situation.unfinished:
        detail = f"{situation.unfinished} actions of an earlier run were begun and not finished"
        yield finding("unfinished-run", name, "journal", detail=detail, acknowledged=acknowledged)


def _genuine_in_spam(situation: Situation) -> Iterator[Finding]:
    left = [
        one
        for one in situation.planned
        if one.row.standing == "genuine" and one.row.ref not in situation.moved and (one.move or one.row.hold)
    ]
    for folder in sorted({one.row.ref.folder for one in left}):
        refs = tuple(_text(one.row.ref, situation) for one in left if one.row.ref.folder == folder)
        yield finding(
            "genuine-in-spam",
            situation.mailbox,
            folder,
            detail=f"{len(refs)} in `{folder}`",
            evidence=refs,
            acknowledged=situation.acknowledged,
        )


def _of_customers(situation: Situation) -> Iterator[Finding]:
    for one in situation.planned:
        row = one.row
        if row.kind != "customer" or row.standing != "unverified" or row.acked_at is not None:
            continue
        yield finding(
            "staff-claim" if row.staff_claim else "customer-message-unproven",
            situation.mailbox,
            _text(row.ref, situation),
            detail=one.reason,
            evidence=(_text(row.ref, situation),),
            acknowledged=situation.acknowledged,
        )


def _unknown_streams(situation: Situation) -> Iterator[Finding]:
    unknown: dict[str, list[Planned]] = {}
    for one in situation.planned:
        row = one.row
        if row.standing == "unverified" and row.stream is None and row.trick is None:
            sender = one_mailbox(row.header_from)
            unknown.setdefault(sender.address if isinstance(sender, Sender) else "", []).append(one)
    for address, those in unknown.items():
        detail = next((check.detail for check in those[0].row.checks if check.rule == "known-stream"), "")
        yield finding(
            "stream-unknown",
            situation.mailbox,
            address,
            detail=detail,
            evidence=tuple(_text(one.row.ref, situation) for one in those[:20]),
            acknowledged=situation.acknowledged,
        )


def _text(ref: MessageRef, situation: Situation) -> str:
    return f"{situation.mailbox}:{ref.folder}/{ref.uidvalidity}/{ref.uid}"
