"""The e-mail address on file: is it one, could mail to it arrive, and is it the one that was meant?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.contacts.addresses import domain_in_dns, in_letters
from auditor.contacts.facts import ContactFacts, Held, Remark, Said
from auditor.contacts.mail_hosts import disposable, is_free_mail, is_role
from auditor.contacts.reach import Reach, Reached, reach_of
from auditor.contacts.typos import meant
from auditor.rules import Confidence, Outcome

_RULES = {
    Reach.NULL_MX: "contact-email-null-mx",
    Reach.NO: "contact-email-undeliverable",
    Reach.UNKNOWN: "contact-email-unchecked",
}


def check_email(facts: ContactFacts) -> Iterator[Said]:
    """One cause, one finding: whether mail arrives matters little where it is not the address that it should be."""
    try:
        domain = domain_in_dns(facts.email)
    except ValueError as error:
        yield facts.finding("contact-email-invalid", facts.email, str(error))
        return
    yield Held("contact-email-invalid")
    reached = reach_of(domain, facts.dns)
    intended, listed = _intended(domain, facts, reached), disposable(domain)
    if intended:
        yield _did_you_mean(facts, intended, reached)
        return
    yield Held("contact-email-typo")
    if listed:
        yield _does_not_last(facts, listed, reached)
        return
    yield Held("contact-email-disposable")
    yield from _arrives(facts, reached)
    yield from _remarks(facts, domain)


def is_slip(domain: str, facts: ContactFacts, reached: Reached) -> bool:
    """Whether the domain of the address on file is reported as another one misspelt."""
    return bool(_intended(domain, facts, reached))


def _intended(domain: str, facts: ContactFacts, reached: Reached) -> str:
    """Where the seller reads mail there is no slip; nor is a second brand one, as long as mail arrives."""
    if facts.email.lower() in {address.lower() for address in facts.own_addresses}:
        return meant(domain) if reached.takes_mail is False else ""
    own = set() if reached.takes_mail else _own_domains(facts) - {domain}
    return meant(domain, sorted(own))


def _own_domains(facts: ContactFacts) -> set[str]:
    found = {address.rpartition("@")[2].lower() for address in (facts.address, *facts.own_addresses)}
    site = (facts.contact.website or "").partition("://")[2].partition("/")[0].partition(":")[0].lower()
    return {domain for domain in {*found, site.removeprefix("www.")} if "." in domain}


def _did_you_mean(facts: ContactFacts, intended: str, reached: Reached) -> Said:
    address = f"{facts.email.rpartition('@')[0]}@{intended}"
    return facts.finding(
        "contact-email-typo",
        facts.email,
        f"did you mean {address}? {_sentence(reached.why)}",
        *reached.evidence,
        confidence=Confidence.LIKELY,
    )


def _arrives(facts: ContactFacts, reached: Reached) -> Iterator[Said]:
    rule = _RULES.get(reached.reach)
    if rule is None:
        yield from (Held(each) for each in _RULES.values())
        return
    outcome = Outcome.UNKNOWN if reached.reach is Reach.UNKNOWN else Outcome.WRONG
    yield facts.finding(rule, facts.email, _sentence(reached.why), *reached.evidence, outcome=outcome)
    if outcome is Outcome.WRONG:
        yield Held("contact-email-unchecked")


def _does_not_last(facts: ContactFacts, listed: str, reached: Reached) -> Said:
    detail = f"{listed} is listed as a provider of addresses that last for minutes or days. {_sentence(reached.why)}"
    return facts.finding(
        "contact-email-disposable", facts.email, detail, *reached.evidence, confidence=Confidence.LIKELY
    )


def _remarks(facts: ContactFacts, domain: str) -> Iterator[Said]:
    if domain.startswith("xn--") or ".xn--" in domain:
        yield Remark(f"the domain of {facts.email} reads {in_letters(domain)}")
    if is_free_mail(domain):
        yield Remark(f"{facts.email} is a free mailbox; one under a domain of your own looks more like a business")
    if facts.sells_at_walmart and is_role(facts.email):
        yield Remark(
            f"{facts.email} may be read by several people; Walmart takes no distribution list for the primary "
            "business contact, and takes one for every other"
        )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
