"""Where messages are, told from what the server shows; and the payload that carries them through the journal."""

from __future__ import annotations

import json

import pytest

from auditor.mailbox.interface import Copied, Identity, MessageRef
from auditor.plan import Move
from auditor.transfer import Transfer, Verb, Where, locate, planned, planned_back, read

NONE: frozenset[str] = frozenset()


def wanted(uid: int, identity: str) -> Transfer:
    return Transfer(MessageRef("Junk", 100, uid), "INBOX", identity)


def shown(**messages: str) -> dict[int, Identity]:
    """`u7="a"` is the message `a` under UID 7."""
    return {int(uid[1:]): Identity(int(uid[1:]), value, NONE) for uid, value in messages.items()}


@pytest.mark.parametrize(
    ("source", "destination", "copied", "expected"),
    [
        (shown(), shown(u90="a"), None, Where(False, 90)),
        (shown(u1="a"), shown(), None, Where(True, None)),
        (shown(u1="a"), shown(u90="a"), None, Where(True, 90)),
        (shown(), shown(), None, Where(False, None)),
        (shown(u1="other"), shown(u90="a"), None, Where(False, 90)),
        (shown(), shown(u90="other"), Copied(1, ((1, 90),)), Where(False, None)),
        (shown(), shown(u90="a", u91="a"), None, Where(False, 90, (91,))),
        (shown(), shown(u90="a", u91="a"), Copied(1, ((1, 91),)), Where(False, 91, (90,))),
        (shown(), shown(u90="a"), Copied(1, ((1, 77),)), Where(False, 90)),
    ],
    ids=[
        "moved",
        "not-moved",
        "in-both",
        "in-neither",
        "number-given-to-another",
        "copyuid-names-a-stranger",
        "double",
        "double-with-copyuid",
        "copyuid-names-nothing",
    ],
)
def test_a_message_is_found_by_what_it_is(
    source: dict[int, Identity], destination: dict[int, Identity], copied: Copied | None, expected: Where
) -> None:
    assert locate([wanted(1, "a")], source, destination, copied=copied) == (expected,)


def test_of_two_alike_the_one_that_left_is_the_one_that_arrived() -> None:
    found = locate([wanted(1, "a"), wanted(2, "a")], shown(u1="a"), shown(u90="a"))

    assert found == (Where(True, None), Where(False, 90))


def test_payload_of_a_move_survives_json() -> None:
    move = Move(MessageRef("Junk", 100, 7), "INBOX", "digest:a")

    payload = json.loads(json.dumps(planned(move)))

    assert read(payload) == Transfer(move.ref, "INBOX", "digest:a")


def test_way_back_leads_from_where_it_landed_and_knows_the_old_flags() -> None:
    there = MessageRef("INBOX", 1, 90)
    done = Transfer(MessageRef("Junk", 100, 7), "INBOX", "digest:a", verb=Verb.MOVE, flags=frozenset({"$Junk"}))

    back = read(json.loads(json.dumps(planned_back(("r1", 3), done, there))))

    assert back == Transfer(there, "Junk", "digest:a", undoes=("r1", 3), had=frozenset({"$Junk"}))
