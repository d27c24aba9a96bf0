"""Contact facts -> findings, what held, what could not be looked at; said once for all mailboxes of a run."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from auditor.contacts.categories import check_categories
from auditor.contacts.email import check_email
from auditor.contacts.facts import Check, ContactFacts, Held, Remark
from auditor.contacts.in_replies import check_in_replies
from auditor.contacts.leads_here import check_leads_here
from auditor.contacts.on_file import check_on_file
from auditor.contacts.own_domain import check_own_domains
from auditor.contacts.own_signature import check_own_signatures
from auditor.contacts.phone import check_phones
from auditor.contacts.postal import check_return_address
from auditor.contacts.reply_from import check_reply_from
from auditor.contacts.website import check_website
from auditor.report import Incomplete
from auditor.rules import Finding

T = TypeVar("T", bound=Hashable)

CHECKS: tuple[Check, ...] = (
    check_email,
    check_leads_here,
    check_on_file,
    check_reply_from,
    check_phones,
    check_categories,
    check_return_address,
    check_website,
    check_own_domains,
    check_own_signatures,
    check_in_replies,
)
_WALMART_UNKNOWN = Incomplete(
    "Walmart's rules for contact details",
    "the mailbox does not name its marketplaces; if you sell at Walmart, write marketplaces = [...]",
    standing=True,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the checks say of one mailbox."""

    mailbox: str
    findings: tuple[Finding, ...] = ()
    right: tuple[str, ...] = ()
    incomplete: tuple[Incomplete, ...] = ()
    remarks: tuple[str, ...] = ()


def judge(facts: ContactFacts, checks: Sequence[Check] = CHECKS) -> Judged:
    """A rule is right where it held everywhere that it was looked at."""
    said = [each for check in checks for each in check(facts)]
    findings = tuple(dict.fromkeys(each for each in said if isinstance(each, Finding)))
    incomplete = [each for each in said if isinstance(each, Incomplete)]
    if facts.sells_at_walmart is None:
        incomplete.append(_WALMART_UNKNOWN)
    broken = {each.rule.id for each in findings}
    held = {each.rule for each in said if isinstance(each, Held)}
    return Judged(
        facts.mailbox,
        _one_a_key(findings),
        tuple(sorted(held - broken)),
        tuple(dict.fromkeys(incomplete)),
        tuple(dict.fromkeys(each.text for each in said if isinstance(each, Remark))),
    )


def judge_all(many: Sequence[ContactFacts]) -> tuple[Judged, ...]:
    """Each mailbox by itself; what several share is said at the first of them, which names the others."""
    judged = [replace(one, remarks=(*_sharing(one.mailbox, many), *one.remarks)) for one in map(judge, many)]
    shared: dict[Hashable, list[tuple[str, Finding]]] = {}
    for facts, one in zip(many, judged, strict=True):
        for found in one.findings:
            shared.setdefault(_cause(found, facts), []).append((facts.mailbox, found))
    first = {each[0][1].key: _for_all(each) for each in shared.values()}
    told: set[Hashable] = set()
    return tuple(_untold(one, first, told) for one in judged)


def _sharing(mailbox: str, many: Sequence[ContactFacts]) -> Iterator[str]:
    """Who has the same address on file."""
    email = next(facts.email for facts in many if facts.mailbox == mailbox)
    names = [facts.mailbox for facts in many if facts.email == email]
    if len(names) > 1:
        yield f"{email} is on file for the mailboxes {', '.join(f'`{name}`' for name in names)}"


def _cause(found: Finding, facts: ContactFacts) -> Hashable:
    """What makes two findings the same: a wrong detail itself; of a missing one, only the same contact table."""
    is_missing = found.rule.id == "contact-category-missing"
    return found.rule.id, found.subject, facts.contact.model_dump_json() if is_missing else ""


def _for_all(sharing: Sequence[tuple[str, Finding]]) -> Finding:
    (_, found), *others = sharing
    if not others:
        return found
    names = ", ".join(f"`{name}`" for name, _ in others)
    detail = f"{found.detail.rstrip('.')}. The same for {'mailbox' if len(others) == 1 else 'mailboxes'} {names}."
    return replace(found, detail=detail, acknowledged=any(each.acknowledged for _, each in sharing))


def _untold(one: Judged, first: dict[str, Finding], told: set[Hashable]) -> Judged:
    findings = tuple(first[found.key] for found in one.findings if found.key in first)
    incomplete = tuple(_new(one.incomplete, told))
    remarks = tuple(_new(one.remarks, told))
    return replace(one, findings=findings, incomplete=incomplete, remarks=remarks)


def _new(said: Sequence[T], told: set[Hashable]) -> Iterator[T]:
    for each in said:
        if each not in told:
            told.add(each)
            yield each


def _one_a_key(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same number in two places is one finding, told where it is met first."""
    return tuple({found.key: found for found in reversed(findings)}.values())[::-1]
