"""A keyring that keeps one password in a file; PYTHON_KEYRING_BACKEND names it to a run."""

from __future__ import annotations

import os
from pathlib import Path

from keyring.backend import KeyringBackend


class Kept(KeyringBackend):
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return Path(os.environ["AUDITOR_TEST_KEYRING"]).read_text().rstrip("\n")

    def set_password(self, service: str, username: str, password: str) -> None:
        Path(os.environ["AUDITOR_TEST_KEYRING"]).write_text(f"{password}\n")
