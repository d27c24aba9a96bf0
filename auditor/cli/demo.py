"""`auditor demo`: the main job on an embedded IMAP server and DNS zone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import NoColorOption
from auditor.cli.signals import ended_by_signals

if TYPE_CHECKING:
    from auditor.demo.stage import Stage

_PACKAGES = ("pymap", "dnslib")


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the mailbox open at the end, to try the other commands on it.")
    ] = False,
    no_color: NoColorOption = False,
) -> None:
    """Show the main job on sample mail: find, prove, report, rescue, undo. Nothing to configure.

    It brings its own IMAP server and DNS zone, on this computer only; nothing leaves the machine, and nothing of it
    stays there. It checks itself while it goes on.

    Examples:  auditor demo    auditor demo --keep

    Exit codes: 0 all went as told, 1 something went otherwise, 2 the packages for it are not installed.
    """
    _require_packages()
    from auditor.cli.options import wants_color
    from auditor.demo.stage import stage
    from auditor.demo.story import tell

    color = wants_color(no_color=no_color, output=None)
    typer.echo("A seller's mailbox with sample mail, on this computer only: nothing leaves it,")
    typer.echo("and nothing stays. The keys that signed the mail were made a moment ago.")
    with ended_by_signals(), stage() as made:
        tell(made, typer.echo, color=color)
        typer.echo("\nThat was the real program. For your own mailbox:  auditor init")
        if keep:
            _keep_open(made)


def _require_packages() -> None:
    from importlib.util import find_spec

    from auditor.errors import ConfigError

    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise ConfigError(f"the demo needs {' and '.join(missing)}", hint="pip install 'auditor[demo]'")


def _keep_open(made: Stage) -> None:
    try:
        typer.echo(_how_to_reach(made))
        sys.stdin.readline()
    except KeyboardInterrupt:
        typer.echo()


def _how_to_reach(made: Stage) -> str:
    account = made.account
    return f"""
The mailbox stays open until you press Enter. A mail program finds it at
  {account.host}, port {account.port}, without TLS
  user {account.username}, password {account.password}
and in another terminal:
  export AUDITOR_CONFIG={made.config.source}
  auditor rescue"""
