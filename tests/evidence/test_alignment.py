"""Who may sign for whom (RFC 9989 section 4.10, with the public suffix list as second opinion)."""

from __future__ import annotations

import pytest

from auditor.evidence.alignment import organizational_domain, questions, signs_for, tree_walk
from auditor.resolver import Answer, Found

POLICY = b"v=DMARC1; p=reject"


def dns(**records: bytes | None) -> dict[str, Answer]:
    """`walmart_com=b"..."` is the record at _dmarc.walmart.com; every other DMARC name is absent, None is silence."""
    answers = {name: Answer(Found.ABSENT) for domain in DOMAINS for name in tree_walk(domain)}
    for key, text in records.items():
        answer = Answer(Found.TEMPERROR) if text is None else Answer(Found.FOUND, (text,))
        answers["_dmarc." + key.replace("_", ".")] = answer
    return answers


DOMAINS = ("relay.walmart.com", "a.b.c.d.e.f.g.h.walmart.com", "shop.co.uk", "amazon.com.be", "x.marketplace.amazon.de")


def test_the_walk_asks_at_most_eight_names() -> None:
    assert tree_walk("relay.walmart.com") == ("_dmarc.relay.walmart.com", "_dmarc.walmart.com", "_dmarc.com")
    names = tree_walk("a.b.c.d.e.f.g.h.walmart.com")
    assert len(names) == 8
    assert names[1] == "_dmarc.d.e.f.g.h.walmart.com"


def test_only_a_parent_needs_to_be_asked_about() -> None:
    assert questions("relay.walmart.com", "relay.walmart.com") == ()
    assert questions("relay.walmart.com", "promo.walmart.com") == ()
    assert questions("walmart.com", "relay.walmart.com") == ()
    assert questions("relay.walmart.com", "walmart.com") == tree_walk("relay.walmart.com")


CASES = [
    ("same", "relay.walmart.com", "relay.walmart.com", dns(), True),
    ("parent", "walmart.com", "relay.walmart.com", dns(walmart_com=POLICY), True),
    ("child", "a.relay.walmart.com", "relay.walmart.com", dns(walmart_com=POLICY), False),
    ("sibling", "promo.walmart.com", "relay.walmart.com", dns(walmart_com=POLICY), False),
    ("suffix", "com", "relay.walmart.com", dns(walmart_com=POLICY, com=POLICY), False),
    ("letters", "almart.com", "walmart.com", dns(), False),
    ("no policy anywhere", "walmart.com", "relay.walmart.com", dns(), False),
    ("silence", "walmart.com", "relay.walmart.com", dns(walmart_com=None), None),
    ("silence at the top", "walmart.com", "relay.walmart.com", dns(walmart_com=POLICY, com=None), None),
    ("psd=n below", "walmart.com", "relay.walmart.com", dns(relay_walmart_com=POLICY + b"; psd=n"), False),
    ("psd=y above", "walmart.com", "relay.walmart.com", dns(walmart_com=POLICY, com=POLICY + b"; psd=y"), True),
    ("psd=y at the parent", "walmart.com", "relay.walmart.com", dns(walmart_com=POLICY + b"; psd=y"), False),
]


@pytest.mark.parametrize(("name", "signer", "sender", "answers", "speaks"), CASES, ids=[case[0] for case in CASES])
def test_who_speaks_for_whom(
    name: str, signer: str, sender: str, answers: dict[str, Answer], speaks: bool | None
) -> None:
    assert signs_for(signer, sender, answers) is speaks


def test_two_records_are_no_record() -> None:
    answers = dns()
    answers["_dmarc.walmart.com"] = Answer(Found.FOUND, (POLICY, POLICY))

    assert organizational_domain("relay.walmart.com", answers) == "relay.walmart.com"


def test_what_was_not_asked_is_not_known() -> None:
    assert organizational_domain("relay.walmart.com", {}) is None
