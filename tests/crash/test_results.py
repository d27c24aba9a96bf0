"""What is kept of a run of the whole, and how a second sitting goes on from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import results
from tests.crash.tally import Tally

BLOCK = "test_every_octet[pymap-move-3]"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "commit", lambda: "abc1234")
    return tmp_path / "results.jsonl"


def tally(cases: int = 5, *findings: str) -> Tally:
    return Tally("octets", "pymap", "move", cases=cases, findings=list(findings))


def test_a_finished_block_is_passed_over_while_nothing_was_changed(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not results.is_recorded(BLOCK, kept)
    results.record(BLOCK, tally(), kept)

    assert results.is_recorded(BLOCK, kept)
    assert not results.is_recorded(BLOCK.replace("3", "4"), kept)
    for other in ("def5678", "abc1234+", ""):
        monkeypatch.setattr(results, "commit", lambda other=other: other)
        assert not results.is_recorded(BLOCK, kept)


def test_a_block_with_findings_is_run_again(kept: Path) -> None:
    results.record(BLOCK, tally(5, "lost: 'a letter'"), kept)

    assert not results.is_recorded(BLOCK, kept)


def test_the_latest_line_of_a_block_counts_and_each_commit_is_named(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.record(BLOCK, tally(5, "lost: 'a letter'"), kept)
    results.record(f"{BLOCK} again", tally(7), kept)
    monkeypatch.setattr(results, "commit", lambda: "def5678")
    results.record(BLOCK, tally(6), kept)

    card = results.scorecard(results.recorded(kept))

    (row,) = [line for line in card.splitlines() if line.startswith("| octets ")]
    assert "| 13 |" in row
    assert "abc1234" in row
    assert "def5678" in row
    assert card.endswith("## Findings\n\nNone.\n")
