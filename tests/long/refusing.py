"""Variants in; how often each check refused them out, and how many would be GENUINE were the proof taken as given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from unittest.mock import patch

from auditor import proof
from auditor.evidence.collect import Context, Evidence
from auditor.judging import Letter, judge_all
from auditor.proof import Proof
from auditor.verdict import Standing, Verdict, judge
from tests.contexts import ZoneResolver, context
from tests.corpus import Real
from tests.long.planting import Variant, plant
from tests.mail import CHECKS, Profile
from tests.mail.keys import zone

HALVES = {True: "From rewritten", False: "From as it was"}


@dataclass(slots=True)
class Refusals:
    """Counts. Each is by half and a word: a check, a standing, a form."""

    standings: Counter[tuple[bool, str]] = field(default_factory=Counter)
    first: Counter[tuple[bool, str]] = field(default_factory=Counter)
    every: Counter[tuple[bool, str]] = field(default_factory=Counter)
    profiles: Counter[tuple[Profile, str]] = field(default_factory=Counter)
    forms: Counter[tuple[str, str]] = field(default_factory=Counter)
    genuine: list[str] = field(default_factory=list)

    def add(self, name: str, variant: Variant, verdict: Verdict, were_it_proved: Verdict) -> None:
        half = variant.rewritten
        self.standings[half, verdict.standing.value] += 1
        refused = [check.rule for check in verdict.checks if check.passed is not True]
        self.every.update((half, rule) for rule in refused)
        self.first.update((half, rule) for rule in refused[:1])
        self.forms[variant.form, "variants"] += 1
        self.profiles[variant.profile, "variants"] += 1
        if were_it_proved.standing is Standing.GENUINE:
            self.forms[variant.form, "genuine"] += 1
            self.profiles[variant.profile, "genuine"] += 1
        if verdict.standing is Standing.GENUINE:
            self.genuine.append(f"{name} {variant.profile.value} {variant.form}")

    def merge(self, other: Refusals) -> None:
        for mine, theirs in (
            (self.standings, other.standings),
            (self.first, other.first),
            (self.every, other.every),
        ):
            mine.update(theirs)
        self.profiles.update(other.profiles)
        self.forms.update(other.forms)
        self.genuine += other.genuine

    @property
    def total(self) -> int:
        return sum(self.standings.values())

    @property
    def genuine_without_proof(self) -> int:
        return sum(count for (_, word), count in self.profiles.items() if word == "genuine")


def refusals(chosen: Sequence[tuple[Real, Profile, int]], seed: int) -> Refusals:
    """Judge the variant of each choice, made from the seed and the choice alone."""
    found = Refusals()
    resolver = ZoneResolver(zone())
    for real, profile, number in chosen:
        rng = Random(f"{seed} {real.name} {profile.value} {number}")
        variant = plant(real, profile, rng, rewritten=_is_rewritten(real, profile, number))
        found.add(real.name, variant, *_verdicts(variant, resolver))
    return found


def _is_rewritten(real: Real, profile: Profile, number: int) -> bool:
    """Every second one, whichever way they are counted."""
    return (sum(real.name.encode()) + list(Profile).index(profile) + number) % 2 == 0


def _verdicts(variant: Variant, resolver: ZoneResolver) -> tuple[Verdict, Verdict]:
    """As it is, and with the third check taken as True on the word of the first signature shown."""
    own = context(variant.profile)
    judged = judge_all([Letter(variant.raw, variant.received_at)], own, resolver)[0]
    with patch.object(proof, "prove", _signature_is_proof):
        return judged.verdict, judge(judged.evidence, replace(own, received_at=variant.received_at))


def _signature_is_proof(evidence: Evidence, _context: Context) -> Proof:
    return Proof(True, "taken as True", evidence.signatures[:1])


def by_check(found: Refusals) -> Iterator[str]:
    """How many each check refused first, and how many in all."""
    yield "| check | " + " | ".join(f"{HALVES[half]}: first | in all" for half in HALVES) + " |"
    yield "| --- |" + " ---: |" * 4
    for check in CHECKS:
        counts = (f"{found.first[half, check]:,} | {found.every[half, check]:,}" for half in HALVES)
        yield f"| {check} | {' | '.join(counts)} |"
    for half, name in HALVES.items():
        standings = (f"{found.standings[half, one.value]:,} {one.value}" for one in Standing)
        yield f"\n{name}: {', '.join(standings)}."


def by_form(found: Refusals) -> Iterator[str]:
    """Under every provider and for every form: how many there were, and how many only the proof stopped."""
    yield "| provider or form | variants | GENUINE were the proof taken as given |"
    yield "| --- | ---: | ---: |"
    for counts in (found.profiles, found.forms):
        for key in sorted({key for key, _ in counts}):
            yield f"| {key} | {counts[key, 'variants']:,} | {counts[key, 'genuine']:,} |"  # type: ignore[index]
