"""The shape of a line of the log as pydantic models -> the JSON Schema (2020-12) in log.schema.json."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from auditor.report.schema import Counts, Ref, Time

Code = Literal[0, 1, 2, 3, 4, 5, 10, 130]
Sentence = Annotated[str, Field(max_length=1000)]


class _Event(BaseModel):
    """What every line has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    log: Literal[1] = Field(description="the version of this shape")
    at: Time
    run: str = Field(description="the run's id, as in reports and for `auditor undo`")


class RunBegan(_Event):
    """A run began. One without a `run-ended` was killed, or still runs."""

    event: Literal["run-began"]
    command: Literal["audit", "rescue"]
    applied: bool = Field(description="false: a dry run, nothing is changed")
    version: str = Field(description="of auditor")


class Action(_Event):
    """What was done to one message; `to` is where it was seen afterwards."""

    event: Literal["action"]
    mailbox: str
    ref: Ref
    status: Literal["done", "copied", "skipped", "failed"]
    to: Ref | None
    detail: Sentence


class Incomplete(_Event):
    """What could not be looked at; nothing is concluded about it."""

    event: Literal["incomplete"]
    mailbox: str
    what: Sentence
    why: Sentence


class Mailbox(_Event):
    """One mailbox was looked at, as far as that went."""

    event: Literal["mailbox"]
    mailbox: str
    junk_folders: list[str]
    counts: Counts
    exit_code: Code


class RunEnded(_Event):
    """The run ended; `error`: what stopped it as a whole."""

    event: Literal["run-ended"]
    exit_code: Code
    error: Sentence | None


Line = Annotated[RunBegan | Action | Incomplete | Mailbox | RunEnded, Field(discriminator="event")]


def schema() -> dict[str, Any]:
    """The JSON Schema of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of auditor's log",
        **TypeAdapter[Any](Line).json_schema(),
    }


def rendered() -> str:
    """The text that log.schema.json must hold."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


def published() -> str:
    """The text that log.schema.json does hold."""
    return files("auditor.runlog").joinpath("log.schema.json").read_text(encoding="utf-8")
