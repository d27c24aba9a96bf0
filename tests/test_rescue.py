"""The main job on real servers: find, prove, report, rescue, undo."""

from __future__ import annotations

import pytest

from tests.mail import Profile, half
from tests.mail.forged import sender
from tests.mail.genuine import genuine
from tests.shop import Shop

pytestmark = pytest.mark.server

GENUINE = [sample.raw for sample in genuine(Profile.NONE)[:7]]
FORGED = [sample.raw for sample in sender.samples(Profile.NONE) if half(sample) == "a"][:20]


def bodies(messages: list) -> list[bytes]:  # type: ignore[type-arg]
    return sorted(message.raw for message in messages)


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.deliver([*FORGED[:10], *GENUINE, *FORGED[10:]])
    return shop


def test_a_dry_run_shows_what_it_would_move_and_moves_nothing(filled: Shop) -> None:
    before = filled.junk()

    ran = filled.report("rescue")

    assert ran.exit_code == 10
    assert [m["standing"] for m in ran.mailbox["messages"] if m["planned"] == "move"] == ["genuine"] * len(GENUINE)
    assert ran.mailbox["outcomes"] == []
    assert filled.junk() == before
    assert filled.inbox() == []


def test_apply_moves_exactly_the_genuine_ones(filled: Shop) -> None:
    ran = filled.report("rescue", "--apply")

    assert {o["status"] for o in ran.mailbox["outcomes"]} == {"done"}
    assert bodies(filled.inbox()) == sorted(GENUINE)
    assert bodies(filled.junk()) == sorted(FORGED)


def test_undo_puts_them_back_and_the_next_rescue_leaves_them_there(filled: Shop) -> None:
    filled.run("rescue", "--apply")

    undone = filled.run("undo")
    again = filled.report("rescue", "--apply")

    assert undone.exit_code == 0, undone.stderr
    assert filled.inbox() == []
    assert bodies(filled.junk()) == sorted([*GENUINE, *FORGED])
    assert again.mailbox["outcomes"] == []
    reasons = {m["reason"] for m in again.mailbox["messages"] if m["standing"] == "genuine"}
    assert all(reason.startswith("put back") for reason in reasons), reasons


def test_a_second_run_after_success_plans_nothing(filled: Shop) -> None:
    filled.run("rescue", "--apply")

    again = filled.report("rescue", "--apply")

    assert again.mailbox["outcomes"] == []
    assert [m for m in again.mailbox["messages"] if m["planned"] == "move"] == []
    assert again.mailbox["counts"]["seen"] == len(FORGED)
