"""Sent replies and the details that the seller gives out in them: see README.md beside this."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Half = Literal["open", "held"]
Kind = Literal["phone", "email", "link", "address"]

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Address:
    """`postal_code` as it is written; `street` is the line of the street, as it is written; `country` is ISO 3166."""

    country: str
    postal_code: str
    street: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A phone in E.164, an e-mail address in small letters, a link's host in small letters without "www."."""

    kind: Kind
    value: str | Address


@dataclass(frozen=True, slots=True)
class Reply:
    """One message from the Sent folder. `country` is the seller's: numbers and addresses without one are of it.

    `body` and `signature` are what the seller gives out; `either` may be taken or left; anything else is not his.
    """

    id: str
    program: str
    shape: str
    language: str
    country: str
    marketplace: str
    raw: bytes
    body: tuple[Detail, ...]
    signature: tuple[Detail, ...]
    either: tuple[Detail, ...]

    @property
    def given(self) -> frozenset[Detail]:
        return frozenset(self.body + self.signature)


def read(half: Half) -> tuple[Reply, ...]:
    """The replies of one half, in the order of the file. Raises KeyError or ValueError for a line that is none."""
    lines = (_FOLDER / f"{half}.jsonl").read_text("utf-8").split("\n")
    return tuple(_reply(json.loads(line)) for line in lines if line)


def _reply(line: Mapping[str, Any]) -> Reply:
    return Reply(
        id=line["id"],
        program=line["program"],
        shape=line["shape"],
        language=line["language"],
        country=line["country"],
        marketplace=line["marketplace"],
        raw=line["raw"].encode(),
        body=_details(line["body"]),
        signature=_details(line["signature"]),
        either=_details(line["either"]),
    )


def _details(entries: list[dict[str, Any]]) -> tuple[Detail, ...]:
    return tuple(Detail(each["kind"], _value(each["value"])) for each in entries)


def _value(value: str | dict[str, str]) -> str | Address:
    return value if isinstance(value, str) else Address(**value)
