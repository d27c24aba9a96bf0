"""The shape of the JSON report as pydantic models -> the JSON Schema (2020-12) in report.schema.json."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="UTC, to the second")]
Count = Annotated[int, Field(ge=0)]


class _Object(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ref(_Object):
    """Where a message lies in a mailbox."""

    folder: str
    uidvalidity: Count
    uid: Count


class Counts(_Object):
    """Messages of the spam folders, by standing; unrelated ones are counted and not listed."""

    seen: Count
    genuine: Count
    unverified: Count
    forged: Count
    unrelated: Count


class Check(_Object):
    """One check of a verdict; null: it could not be decided."""

    rule: str
    passed: bool | None
    detail: str


class Message(_Object):
    """One marketplace message or imitation found in a spam folder."""

    ref: Ref
    message_id: str
    header_from: str = Field(alias="from", description="the From field as it stands in the message")
    subject: str = Field(description="decoded, at most 4096 characters")
    received_at: Time
    marketplace: str | None
    stream: Literal["customer", "order", "account", "marketing", "never"] | None
    standing: Literal["genuine", "unverified", "forged"]
    checks: list[Check]
    warnings: list[str]
    planned: Literal["move", "leave"]
    reason: str
    trick: str | None = Field(description="how it imitates the marketplace; null: it imitates none")
    campaign: str | None = Field(description="shared by the imitations that belong together; null: it imitates none")


class Outcome(_Object):
    """What an action did to a message; `to` is null where it was not moved or not found again."""

    ref: Ref
    status: Literal["done", "copied", "skipped", "failed"]
    to: Ref | None
    detail: str


class Finding(_Object):
    """One rule broken, or not decidable, at one place; `key` stays the same from night to night."""

    key: str
    rule: str
    outcome: Literal["wrong", "unknown"]
    practice: int = Field(ge=1, le=8)
    severity: Literal["low", "medium", "high"]
    confidence: Literal["certain", "likely", "possible"]
    subject: str
    evidence: list[str]
    detail: str
    remedy: str
    acknowledged: bool


class Reply(_Object):
    """A customer's message and when it was or must be answered."""

    ref: Ref
    marketplace: str
    received_at: Time
    due_at: Time | None
    state: Literal["due", "due-soon", "overdue", "in-time", "late", "no-reply-seen", "done"]
    answered_at: Time | None
    in_junk: bool


class Practice(_Object):
    """How the seller stands on one of the eight practices."""

    practice: int = Field(ge=1, le=8)
    title: str
    state: Literal["ok", "attention", "unknown"]
    evidence: str


class Rescued(_Object):
    """What became of a message that a run of the last 14 days moved; `ref`: where it was seen last outside spam.

    `by`: who put it back, where that can be told; else empty.
    """

    ref: Ref
    message_id: str
    subject: str
    became: Literal["there", "read", "answered", "put-back", "gone", "unknown"]
    by: str
    rescued_at: Time
    since: Time


class Incomplete(_Object):
    """What could not be looked at; nothing is concluded about it. `standing`: the provider never shows it."""

    what: str
    why: str
    standing: bool


class Mailbox(_Object):
    """One mailbox; also one line of the JSON Lines form."""

    name: str
    junk_folders: list[str]
    counts: Counts
    messages: list[Message]
    outcomes: list[Outcome]
    rescued: list[Rescued]
    findings: list[Finding]
    right: list[str] = Field(description="rules that were checked and held")
    replies: list[Reply]
    practices: list[Practice]
    incomplete: list[Incomplete]
    remarks: list[str] = Field(description="worth a sentence, and never a reason to act")


class Summary(_Object):
    """The last line of the JSON Lines form."""

    schema_version: Literal[1] = Field(alias="schema")
    run: str
    started_at: Time
    finished_at: Time
    applied: bool = Field(description="false: a dry run, nothing was changed")
    exit_code: Literal[0, 1, 2, 3, 4, 5, 10, 130]


class Report(Summary):
    """The report of one run of auditor."""

    mailboxes: list[Mailbox]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document; its `Mailbox` and `Summary` are the lines of JSON Lines."""
    document = Report.model_json_schema(by_alias=True)
    summary = Summary.model_json_schema(by_alias=True)
    document["$defs"]["Summary"] = summary
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def rendered() -> str:
    """The text that report.schema.json must hold."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


def published() -> str:
    """The text that report.schema.json does hold."""
    return files("auditor.report").joinpath("report.schema.json").read_text(encoding="utf-8")
