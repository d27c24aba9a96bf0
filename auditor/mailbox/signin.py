"""Where a secret is kept in, the secret out; it shows neither in a repr nor in an error."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import private
from auditor.errors import ConfigError
from auditor.mailbox.hiding import hider

_COMMAND_S = 30
_LONGEST_FILE = 65_536
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")  # as variables of passwords are named everywhere
_NO_PASSWORD_THERE = "that key says where the password is; the password itself is never written in the file"


@dataclass(frozen=True, slots=True)
class Password:
    """An account's password, or an app password."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A short-lived OAuth 2.0 bearer token (RFC 6750)."""

    value: str = field(repr=False)


Credential = Password | AccessToken


def credential(
    *,
    env: str | None = None,
    command: Sequence[str] | None = None,
    file: Path | None = None,
    keyring_service: tuple[str, str] | None = None,
) -> Password:
    """The password from the one source given. Raises ConfigError for none, for several, and for an empty one.

    `command` is an argv, run without a shell for at most 30 s; of its output and of `file` the first line counts.
    `keyring_service` is (service, user name).
    """
    if sum(source is not None for source in (env, command, file, keyring_service)) != 1:
        raise ConfigError(
            "a mailbox needs exactly one source for its password",
            hint="give one of password_env, password_command, password_file and keyring = true",
        )
    if env is not None:
        return _password(_from_env(env), f"the environment variable {env}")
    if command is not None:
        return _password(_from_command(tuple(command)), "the output of password_command")
    if file is not None:
        return _password(_from_file(file), f"password_file {file}")
    assert keyring_service is not None  # the count above leaves nothing else
    return _password(_from_keyring(*keyring_service), f"the keyring entry {keyring_service[0]!r}")


def _password(text: str, source: str) -> Password:
    first_line = text.splitlines()[0] if text else ""
    if not first_line:
        raise ConfigError(f"{source} holds no password")
    return Password(first_line)


def _from_env(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        # what does not look like a name may be the password itself, written in the wrong place
        which = name if _VARIABLE.fullmatch(name) else "that it speaks of"
        raise ConfigError(f"password_env: the environment variable {which} is not set", hint=_NO_PASSWORD_THERE)
    return value


def _from_command(argv: tuple[str, ...]) -> str:
    if not argv:
        raise ConfigError("password_command is empty")
    # `from None` throughout: a TimeoutExpired carries the output so far, which may be the password
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_S, check=False)
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"password_command {argv[0]} did not end within {_COMMAND_S} s",
            hint="it must not wait for someone to type",
        ) from None
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "not a command"
        # its name is not repeated: what is no program may be the password itself, written in the wrong place
        raise ConfigError(f"password_command cannot be run: {reason}", hint=_NO_PASSWORD_THERE) from None
    if done.returncode:
        raise ConfigError(f"password_command {argv[0]} failed with code {done.returncode}{_complaint(done)}")
    return _decoded(done.stdout, "the output of password_command")


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """Its first words, without the password should it complain about that."""
    printed, complained = (_lines(output) for output in (done.stdout, done.stderr))
    hide = hider(printed[0] if printed else "")
    return f": {hide(complained[0])[:200]!a}" if complained else ""


def _lines(output: bytes) -> list[str]:
    return output[:1000].decode("utf-8", "replace").splitlines()


def _from_file(path: Path) -> str:
    content = private.read(path, called="password_file", longest=_LONGEST_FILE)
    return _decoded(content, f"password_file {path}")


def _decoded(raw: bytes, source: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{source} is not UTF-8 text") from None


def _from_keyring(service: str, username: str) -> str:
    value = kept_in_keyring(service, username)
    if value is None:
        raise ConfigError(
            f"the keyring holds no password of {username} for {service}", hint="`auditor login` puts it there"
        )
    return value


def kept_in_keyring(service: str, username: str) -> str | None:
    """What the keyring of the desktop keeps under these names. Raises ConfigError where it cannot be asked."""
    keyring = _keyring()
    try:
        value = keyring.get_password(service, username)
    except keyring.errors.KeyringError as exc:
        raise ConfigError(f"the keyring cannot be read: {str(exc)[:200]!a}") from None
    return None if value is None else str(value)


def keep_in_keyring(service: str, username: str, secret: str) -> None:
    """Put it there, in place of what is. Raises ConfigError."""
    keyring = _keyring()
    try:
        keyring.set_password(service, username, secret)
    except keyring.errors.KeyringError as exc:
        said = hider(secret)(str(exc))[:200]
        raise ConfigError(f"the keyring cannot keep it: {said!a}", hint="unlock it, or use a file") from None


def _keyring() -> Any:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise ConfigError(
            "the secret is in a keyring, and the package for it is not installed",
            hint="pip install 'auditor[keyring]'",
        ) from None
    return keyring
