"""Every rule about a filter, on every kind of filter that can break it, and on one that cannot."""

from __future__ import annotations

import pytest

from auditor.rules import Confidence, Outcome
from auditor.whitelist import CHECKS, TARGETS, Facts, Judged, Means, judge, unwanted
from auditor.whitelist.shapes import domain_of
from tests.contexts import catalogue
from tests.whitelist.samples import KINDS, everything, means, text_for

pytestmark = pytest.mark.thorough

RULES = {
    *("whitelist-missing", "whitelist-stale", "whitelist-unauthenticated", "whitelist-too-wide"),
    *("whitelist-discards", "sieve-vacation"),
}


def judged(target: str, text: str, known: Means | None = None, *, marketplace: str = "walmart") -> Judged:
    chosen, given = TARGETS[target], known or means()
    wanted = tuple(one for one in everything() if one.marketplace == marketplace)
    return judge(Facts("shop", chosen, wanted, given, chosen.plan(wanted, given), chosen.parse(text), catalogue()))


def rules(target: str, text: str, known: Means | None = None) -> set[str]:
    """Without what is missing: hardly any of these texts holds all."""
    return {each.rule.id for each in judged(target, text, known).findings} - {"whitelist-missing"}


def of_gmail(sender: str, *properties: str) -> str:
    """An export with one filter, which Gmail writes with its sizes."""
    lines = "".join(f"<apps:property name='{name}' value='true'/>" for name in properties)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:apps='http://schemas.google.com/apps/2006'>"
        "<title>Mail Filters</title><entry><category term='filter'></category><title>Mail Filter</title>"
        f"<apps:property name='from' value='{sender}'/>{lines}"
        "<apps:property name='sizeOperator' value='s_sl'/><apps:property name='sizeUnit' value='s_smb'/>"
        "</entry></feed>"
    )


def test_every_check_is_one_of_a_rule() -> None:
    assert len(CHECKS) == len(RULES)


@pytest.mark.parametrize("target", [name for name, target in TARGETS.items() if target.is_text])
def test_what_is_exported_breaks_no_rule(target: str) -> None:
    wanted = everything()
    chosen, known = TARGETS[target], means()
    plan = chosen.plan(wanted, known)
    facts = Facts("shop", chosen, wanted, known, plan, chosen.parse(text_for(target)), catalogue())

    assert judge(facts).findings == ()
    assert set(judge(facts).right) == RULES


@pytest.mark.parametrize(
    "target, text, expected",
    [
        ("spamassassin", "welcomelist_from help@walmart.com", {"whitelist-unauthenticated"}),
        ("spamassassin", "whitelist_from *@walmart.com", {"whitelist-unauthenticated", "whitelist-too-wide"}),
        ("spamassassin", "whitelist_from *walmart*", {"whitelist-unauthenticated", "whitelist-too-wide"}),
        ("spamassassin", "whitelist_from a@b.example c@d.example", set()),
        ("spamassassin", "# whitelist_from *walmart*", set()),
        ("spamassassin", "welcomelist_auth *@*.walmart.com", {"whitelist-too-wide"}),
        ("spamassassin", "welcomelist_auth *@wal-mart.com", {"whitelist-too-wide"}),
        ("spamassassin", "whitelist_from_rcvd help@walmart.com walmart.com", set()),
        ("spamassassin", "whitelist_from_dkim help@walmart.com walmart.com", set()),
        ("spamassassin", "all_spam_to shop@shop.example", {"whitelist-unauthenticated", "whitelist-too-wide"}),
        ("spamassassin", "blacklist_from *@relay.walmart.com", {"whitelist-discards"}),
        ("spamassassin", "blocklist_from *@evil.example", set()),
        ("spamassassin", "welcomelist_auth old@walmart.com", {"whitelist-stale"}),
        ("outlook", "help@walmart.com\r\n", {"whitelist-unauthenticated"}),
        (
            "outlook",
            "\ufeff@walmart.com\r\nmum@family.example\r\n",
            {"whitelist-unauthenticated", "whitelist-too-wide"},
        ),
        ("outlook", "relay.walmart.com", {"whitelist-unauthenticated", "whitelist-too-wide"}),
        ("outlook", "mum@family.example\n", set()),
        ("vcard", "BEGIN:VCARD\nEMAIL;TYPE=work:help@walmart.com\nEND:VCARD\n", {"whitelist-unauthenticated"}),
        ("vcard", "BEGIN:VCARD\nitem1.EMAIL:help@\n walmart.com\nEND:VCARD\n", {"whitelist-unauthenticated"}),
        ("vcard", "BEGIN:VCARD\nEMAIL:mum@family.example\nEND:VCARD\n", set()),
        ("gmail", of_gmail("help@walmart.com", "shouldNeverSpam"), set()),
        ("gmail", of_gmail("walmart", "shouldNeverSpam"), {"whitelist-unauthenticated", "whitelist-too-wide"}),
        ("gmail", of_gmail("@relay.walmart.com", "shouldNeverSpam"), {"whitelist-too-wide"}),
        ("gmail", of_gmail("help@walmart.com OR x@y.example", "shouldTrash"), {"whitelist-discards"}),
        ("gmail", of_gmail("mum@family.example", "shouldNeverSpam"), set()),
        ("rspamd", "walmart.com\n", {"whitelist-unauthenticated", "whitelist-too-wide"}),
        ("rspamd", "help@walmart.com # support\n", {"whitelist-unauthenticated"}),
        ("rspamd", 'X { type = "from"; map = ["help@walmart.com"]; score = -10; }', {"whitelist-unauthenticated"}),
        (
            "rspamd",
            'X { type = "from"; map = ["help@walmart.com"]; require_symbols = "DMARC_POLICY_ALLOW"; score = -10; }',
            set(),
        ),
        ("rspamd", 'X { type = "from"; map = ["help@walmart.com"]; action = "reject"; }', {"whitelist-discards"}),
        ("rspamd", 'X { type = "from"; map = ["help@walmart.com"]; score = 10; }', set()),
        (
            "sieve",
            'if header :contains "from" "walmart" { keep; stop; }',
            {"whitelist-unauthenticated", "whitelist-too-wide"},
        ),
        (
            "sieve",
            'if allof (address :is "from" "help@walmart.com", header :contains "Authentication-Results" "dmarc=pass")'
            " { keep; stop; }",
            {"whitelist-unauthenticated"},
        ),
        ("sieve", 'if address :is "from" "help@walmart.com" { discard; }', {"whitelist-discards"}),
        ("sieve", 'if header :is "X-Spam-Flag" "YES" { discard; }', {"whitelist-discards"}),
        ("sieve", "if size :over 10M { discard; }", set()),
        ("sieve", 'vacation "Away";', {"sieve-vacation"}),
        ("sieve", 'if address :domain :is "from" "family.example" { vacation "Away"; }', set()),
    ],
)
def test_a_filter_breaks_these_rules_and_no_other(target: str, text: str, expected: set[str]) -> None:
    assert rules(target, text) == expected


def test_what_is_missing_is_told_once_for_each_marketplace() -> None:
    found = [each for each in judged("spamassassin", "").findings if each.rule.id == "whitelist-missing"]

    assert [each.subject for each in found] == ["spamassassin: Walmart Marketplace"]
    assert "help@walmart.com" in found[0].evidence
    assert found[0].needs_attention


def test_what_we_wrote_and_want_no_more_is_stale() -> None:
    found = judged("spamassassin", text_for("spamassassin")).findings

    assert {each.rule.id for each in found} == {"whitelist-stale"}
    assert not any(each.needs_attention for each in found)
    assert len(found) > 100


def test_mail_that_is_marked_as_spam_and_thrown_away_is_only_possibly_theirs() -> None:
    (found,) = (
        e for e in judged("sieve", 'if header :is "X-Spam-Flag" "YES" { discard; }').findings if "discards" in e.key
    )

    assert found.confidence is Confidence.POSSIBLE
    assert found.evidence == ("line 1: discard",)


def test_a_gmail_filter_of_a_domain_that_refuses_nothing_lets_in_anyone() -> None:
    text = of_gmail("help@walmart.com", "shouldNeverSpam")
    known = Means(policies={"walmart.com": False}, unwanted=unwanted(catalogue(), KINDS))
    unknown = Means(unwanted=unwanted(catalogue(), KINDS))

    assert rules("gmail", text, known) == {"whitelist-unauthenticated"}
    assert {each.outcome for each in judged("gmail", text, unknown).findings} == {Outcome.UNKNOWN}


@pytest.mark.parametrize(
    "text", ["<feed>", "no xml", '<!DOCTYPE a [<!ENTITY b "c">]><feed/>', "<feed/>" + " " * 6_000_000]
)
def test_what_is_no_export_of_gmail_is_told_to_be_unread(text: str) -> None:
    found = judged("gmail", text)

    assert found.right == ()
    assert any("nothing is concluded" in each.why for each in found.incomplete)


def test_rules_of_microsoft_that_are_not_ours_are_told_to_be_unread() -> None:
    found = judged("microsoft365", text_for("microsoft365") + "New-TransportRule -Name 'mine' -SetSCL -1\n")

    assert any("1 mail flow rules that are not auditor's" in each.why for each in found.incomplete)


def test_each_reason_of_a_refusal_is_said_once() -> None:
    found = judged("outlook", "")

    assert [each.standing for each in found.incomplete] == [True]
    assert found.findings == ()


def test_nothing_of_a_marketplace_where_the_seller_is_not_counts() -> None:
    ebay = {domain_of(one.pattern) for one in everything() if one.marketplace == "ebay"}
    text = "".join(f"whitelist_from *@{domain}\n" for domain in ebay)

    assert rules("spamassassin", text) == set()


def test_a_list_of_thousands_is_compared() -> None:
    text = "".join(f"friend{number}@family{number}.example\n" for number in range(5_000)) + "help@walmart.com\n"

    assert rules("outlook", text) == {"whitelist-unauthenticated"}


@pytest.mark.parametrize(
    "old, new",
    [
        ('  not header :regex "From" "@.*@",\n', ""),
        ("dmarc.*dmarc", "x"),
        ('"^(mx[.]shop[.]test);', '".*'),
        ("if allof (\n", "if anyof (\n"),
        ("${queue}[", "["),
    ],
)
def test_our_script_without_its_guard_lets_in_anyone(old: str, new: str) -> None:
    text = text_for("sieve")
    assert old in text

    assert "whitelist-unauthenticated" in rules("sieve", text.replace(old, new, 1))


def test_our_script_with_the_stamps_of_another_host_lets_in_anyone() -> None:
    found = judged("sieve", text_for("sieve").replace("mx[.]shop[.]test", "mx[.]evil[.]test")).findings

    subjects = {each.subject for each in found if each.rule.id == "whitelist-unauthenticated"}
    assert subjects == {"sieve: mx.evil.test"}


def test_our_rule_of_rspamd_without_its_proof_lets_in_anyone() -> None:
    text = text_for("rspamd")

    for old in ('  require_symbols = "DMARC_POLICY_ALLOW";\n', "  selector = \"from('mime'):addr\";\n"):
        assert "whitelist-unauthenticated" in rules("rspamd", text.replace(old, ""))
