"""From the bytes through the verdict and the ledger's row to the plan: what is not proved genuine is never moved."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import providers
from auditor.judging import Judge
from auditor.ledger_rows import judged_row
from auditor.mailbox.interface import FolderState, MessageRef, Role, Whole
from auditor.marketplaces import Kind
from auditor.plan import Move, Wishes, moves, plan
from auditor.store.rows import LedgerRow
from auditor.verdict import Standing
from tests.contexts import context
from tests.mail import RECEIVED_AT
from tests.properties.breaks import BREAKS
from tests.properties.case import Case, Dns, cases, judged

pytestmark = pytest.mark.thorough

EVERYTHING = Wishes("INBOX", frozenset(kind.value for kind in Kind), rescued=())
JUNK = FolderState("Junk", 1, 2, 1)


def planned(case: Case) -> tuple[Sequence[Move], Standing]:
    """The moves of a whole folder that holds this one message, and its standing."""
    whole = Whole(1, RECEIVED_AT, len(case.raw), frozenset(), case.raw, complete=True, identity="digest:1")
    verdict = judged(case)
    judge = Judge(context(case.profile), Dns(case), providers.SELF_HOSTED)
    row = judged_row(whole, verdict, JUNK, judge, role=Role.JUNK, now=RECEIVED_AT)
    return moves(plan([row], EVERYTHING)), verdict.verdict.standing


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_only_what_is_genuine_is_planned_to_be_moved(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases("genuine", 5) + cases("unprovable", 3) + cases("forged", 11)))
    change = BREAKS[data.draw(st.sampled_from(sorted(BREAKS)))]

    wanted, standing = planned(change(case) or case)

    assert not wanted or standing is Standing.GENUINE


@pytest.mark.parametrize("kind", ["unprovable", "forged"])
def test_nothing_unverified_or_forged_is_planned(kind: str) -> None:
    assert [case.name for case in cases(kind, 3) if planned(case)[0]] == []


def test_genuine_mail_is_planned() -> None:
    wanted = [planned(case)[0] for case in cases("genuine", 9)]

    assert all(len(found) == 1 for found in wanted)
    assert {move.to for found in wanted for move in found} == {"INBOX"}


def row(standing: str, kind: str | None, identity: str, hold: str) -> LedgerRow:
    ref = MessageRef("Junk", 1, 1)
    return LedgerRow(ref, Role.JUNK, identity, "", "", RECEIVED_AT, 1, "walmart", standing, "1", kind=kind, hold=hold)


@given(
    st.sampled_from([one.value for one in Standing]),
    st.sampled_from([None, *(kind.value for kind in Kind)]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "wrapped: x"]),
)
def test_only_what_is_genuine_and_wanted_is_ever_planned(
    standing: str, kind: str | None, identity: str, hold: str
) -> None:
    wishes = Wishes("INBOX", frozenset({"customer", "order"}), rescued={"b"})

    found = plan([row(standing, kind, identity, hold)], wishes)

    may_move = standing == "genuine" and kind in wishes.streams and identity == "a" and not hold
    assert bool(moves(found)) == may_move
    assert found[0].reason
