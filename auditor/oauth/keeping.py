"""A client goes in; where its sign-in is kept comes out: a file of mode 0600, or the keyring of the desktop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from auditor import private
from auditor.mailbox.signin import keep_in_keyring, kept_in_keyring
from auditor.oauth.tokens import Client

CALLED = "the file with the sign-in"
LONGEST = 1_000_000
_SERVICE = "auditor-oauth"


class Place(Protocol):
    """Where one sign-in is kept. Both methods raise ConfigError."""

    @property
    def said(self) -> str:
        """Where it is, for a sentence: `in ...`."""

    def read(self) -> str | None:
        """None where there is nothing yet."""

    def write(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class KeptInFile:
    path: Path

    @property
    def said(self) -> str:
        return f"in the file {self.path}"

    def read(self) -> str | None:
        if not self.path.exists() and not self.path.is_symlink():
            return None
        return private.read(self.path, called=CALLED, longest=LONGEST).decode("utf-8", "replace")

    def write(self, text: str) -> None:
        private.replace(self.path, text.encode(), called=CALLED)


@dataclass(frozen=True, slots=True)
class KeptInKeyring:
    key: str

    @property
    def said(self) -> str:
        return "in the keyring"

    def read(self) -> str | None:
        return kept_in_keyring(_SERVICE, self.key)

    def write(self, text: str) -> None:
        keep_in_keyring(_SERVICE, self.key, text)


def place_of(client: Client, *, keyring: bool) -> Place:
    """The file lies in the platform's folder for state."""
    if keyring:
        return KeptInKeyring(client.key)
    from platformdirs import user_state_path

    return KeptInFile(user_state_path("auditor") / "sign-in" / f"{client.key}.json")
