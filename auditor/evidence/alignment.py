"""Which domains may sign for a From domain: itself and its parents, up to its organizational domain.

Organizational domain by the DNS tree walk of RFC 9989 section 4.10, with the public suffix list as second
opinion: a parent counts only where both agree. A sibling or a child never counts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from auditor.resolver import NOT_ASKED, Answers, Found

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

MAX_WALK = 8


def is_within(host: str, domain: str) -> bool:
    """True for `domain` and its subdomains, and for nothing that merely ends in the same letters."""
    return host == domain or host.endswith("." + domain)


def tree_walk(domain: str) -> tuple[str, ...]:
    """The DMARC names to ask for, from the domain upwards; at most eight (RFC 9989 section 4.10)."""
    labels = domain.split(".")
    steps = [labels]
    rest = labels[-7:] if len(labels) > MAX_WALK else labels[1:]
    while rest:
        steps.append(rest)
        rest = rest[1:]
    return tuple("_dmarc." + ".".join(step) for step in steps)


def questions(from_domain: str, signing_domain: str) -> tuple[str, ...]:
    """Names that must be asked before `signs_for` can tell: none unless the signer is a proper parent."""
    is_parent = from_domain != signing_domain and is_within(from_domain, signing_domain)
    return tree_walk(from_domain) if is_parent else ()


def signs_for(signing_domain: str, from_domain: str, answers: Answers) -> bool | None:
    """Whether a signature of `signing_domain` speaks for `from_domain`; None where DNS could not tell."""
    if signing_domain == from_domain:
        return True
    if not is_within(from_domain, signing_domain):
        return False
    second_opinion = registrable_domain(from_domain)
    if second_opinion is None or not is_within(signing_domain, second_opinion):
        return False
    organizational = organizational_domain(from_domain, answers)
    if organizational is None:
        return None
    return is_within(signing_domain, organizational)


def organizational_domain(domain: str, answers: Answers) -> str | None:
    """The tree walk's answer; None where one of its look-ups could not tell."""
    fewest_labels = domain
    for name in tree_walk(domain):
        answer = answers.get(name, NOT_ASKED)
        if answer.found is Found.TEMPERROR:
            return None
        psd = _psd(answer.texts)
        if psd is None:
            continue
        here = name.removeprefix("_dmarc.")
        if psd == "n":
            return here
        if psd == "y" and here != domain:
            return ".".join(domain.split(".")[-len(here.split(".")) - 1 :])
        fewest_labels = here
    return fewest_labels


def registrable_domain(domain: str) -> str | None:
    """The public suffix list's opinion (private section included); None for a suffix or an unknown ending."""
    found = _suffixes().privatesuffix(domain)
    return str(found) if found else None


def is_known_ending(label: str) -> bool:
    """Whether host names end in this label, in its own letters or in Punycode."""
    return _suffixes().publicsuffix(label) is not None


def _psd(texts: tuple[bytes, ...]) -> str | None:
    """The psd tag of the one DMARC record; None where there is no record, or more than one (RFC 9989 4.10)."""
    records = [text for text in texts if text.replace(b" ", b"").lower().startswith(b"v=dmarc1")]
    if len(records) != 1:
        return None
    tags = (tag.partition(b"=") for tag in records[0].split(b";"))
    values = {name.strip().lower(): value.strip().lower() for name, _, value in tags}
    return values.get(b"psd", b"u").decode("ascii", "replace")


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
