"""`auditor ack`: seen and dealt with."""

from __future__ import annotations

from typing import Annotated

import typer

from auditor.cli.options import ConfigOption


def ack(
    what: Annotated[str, typer.Argument(metavar="REF|KEY", help="A message or a finding's key, as in reports.")],
    config: ConfigOption = None,
) -> None:
    """Say that you have seen a message or a finding and dealt with it: it no longer counts as needing attention.

    It stays in the report, marked. A message that changes, or a finding about something else, counts anew.

    Examples:  auditor ack shop:Junk/1700000000/42    auditor ack stream-unknown:shop:news@walmart.com

    Exit codes: 0, or 2 where no such message or finding is on record.
    """
    from auditor import references
    from auditor.cli.options import load_config, now
    from auditor.cli.resolving import resolver_of
    from auditor.config import default_state_url
    from auditor.display import line
    from auditor.errors import ConfigError
    from auditor.opening import endpoint_of
    from auditor.rules import RULES
    from auditor.store.opening import open_store

    settings = load_config(config)
    reference = references.parse(what)
    rule, _, rest = what.partition(":")
    name = rest.partition(":")[0] if rule in RULES else reference.mailbox if reference else ""
    if not name:
        raise ConfigError(f"`{line(what, 80)}` is neither a message nor a finding", hint="copy it from a report")
    mailbox = settings.mailbox(name)
    with open_store(settings.state.url or default_state_url(), now=now) as store, resolver_of(settings.dns) as resolver:
        account = store.account(endpoint_of(mailbox, resolver).host, mailbox.username)
        if rule in RULES:
            account.acknowledge(what)
        elif reference is None or not account.acknowledge_message(reference.ref):
            raise ConfigError(f"no message {line(what, 80)} is on record", hint="run `auditor rescue` first")
    typer.echo(f"noted: {line(what)}")
