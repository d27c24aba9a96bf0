"""The sections of a text report that every command has: findings, what is right, what could not be looked at."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from auditor.display import line
from auditor.report.cards import labelled, paragraph
from auditor.report.view import EXAMPLES, View, indented
from auditor.rules import Finding

UNSEEN = "what IMAP does not show"
_TOLD_BY_MESSAGES = frozenset({"genuine-in-spam", "customer-message-unproven", "staff-claim", "stream-unknown"})


def _findings(view: View) -> Iterator[str]:
    told = _TOLD_BY_MESSAGES if view.mailbox.messages else frozenset()
    findings = [each for each in view.mailbox.findings if each.rule.id not in told]
    shown = [each for each in findings if view.verbose or not each.acknowledged]
    if shown:
        yield view.heading(f"Findings: {len(shown):,}", urgent=any(each.needs_attention for each in shown))
        for found in sorted(shown, key=lambda each: (not each.needs_attention, each.key)):
            yield from ("", *_finding(found))


def _finding(found: Finding) -> Iterator[str]:
    unsure = "" if found.outcome == "wrong" else "Could not tell: "
    yield from indented(f"{unsure}{found.rule.title}", 2)
    yield from paragraph("About", found.subject)
    yield from paragraph("Because", found.detail)
    for evidence in found.evidence[:EXAMPLES]:
        yield from paragraph("Seen", evidence)
    yield from paragraph("Do", found.remedy)
    yield labelled("Done?", line(f"auditor ack {shlex.quote(found.key)}"))  # on one line: it is there to be copied


def _right(view: View) -> Iterator[str]:
    if view.verbose and view.mailbox.right:
        yield view.heading("Checked, and right")
        yield from indented(", ".join(sorted(view.mailbox.right)), 2)


def _incomplete(view: View) -> Iterator[str]:
    if view.mailbox.missed:
        yield view.heading("Could not be looked at", urgent=view.mailbox.error is not None)
        for part in view.mailbox.missed:
            yield from indented(f"{part.what}: {part.why}", 2)


def _never_shown(view: View) -> Iterator[str]:
    unseen = [part for part in view.mailbox.incomplete if part.standing and part.what == UNSEEN]
    if unseen:
        yield view.heading("What IMAP does not show")
        for part in unseen:
            yield from indented(part.why, 2)


def _not_checked(view: View) -> Iterator[str]:
    """What is not written in the configuration, or needs a package that is not installed."""
    parts = [part for part in view.mailbox.incomplete if part.standing and part.what != UNSEEN]
    if parts:
        yield view.heading("Not checked")
        for part in parts:
            yield from indented(f"{part.what}: {part.why}", 2)


def practices(view: View) -> Iterator[str]:
    """How the seller stands on each of the eight, with the evidence and what to do next."""
    if view.mailbox.practices:
        yield view.heading("The eight practices")
        for each in view.mailbox.practices:
            yield from indented(f"{int(each.practice)}. {each.title}: {each.state.upper()}", 2)
            yield from indented(each.evidence, 5)
            if each.next_step:
                yield from indented(f"Do: {each.next_step}", 5)


def remarks(view: View) -> Iterator[str]:
    """What calls for nothing: for who asks for it."""
    if view.mailbox.remarks:
        yield view.heading("Remarks")
        for remark in view.mailbox.remarks:
            yield from indented(remark, 2)


SECTIONS = (_findings, _right, _incomplete, _never_shown, _not_checked)
