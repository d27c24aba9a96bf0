"""Scripts in the shapes that webmails write: each is read for what it does to senders, and survives our include."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.whitelist import TARGETS, Facts, judge
from auditor.whitelist.including import is_included, with_include, without
from auditor.whitelist.targets.sieve_grammar import MAX_SCRIPT, UnreadableScript, commands
from tests.contexts import catalogue
from tests.servers.pigeonhole import Pigeonhole, pigeonhole_unavailable, running_pigeonhole
from tests.servers.plugin import need
from tests.whitelist.samples import everything, means, text_for
from tests.whitelist.test_real_sieve import DKIM, GOOD, KEPT, stamped

pytestmark = pytest.mark.thorough

SCRIPTS = {
    path.stem: path.read_bytes().decode() for path in sorted((Path(__file__).parent / "scripts").glob("*.sieve"))
}
each_script = pytest.mark.parametrize("name", SCRIPTS)

# What each does that a seller must know of. What is missing from all of them, since none is ours, is left out here.
SAYS: dict[str, set[str]] = {
    "roundcube-trash": {"whitelist-discards"},
    "roundcube-spamtest": {"whitelist-discards"},
    "roundcube-vacation": {"sieve-vacation"},
    "roundcube-vacation-dated": {"sieve-vacation"},
    "roundcube-vacation-sparing": {"sieve-vacation"},  # it spares Walmart alone
    "sogo-discard": {"whitelist-discards"},
    "sogo-vacation": {"sieve-vacation"},
    "sogo-vacation-lists": {"sieve-vacation"},
    "horde-whitelist": {"whitelist-unauthenticated"},
    "horde-whitelist-wide": {"whitelist-unauthenticated", "whitelist-too-wide"},
    "horde-blacklist": {"whitelist-discards"},
    "horde-vacation": {"sieve-vacation"},
    "horde-spam-level": {"whitelist-discards"},
    "ox-vacation": {"sieve-vacation"},
    "ox-spam": {"whitelist-discards"},
    "nextcloud-out-of-office": {"sieve-vacation"},
    "nextcloud-filters": {"whitelist-discards"},
}
# Filing what is marked as spam into the spam folder is what spam folders are for.
FILES_SPAM = {"horde-spam-level", "ox-spam"}


def facts(script: str, marketplaces: tuple[str, ...] = ()) -> Facts:
    target = TARGETS["sieve"]
    wanted = tuple(one for one in everything() if not marketplaces or one.marketplace in marketplaces)
    plan = target.plan(wanted, means())
    return Facts("shop", target, wanted, means(), plan, target.parse(script), catalogue())


def said(script: str, *marketplaces: str) -> set[str]:
    return {each.rule.id for each in judge(facts(script, marketplaces)).findings} - {"whitelist-missing"}


def test_there_are_scripts_of_every_webmail() -> None:
    assert len(SCRIPTS) >= 25
    assert {name.partition("-")[0] for name in SCRIPTS} >= {"roundcube", "sogo", "horde", "ox", "nextcloud"}


@each_script
def test_a_script_is_read_for_what_it_does_to_senders(name: str) -> None:
    expected = SAYS.get(name, set()) - ({"whitelist-discards"} if name in FILES_SPAM else set())

    assert said(SCRIPTS[name]) == expected


def test_an_answer_that_spares_the_sellers_marketplaces_is_none() -> None:
    assert said(SCRIPTS["roundcube-vacation-sparing"], "walmart") == set()


def test_what_is_included_is_told_to_be_unread() -> None:
    unread = facts(SCRIPTS["roundcube-include"]).present.unread

    assert [each.partition(": ")[2] for each in unread] == [
        "the script `managesieve`, which it includes",
        "the script `site`, which it includes",
    ]
    assert judge(facts(SCRIPTS["roundcube-include"])).right == ()


def test_our_own_script_breaks_no_rule() -> None:
    judged = judge(facts(text_for("sieve")))

    assert judged.findings == ()
    assert len(judged.right) == 6


def test_our_script_beside_the_sellers_is_read_with_it() -> None:
    assert said(SCRIPTS["horde-blacklist"] + text_for("sieve")) == {"whitelist-discards"}
    assert said(text_for("sieve") + SCRIPTS["horde-blacklist"]) == {"whitelist-discards"}


@each_script
def test_a_script_survives_our_include_byte_for_byte(name: str) -> None:
    once = with_include(SCRIPTS[name])

    assert is_included(once)
    assert with_include(once) == once
    assert without(once) == SCRIPTS[name]
    assert without(SCRIPTS[name]) == SCRIPTS[name]


@pytest.mark.parametrize(
    "script", ["if true { keep", 'keep "', "if " + "not " * 100 + "true {}", "x" * (MAX_SCRIPT + 1), "if ( }"]
)
def test_a_script_that_follows_no_grammar_is_told_to_be_unread(script: str) -> None:
    with pytest.raises(UnreadableScript):
        commands(script)
    assert facts(script).present.unread
    assert judge(facts(script)).right == ()


@pytest.fixture(scope="module")
def pigeonhole() -> Iterator[Pigeonhole]:
    need(pigeonhole_unavailable())
    with running_pigeonhole() as tool:
        tool.install(text_for("sieve"))
        tool.install("# what the webmail keeps apart\n", "managesieve")
        yield tool


@pytest.mark.server
@pytest.mark.thorough
@each_script
def test_the_server_takes_the_script_with_our_include(pigeonhole: Pigeonhole, name: str) -> None:
    pigeonhole.compile(SCRIPTS[name])
    pigeonhole.compile(with_include(SCRIPTS[name]))


@pytest.mark.server
@pytest.mark.thorough
@each_script
def test_what_is_proved_is_kept_before_every_rule_of_the_seller(pigeonhole: Pigeonhole, name: str) -> None:
    raw = stamped(f"{DKIM}; {GOOD}", sender="no-reply@walmart.com")

    assert pigeonhole.folders_of(with_include(SCRIPTS[name]), raw) == [KEPT]


@pytest.mark.server
@pytest.mark.thorough
@each_script
def test_other_mail_meets_the_sellers_rules_as_before(pigeonhole: Pigeonhole, name: str) -> None:
    raw = stamped(f"{DKIM}; {GOOD}", sender="spam@evil.example", more="X-Spam-Level: *****\r\nX-Spam-Flag: YES\r\n")

    assert pigeonhole.folders_of(with_include(SCRIPTS[name]), raw) == pigeonhole.folders_of(SCRIPTS[name], raw)
