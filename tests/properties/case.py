"""A sample of the table, and what may be changed about it: its bytes, its DNS, the time at which it came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from auditor.judging import Judged, Letter, judge_all
from auditor.resolver import Answer, Found, Resolver
from auditor.verdict import Standing
from tests.contexts import context
from tests.mail import RECEIVED_AT, Profile, Sample
from tests.mail.forged import forged
from tests.mail.genuine import genuine, honest_but_unprovable
from tests.mail.keys import zone

RANK = {Standing.FORGED: 0, Standing.UNVERIFIED: 1, Standing.GENUINE: 2}
"""The order of trust. UNRELATED has no place in it: such mail is counted and nothing else."""


KINDS: dict[str, Callable[[Profile], tuple[Sample, ...]]] = {
    "genuine": genuine,
    "unprovable": honest_but_unprovable,
    "forged": forged,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A message as it lies in the spam folder, with the DNS that is asked about it."""

    name: str
    profile: Profile
    raw: bytes
    records: Mapping[str, bytes]
    unanswered: Collection[str] = field(default=())
    received_at: datetime | None = RECEIVED_AT

    def with_raw(self, raw: bytes) -> Case:
        return replace(self, raw=raw)


class Dns(Resolver):
    """Answers that are written down, and names that get none."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def ask(self, names: Collection[str], rdtype: str = "TXT", *, budget_s: float | None = None) -> dict[str, Answer]:
        return {name: self._answer(name) for name in names}

    def _answer(self, name: str) -> Answer:
        if name in self._case.unanswered:
            return Answer(Found.TEMPERROR)
        text = self._case.records.get(name)
        return Answer(Found.ABSENT) if text is None else Answer(Found.FOUND, (text,))


def judged(case: Case) -> Judged:
    return judge_all([Letter(case.raw, case.received_at)], context(case.profile), Dns(case))[0]


@cache
def cases(kind: str, every: int = 1) -> tuple[Case, ...]:
    """Samples of one kind under every profile: `genuine`, `unprovable`, `forged`; each `every`-th of them."""
    return tuple(_case(sample) for profile in Profile for sample in KINDS[kind](profile)[::every])


def _case(sample: Sample) -> Case:
    return Case(f"{sample.profile.value}-{sample.name}", sample.profile, sample.raw, zone() | dict(sample.zone))


def split(raw: bytes) -> tuple[list[bytes], bytes]:
    """Header fields, each with its folded lines, and the rest from the empty line on."""
    header, blank, body = raw.partition(b"\r\n\r\n")
    fields: list[bytes] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += line + b"\r\n"
        else:
            fields.append(line + b"\r\n")
    return fields, blank[2:] + body


def joined(fields: Collection[bytes], rest: bytes) -> bytes:
    return b"".join(fields) + rest


def is_field(name: bytes, field_line: bytes) -> bool:
    return field_line.lower().startswith(name + b":")
