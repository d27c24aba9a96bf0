"""The part of `auditor contacts` that sends a message: its options, and what it says joined to what the checks say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from auditor.config import MailboxConfig
    from auditor.contacts import Judged
    from auditor.contacts.facts import Said
    from auditor.probing.running import ProbeOrder

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


def probe_order(
    mailboxes: Sequence[MailboxConfig], *, probe: bool, force: bool, wait_s: float, run: str = ""
) -> ProbeOrder | None:
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
    return ProbeOrder(wait_s, force=force, run=run)


def with_probes(
    judged: Sequence[Judged], mailboxes: Sequence[MailboxConfig], order: ProbeOrder, *, config: Path | None, quiet: bool
) -> tuple[Judged, ...]:
    """One probe for each mailbox, and what it says beside what was said of the mailbox before."""
    from auditor.cli.running import tools_for
    from auditor.probing.running import probe

    with tools_for(config, quiet=quiet) as tools:
        return tuple(
            _joined(one, probe(mailbox, tools, order).said) for one, mailbox in zip(judged, mailboxes, strict=True)
        )


def _joined(judged: Judged, said: Sequence[Said]) -> Judged:
    from auditor.contacts.facts import Held, Remark
    from auditor.report import Incomplete
    from auditor.rules import Finding

    return replace(
        judged,
        findings=(*judged.findings, *(each for each in said if isinstance(each, Finding))),
        right=tuple(sorted({*judged.right, *(each.rule for each in said if isinstance(each, Held))})),
        incomplete=(*judged.incomplete, *(each for each in said if isinstance(each, Incomplete))),
        remarks=(*judged.remarks, *(each.text for each in said if isinstance(each, Remark))),
    )
