"""What became of a probe -> findings, what held, and what could not be told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from auditor.contacts.facts import Held, Remark, Said
from auditor.outcome import Outcome, Status
from auditor.probing.entries import ARRIVED, ONLY_SENT, Landing, Result
from auditor.probing.places import Places
from auditor.report import Incomplete
from auditor.rules import Confidence, Finding, finding

SPAM, LOST = "contact-probe-spam", "contact-probe-lost"
WHAT = "the probe"
_MOST_NAMED = 5


def settled(result: Result, places: Places, *, blind: Collection[str] = (), doubt: str = "") -> Result:
    """With its landing, by the folders in which the probe was seen.

    Nothing is lost that may lie in a folder of which the server tells no news (`blind`), or that was perhaps never
    sent (`doubt`: why nobody knows).
    """
    landing = places.landing(result.folders)
    if landing in ARRIVED:
        return replace(result, landing=landing, seconds=round(result.seconds or 0, 1))
    why = _why_unknown(landing, result.folders, blind, doubt)
    return replace(result, landing=Landing.UNKNOWN if why else Landing.LOST, seconds=None, why=why)


def _why_unknown(landing: Landing, folders: Sequence[str], blind: Collection[str], doubt: str) -> str:
    if landing is Landing.UNKNOWN:
        return f"{ONLY_SENT}, in `{folders[0]}`: Gmail shows no second one of a message that comes back"
    if doubt:
        return f"it was not seen, and may never have been sent: {doubt}"
    if blind:
        names = ", ".join(f"`{name}`" for name in sorted(blind)[:_MOST_NAMED])
        return f"it was not seen, and may lie where the server does not tell of new messages: {names}"
    return ""


def judge(result: Result, mailbox: str, *, acknowledged: Collection[str] = ()) -> tuple[Said, ...]:
    """`acknowledged`: keys of findings that the seller has dealt with."""
    return tuple(_said(result, mailbox, acknowledged))


def _said(result: Result, mailbox: str, acknowledged: Collection[str]) -> Iterator[Said]:
    folders = " and ".join(f"`{name}`" for name in result.folders)
    match result.landing:
        case Landing.INBOX:
            yield from (Held(SPAM), Held(LOST))
            yield Remark(f"{_sent(result)} arrived in {folders}{_after(result)}")
        case Landing.ELSEWHERE:
            yield from (Held(SPAM), Held(LOST))
            yield Remark(f"{_sent(result)} arrived in {folders}{_after(result)}: a rule of your own files it there")
        case Landing.SPAM:
            yield Held(LOST)
            detail = f"A message to it was put into {folders}"
            yield _finding(SPAM, result, mailbox, detail, Confidence.CERTAIN, acknowledged)
        case Landing.LOST:
            detail = f"A message to it has not arrived in any folder of this mailbox after {result.wait_s:g} s"
            yield _finding(LOST, result, mailbox, detail, Confidence.LIKELY, acknowledged)
        case Landing.UNKNOWN:
            yield Incomplete(WHAT, result.why)


def tidied(outcomes: Sequence[Outcome]) -> tuple[Said, ...]:
    """What is to be said of the clean-up: nothing of what was removed."""
    return tuple(
        Remark(f"the probe's message: {each.detail}")
        if each.status is not Status.FAILED
        else Incomplete("the removal of the probe's message", each.detail)
        for each in outcomes
        if each.detail
    )


def _finding(
    rule: str, result: Result, mailbox: str, detail: str, confidence: Confidence, acknowledged: Collection[str]
) -> Finding:
    return finding(
        rule,
        mailbox,
        result.to,
        detail=detail,
        evidence=(f"{_sent(result)} {_became(result)}",),
        confidence=confidence,
        acknowledged=acknowledged,
    )


def _became(result: Result) -> str:
    if not result.folders:
        return f"was not seen in {result.wait_s:g} s"
    return f"was seen in {' and '.join(result.folders)}{_after(result)}"


def _sent(result: Result) -> str:
    return f"the probe to {result.to}, sent at {result.sent_at:%Y-%m-%d %H:%M} UTC,"


def _after(result: Result) -> str:
    return "" if result.seconds is None else f" after {max(1, round(result.seconds))} s"
