"""A configuration and an environment -> what a nightly job would miss of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from auditor.config import Config, MailboxConfig
from auditor.display import line
from auditor.errors import ConfigError


def refuse_other_state(config: Config, environ: Mapping[str, str]) -> None:
    """Raises ConfigError where the nightly job would keep another state than the commands typed here.

    The address of a state may hold a secret, so it is not written into the job.
    """
    variables = ["AUDITOR_STATE_URL"] if config.state.url else ["AUDITOR_STATE_URL", "XDG_STATE_HOME"]
    for name in variables:
        if environ.get(name):
            raise ConfigError(
                f"{name} says here where the state is, and a scheduled job does not see it: it would keep another one",
                hint=f'write it into the configuration, [state] url = "sqlite:///...", and unset {name}',
            )


def missing(config: Config) -> Iterator[str]:
    """One sentence for each mailbox whose password a scheduled job would hardly get."""
    for mailbox in config.mailboxes:
        yield from (f"mailbox `{line(mailbox.name)}`: {what}" for what in _missing(mailbox))


def _missing(mailbox: MailboxConfig) -> Iterator[str]:
    if mailbox.password_env:
        yield (
            f"its password is in the environment variable {line(mailbox.password_env)}, which a scheduled job does not "
            "see; keep it in a file (password_file) or a password manager (password_command)"
        )
    if mailbox.keyring:
        yield "the keyring of the desktop is open only while you are logged in"
    if mailbox.password_command and not Path(mailbox.password_command[0]).is_absolute():
        yield (
            f"a scheduled job may not find the program {line(mailbox.password_command[0])}; "
            "write its whole path into password_command"
        )
