"""Who may sign for whom (RFC 9989 section 4.10, with the public suffix list as second opinion)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.alignment import (
    is_known_ending,
    is_within,
    organizational_domain,
    questions,
    registrable_domain,
    signs_for,
    tree_walk,
)
from auditor.resolver import Answer, Found

POLICY = b"v=DMARC1; p=reject"
STRICT = b"v=DMARC1; p=reject; adkim=s"


def dns(**records: bytes | None) -> dict[str, Answer]:
    """`walmart_com=b"..."` is the record at _dmarc.walmart.com; every other DMARC name is absent, None is silence."""
    answers = {name: Answer(Found.ABSENT) for domain in DOMAINS for name in tree_walk(domain)}
    for key, text in records.items():
        answer = Answer(Found.TEMPERROR) if text is None else Answer(Found.FOUND, (text,))
        answers["_dmarc." + key.replace("_", ".")] = answer
    return answers


DOMAINS = (
    "relay.walmart.com",
    "a.b.c.d.e.f.g.h.walmart.com",
    "shop.co.uk",
    "x.amazon.com.be",
    "c.d.e.f.g.h.walmart.com",
)


def test_the_walk_asks_at_most_eight_names() -> None:
    assert tree_walk("relay.walmart.com") == ("_dmarc.relay.walmart.com", "_dmarc.walmart.com", "_dmarc.com")
    names = tree_walk("a.b.c.d.e.f.g.h.walmart.com")
    assert len(names) == 8
    assert names[1] == "_dmarc.d.e.f.g.h.walmart.com"
    # RFC 9989 section 4.10 gives this walk in full.
    assert tree_walk("a.b.c.d.e.f.g.h.i.j.mail.example.com") == (
        "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "_dmarc.g.h.i.j.mail.example.com",
        "_dmarc.h.i.j.mail.example.com",
        "_dmarc.i.j.mail.example.com",
        "_dmarc.j.mail.example.com",
        "_dmarc.mail.example.com",
        "_dmarc.example.com",
        "_dmarc.com",
    )
    assert [len(tree_walk(".".join("a" * labels))) for labels in (1, 2, 7, 8, 9, 40)] == [1, 2, 7, 8, 8, 8]


def test_only_a_parent_needs_to_be_asked_about() -> None:
    assert questions("relay.walmart.com", "relay.walmart.com") == ()
    assert questions("relay.walmart.com", "promo.walmart.com") == ()
    assert questions("walmart.com", "relay.walmart.com") == ()
    assert questions("relay.walmart.com", "walmart.com") == tree_walk("relay.walmart.com")


def test_both_walks_are_asked_where_one_passes_over_the_other() -> None:
    sender, signer = "a.b.c.d.e.f.g.h.walmart.com", "c.d.e.f.g.h.walmart.com"

    assert set(questions(sender, signer)) == {*tree_walk(sender), *tree_walk(signer)}
    assert "_dmarc.c.d.e.f.g.h.walmart.com" not in tree_walk(sender)


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
    (
        "psd=y at the sender ends the walk",
        *("walmart.com", "relay.walmart.com"),
        dns(relay_walmart_com=POLICY + b"; psd=y", walmart_com=POLICY),
        False,
    ),
    ("psd=n at the parent", "walmart.com", "relay.walmart.com", dns(walmart_com=POLICY + b"; psd=n"), True),
    (
        "silence above where the walk ends",
        *("walmart.com", "relay.walmart.com"),
        dns(walmart_com=POLICY + b"; psd=n", com=None),
        True,
    ),
    (
        "a parent that the walk from the sender passes over, and that says it is its own",
        *("c.d.e.f.g.h.walmart.com", "a.b.c.d.e.f.g.h.walmart.com"),
        dns(c_d_e_f_g_h_walmart_com=POLICY + b"; psd=n", walmart_com=POLICY),
        False,
    ),
    (
        "strict at the sender",
        "walmart.com",
        "relay.walmart.com",
        dns(relay_walmart_com=STRICT, walmart_com=POLICY),
        False,
    ),
    ("strict above", "walmart.com", "relay.walmart.com", dns(walmart_com=STRICT), False),
    (
        "strict above, not here",
        "walmart.com",
        "relay.walmart.com",
        dns(relay_walmart_com=POLICY, walmart_com=STRICT),
        True,
    ),
    (
        "strict at the public suffix",
        *("walmart.com", "relay.walmart.com"),
        dns(com=STRICT + b"; psd=y"),
        False,
    ),
    ("strict, and the very domain", "relay.walmart.com", "relay.walmart.com", dns(walmart_com=STRICT), True),
    ("shops of a suffix", "co.uk", "shop.co.uk", dns(co_uk=POLICY), False),
    ("a private suffix", "amazon.com.be", "x.amazon.com.be", dns(amazon_com_be=POLICY), True),
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


RECORDS = {
    b"v=DMARC1": True,
    b"v=DMARC1;": True,
    b"V = DMARC1 ; p=none": True,
    b"v\t=\tDMARC1;p=none": True,
    b"v=DMARC1;;;=;x;p": True,
    b"v=DMARC1; p=none; \xff\x00=\xfe": True,
    b"v=dmarc1; p=reject": False,  # the version is case-sensitive
    b"v=DMARC12; p=reject": False,
    b"v=DMARC1 p=reject": False,
    b" v=DMARC1; p=reject": False,
    b"v=DMARC 1; p=reject": False,
    b"p=reject; v=DMARC1": False,  # not the first tag
    b"v=DMARC1\0; p=reject": False,
    b"v=DMARC1\r\n; p=reject": False,
    b"\xef\xbb\xbfv=DMARC1; p=reject": False,
    b'"v=DMARC1; p=reject"': False,
    b"v=spf1 -all": False,
    b"": False,
}


@pytest.mark.parametrize(("record", "counts"), RECORDS.items(), ids=map(repr, RECORDS))
def test_what_is_a_record(record: bytes, counts: bool) -> None:
    assert signs_for("walmart.com", "relay.walmart.com", dns(walmart_com=record)) is counts


def test_what_is_no_record_is_not_counted_among_several() -> None:
    answers = dns()
    answers["_dmarc.walmart.com"] = Answer(Found.FOUND, (b"v=spf1 -all", POLICY, b"v=dmarc1"))

    assert organizational_domain("relay.walmart.com", answers) == "walmart.com"


@pytest.mark.parametrize("psd", [b"psd=n", b"PSD = N", b" psd\t=\tn "])
def test_the_tag_is_read_in_any_spelling(psd: bytes) -> None:
    answers = dns(walmart_com=POLICY)
    answers["_dmarc.relay.walmart.com"] = Answer(Found.FOUND, (POLICY + b";" + psd,))

    assert organizational_domain("relay.walmart.com", answers) == "relay.walmart.com"


def test_the_first_of_two_tags_of_one_name_stands() -> None:
    answers = dns(relay_walmart_com=POLICY + b"; psd=u; psd=n", walmart_com=POLICY)

    assert organizational_domain("relay.walmart.com", answers) == "walmart.com"


# --- properties: random zones, beside a model written from the text of RFC 9989 section 4.10 ---

Zone = Mapping[str, tuple[bytes, ...] | None]  # None: no answer

LABELS = st.sampled_from(["a", "b", "mail", "walmart", "amazon", "com", "co", "uk", "github", "io"])
HOSTS = st.lists(LABELS, min_size=1, max_size=12).map(".".join)
ENDINGS = st.sampled_from(["walmart.com", "shop.co.uk", "amazon.com.be", "x.github.io", "com", "kawasaki.jp", "test"])
RECORD = st.sampled_from(
    [
        POLICY,
        *(POLICY + b"; psd=" + psd for psd in (b"y", b"n", b"u", b"x")),
        *(b"v=spf1 -all", b"v=dmarc1; psd=y", b"p=none; v=DMARC1", STRICT),
    ]
)
TEXTS = st.one_of(st.none(), st.lists(RECORD, max_size=3).map(tuple), st.just((POLICY,)))


@st.composite
def walks(draw: st.DrawFn) -> tuple[str, str, Zone]:
    """A sender's domain, a signer's (mostly one of its parents), and a zone on the way up from both."""
    sender = draw(st.builds("{}.{}".format, HOSTS, ENDINGS))
    labels = sender.split(".")
    parent = ".".join(labels[draw(st.integers(0, len(labels) - 1)) :])
    signer = draw(st.one_of(st.just(parent), st.builds("{}.{}".format, HOSTS, st.just(parent)), HOSTS))
    names = {name for domain in (sender, signer) for name in tree_walk(domain)}
    return sender, signer, {name: draw(TEXTS) for name in sorted(names)}


def answered(zone: Zone) -> dict[str, Answer]:
    return {
        name: Answer(Found.TEMPERROR)
        if texts is None
        else Answer(Found.FOUND, texts)
        if texts
        else Answer(Found.ABSENT)
        for name, texts in zone.items()
    }


class NoAnswer(Exception):
    """The model asked what the zone is silent about."""


def model_policy(target: str, zone: Zone) -> str | None:
    """Steps 1 and 2: the psd of the single record that remains; "" without one, None where no record remains."""
    texts = zone["_dmarc." + target]
    if texts is None:
        raise NoAnswer
    kept = [text.decode() for text in texts if text.startswith(b"v=DMARC1;")]
    if len(kept) != 1:
        return None
    return kept[0].rpartition("psd=")[2] if "psd=" in kept[0] else ""


def model_organizational_domain(start: str, zone: Zone) -> str:
    """Section 4.10, step by step, then the selection of section 4.10.2."""
    found: list[tuple[str, str]] = []
    target, first = start, True
    while target:
        psd = model_policy(target, zone)
        if psd is not None:
            found.append((target, psd))
            if psd in ("y", "n"):
                break
        labels = target.split(".")
        cut = len(labels) - 7 if first and len(labels) >= 8 else 1
        target, first = ".".join(labels[cut:]), False
    for domain, psd in found:
        if psd == "n":
            return domain
        if psd == "y" and domain != start:
            above = len(domain.split("."))
            return ".".join(start.split(".")[-above - 1 :])
    return found[-1][0] if found else start


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(walks())
def test_the_organizational_domain_is_what_the_text_says(walk: tuple[str, str, Zone]) -> None:
    sender, _, zone = walk
    try:
        expected: str | None = model_organizational_domain(sender, zone)
    except NoAnswer:
        expected = None

    assert organizational_domain(sender, answered(zone)) == expected


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(walks())
def test_nobody_signs_but_the_domain_and_its_parents_below_the_public_suffix(walk: tuple[str, str, Zone]) -> None:
    sender, signer, zone = walk
    speaks = signs_for(signer, sender, answered(zone))

    if signer == sender:
        assert speaks is True
    elif not is_within(sender, signer):
        assert speaks is False
    elif speaks is not False:
        registrable = registrable_domain(sender)
        assert registrable is not None
        assert is_within(signer, registrable)


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(walks())
def test_a_parent_signs_where_both_walks_end_at_one_domain(walk: tuple[str, str, Zone]) -> None:
    sender, signer, zone = walk
    registrable = registrable_domain(sender)
    if signer == sender or not is_within(sender, signer) or registrable is None or not is_within(signer, registrable):
        return
    try:
        same = model_organizational_domain(sender, zone) == model_organizational_domain(signer, zone)
    except NoAnswer:
        assert signs_for(signer, sender, answered(zone)) is None
        return
    speaks = signs_for(signer, sender, answered(zone))

    assert speaks is same or (speaks is False and STRICT in {text for texts in zone.values() for text in texts or ()})


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(walks())
def test_all_that_is_looked_up_was_asked_for(walk: tuple[str, str, Zone]) -> None:
    sender, signer, zone = walk
    asked = set(questions(sender, signer))
    only_asked = {name: answer for name, answer in answered(zone).items() if name in asked}

    assert signs_for(signer, sender, only_asked) is signs_for(signer, sender, answered(zone))
    assert len(asked) <= 2 * 8


def test_the_public_suffixs_own_policy_applies_where_no_nearer_one_does() -> None:
    walk = {name: Answer(Found.ABSENT) for name in tree_walk("mail.shop.co.uk")}
    registry = {"_dmarc.co.uk": Answer(Found.FOUND, (b"v=DMARC1; psd=y; adkim=s",))}
    relaxed = {"_dmarc.co.uk": Answer(Found.FOUND, (b"v=DMARC1; psd=y",))}

    assert signs_for("shop.co.uk", "mail.shop.co.uk", walk | relaxed) is True
    assert signs_for("shop.co.uk", "mail.shop.co.uk", walk | registry) is False


@pytest.mark.parametrize(
    ("record", "organizational"),
    [
        (b"v=DMARC1 ;\tpsd = n \t; p=none", "relay.walmart.com"),
        (b"v=DMARC1; PSD=N", "relay.walmart.com"),
        (b"v=DMARC1; psd=n=", "walmart.com"),
        (b"v=DMARC1; psd=n\r\n", "walmart.com"),
        (b"v=DMARC1; psd\n=n", "walmart.com"),
        (b"v=DMARC1; Xpsd=n", "walmart.com"),
        (b"v=DMARC1; psd=nX", "walmart.com"),
    ],
)
def test_a_tag_is_taken_without_the_blanks_around_it_and_with_all_else(record: bytes, organizational: str) -> None:
    answers = dns(relay_walmart_com=record, walmart_com=POLICY)

    assert organizational_domain("relay.walmart.com", answers) == organizational


@pytest.mark.parametrize(("label", "known"), [("com", True), ("xn--p1ai", True), ("рф", True), ("notatld", False)])
def test_an_ending_is_known_in_its_own_letters_and_in_punycode(label: str, known: bool) -> None:
    assert is_known_ending(label) is known
