"""Where a probe was seen -> what is said of it; and what the journal remembers of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auditor.contacts.facts import Held, Remark, Said
from auditor.errors import FolderError
from auditor.mailbox.interface import Folder, MessageRef
from auditor.outcome import Outcome, Status
from auditor.probing import entries
from auditor.probing.entries import PROBE, Landing, Result
from auditor.probing.judging import judge, settled, tidied
from auditor.probing.places import places_of
from auditor.report import Incomplete
from auditor.rules import Finding, Practice
from auditor.store.rows import ActionState, Entry
from tests.probing.memory import NOON, PROBED

REF = MessageRef("INBOX", 1, 7)
RULES = {"contact-probe-spam", "contact-probe-lost"}


def listed(**more: str) -> list[Folder]:
    names = {"INBOX": "", "Junk": "\\junk", "Sent": "\\sent", "All": "\\all", "Drafts": "\\drafts", "Own": "", **more}
    return [Folder(name, frozenset({attribute} if attribute else ()), "/") for name, attribute in names.items()]


PLACES = places_of(listed())


def seen_in(*folders: str, seconds: float = 4.2) -> Result:
    return Result(Landing.UNKNOWN, "support@shop.test", NOON, folders, seconds, 300)


@pytest.mark.parametrize(
    "folders, landing",
    [
        (["INBOX"], Landing.INBOX),
        (["Junk"], Landing.SPAM),
        (["Own"], Landing.ELSEWHERE),
        (["Junk", "INBOX"], Landing.INBOX),
        (["Sent", "Junk"], Landing.SPAM),
        (["All", "INBOX"], Landing.INBOX),
        (["All", "Sent"], Landing.UNKNOWN),
        (["All"], Landing.UNKNOWN),
        (["Sent"], Landing.LOST),
        (["Drafts"], Landing.LOST),
        ([], Landing.LOST),
    ],
)
def test_where_it_landed(folders: list[str], landing: Landing) -> None:
    assert PLACES.landing(folders) is landing


def test_folders_that_hold_nothing_are_not_watched_and_the_inbox_comes_first() -> None:
    places = places_of([*listed(Parent="\\noselect", Gone="\\nonexistent")[::-1]])
    assert places.names[:2] == ("INBOX", "Junk")
    assert not {"Parent", "Gone"} & set(places.names)


def test_what_the_configuration_names_wins() -> None:
    places = places_of(listed(), inbox="Own", junk=["Junk", "INBOX"], sent=["Drafts"])
    assert (places.inbox, places.spam) == (frozenset({"Own"}), frozenset({"Junk", "INBOX"}))
    with pytest.raises(FolderError):
        places_of(listed(), junk=["Bulk"])


@pytest.mark.parametrize(
    "result, given, landing, why",
    [
        (seen_in("INBOX"), {"doubt": "lost", "blind": {"Own"}}, Landing.INBOX, ""),
        (seen_in("Junk"), {"doubt": "lost"}, Landing.SPAM, ""),
        (seen_in(), {}, Landing.LOST, ""),
        (seen_in("Sent"), {}, Landing.LOST, ""),
        (seen_in(), {"doubt": "mx hung up"}, Landing.UNKNOWN, "may never have been sent: mx hung up"),
        (seen_in(), {"blind": {"Own"}}, Landing.UNKNOWN, "does not tell of new messages: `Own`"),
        (seen_in("All"), {}, Landing.UNKNOWN, "only the copy of what was sent was seen, in `All`"),
    ],
)
def test_nothing_is_lost_that_may_lie_unseen(result: Result, given: dict, landing: Landing, why: str) -> None:  # type: ignore[type-arg]
    got = settled(result, PLACES, **given)
    assert got.landing is landing
    assert why in got.why
    assert bool(got.why) is (landing is Landing.UNKNOWN)
    assert (got.seconds is None) is (landing in (Landing.LOST, Landing.UNKNOWN))


def said(*folders: str) -> tuple[Said, ...]:
    return judge(settled(seen_in(*folders), PLACES), "shop")


@pytest.mark.parametrize(
    "folders, rules", [(["INBOX"], []), (["Own"], []), (["Junk"], ["contact-probe-spam"]), ([], ["contact-probe-lost"])]
)
def test_each_outcome_says_what_is_wrong_and_what_held(folders: list[str], rules: list[str]) -> None:
    found = [each for each in said(*folders) if isinstance(each, Finding)]
    held = {each.rule for each in said(*folders) if isinstance(each, Held)}

    assert [each.rule.id for each in found] == rules
    assert held == (set() if "contact-probe-lost" in rules else RULES - set(rules))
    assert all(each.rule.practice is Practice.ACCURATE_CONTACT_DETAILS for each in found)
    assert all(each.needs_attention and "Settings > Partner Profile > Manage Contacts" in each.remedy for each in found)
    assert all("2026-11-23 12:00 UTC" in each.evidence[0] for each in found)


def test_what_could_not_be_told_is_neither() -> None:
    (only,) = said("All")
    assert isinstance(only, Incomplete)
    assert not only.standing


def test_a_finding_that_the_seller_knows_of() -> None:
    key = "contact-probe-lost:shop:support@shop.test"
    (found,) = judge(settled(seen_in(), PLACES), "shop", acknowledged={key})
    assert isinstance(found, Finding)
    assert found.acknowledged


def test_a_clean_up_without_trouble_is_not_worth_a_word() -> None:
    outcomes = [
        Outcome(REF, Status.DONE, None, ""),
        Outcome(REF, Status.SKIPPED, None, "left in `INBOX`"),
        Outcome(REF, Status.FAILED, None, "the line broke"),
    ]
    remark, incomplete = tidied(outcomes)
    assert isinstance(remark, Remark)
    assert "left in `INBOX`" in remark.text
    assert incomplete == Incomplete("the removal of the probe's message", "the line broke")


def entry(state: ActionState, hours: float = 0, result: Result | None = None) -> Entry:
    payload = entries.planned(PROBED, {"INBOX": (7, 12)})
    payload["at"] = (NOON - timedelta(hours=hours)).isoformat()
    return Entry("r1", 1, PROBE, payload | (entries.concluded(result) if result else {}), state, "", NOON)


@pytest.mark.parametrize(
    "state, hours, counts",
    [
        (ActionState.DONE, 23.9, True),
        (ActionState.SENT, 23.9, True),
        (ActionState.DONE, 24.1, False),
        (ActionState.FAILED, 1, False),
        (ActionState.SKIPPED, 1, False),
        (ActionState.PLANNED, 1, False),
        (ActionState.DONE, -48, True),
    ],
)
def test_one_a_day_and_one_that_nobody_took_is_none(state: ActionState, hours: float, counts: bool) -> None:
    """Nor does a clock that was set back send a second one."""
    assert (entries.last_sent([entry(state, hours)], now=NOON) is not None) is counts


def test_the_last_of_several_counts() -> None:
    last = entries.last_sent([entry(ActionState.DONE, hours) for hours in (9, 2, 5)], now=NOON)
    assert last
    assert last.probe.sent_at == NOON - timedelta(hours=2)


def test_what_the_journal_keeps_comes_back_as_it_was() -> None:
    result = settled(seen_in("Junk"), PLACES)
    read = entries.read(entry(ActionState.DONE, 0, result))
    assert (read.probe, read.before) == (PROBED, {"INBOX": (7, 12)})
    assert read.result == Result(Landing.SPAM, PROBED.to, NOON, ("Junk",), 4.2, 300)
