"""The part of `auditor contacts` that sends a message: its options, and what it says joined to what the checks say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from auditor.config import MailboxConfig
    from auditor.contacts import Judged
    from auditor.contacts.facts import Said
    from auditor.looked import Tools
    from auditor.probing.running import ProbeOrder
    from auditor.report import MailboxReport

WAIT_S = 300.0

ProbeOption = Annotated[
    bool,
    typer.Option(
        "--probe",
        help="Send one message to the address on file, see where it arrives, and remove it. Once a day at most.",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="With --probe: also where one was sent today.")]
WaitOption = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", min=1, max=3600, help="With --probe: how long to wait for it."),
]


def probe_order(mailboxes: Sequence[MailboxConfig], *, probe: bool, force: bool, wait_s: float) -> ProbeOrder | None:
    """What is asked for; None where it is no probe. Raises ConfigError for what could not be done anywhere."""
    from auditor.errors import ConfigError
    from auditor.probing.running import ProbeOrder

    if not probe:
        if force or wait_s != WAIT_S:
            raise ConfigError("--force and --wait go with --probe")
        return None
    if not any(mailbox.smtp for mailbox in mailboxes):
        name = mailboxes[0].name
        raise ConfigError(f"mailbox `{name}` names no server to send the probe by", hint=f"add [mailbox.{name}.smtp]")
    return ProbeOrder(wait_s, force=force)


def probed(mailboxes: Sequence[MailboxConfig], tools: Tools, order: ProbeOrder | None) -> Mapping[str, Judged]:
    """What the probe of each mailbox says, by its name; nothing where none is asked for.

    It goes first: what it learns of the seller's own signatures is judged with the rest.
    """
    from auditor.probing.running import probe

    if order is None:
        return {}
    return {mailbox.name: _judged(mailbox.name, probe(mailbox, tools, order)) for mailbox in mailboxes}


def with_probes(reports: Sequence[MailboxReport], probes: Mapping[str, Judged]) -> tuple[MailboxReport, ...]:
    """The reports, with what the probes say."""
    return tuple(_joined(each, probes[each.name]) if each.name in probes else each for each in reports)


def _joined(report: MailboxReport, judged: Judged) -> MailboxReport:
    return replace(
        report,
        findings=(*report.findings, *judged.findings),
        right=tuple(sorted({*report.right, *judged.right})),
        incomplete=(*report.incomplete, *judged.incomplete),
        remarks=(*report.remarks, *judged.remarks),
    )


def _judged(mailbox: str, said: Sequence[Said]) -> Judged:
    from auditor.contacts import Judged
    from auditor.contacts.facts import Held, Remark
    from auditor.report import Incomplete
    from auditor.rules import Finding

    return Judged(
        mailbox,
        findings=tuple(each for each in said if isinstance(each, Finding)),
        right=tuple(each.rule for each in said if isinstance(each, Held)),
        incomplete=tuple(each for each in said if isinstance(each, Incomplete)),
        remarks=tuple(each.text for each in said if isinstance(each, Remark)),
    )
