"""What became of a probe -> findings, what held, and what could not be told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from auditor.contacts.facts import Held, Remark, Said
from auditor.outcome import Outcome, Status
from auditor.probing.entries import Landing, Result
from auditor.report import Incomplete
from auditor.rules import Confidence, Finding, finding

SPAM, LOST = "contact-probe-spam", "contact-probe-lost"
WHAT = "the probe"


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
            detail = f"A message to it has not arrived in any folder after {result.wait_s:g} s"
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
