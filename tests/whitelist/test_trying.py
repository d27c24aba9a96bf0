"""Our script tried with the real `sieve-test`: a good one, one with a hole, and one that keeps nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.whitelist import TARGETS, trying
from auditor.whitelist.check import judge_trial
from auditor.whitelist.including import with_block
from auditor.whitelist.targets.sieve import own_script
from auditor.whitelist.values import Stamping, Tried
from tests.mail import Profile
from tests.servers.pigeonhole import pigeonhole_unavailable
from tests.servers.plugin import need
from tests.whitelist.samples import means, text_for

pytestmark = [pytest.mark.server, pytest.mark.thorough]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OURS = text_for("sieve")


def tried(script: str, profile: Profile = Profile.RSPAMD) -> Tried:
    need(pigeonhole_unavailable())
    program, stamping = trying.sieve_test(), means(profile).stamping
    assert program is not None
    assert isinstance(stamping, Stamping)
    entries = [each for each in TARGETS["sieve"].parse(OURS).entries if each.is_ours]
    found = trying.tried(script, entries, stamping, program=program, now=NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("script", [OURS, own_script(with_block("keep;\r\n", OURS))], ids=["a script", "a block"])
def test_ours_keeps_the_genuine_and_not_the_forged(script: str) -> None:
    found = tried(script)

    assert (found.keeps_genuine, found.keeps_forged, found.failed) == (True, False, "")
    assert judge_trial(found, "shop", ()).findings == ()


def test_a_hole_is_seen() -> None:
    found = tried('require "fileinto";\nkeep; stop;\n')

    assert found.keeps_forged
    assert [each.rule.id for each in judge_trial(found, "shop", ()).findings] == ["whitelist-unauthenticated"]


def test_a_script_that_keeps_nothing_is_seen() -> None:
    found = tried("# nothing\n")

    assert [each.rule.id for each in judge_trial(found, "shop", ()).findings] == ["whitelist-no-effect"]


def test_what_cannot_be_tried_is_said_and_concludes_nothing(tmp_path: Path) -> None:
    broken = tried("if true { keep")

    judged = judge_trial(broken, "shop", ())

    assert broken.failed
    assert (judged.findings, judged.remarks) == ((), ())
    assert [each.standing for each in judged.incomplete] == [True]


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    stamping = means().stamping
    assert isinstance(stamping, Stamping)

    found = trying.tried(OURS, TARGETS["sieve"].parse(OURS).entries, stamping, program=str(tmp_path / "no"), now=NOW)

    assert found is not None
    assert "No such file" in found.failed
