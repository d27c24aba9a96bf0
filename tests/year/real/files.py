"""Directories that are copied, put back and moved: the server's mailbox, and the program's state."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.year.real.client import SENT
from tests.year.world import Folder

_NUMBERS = ("dovecot-uidlist", "dovecot.index*")  # dovecot-keywords stays: it says which letter of a file is a keyword
_CACHED = "dovecot.list.index*"
_LAST_UIDVALIDITY = "dovecot-uidvalidity*"


@dataclass(frozen=True, slots=True)
class MailDirectory:
    """A mailbox as Dovecot keeps it in Maildir++; touched only while nobody is signed in."""

    path: Path

    def number_anew(self, folder: Folder) -> None:
        """Take away the server's own list of numbers: it makes another, under a UIDVALIDITY never used before."""
        self._forget_numbers([folder])

    def restore(self, copy: Path, *, keeps_numbers: bool) -> None:
        """An older copy in its place. Which UIDVALIDITY was given last is remembered across it."""
        last = {each.name: each.read_bytes() for each in self.path.glob(_LAST_UIDVALIDITY)}
        put_back(copy, self.path)
        for old in self.path.glob(_LAST_UIDVALIDITY):
            old.unlink()
        for name, content in last.items():
            (self.path / name).write_bytes(content)
            shutil.chown(self.path / name, self.path.owner(), self.path.group())
        _remove(self.path, [_CACHED])
        if not keeps_numbers:
            self._forget_numbers([*Folder, SENT])

    def _forget_numbers(self, folders: Iterable[str]) -> None:
        for folder in folders:
            _remove(self.path if folder == Folder.INBOX else self.path / f".{folder}", _NUMBERS)
        _remove(self.path, [_CACHED])


def copied(directory: Path, to: Path) -> None:
    """All of it, with its owners and times."""
    subprocess.run(["cp", "-a", str(directory), str(to)], check=True)


def put_back(copy: Path, directory: Path) -> None:
    """The copy in the directory's place; it may be needed again."""
    shutil.rmtree(directory)
    copied(copy, directory)


def bytes_of(directory: Path) -> int:
    """Of all files in it."""
    return sum(each.stat().st_size for each in directory.rglob("*") if each.is_file())


def _remove(directory: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for file in directory.glob(pattern):
            file.unlink()
