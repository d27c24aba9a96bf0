"""What is run each night, and which paths are refused."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.schedule.job import next_run, nightly, own_time, time_of_day
from tests.schedule.jobs import paths

pytestmark = pytest.mark.thorough


def made(path: str) -> None:
    nightly(Path("/usr/bin/python3"), Path(path), Path("/log"), at=time(4))


def test_the_job_is_the_nightly_audit_with_absolute_paths() -> None:
    job = nightly(Path("/p/python"), Path("/c/auditor.toml"), Path("/l/log.jsonl"), at=time(4))

    assert " ".join(job.argv) == (
        "/p/python -P -m auditor audit --apply --quiet --log-file /l/log.jsonl --config /c/auditor.toml"
    )


@pytest.mark.parametrize(
    "path, says",
    [
        ("/a\nb", "a control character"),
        ("/a\rb", "a control character"),
        ("/a\x00b", "a control character"),
        ("/a\x1b[2Jb", "a control character"),
        ("/a\x85b", "a control character"),
        ("/a\u2028b", "a control character"),
        ("/a\udce9", "not UTF-8"),
        ("/a\uffff", "no character"),
        ("/a\ufdd0", "no character"),
        ("/a\U0001fffe", "no character"),
        ("a/b", "no absolute path"),
        ("", "no absolute path"),
    ],
)
def test_a_path_that_no_file_of_a_scheduler_can_hold_is_refused_in_one_line(path: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        made(path)
    assert caught.value.message.isprintable()


@settings(deadline=None)
@given(paths)
def test_every_other_path_is_taken(path: str) -> None:
    made(path)


@pytest.mark.parametrize("text", ["04:30", "4:30", "00:00", "23:59"])
def test_a_time_of_day_is_read(text: str) -> None:
    hour, minute = map(int, text.split(":"))
    assert time_of_day(text) == time(hour, minute)


@pytest.mark.parametrize("text", ["", "24:00", "4", "04:60", "4:5", "04:30:00", "4pm", "٤:٣٠", " 04:30", "04:30\n"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not a time of day"):
        time_of_day(text)


def test_two_shops_seldom_come_at_the_same_minute() -> None:
    minutes = {own_time(f"/home/shop{number}/auditor.toml") for number in range(300)}
    assert len(minutes) > 50
    assert {each.hour for each in minutes} == {4}


@settings(deadline=None)
@given(st.datetimes(), st.times())
def test_the_next_run_is_the_first_after_now(now: datetime, clock: time) -> None:
    assume(now.date() < date.max)
    found = next_run(now, clock)
    assert found.time() == clock
    assert 0 < (found - now).total_seconds() <= 86_400
