"""Whole messages + what is known of their mailbox -> verdicts. DNS is asked once for many; the rest is pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from auditor.evidence.collect import Context, Evidence, collect, origin, questions
from auditor.evidence.wrapper import innermost
from auditor.message import Message, read, read_header
from auditor.providers import Provider
from auditor.resolver import Resolver
from auditor.verdict import Verdict, judge

RULES = "5"
"""Raised by hand whenever a change could give a known message another standing, or put more of it into the ledger."""


MAX_MESSAGE = 15 * 1024 * 1024
"""Octets of one message that are read at most; of a longer one only the beginning, and it is never GENUINE."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The bytes of one message and when the seller's server received it."""

    raw: bytes
    received_at: datetime | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with its verdict; `evidence` is what the verdict was made from."""

    evidence: Evidence
    verdict: Verdict

    @property
    def message(self) -> Message:
        return self.evidence.message


@dataclass(frozen=True, slots=True)
class Judge:
    """What every message of one mailbox is judged with."""

    context: Context
    resolver: Resolver
    provider: Provider

    @property
    def rules(self) -> str:
        return rules_version(self.context)


def rules_version(context: Context) -> str:
    """Names everything that a verdict depends on besides the message: another version judges everything anew."""
    own = (
        context.own_addresses,
        context.stamp_rule,
        context.bodies_rerendered,
        context.link_wrappers,
        context.arc_forwarders,
    )
    return f"{RULES}-{context.catalogue.version}-{sha256(repr(own).encode()).hexdigest()[:8]}"


def judge_all(letters: Sequence[Letter], context: Context, resolver: Resolver) -> list[Judged]:
    """One verdict for each letter, in order; the names that all of them need are asked at once."""
    opened = [_opened(letter) for letter in letters]
    origins = [origin(message, context) for message, _ in opened]
    answers = resolver.ask({name for each in origins for name in questions(each)})
    judged = []
    for letter, each, (_, wrapped) in zip(letters, origins, opened, strict=True):
        own = replace(context, received_at=letter.received_at)
        evidence = collect(each, answers, own, wrapped=wrapped)
        judged.append(Judged(evidence, judge(evidence, own)))
    return judged


def judge_header(header: bytes, context: Context) -> Judged:
    """For a message that its sender settles: no DNS, no body."""
    evidence = collect(origin(read_header(header), context), {}, context)
    return Judged(evidence, judge(evidence, context))


def _opened(letter: Letter) -> tuple[Message, bool]:
    message = read(letter.raw, complete=letter.complete)
    inner = innermost(message)
    return (message, False) if inner is None else (inner, True)
