from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.display import columns
from auditor.report import RunReport
from auditor.report.cards import time_left
from auditor.report.text import render
from auditor.rules import finding
from tests.report import runs
from tests.report.golden import assert_golden


@pytest.mark.parametrize("name", runs.RUNS)
def test_the_text_is_the_kept_one(name: str) -> None:
    assert_golden(f"{name}.txt", render(runs.RUNS[name]()))


def test_the_verbose_text_is_the_kept_one() -> None:
    assert_golden("two-planned.verbose.txt", render(runs.two_planned(), verbose=True))


@pytest.mark.parametrize("verbose", [False, True], ids=["short", "verbose"])
@pytest.mark.parametrize("name", runs.RUNS)
def test_no_line_is_wider_than_80_columns(name: str, verbose: bool) -> None:
    commands = ("  auditor ", "             ")
    lines = render(runs.RUNS[name](), verbose=verbose).splitlines()
    assert [each for each in lines if columns(each) > 80 and not each.startswith(commands)] == []


@pytest.mark.parametrize("verbose", [False, True], ids=["short", "verbose"])
def test_nothing_hostile_reaches_the_terminal(verbose: bool) -> None:
    text = render(runs.hostile(), verbose=verbose).replace("\n", "")
    assert {unicodedata.category(each) for each in text} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} == set()


def test_quiet_prints_nothing_when_nothing_needs_attention() -> None:
    assert render(runs.nothing_new(), quiet=True) == ""
    assert render(runs.two_planned(), quiet=True) != ""


def test_color_is_only_there_when_asked_for() -> None:
    assert "\x1b" not in render(runs.two_planned())
    assert "\x1b[1;31m" in render(runs.two_planned(), color=True)


def last_line(report: RunReport) -> str:
    return render(report).splitlines()[-1].strip()


@pytest.mark.parametrize(
    "name, end",
    [
        ("nothing-new", "Nothing needs your attention."),
        ("two-planned", "Nothing was moved. To move the 2 messages: auditor rescue --apply"),
        ("applied", "2 messages moved. To put back: auditor undo 20261120-120000-7f3a"),
        ("many", "Nothing was moved. To move the 1 message: auditor rescue --apply"),
        ("too-many", "auditor rescue --apply --max-moves 60"),
        ("hostile", "Nothing was moved."),
    ],
)
def test_the_last_line_says_what_to_do_next(name: str, end: str) -> None:
    assert last_line(runs.RUNS[name]()) == end


def test_an_early_stop_says_first_that_nothing_was_judged_or_moved() -> None:
    stopped = replace(runs.many(), mailboxes=runs.many().mailboxes[1:2])
    assert render(stopped).startswith("books: nothing was judged and nothing was moved.")


def test_the_nearest_deadline_comes_first() -> None:
    late = replace(runs.unproven(1), subject="later", deadline=runs.START + timedelta(hours=9))
    soon = replace(runs.unproven(2), subject="sooner", deadline=runs.START + timedelta(hours=1))
    text = render(runs.run(runs.mailbox("shop", late, soon)))
    assert text.index("sooner") < text.index("later")


def test_an_acknowledged_message_no_longer_stands_first() -> None:
    text = render(runs.run(runs.mailbox("shop", replace(runs.unproven(), acknowledged=True)), exit_code=0))
    assert "MAY BE" not in text
    assert "auditor ack" not in text
    assert "Broken on arrival" in text
    assert "shop:Junk/1700000000/11, dealt with" in text


def test_an_acknowledged_finding_is_shown_only_when_asked_for() -> None:
    key = "stream-unknown:shop:a@walmart.com"
    found = finding("stream-unknown", "shop", "a@walmart.com", detail="seen twice", acknowledged={key})
    report = runs.run(runs.mailbox("shop", findings=(found,)), exit_code=0)
    assert "seen twice" not in render(report)
    assert "seen twice" in render(report, verbose=True)


def test_a_finding_about_messages_is_shown_where_there_are_no_messages() -> None:
    found = finding("genuine-in-spam", "shop", "Junk/1/7", detail="signed by walmart.com")
    assert "signed by walmart.com" in render(runs.run(runs.mailbox("shop", findings=(found,))))


def test_imitations_beyond_five_kinds_are_counted() -> None:
    kinds = [runs.imitation(uid, f"kind {uid % 9}") for uid in range(900)]
    text = render(runs.run(runs.mailbox("shop", *kinds), exit_code=0))
    assert "and 400 more" in text
    assert "win17@prize.example" not in text


def test_verbose_lists_every_imitation() -> None:
    kinds = [runs.imitation(uid, f"kind {uid % 9}") for uid in range(90)]
    text = render(runs.run(runs.mailbox("shop", *kinds), exit_code=0), verbose=True)
    assert all(f"win{uid}@prize.example" in text for uid in range(90))


def test_a_genuine_message_that_is_left_says_why() -> None:
    left = replace(runs.customer(), planned="leave", reason="you put it into spam yourself")
    assert "you put it into spam yourself (1)" in render(runs.run(runs.mailbox("shop", left), exit_code=0))


def test_an_outcome_without_its_message_is_shown_by_its_place() -> None:
    report = runs.applied()
    bare = replace(report, mailboxes=(replace(report.mailboxes[0], messages=()),))
    assert "shop:Junk/1700000000/7" in render(bare)


def test_times_stand_in_the_sellers_zone() -> None:
    assert "Thu 19 Nov 2026, 00:00 CST" in render(runs.two_planned())


def test_an_unknown_zone_is_utc() -> None:
    report = runs.run(runs.mailbox("shop", runs.customer(), timezone="Mars/Olympus"))
    assert "Thu 19 Nov 2026, 06:00 UTC" in render(report)


@pytest.mark.parametrize(
    "left, words",
    [
        (timedelta(hours=41, minutes=59), "41 hours left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(0), "overdue by 0 minutes"),
        (timedelta(hours=-5), "overdue by 5 hours"),
    ],
)
def test_time_left_in_words(left: timedelta, words: str) -> None:
    assert time_left(runs.START + left, runs.START) == words
