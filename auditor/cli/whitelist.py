"""`auditor whitelist show | check | export | install`: whose mail must arrive, and filters that are no hole."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    NoColorOption,
    NoMailboxOption,
    OutputOption,
    QuietOption,
    VerboseOption,
)

if TYPE_CHECKING:
    from auditor.whitelist import Target


class Action(StrEnum):
    """What to do with the whitelist."""

    SHOW = "show"
    CHECK = "check"
    EXPORT = "export"
    INSTALL = "install"


class TargetName(StrEnum):
    """The filters, as they are named on the command line."""

    SIEVE = "sieve"
    GMAIL = "gmail"
    SPAMASSASSIN = "spamassassin"
    RSPAMD = "rspamd"
    OUTLOOK = "outlook"
    MICROSOFT365 = "microsoft365"
    VCARD = "vcard"


def whitelist(
    action: Annotated[Action, typer.Argument(help="Show what is wanted, check a filter, write or install one.")],
    target: Annotated[TargetName | None, typer.Argument(help="The filter, for `check` and `export`.")] = None,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|-]", help="For `check`: the filter as its program exports it.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="With `install`: take our rules out again.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="With `install`: change the server or Gmail, not only show it.")
    ] = False,
    mailbox: Annotated[
        str | None, typer.Option("--mailbox", metavar="NAME", help="Of several mailboxes, this one.")
    ] = None,
    no_mailbox: NoMailboxOption = False,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show whose mail must reach you; check a filter against it; write one for your mail program; install it.

    Every rule that is written demands proof of the sender; where a filter cannot demand it, nothing is written, and the
    reason stands on stderr. `check` reads the active Sieve script on your server (ManageSieve), or from a file: a Sieve
    script, an export of Gmail's filters, SpamAssassin's user_prefs, an rspamd map or multimap.conf, Outlook's safe
    senders or a vCard. It says what is missing, stale, let in without proof, too wide, thrown away or answered
    automatically. `install` shows what it would change on the ManageSieve server: a script of its own, which yours
    includes. With --apply it changes that, keeps your script as it is but for the include, and keeps a copy;
    `install --remove --apply`, or `undo RUN`, brings back what was there. For a mailbox that signs in at Google with
    OAuth2, `install` makes Gmail filters of its own, once gmail_filters = true accepts what they cannot ask for.

    Examples:  auditor whitelist show    auditor whitelist check gmail mailFilters.xml    auditor whitelist export sieve
    auditor whitelist install --apply

    Exit codes: 0 nothing needs attention, 10 something does (also changes planned and not made), 2 wrong usage or
    configuration, 3 unfinished (DNS, the server), 4 not all changes were made, 5 another run holds the mailbox.
    """
    from auditor.cli.exporting import export, only_one
    from auditor.cli.options import load_config, refuse_unwritable
    from auditor.cli.writing import Style

    refuse_unwritable(output)
    _refuse_stray(action, target, file, remove=remove, apply=apply)
    style = Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color)
    settings = load_config(config)
    chosen = only_one(settings.chosen([mailbox] if mailbox else []))
    if action is Action.EXPORT:
        export(_target(target), chosen, settings, style)
        return
    from auditor.cli import installing, whitelisting

    asked = whitelisting.Asked(chosen, config, style, is_open=not no_mailbox)
    if action is Action.SHOW:
        whitelisting.show(asked, settings)
    elif action is Action.CHECK:
        whitelisting.check(_target(target or TargetName.SIEVE), file, asked, settings)
    else:
        installing.install(asked, remove=remove, apply=apply)


def _refuse_stray(action: Action, target: TargetName | None, file: str | None, *, remove: bool, apply: bool) -> None:
    """Raises ConfigError for what does not go with the action."""
    from auditor.errors import ConfigError

    is_install, is_check = action is Action.INSTALL, action is Action.CHECK
    strays = {
        "--remove": remove and not is_install,
        "--apply": apply and not is_install,
        str(target): target is not None and action in (Action.SHOW, Action.INSTALL),
        str(file): file is not None and not is_check,
    }
    for given, is_stray in strays.items():
        if is_stray:
            raise ConfigError(f"`whitelist {action}` takes no `{given}`", hint="auditor whitelist --help")
    if action is Action.EXPORT and target is None:
        names = ", ".join(each.value for each in TargetName)
        raise ConfigError("`whitelist export` needs a target", hint=f"one of: {names}")
    if is_check and file is None and target not in (None, TargetName.SIEVE):
        raise ConfigError(
            f"`whitelist check {target}` needs a file", hint="auditor whitelist check TARGET FILE; - is stdin"
        )


def _target(name: TargetName | None) -> Target:
    from auditor.whitelist import TARGETS

    assert name is not None
    return TARGETS[name]
