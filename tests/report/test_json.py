from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.report import RunReport
from auditor.report.json import render, render_lines
from auditor.report.schema import published, rendered, schema
from tests.report import runs
from tests.report.golden import assert_golden

PUBLISHED = Path(__file__).parents[2] / "auditor" / "report"


def validate(document: Any, definition: str = "") -> None:
    whole = schema()
    target = {**whole["$defs"][definition], "$defs": whole["$defs"]} if definition else whole
    jsonschema.Draft202012Validator(target).validate(document)


def test_the_published_schema_is_the_generated_one() -> None:
    assert_golden("report.schema.json", rendered(), PUBLISHED)
    assert published() == rendered()


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", runs.RUNS)
def test_the_json_is_the_kept_one(name: str) -> None:
    assert_golden(f"{name}.json", render(runs.RUNS[name]()))


@pytest.mark.parametrize("name", runs.RUNS)
def test_every_report_keeps_to_the_schema(name: str) -> None:
    validate(json.loads(render(runs.RUNS[name]())))


@pytest.mark.parametrize("name", runs.RUNS)
def test_every_line_keeps_to_the_schema(name: str) -> None:
    *mailboxes, summary = [json.loads(each) for each in render_lines(runs.RUNS[name]())]
    for mailbox in mailboxes:
        validate(mailbox, "Mailbox")
    validate(summary, "Summary")


def test_an_unknown_key_breaks_the_schema() -> None:
    document = json.loads(render(runs.two_planned())) | {"extra": 1}
    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def test_json_lines_hold_the_same_as_the_document() -> None:
    *mailboxes, summary = [json.loads(each) for each in render_lines(runs.many())]
    whole = json.loads(render(runs.many()))
    assert sorted(mailboxes, key=lambda each: str(each["name"])) == whole.pop("mailboxes")
    assert summary == whole


@pytest.mark.parametrize("name", runs.RUNS)
def test_json_is_printable_ascii(name: str) -> None:
    text = render(runs.RUNS[name]())
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert all(each.count("\n") == 1 for each in render_lines(runs.RUNS[name]()))


def test_the_order_does_not_depend_on_the_order_of_work() -> None:
    report = runs.two_planned()
    box = report.mailboxes[0]
    turned = replace(box, messages=box.messages[::-1], findings=box.findings[::-1])
    assert render(replace(report, mailboxes=(turned,))) == render(report)


def messages_of(report: RunReport) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = json.loads(render(report))["mailboxes"][0]["messages"]
    return messages


def test_unrelated_mail_is_counted_and_not_listed() -> None:
    assert [each["standing"] for each in messages_of(runs.everything())] == ["genuine", "unverified"]


def test_subjects_are_decoded_and_senders_are_not() -> None:
    message = messages_of(runs.two_planned())[0]
    assert message["subject"] == "Where is my order #12345?"
    assert message["from"] == f'"Dana R." <{runs.RELAY}>'


def test_an_undecided_check_is_null() -> None:
    checks = messages_of(runs.everything())[1]["checks"]
    assert [check["passed"] for check in checks] == [True, None]


def test_times_are_utc_to_the_second() -> None:
    assert json.loads(render(runs.two_planned()))["finished_at"] == "2026-11-20T12:00:04Z"
