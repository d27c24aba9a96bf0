"""A From domain and what DNS says -> whether receivers are asked to refuse mail that is forged in its name."""

from __future__ import annotations

from auditor.evidence.alignment import dmarc_records, organizational_domain, policy_names, tree_walk
from auditor.resolver import NOT_ASKED, Answers, Found

_REFUSES = (b"quarantine", b"reject")


def questions(domain: str) -> tuple[str, ...]:
    """The names to ask for TXT records before `is_enforced` can tell."""
    return tree_walk(domain)


def is_enforced(domain: str, answers: Answers) -> bool | None:
    """Whether the DMARC policy that applies says quarantine or reject, for all mail; None where DNS could not tell.

    RFC 9989 section 4.10.1: the nearest record applies, `sp` where it stands above the domain. A policy in test mode
    (`t=y`; of old, `pct` below 100) has nothing refused for certain.
    """
    organizational = organizational_domain(domain, answers)
    if organizational is None:
        return None
    for name in policy_names(domain, organizational):
        if answers.get(name, NOT_ASKED).found is Found.TEMPERROR:
            return None
        records = dmarc_records(name, answers)
        if len(records) == 1:
            return _refuses(records[0], is_own=name == f"_dmarc.{domain}")
    return False


def _refuses(record: bytes, *, is_own: bool) -> bool:
    tags: dict[bytes, bytes] = {}
    for tag in record.split(b";"):
        name, _, value = tag.partition(b"=")
        tags.setdefault(name.strip().lower(), value.strip().lower())
    own = tags.get(b"p", b"none")
    applies = own if is_own else tags.get(b"sp", own)
    is_test = tags.get(b"t") == b"y" or tags.get(b"pct", b"100") != b"100"
    return applies in _REFUSES and not is_test
