"""A pytest plugin for mutation testing alone: what no mutated module has a part in is worked out once.

mutmut forks for each mutant from a process that has run all tests, so what that one remembers costs the others
nothing: messages taken apart, signatures verified, texts looked through. Each is remembered by everything that it is
made from.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from auditor import judging
from auditor.evidence import collect
from auditor.evidence.dkim import Verified, verify
from auditor.evidence.links import Contents, read_contents
from auditor.evidence.signatures import Signature
from auditor.message import Message, read
from auditor.resolver import Answers
from tests.long.mutation import MUTATED


def remember_messages(read: Callable[..., Message]) -> Callable[..., Message]:
    known: dict[tuple[bytes, bool], Message] = {}

    def remembered(raw: bytes, *, complete: bool = True) -> Message:
        if (raw, complete) not in known:
            known[raw, complete] = read(raw, complete=complete)
        return known[raw, complete]

    return remembered


def remember_signatures(verify: Callable[..., tuple[Verified, ...]]) -> Callable[..., tuple[Verified, ...]]:
    known: dict[object, tuple[Verified, ...]] = {}

    def remembered(
        message: Message, signed: Sequence[Signature], answers: Answers, *, received_at: datetime | None
    ) -> tuple[Verified, ...]:
        keys = tuple(answers.get(one.key_name) for one in signed)
        made_from = (message.raw, message.complete, tuple(signed), keys, received_at)
        if made_from not in known:
            known[made_from] = verify(message, signed, answers, received_at=received_at)
        return known[made_from]

    return remembered


def remember_contents(read_contents: Callable[..., Contents]) -> Callable[..., Contents]:
    known: dict[object, Contents] = {}

    def remembered(message: Message, *, wrappers: Sequence[str] = (), phones: bool = False) -> Contents:
        made_from = (message.raw, message.complete, tuple(wrappers), phones)
        if made_from not in known:
            known[made_from] = read_contents(message, wrappers=wrappers, phones=phones)
        return known[made_from]

    return remembered


def pytest_configure() -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(judging, "read", remember_messages(read))
    patch.setattr(collect, "verify", remember_signatures(verify))
    if "alignment" not in os.environ.get(MUTATED, ""):
        patch.setattr(collect, "read_contents", remember_contents(read_contents))
