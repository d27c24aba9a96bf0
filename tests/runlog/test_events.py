"""Every line of the log keeps to the published schema, and none holds what is written in a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.report import RunReport
from auditor.runlog.run import RunLog
from auditor.runlog.schema import published, rendered, schema
from tests.report import runs
from tests.report.golden import assert_golden

pytestmark = pytest.mark.thorough

PUBLISHED = Path(__file__).parents[2] / "auditor" / "runlog"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VALIDATOR = jsonschema.Draft202012Validator(schema())


def logged(report: RunReport, path: Path, *, error: str = "") -> list[dict[str, Any]]:
    log = RunLog(path, report.run, now=lambda: NOON, lost=pytest.fail)
    log.began("audit", applied=report.applied)
    for mailbox in report.mailboxes:
        log.mailbox(mailbox, 0)
    if error:
        log.failed(error)
    log.ended(report.exit_code)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_published_schema_is_the_generated_one() -> None:
    assert_golden("log.schema.json", rendered(), PUBLISHED)
    assert published() == rendered()


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", runs.RUNS)
@pytest.mark.parametrize("error", ["", "no mailbox is called \udc80\x1b[2J " + "x" * 3000], ids=["", "stopped"])
def test_every_line_keeps_to_the_schema(name: str, error: str, tmp_path: Path) -> None:
    lines = logged(runs.RUNS[name](), tmp_path / "log.jsonl", error=error)
    for line in lines:
        VALIDATOR.validate(line)
    assert [line["event"] for line in lines][:: len(lines) - 1] == ["run-began", "run-ended"]


@pytest.mark.parametrize(
    "change",
    [{"event": "other"}, {"extra": 1}, {"at": "yesterday"}, {"log": 2}, {"exit_code": 7}, {"error": 1}],
    ids=lambda change: next(iter(change)),
)
def test_another_line_breaks_the_schema(change: dict[str, object], tmp_path: Path) -> None:
    *_, line = logged(runs.nothing_new(), tmp_path / "log.jsonl")
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(line | change)


def test_each_action_and_each_gap_has_its_line(tmp_path: Path) -> None:
    lines = logged(runs.applied(), tmp_path / "log.jsonl")
    assert [line["status"] for line in lines if line["event"] == "action"] == ["done", "copied", "failed", "skipped"]

    lines = logged(runs.many(), tmp_path / "other.jsonl")
    gaps = [(line["mailbox"], line["what"]) for line in lines if line["event"] == "incomplete"]
    assert gaps == [("books", "the mailbox"), ("garden", "folder Bulk")]
    assert [line["mailbox"] for line in lines if line["event"] == "mailbox"] == ["antiques", "books", "garden", "toys"]


@pytest.mark.parametrize("name", runs.RUNS)
def test_nothing_of_a_message_is_in_the_log(name: str, tmp_path: Path) -> None:
    report = runs.RUNS[name]()
    logged(report, tmp_path / "log.jsonl")
    text = (tmp_path / "log.jsonl").read_text()

    messages = [message for mailbox in report.mailboxes for message in mailbox.messages]
    for message in messages:
        for part in (message.subject, message.header_from, message.message_id):
            assert json.dumps(part)[1:-1] not in text


def test_a_log_that_fails_later_stops_nothing_and_is_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    log = RunLog(tmp_path / "log.jsonl", "r", now=lambda: NOON, lost=said.append)
    log.began("audit", applied=True)
    assert log._file is not None
    log._file.write = _full  # type: ignore[method-assign, assignment]

    log.mailbox(runs.applied().mailboxes[0], 0)
    log.ended(0)

    assert said == [f"the log {tmp_path / 'log.jsonl'} is not complete: No space left on device"]


def _full(_event: object) -> None:
    raise OSError(28, "No space left on device")
