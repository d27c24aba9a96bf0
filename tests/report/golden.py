"""Compare with a kept file; AUDITOR_UPDATE_GOLDEN=1 rewrites it, to be read like code."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str, folder: Path = FOLDER) -> None:
    """Raises AssertionError where the file differs or is missing."""
    file = folder / name
    if os.environ.get("AUDITOR_UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8", newline="")
    assert text == file.read_text(encoding="utf-8"), f"{name} differs: AUDITOR_UPDATE_GOLDEN=1 rewrites it"
