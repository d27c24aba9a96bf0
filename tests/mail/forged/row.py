"""What one row of the table of attacks says."""

from typing import NamedTuple

PROOF, STREAM, SENDER = "domain-proof", "known-stream", "one-sender"
SELLER, WHOLE, FRESH, CLEAN = "meant-for-seller", "untouched", "fresh", "clean"


class Row(NamedTuple):
    """One way to talk a verdict into a rescue."""

    title: str  # what the attacker does
    reason: str  # whom it fools, and why it must not; the source where the matrix is not it
    checks: tuple[str, ...] = ()  # any of these must refuse it; none for rows that may be moved, or are of the plan
    tests: tuple[str, ...] = ()  # "file::test" of each test that plays it where no message alone can
    may_be_moved: bool = False
