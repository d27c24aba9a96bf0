"""The task of Windows: well-formed, plain ASCII, and the paths come out of it as they went in."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from auditor.errors import ConfigError
from auditor.schedule.windows import task
from tests.schedule.jobs import job, paths

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 23, 12)  # noqa: DTZ001 - what the clock shows
SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@settings(deadline=None)
@given(paths.map(lambda path: path.replace("%", "_")))
def test_the_paths_come_out_as_they_went_in(path: str) -> None:
    text = task(job(python=path), NOW)
    found = ElementTree.fromstring(text).find(f".//{SPACE}Command")  # our own text

    assert text.isascii()
    assert found is not None
    assert found.text == path


def test_the_arguments_are_quoted_for_windows() -> None:
    text = task(job(config='/a b/"x" & <y>.toml'), NOW)
    found = ElementTree.fromstring(text).find(f".//{SPACE}Arguments")

    assert found is not None
    assert str(found.text).endswith(r'--config "/a b/\"x\" & <y>.toml"')


def test_it_runs_each_night_at_some_time_and_makes_up_for_a_missed_one() -> None:
    text = task(job(), NOW)

    assert "<StartBoundary>2026-11-24T04:17:00</StartBoundary>" in text
    assert "<RandomDelay>PT30M</RandomDelay>" in text
    assert "<DaysInterval>1</DaysInterval>" in text
    assert "<StartWhenAvailable>true</StartWhenAvailable>" in text


def test_a_percent_sign_is_refused_since_windows_puts_variables_in() -> None:
    with pytest.raises(ConfigError, match="a percent sign"):
        task(job(config="/100%/auditor.toml"), NOW)
