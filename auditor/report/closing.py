"""RunReport -> the last lines of a report: what was not finished, and what the seller does next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from auditor.display import columns, line
from auditor.errors import ExitCode
from auditor.mailbox.interface import MessageRef
from auditor.report import MailboxReport, RunReport
from auditor.report.cards import WIDTH, count, reference


def closing(report: RunReport) -> Iterator[str]:
    """One line for each thing to do, the main one last."""
    yield from _unfinished(report)
    yield from _acknowledge(report)
    if _number(report, "failed"):
        yield from _step("Some moves failed, as said above. The next run looks first:", "auditor rescue --apply")
    yield from _main(report)


def _unfinished(report: RunReport) -> Iterator[str]:
    errors = {mailbox.error for mailbox in report.mailboxes} | {report.exit_code}
    if ExitCode.UNFINISHED in errors:
        yield "Not finished: nothing is concluded about what could not be looked at."
        yield "Run auditor again later."
    if ExitCode.BUSY in errors:
        yield "Another run holds a mailbox. Run auditor again when it has ended."


def _acknowledge(report: RunReport) -> Iterator[str]:
    for mailbox in report.mailboxes:
        ref = _first_open(mailbox)
        if ref is not None:
            named = shlex.quote(reference(mailbox.name, ref))
            yield from _step("To say that you have dealt with a message left in spam:", f"auditor ack {named}")
            return


def _first_open(mailbox: MailboxReport) -> MessageRef | None:
    waiting = [each for each in mailbox.messages if each.standing == "unverified" and not each.acknowledged]
    waiting.sort(key=lambda each: (each.stream != "customer", each.deadline or each.received_at, each.ref))
    return waiting[0].ref if waiting else None


def _main(report: RunReport) -> Iterator[str]:
    moved = _number(report, "done") + _number(report, "copied")
    planned = sum(message.planned == "move" for mailbox in report.mailboxes for message in mailbox.messages)
    if moved:
        yield from _step(f"{count(moved, 'message')} moved. To put back:", f"auditor undo {shlex.quote(report.run)}")
    elif _is_too_many(report):
        command = f"auditor rescue --apply --max-moves {planned or 'NUMBER'}"
        yield from _step("Nothing was moved. To move them all the same, once you have read the list:", command)
    elif planned and not report.applied:
        yield from _step(f"Nothing was moved. To move the {count(planned, 'message')}:", "auditor rescue --apply")
    elif report.exit_code == ExitCode.CLEAN:
        yield "Nothing needs your attention."
    elif not _number(report, "failed"):
        yield "Nothing was moved."


def _is_too_many(report: RunReport) -> bool:
    return any(found.rule.id == "max-moves" for mailbox in report.mailboxes for found in mailbox.findings)


def _step(sentence: str, command: str) -> Iterator[str]:
    """A sentence and its command, the command on a line of its own where both do not fit: it is there to be copied."""
    whole = line(f"{sentence} {command}")
    if columns(whole) <= WIDTH:
        yield whole
    else:
        yield from (line(sentence), f"  {line(command)}")


def _number(report: RunReport, status: str) -> int:
    return sum(outcome.status == status for mailbox in report.mailboxes for outcome in mailbox.outcomes)
