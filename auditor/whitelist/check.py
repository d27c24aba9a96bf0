"""What is wanted against what stands in a filter -> findings, and the rules that held."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from types import MappingProxyType

from auditor.marketplaces import Catalogue
from auditor.report import Incomplete
from auditor.rules import Confidence, Finding, Outcome, finding
from auditor.whitelist.shapes import domain_of, example, glob, overlap
from auditor.whitelist.values import Effect, Entry, Means, Plan, Present, Proof, Target, Tried, Wanted

SHOWN = 20
"""Addresses that one finding names."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the checks judge by: one filter of one mailbox."""

    mailbox: str
    target: Target
    wanted: Sequence[Wanted]
    means: Means
    plan: Plan
    present: Present
    catalogue: Catalogue
    acknowledged: Collection[str] = frozenset()

    def finding(
        self,
        rule: str,
        subject: str,
        detail: str,
        evidence: Sequence[str] = (),
        *,
        confidence: Confidence = Confidence.CERTAIN,
        outcome: Outcome = Outcome.WRONG,
    ) -> Finding:
        return finding(
            rule,
            self.mailbox,
            f"{self.target.name}: {subject}",
            detail=detail,
            evidence=tuple(evidence[:SHOWN]),
            confidence=confidence,
            outcome=outcome,
            acknowledged=self.acknowledged,
        )


Check = Callable[[Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the checks say of one filter."""

    findings: tuple[Finding, ...]
    right: tuple[str, ...]
    incomplete: tuple[Incomplete, ...]
    remarks: tuple[str, ...] = ()


def judge(facts: Facts) -> Judged:
    """A rule held where everything was read and nothing broke it; one about proof needs an entry to be about."""
    judged = _judge(facts, CHECKS)
    return replace(judged, incomplete=(*judged.incomplete, *_refused(facts)))


def judge_harm(facts: Facts) -> Judged:
    """Only what loses customers' mail or answers it, whoever put it there and whatever else the filter holds."""
    return _judge(facts, HARM)


def _judge(facts: Facts, checks: Mapping[str, Check]) -> Judged:
    findings = tuple({each.key: each for check in checks.values() for each in check(facts)}.values())
    broken = {each.rule.id for each in findings}
    is_whole = not facts.present.unread
    right = tuple(rule for rule in checks if rule not in broken) if is_whole else ()
    return Judged(findings, right, tuple(_unread(facts)))


def judge_trial(tried: Tried, mailbox: str, acknowledged: Collection[str]) -> Judged:
    """What `sieve-test` did with a genuine and a forged message."""
    if tried.failed:
        why = f"it could not try our script: {tried.failed}"
        return Judged((), (), (Incomplete("sieve-test", why, standing=True),))
    said = {
        "whitelist-no-effect": "" if tried.keeps_genuine else f"a genuine message from {tried.address} is not kept",
        "whitelist-unauthenticated": f"a forged message from {tried.address} is kept" if tried.keeps_forged else "",
    }
    found = tuple(
        finding(rule, mailbox, "sieve-test", detail=f"sieve-test: {detail}", acknowledged=acknowledged)
        for rule, detail in said.items()
        if detail
    )
    remark = f"Tried with sieve-test: a genuine message from {tried.address} is kept, a forged one is not."
    return Judged(found, (), (), () if found else (remark,))


def check_missing(facts: Facts) -> Iterator[Finding]:
    """What the target can hold and does not, by marketplace."""
    there = {each for each in facts.present.entries if each.effect is Effect.ADMIT}
    missing = [each for each in facts.plan.entries if each not in there]
    by_owner: dict[str, list[str]] = {}
    for each in missing:
        by_owner.setdefault(_owner(each, facts), []).append(each.pattern)
    for owner, patterns in by_owner.items():
        of = sum(_owner(each, facts) == owner for each in facts.plan.entries)
        detail = f"{facts.target.title} lacks {len(patterns):,} of the {of:,} senders of {owner} that belong into it"
        yield facts.finding("whitelist-missing", owner, detail, patterns)


def check_stale(facts: Facts) -> Iterator[Finding]:
    """What auditor wrote, or somebody of a marketplace's domain, that is wanted no more."""
    planned = set(facts.plan.entries)
    for each in facts.present.entries:
        if each.effect is not Effect.ADMIT or each in planned or each.proof is Proof.NONE:
            continue
        if each.is_ours or (_is_owned(each, facts) and not _touched(each, facts)):
            detail = f"{each.pattern} is let in, and is no address that you want (any more)"
            yield facts.finding("whitelist-stale", each.pattern, detail, _seen(each))


def check_unauthenticated(facts: Facts) -> Iterator[Finding]:
    """Entries that let in whoever writes a marketplace's address into his message."""
    yield from _strange_hosts(facts)
    for each in facts.present.entries:
        if each.effect is not Effect.ADMIT or not _touched(each, facts):
            continue
        if each.proof is Proof.NONE:
            what = "everything" if each.pattern == "*" else each.pattern
            detail = f"{what} is let in by what a message claims, without proof of who sent it"
            yield facts.finding("whitelist-unauthenticated", each.pattern, detail, _seen(each))
        elif each.proof is Proof.POLICY:
            yield from _unenforced(each, facts)


def _strange_hosts(facts: Facts) -> Iterator[Finding]:
    stamping = facts.means.stamping
    own = () if isinstance(stamping, str) else stamping.ids
    for host in sorted(set(facts.present.ids) - set(own)):
        detail = f"auditor's own rules believe the stamps of {host}, which is not your host (authserv_ids)"
        yield facts.finding("whitelist-unauthenticated", host, detail)


def _unenforced(entry: Entry, facts: Facts) -> Iterator[Finding]:
    domain = domain_of(entry.pattern)
    is_enforced = facts.means.policies.get(domain)
    if is_enforced:
        return
    unknown = is_enforced is None
    detail = (
        f"whether forged mail from {domain} is refused (DMARC) could not be looked up"
        if unknown
        else f"{domain} does not have forged mail refused (DMARC), and this filter lets it in"
    )
    outcome = Outcome.UNKNOWN if unknown else Outcome.WRONG
    yield facts.finding("whitelist-unauthenticated", entry.pattern, detail, _seen(entry), outcome=outcome)


def check_too_wide(facts: Facts) -> Iterator[Finding]:
    """Entries that let in more than the marketplaces' own addresses."""
    for each in facts.present.entries:
        if each.effect is not Effect.ADMIT or each in facts.plan.entries or not _touched(each, facts):
            continue
        if why := _why_too_wide(each, facts):
            yield facts.finding("whitelist-too-wide", each.pattern, why, _seen(each))


def _why_too_wide(entry: Entry, facts: Facts) -> str:
    if any(entry.pattern == glob(one.pattern) for one in facts.wanted) or not set(entry.pattern) & set("*?["):
        return ""
    if not _is_owned(entry, facts):
        return f"{entry.pattern} also fits addresses that anyone can register"
    strangers = [each for each in facts.means.unwanted if overlap(_glob(entry), glob(each))]
    return f"{entry.pattern} also fits {strangers[0]}, which is not wanted" if strangers else ""


def check_discards(facts: Facts) -> Iterator[Finding]:
    """Rules that throw marketplace mail away, by its sender or by a mark of spam: what they take, nobody sees again."""
    for each in facts.present.entries:
        if each.effect is not Effect.DISCARD or not (touched := _touched(each, facts)):
            continue
        by_sender = each.pattern != "*"
        names = ", ".join(dict.fromkeys(one.marketplace for one in touched))
        detail = (
            f"a rule throws mail from {each.pattern} away, which may come from {names}"
            if by_sender
            else "a rule throws away whatever is marked as spam, so genuine mail that was marked is gone for good"
        )
        confidence = Confidence.CERTAIN if by_sender else Confidence.POSSIBLE
        yield facts.finding("whitelist-discards", each.pattern, detail, _seen(each), confidence=confidence)


def check_vacation(facts: Facts) -> Iterator[Finding]:
    """Rules that answer marketplace mail by themselves."""
    for each in facts.present.entries:
        if each.effect is Effect.REPLY and (touched := _touched(each, facts)):
            names = ", ".join(dict.fromkeys(one.marketplace for one in touched))
            detail = f"a rule answers mail by itself, also that of customers of {names}"
            yield facts.finding("sieve-vacation", each.text or each.pattern, detail, _seen(each))


HARM: Mapping[str, Check] = MappingProxyType(
    {
        "whitelist-discards": check_discards,
        "sieve-vacation": check_vacation,
    }
)
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "whitelist-unauthenticated": check_unauthenticated,
        "whitelist-too-wide": check_too_wide,
        **HARM,
        "whitelist-missing": check_missing,
        "whitelist-stale": check_stale,
    }
)


def _unread(facts: Facts) -> Iterator[Incomplete]:
    for what in facts.present.unread:
        yield Incomplete(facts.target.title, f"{what}: nothing is concluded about it", standing=True)


def _refused(facts: Facts) -> Iterator[Incomplete]:
    reasons = dict.fromkeys(each.why for each in facts.plan.refused)
    for why in reasons:
        those = [each.pattern for each in facts.plan.refused if each.why == why]
        more = f" and {len(those) - 1:,} more" if len(those) > 1 else ""
        yield Incomplete(f"{facts.target.title}, {those[0]}{more}", f"not written: {why}", standing=True)


def _touched(entry: Entry, facts: Facts) -> list[Wanted]:
    """The wanted mail that an entry may fit."""
    return [one for one in facts.wanted if overlap(_glob(entry), glob(one.pattern)) and not _is_spared(one, entry)]


def _is_spared(one: Wanted, entry: Entry) -> bool:
    return any(fnmatchcase(example(one.pattern), each) for each in entry.but_not)


def _glob(entry: Entry) -> str:
    return glob(entry.pattern) if "[" in entry.pattern else entry.pattern


def _is_owned(entry: Entry, facts: Facts) -> bool:
    """Whether whatever fits it lies in one marketplace's domain."""
    domain = domain_of(entry.pattern)
    return bool(domain) and not set(domain) & set("*?[") and facts.catalogue.owner(domain) is not None


def _owner(entry: Entry, facts: Facts) -> str:
    owner = facts.catalogue.owner(domain_of(entry.pattern).rpartition("*")[2].lstrip("."))
    return owner.title if owner else "a marketplace"


def _seen(entry: Entry) -> tuple[str, ...]:
    return (entry.text,) if entry.text else ()
