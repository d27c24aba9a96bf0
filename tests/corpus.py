"""The real mail beside the project, where it is: its licence keeps it out. Tests that need it skip without it."""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "dev"

needs_corpus = pytest.mark.skipif(
    not (FOLDER / "index.csv").is_file(), reason="the corpus of real mail is not beside the project (../shared)"
)


@dataclass(frozen=True, slots=True)
class Real:
    """One real message; `verdict` is the index's word for what must become of it."""

    name: str
    raw: bytes
    verdict: str

    @property
    def claimed_date(self) -> datetime | None:
        """What its Date says, as the time of receipt: so that no phish is refused for its age alone."""
        try:
            moment = parsedate_to_datetime(str(message_from_bytes(self.raw)["date"]))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@cache
def phish() -> tuple[Real, ...]:
    """The real phish of the development corpus, bytes as collected."""
    verdicts = {path.replace("/", "__"): verdict for path, verdict in _index()}
    return tuple(
        Real(name, raw, verdicts.get(name, "never_rescue"))
        for name, raw in _members(FOLDER / "phishing_pot-dev.tar.xz")
        if name.endswith(".eml")
    )


@cache
def fixtures() -> tuple[Real, ...]:
    """Messages of public test suites."""
    verdicts = dict(_index(key="file"))
    return tuple(
        Real(name, raw, verdicts.get(name, "never_rescue")) for name, raw in _members(FOLDER / "fixtures.tar.gz")
    )


def _index(key: str = "path") -> Iterator[tuple[str, str]]:
    csv.field_size_limit(1 << 20)
    with (FOLDER / "index.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row[key], row["verdict"]


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and (file := tar.extractfile(member)) is not None:
                name = member.name.partition("/")[2] if "phishing" in archive.name else member.name
                yield name.removeprefix("fixtures/"), file.read()
