"""`auditor explain`: why a message got its verdict."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    OutputOption,
    answer,
    load_config,
    load_dns_if_any,
)

if TYPE_CHECKING:
    from auditor.config import Config, MailboxConfig
    from auditor.judging import Judge, Judged, Letter
    from auditor.references import Reference


def explain(
    what: Annotated[str, typer.Argument(metavar="REF|FILE|-", help="A message of a report, a saved one, or stdin.")],
    mailbox: Annotated[
        str | None, typer.Option("--mailbox", metavar="NAME", help="Judge a file as if it lay in this mailbox.")
    ] = None,
    received_at: Annotated[
        str | None, typer.Option("--received-at", metavar="TIME", help="When a file was received.")
    ] = None,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
) -> None:
    """Tell why a message is genuine, unverified or forged, check by check, and what would change that.

    Anything that is not a reference (MAILBOX:FOLDER/UIDVALIDITY/UID) is taken for a file. Without --mailbox the
    checks that need a mailbox stay undecided. Nothing is changed and nothing is remembered.

    Examples:  auditor explain shop:Junk/1700000000/42    auditor explain mail.eml --mailbox shop

    Exit codes: 0 it was judged, whatever the verdict; 2 no such file or message; 3 the mailbox could not be read.
    """
    from auditor import explaining, references
    from auditor.judging import judge_all

    reference = references.parse(what)
    if reference is not None:
        judge, letter = _of_reference(reference, load_config(config))
    elif mailbox is not None:
        settings = load_config(config)
        judge, letter = _judge_of(settings.mailbox(mailbox), settings), _of_file(what, received_at)
    else:
        judge, letter = _judge_of_nobody(config), _of_file(what, received_at)
    with judge.resolver:
        judged: Judged = judge_all([letter], judge.context, judge.resolver)[0]
    told = explaining.Told(what, judged, letter.received_at, stopped_short=judge.context.own_addresses is None)
    answer(explaining.text(told) if format is Format.TEXT else explaining.json(told), output)


def _of_reference(reference: Reference, config: Config) -> tuple[Judge, Letter]:
    from auditor.cli import warn
    from auditor.cli.options import now
    from auditor.errors import ConfigError, MailboxError
    from auditor.judging import MAX_MESSAGE, Letter
    from auditor.mailbox.wire import LAST_UID
    from auditor.opening import limits_of, open_mailbox

    mailbox = config.mailbox(reference.mailbox)
    judge = _judge_of(mailbox, config)
    ref = reference.ref
    with open_mailbox(mailbox, judge.resolver, limits_of(config), now=now, warn=warn) as connection:
        reader = connection.reader()
        state = reader.examine(ref.folder)
        possible = state.uidvalidity == ref.uidvalidity and 1 <= ref.uid <= LAST_UID
        wholes = list(reader.whole([(ref.uid, 0)], limit=MAX_MESSAGE)) if possible else []
    if not wholes:
        raise ConfigError(f"no message {reference} is there", hint="it was moved or deleted, or the folder was rebuilt")
    if not wholes[0].raw and not wholes[0].complete:
        raise MailboxError(f"the server lists message {reference} and did not hand it out", hint="try again later")
    return judge, Letter(wholes[0].raw, wholes[0].received_at, wholes[0].complete)


def _of_file(what: str, received_at: str | None) -> Letter:
    from auditor.judging import Letter

    moment = _moment(received_at) if received_at else None
    raw, complete = _bytes(what)
    return Letter(raw, moment, complete)


def _judge_of(mailbox: MailboxConfig, config: Config) -> Judge:
    from auditor.cli.resolving import resolver_of
    from auditor.context import judge_of
    from auditor.marketplaces import load

    return judge_of(mailbox, config, load(config.marketplaces), resolver_of(config.dns))


def _judge_of_nobody(config: Path | None) -> Judge:
    """Without a mailbox: the checks that need one stay undecided."""
    from auditor.cli.resolving import resolver_of
    from auditor.evidence.collect import Context
    from auditor.evidence.lookalike import Imitations
    from auditor.evidence.stamp import StampRule
    from auditor.judging import Judge
    from auditor.marketplaces import load
    from auditor.providers import SELF_HOSTED

    dns, additions = load_dns_if_any(config)
    catalogue = load(additions)
    return Judge(Context(catalogue, Imitations(catalogue), None, StampRule()), resolver_of(dns), SELF_HOSTED)


def _bytes(what: str) -> tuple[bytes, bool]:
    """The message and whether it is all there. Raises ConfigError for what cannot be read."""
    from auditor.errors import ConfigError
    from auditor.judging import MAX_MESSAGE

    try:
        if what == "-":
            raw = sys.stdin.buffer.read(MAX_MESSAGE + 1)
        else:
            with Path(what).open("rb") as file:
                raw = file.read(MAX_MESSAGE + 1)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "not a file name"
        raise ConfigError(f"{what} cannot be read: {reason}", hint="give a saved message or a reference") from None
    return raw[:MAX_MESSAGE], len(raw) <= MAX_MESSAGE


def _moment(text: str) -> datetime:
    from auditor.errors import ConfigError

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--received-at {text[:40]} is no time", hint="write it as 2026-11-23T08:00Z") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
