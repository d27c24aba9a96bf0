"""A mailbox of inquiries and answers for a seed, hard cases mixed in, with what really answers what."""

from __future__ import annotations

from random import Random

from .customers import SHARES
from .mailbox import Mailbox, Writing
from .shapes import SHAPES
from .stories import HARD, plain

ROUNDS = 6  # each hard story is told at least so often, however few pairs are asked for


def pairs(seed: int, count: int) -> Mailbox:
    """At least `count` pairs of an inquiry and the message that answers it; the same for the same seed."""
    writing = Writing(Random(seed))
    rounds = 0
    while rounds < ROUNDS or _paired(writing) < count:
        for case, story in HARD.items():
            story(writing, case)
            plain(writing, "plain")
        _notices(writing)
        rounds += 1
    return writing.finished()


def _paired(writing: Writing) -> int:
    return sum(len(answered) for answered in writing.truth.values())


def _notices(writing: Writing) -> None:
    """Ten notices of what the marketplaces tell a shop."""
    for market in writing.rng.choices([name for name in SHARES if SHAPES[name].notices], k=10):
        shape = SHAPES[market]
        writing.notice(market, writing.rng.choice(shape.notices), shape.order(writing.rng), writing.moment())
