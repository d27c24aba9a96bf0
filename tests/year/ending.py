"""How a run may end: its exit code, and what it names as unfinished."""

from __future__ import annotations

from collections.abc import Iterator

from tests.year.knowledge import Tonight, is_settled, undecided
from tests.year.night import DnsDown, Failure, Standing, Throttled
from tests.year.observation import FINAL
from tests.year.world import HONEST, Folder, Lying

QUIET, UNFINISHED, BROKEN_OFF, ATTENTION = 0, 3, 4, 10
"""BROKEN_OFF: in the middle of moving; the next night finishes it."""


def failures_are_named(tonight: Tonight) -> Iterator[str]:
    """Of what failed tonight, and only of that; nothing is concluded about it."""
    trouble, seen = tonight.night.trouble, tonight.seen
    failed = {trouble.failure} if trouble and trouble.failure else set[Failure]()
    yield from (f"incomplete: names {failure}, which did not fail" for failure in sorted(seen.incomplete - failed))
    if seen.exit_code == UNFINISHED and failed - seen.incomplete:
        yield f"incomplete: does not name {', '.join(sorted(failed - seen.incomplete))}"
    if tonight.night.sees is False and seen.standings:
        yield f"concluded in a night that could see nothing: standings of {', '.join(sorted(seen.standings))}"


def exit_code(tonight: Tonight) -> Iterator[str]:
    allowed, found = tuple(_exit_codes(tonight)), tonight.seen.exit_code
    if found not in allowed:
        yield f"exit: {found} is not {' or '.join(map(str, allowed))}"


def _exit_codes(tonight: Tonight) -> Iterator[int | None]:
    night = tonight.night
    if not night.runs:
        yield None
    elif night.sees is False or (isinstance(night.trouble, DnsDown) and _waits_for_dns(tonight)):
        yield UNFINISHED
    else:
        if night.trouble:
            yield UNFINISHED
        if isinstance(night.trouble, Throttled) and tonight.moved():
            yield BROKEN_OFF
        if night.trouble or not _needs_attention(tonight):
            yield QUIET
        if night.trouble or not _is_quiet(tonight):
            yield ATTENTION


def _waits_for_dns(tonight: Tonight) -> bool:
    """A letter in spam that nothing but DNS could decide, and that no earlier night decided."""
    known = tonight.facts.proved
    return any(each.letter.name not in known for each in undecided(tonight))


def _needs_attention(tonight: Tonight) -> bool:
    """A possible customer lies in spam, and nobody could prove or settle it: UNVERIFIED, unacknowledged."""
    return any(_unverified(tonight, each) for each in tonight.after.within([Folder.JUNK]))


def _unverified(tonight: Tonight, each: Lying) -> bool:
    is_proved = tonight.night.proves(each.letter) or each.letter.name in tonight.facts.proved
    return each.letter.truth in HONEST and not is_proved and not is_settled(tonight, each)


def _is_quiet(tonight: Tonight) -> bool:
    """No honest letter in spam, nothing listed as unverified, nothing to say, no rescued letter put back or gone."""
    honest = any(each.letter.truth in HONEST for each in tonight.after.within([Folder.JUNK]))
    unverified = Standing.UNVERIFIED in tonight.seen.standings.values()
    final = any(look.became in FINAL for look in tonight.seen.looks.values())
    return not (honest or unverified or final or tonight.seen.said)
