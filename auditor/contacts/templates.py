"""A folder of the seller's -> the texts of his templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from auditor.errors import ConfigError

MAX_FILES = 500
MAX_FILE = 100_000
_ENDINGS = frozenset({".txt", ".md", ".html", ".eml", ""})


def templates_of(folder: Path | None) -> tuple[str, ...]:
    """Of at most 500 files. Raises ConfigError for a folder that cannot be read."""
    return () if folder is None else _read(folder)


@lru_cache(maxsize=8)
def _read(folder: Path) -> tuple[str, ...]:
    try:
        files = [each for each in sorted(folder.iterdir()) if each.is_file() and each.suffix in _ENDINGS]
        return tuple(_text(each) for each in files[:MAX_FILES])
    except OSError as error:
        raise ConfigError(f"[replies] templates: {folder} cannot be read: {error.strerror}") from None


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(MAX_FILE).decode("utf-8", "replace")
