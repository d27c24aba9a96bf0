"""Every target: what it writes reads back to what was meant, whatever the addresses; what it refuses, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.marketplaces import Kind
from auditor.whitelist import TARGETS, Means, Target, Wanted
from auditor.whitelist.values import Proof, Stamping
from tests.mail import Profile
from tests.whitelist.samples import everything, means

each_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
WRITERS = [target for target in TARGETS.values() if target.is_text]
each_writer = pytest.mark.parametrize("target", WRITERS, ids=lambda target: target.name)

ENDS = {
    "quote": '"',
    "apostrophe": "'",
    "backslash": "\\",
    "newline": "\n",
    "return": "\r\n",
    "tab": "\t",
    "nul": "\0",
    "escape": "\x1b[2J",
    "semicolon": ";",
    "brace": "}",
    "bracket": ")",
    "dollar": "$(x)",
    "backtick": "`x`",
    "hash": "#",
    "percent": "%00",
    "less": "<x>",
    "amp": "&quot;",
    "entity": "&x;",
    "star": "*",
    "question": "?",
    "slash": "/i",
    "pipe": "|",
    "comma": ",x@evil.test",
    "space": " x@evil.test",
    "or": " OR x@evil.test",
    "comment": "/* */",
    "dots": "..",
    "variable": "${1}",
    "bidi": "\u202e",
    "cyrillic": "а",
    "full-width": "ａ",
    "set": "[a-z]",
    "class": "[^x]",
    "open-set": "[",
    "repeat": "{1,2}",
    "plus": "+",
    "equals": "=",
    "hyphen": "-",
    "underscore": "_",
    "caret": "^",
    "at": "@",
}
SHAPES = ("{}a@b.com", "a{}@b.com", "a{}b@c.com", "a@{}b.com", "a@b{}.com", "a@b.com{}", "a{0}b{0}c@d{0}e.com")
TABLE = sorted({shape.format(end) for shape in SHAPES for end in ENDS.values()})
BEHIND = (
    'x"; discard; #',
    'x@b.com"], address :all :regex "From" ["^.*$',
    "x@b.com\nwelcomelist_from *@*",
    "x@b.com' -SetSCL -1; Remove-Mailbox '",
    'x@b.com"/><apps:property name="shouldTrash" value="true',
    'x@b.com$/i", "/.*/", "/^x',
)


def wished(pattern: str, but_not: Sequence[str] = ()) -> Wanted:
    domain = pattern.rpartition("@")[2]
    return Wanted("walmart", "mine", "Walmart: mail", Kind.ORDER, pattern, (domain,), tuple(but_not))


def allowing(*patterns: str) -> Means:
    """Means with which every domain may be written."""
    policies = {pattern.rpartition("@")[2]: True for pattern in patterns}
    return Means(Stamping(("mx.shop.test",), quotes=True, names_parent=True), policies)


def holds_only_what_is_meant(target: Target, pattern: str) -> bool:
    """The text reads back to exactly the planned entries, among them the one of a tame neighbour."""
    tame, known = "help@walmart.com", allowing(pattern, "help@walmart.com")
    plan = target.plan([wished(tame), wished(pattern)], known)
    text = target.render(plan.entries, known)
    refused = {each.pattern for each in plan.refused}
    return target.parse(text).entries == plan.entries and {tame} <= {each.pattern for each in plan.entries} | refused


@each_writer
def test_hostile_addresses_are_written_as_meant_or_refused(target: Target) -> None:
    wrong = [pattern for pattern in (*TABLE, *BEHIND) if not holds_only_what_is_meant(target, pattern)]

    assert len(TABLE) + len(BEHIND) > 250
    assert wrong == []


@each_writer
@pytest.mark.parametrize("pattern", BEHIND)
def test_what_would_add_a_rule_is_refused(target: Target, pattern: str) -> None:
    plan = target.plan([wished(pattern)], allowing(pattern))

    assert plan.entries == ()
    assert [each.pattern for each in plan.refused] == [pattern]


ADDRESS = st.builds(
    "{}@{}".format,
    st.text(st.characters(codec="utf-8"), max_size=20) | st.from_regex(r"[a-z0-9.+_=-]{1,20}", fullmatch=True),
    st.text(st.characters(codec="utf-8"), max_size=20)
    | st.from_regex(r"([a-z0-9-]{1,9}\.){1,3}[a-z]{2,5}", fullmatch=True),
)
PATTERN = st.from_regex(
    r"([a-z0-9.+_=-]|\[(0-9a-f|a-z0-9-|\.x|_a-c)\]\{[1-9](,[1-9]{2})?\}){1,5}@([a-z0-9-]{1,9}|\*)(\.[a-z0-9]{1,9}){1,2}",
    fullmatch=True,
)


@pytest.mark.thorough
@each_writer
@given(pattern=ADDRESS | PATTERN)
@settings(max_examples=150, deadline=None)
def test_an_address_is_written_as_meant_or_refused(target: Target, pattern: str) -> None:
    assert holds_only_what_is_meant(target, pattern)


@pytest.mark.long
@each_writer
@given(pattern=ADDRESS | PATTERN)
@settings(max_examples=1_000, deadline=None)
def test_a_thousand_addresses_are_written_as_meant_or_refused(target: Target, pattern: str) -> None:
    assert holds_only_what_is_meant(target, pattern)


@each_target
def test_the_whole_catalogue_reads_back(target: Target) -> None:
    known = means()
    plan = target.plan(everything(), known)

    assert target.parse(target.render(plan.entries, known)).entries == plan.entries
    assert len({each.pattern for each in plan.refused} | {each.pattern for each in plan.entries}) > 0


@each_writer
def test_everything_that_is_written_demands_proof(target: Target) -> None:
    entries = target.plan(everything(), means()).entries

    assert len(entries) > 100
    assert {each.proof for each in entries} <= {Proof.STAMP, Proof.CHECKED, Proof.POLICY}


@each_writer
def test_what_is_not_wanted_inside_a_wide_pattern_is_left_out_or_the_pattern_refused(target: Target) -> None:
    wide = wished("*@mail.walmart.com", ["[0-9]{3}@mail.walmart.com"])
    known = replace(allowing("*@mail.walmart.com"), unwanted=("[0-9]{3}@mail.walmart.com",))

    plan = target.plan([wide], known)

    if target.name == "sieve":
        assert [each.but_not for each in plan.entries] == [("[0-9]{3}@mail.walmart.com",)]
        assert target.parse(target.render(plan.entries, known)).entries == plan.entries
    else:
        assert plan.entries == ()
        assert len(plan.refused) == 1


@pytest.mark.parametrize("name", ["outlook", "vcard"])
def test_a_list_that_asks_for_no_proof_is_never_written(name: str) -> None:
    plan = TARGETS[name].plan(everything(), means())

    assert plan.entries == ()
    assert len(plan.refused) == len(everything())
    assert all("without asking who sent it" in each.why for each in plan.refused)
    assert "@" not in TARGETS[name].render(plan.entries, means())


def test_spamassassin_never_goes_by_the_address_alone() -> None:
    text = TARGETS["spamassassin"].render(TARGETS["spamassassin"].plan(everything(), means()).entries, means())

    assert set(re.findall(r"^(\w+) ", text, re.MULTILINE)) == {"welcomelist_auth", "welcomelist_from_dkim"}
    assert "welcomelist_from_dkim ????????????????????????????????@relay.walmart.com walmart.com\n" in text


def test_sieve_is_refused_where_no_stamp_can_be_believed() -> None:
    plan = TARGETS["sieve"].plan(everything(), Means("nobody stamps"))

    assert plan.entries == ()
    assert {each.why.rpartition(", and ")[2] for each in plan.refused} == {"nobody stamps"}


def test_sieve_names_the_parent_only_where_the_host_does() -> None:
    relay = "pc-[0-9a-f]{32}@relay.walmart.com"

    signers = {
        profile: next(
            each.signers
            for each in TARGETS["sieve"].plan(everything(), means(profile)).entries
            if each.pattern == relay
        )
        for profile in (Profile.RSPAMD, Profile.OPENDMARC)
    }

    assert signers[Profile.RSPAMD] == ("relay.walmart.com", "walmart.com")
    assert signers[Profile.OPENDMARC] == ("relay.walmart.com",)


def test_gmail_writes_only_what_its_receivers_refuse_to_forgers() -> None:
    patterns = ("help@walmart.com", "a@none.example", "b@unknown.example")
    known = Means(policies={"walmart.com": True, "none.example": False})

    plan = TARGETS["gmail"].plan([wished(each) for each in patterns], known)

    assert [each.pattern for each in plan.entries] == ["help@walmart.com"]
    assert [(each.pattern, each.why.partition(" ")[0]) for each in plan.refused] == [
        ("a@none.example", "the"),
        ("b@unknown.example", "whether"),
    ]


def test_gmail_lets_in_no_domain_from_where_unwanted_mail_comes_too() -> None:
    plan = TARGETS["gmail"].plan(everything(), means())

    patterns = {each.pattern for each in plan.entries}
    assert "*@relay.walmart.com" not in patterns
    assert "*@marketplace.amazon.de" in patterns
    assert "*@wal-mart.com" not in patterns
    assert "partnerhelp@wal-mart.com" in patterns


def test_a_filter_of_gmail_is_no_longer_than_it_takes() -> None:
    text = TARGETS["gmail"].render(TARGETS["gmail"].plan(everything(), means()).entries, means())

    properties = [each.attrib for each in ElementTree.fromstring(text).iter() if each.tag.endswith("property")]
    assert max(len(each["value"]) for each in properties) <= 1_500
    assert {each["name"] for each in properties} == {"from", "shouldNeverSpam"}


def test_microsofts_rules_keep_to_what_exchange_documents_and_takes() -> None:
    text = TARGETS["microsoft365"].render(TARGETS["microsoft365"].plan(everything(), means()).entries, means())

    rules = text.split("New-TransportRule")[1:]
    assert max(map(len, rules)) < 8_192
    assert len(rules) <= 300
    for expression in re.findall(r"'(\^[^']*)'", text):
        assert re.fullmatch(r"\^(?:[a-z0-9@=_-]|\\\.|\\S|\\W|\*)*\$", expression)
