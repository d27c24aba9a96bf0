"""Which domains may sign for a From domain: itself and its parents, up to its organizational domain.

Organizational domain by the DNS tree walk of RFC 9989 section 4.10, with the public suffix list as second
opinion: a parent counts only where both agree, and only where the From domain's policy allows parents at all
(adkim=r). A sibling or a child never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from auditor.resolver import NOT_ASKED, Answers, Found

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

MAX_WALK = 8

# RFC 9989 section 4.8: "v" in either case, the version in this one, then the end or a separator.
_VERSION = re.compile(rb"v[ \t]*=[ \t]*(?-i:DMARC1)[ \t]*(?:;|\Z)", re.IGNORECASE)

Tags = dict[bytes, bytes]


def is_within(host: str, domain: str) -> bool:
    """True for `domain` and its subdomains, and for nothing that merely ends in the same letters."""
    return host == domain or host.endswith("." + domain)


def tree_walk(domain: str) -> tuple[str, ...]:
    """The DMARC names to ask for, from the domain upwards; at most eight (RFC 9989 section 4.10)."""
    labels = domain.split(".")
    next_target = labels[-7:] if len(labels) >= MAX_WALK else labels[1:]
    parents = (next_target[position:] for position in range(len(next_target)))
    return tuple("_dmarc." + ".".join(target) for target in (labels, *parents))


def questions(from_domain: str, signing_domain: str) -> tuple[str, ...]:
    """Names that must be asked before `signs_for` can tell: none unless the signer is a proper parent."""
    is_parent = from_domain != signing_domain and is_within(from_domain, signing_domain)
    return tuple(dict.fromkeys((*tree_walk(from_domain), *tree_walk(signing_domain)))) if is_parent else ()


def signs_for(signing_domain: str, from_domain: str, answers: Answers) -> bool | None:
    """Whether a signature of `signing_domain` speaks for `from_domain`; None where DNS could not tell."""
    if signing_domain == from_domain:
        return True
    if not is_within(from_domain, signing_domain):
        return False
    second_opinion = registrable_domain(from_domain)
    if second_opinion is None or not is_within(signing_domain, second_opinion):
        return False
    found = (organizational_domain(from_domain, answers), organizational_domain(signing_domain, answers))
    if None in found:
        return None
    return found[0] == found[1] and not _is_strict(from_domain, found[0] or "", answers)


def organizational_domain(domain: str, answers: Answers) -> str | None:
    """The tree walk's answer (RFC 9989 section 4.10.2); None where one of its look-ups could not tell."""
    fewest_labels = domain
    for name in tree_walk(domain):
        if answers.get(name, NOT_ASKED).found is Found.TEMPERROR:
            return None
        policy = _policy(name, answers)
        if policy is None:
            continue
        here = name.removeprefix("_dmarc.")
        psd = policy.get(b"psd", b"u").lower()
        if psd == b"n":
            return here
        if psd == b"y":  # the domain one label below; there is none below the one where the walk starts
            return ".".join(domain.split(".")[-here.count(".") - 2 :])
        fewest_labels = here
    return fewest_labels


def policy_names(domain: str, organizational: str) -> tuple[str, ...]:
    """Where the policy for a domain may stand, the nearest first, which is the one that applies (section 4.10.1)."""
    public_suffix = organizational.partition(".")[2]
    return tuple(dict.fromkeys("_dmarc." + each for each in (domain, organizational, public_suffix) if each))


def dmarc_records(name: str, answers: Answers) -> list[bytes]:
    """All that claim to be DMARC records there; with more than one, none counts (section 4.7)."""
    return [text for text in answers.get(name, NOT_ASKED).texts if _VERSION.match(text)]


def registrable_domain(domain: str) -> str | None:
    """The public suffix list's opinion (private section included); None for a suffix or an unknown ending."""
    found = _suffixes().privatesuffix(domain)
    return str(found) if found else None


def is_known_ending(label: str) -> bool:
    """Whether host names end in this label, in its own letters or in Punycode."""
    return _suffixes().publicsuffix(label) is not None


def _is_strict(from_domain: str, organizational: str, answers: Answers) -> bool:
    """Whether the policy that applies wants the very domain to sign; the nearest applies (section 4.10.1)."""
    found = (_policy(name, answers) for name in policy_names(from_domain, organizational))
    policy = next((one for one in found if one is not None), {})
    return policy.get(b"adkim", b"r").lower() == b"s"


def _policy(name: str, answers: Answers) -> Tags | None:
    """The tags of the one DMARC record of this name; None where there is none, or more than one."""
    records = dmarc_records(name, answers)
    return dict(_tags(records[0])) if len(records) == 1 else None


def _tags(record: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The first of each name stands; what is no tag is passed over (RFC 9989 section 4.7)."""
    for tag in reversed(record.split(b";")):
        name, equals, value = tag.partition(b"=")
        if equals:
            yield name.strip(b" \t").lower(), value.strip(b" \t")


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
