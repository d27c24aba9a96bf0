"""The figures of the inbox -> their two diagnoses: how much would be proved genuine, and what imitates there."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.display import address
from auditor.doctor.diagnosis import Diagnosis, Link, State
from auditor.doctor.recall import Counts, Figures, Imitated, StreamFigures
from auditor.mailbox.interface import MessageRef
from auditor.references import Reference

_FEWEST = 5  # messages whose share is worth a warning
_MOST_MISSED = 0.5  # share from which most would stay in spam
_STREAMS, _NAMES = 8, 3  # shown to people
_ADDRESS_WIDTH = 60

_WORDS = {
    "one-sender": "its sender is not written plainly",
    "known-stream": "its address is not known well enough",
    "domain-proof": "not proved to come from the marketplace, so perhaps not its mail",
    "meant-for-seller": "not sent to an address of yours",
    "untouched": "not as it was signed",
    "fresh": "not sent when it was received",
    "clean": "holds what such mail does not hold",
}


def diagnose(found: Figures, offer: str, mailbox: str) -> Diagnosis:
    """How much of the marketplace mail would be GENUINE. `offer`: the line of aliases to copy, or empty."""
    return Diagnosis(
        Link.RECOGNITION,
        _state(found, mends=bool(offer)),
        _text(found),
        cause=_cause(found),
        remedy=_remedy(found, offer, mailbox),
        copy=offer,
        items=tuple(_items(found)),
        figures=_figures(found),
    )


def imitations(found: Figures, mailbox: str) -> Diagnosis:
    """Whether imitations of marketplaces lie in the inbox, where the provider's filter should not have let them."""
    if not found.imitations:
        text = f"the inbox holds none, as far as the newest {found.swept} messages show"
        state = State.OK if found.swept else State.UNKNOWN
        return Diagnosis(Link.IMITATIONS, state, text if found.swept else "the inbox is empty", figures={"count": 0})
    newest, count = found.imitations[0], len(found.imitations)
    tricks = Counter((one.marketplace, one.trick) for one in found.imitations).most_common()
    return Diagnosis(
        Link.IMITATIONS,
        State.WARNING,
        f"{_messages(count)} to come from a marketplace",
        cause="your provider's filter let through "
        + ", ".join(f"{marketplace}: {trick} ({number})" for (marketplace, trick), number in tricks[:_STREAMS])
        + f"; the newest is from {address(newest.sender, _ADDRESS_WIDTH)}",
        remedy=f"follow no link in such a message and delete it; to see why it is one: {_explain(mailbox, newest.ref)}",
        figures=_imitation_figures(found.imitations),
    )


def _messages(count: int) -> str:
    return "1 message in the inbox pretends" if count == 1 else f"{count} messages in the inbox pretend"


def _state(found: Figures, *, mends: bool) -> State:
    """A warning where something can be done, or where most of it would stay in spam."""
    if not found.told:
        return State.UNKNOWN
    missed = found.told - found.genuine
    if not missed and len(found.known) == len(found.streams):
        return State.OK
    most_missed = found.told >= _FEWEST and missed >= _MOST_MISSED * found.told
    return State.WARNING if mends or most_missed else State.NOTE


def _text(found: Figures) -> str:
    if found.told:
        share = f"{found.genuine} of {found.told} messages of marketplaces in the inbox"
        return f"{share} would be proved genuine, had they gone to spam"
    if not found.streams:
        return f"no mail of a marketplace is among the newest {found.swept} messages of the inbox: nothing to measure"
    if any(one.undecided for one in found.streams):
        return "none of the mail of marketplaces in the inbox can be judged today"
    return "all mail of marketplaces in the inbox comes from addresses that are not known"


def _cause(found: Figures) -> str:
    """The checks that fail first, over all streams that are known."""
    counted: Counter[str] = Counter()
    for one in found.known:
        counted.update({miss.check: miss.count for miss in one.misses})
    return "; ".join(f"{_WORDS.get(check, check)} ({count})" for check, count in counted.most_common())


def _remedy(found: Figures, offer: str, mailbox: str) -> str:
    if offer:
        return (
            "if these addresses are yours, write this into the mailbox's table; an address that is not yours would "
            "let old mail to its owner pass for mail to you"
        )
    misses = [miss for one in found.streams for miss in one.misses]
    advice = [f"to see why: {_explain(mailbox, misses[0].newest)}"] if misses else []
    if found.unlisted:
        advice.insert(0, f"add to aliases those that are yours, and only those: {_named(found.unlisted)}")
    return "; ".join(advice)


def _items(found: Figures) -> Iterator[tuple[str, ...]]:
    for one in found.streams[:_STREAMS]:
        yield _heading(one), *_below(one)
    if len(found.streams) > _STREAMS:
        yield (f"and {len(found.streams) - _STREAMS} more streams",)
    if found.left_out:
        yield (f"{found.left_out} more messages of marketplaces were not read, being older or too large",)


def _heading(one: StreamFigures) -> str:
    if one.stream is None:
        return f"{one.marketplace}, addresses that are not known: {one.seen}, not counted above"
    share = f"{one.genuine} of {one.told}" if one.told else "none counted"
    return f"{one.marketplace}, {one.stream}: {share}"


def _below(one: StreamFigures) -> Iterator[str]:
    for miss in one.misses:
        yield f"{miss.count} {_WORDS.get(miss.check, miss.check)}: {miss.detail}"
    if one.undecided:
        yield f"{one.undecided} more cannot be judged today: {one.undecided_because}"
    if one.signers:
        yield f"signed by {_named(one.signers)}"
    if one.signed:
        yield from _covered(one)
    if one.strangers:
        yield f"sent to {_named(one.strangers)}, and to no address of yours"


def _covered(one: StreamFigures) -> Iterator[str]:
    always = [_as_written(name) for name, count in one.covered if count == one.signed]
    at_times = [
        f"{_as_written(name)} on {count} of {one.signed}" for name, count in one.covered if 0 < count < one.signed
    ]
    never = [_as_written(name) for name, count in one.covered if not count]
    never_text = f"; never {', '.join(never)}" if never else ""
    yield f"the signature covers {', '.join([*always, *at_times])}{never_text}"


def _as_written(field: str) -> str:
    return "-".join(word.capitalize() for word in field.split("-"))


def _named(counts: Counts) -> str:
    more = f" and {len(counts) - _NAMES} more" if len(counts) > _NAMES else ""
    return ", ".join(f"{name} ({count})" for name, count in counts[:_NAMES]) + more


def _explain(mailbox: str, ref: MessageRef) -> str:
    return f"auditor explain {shlex.quote(str(Reference(mailbox, ref)))}"


def _figures(found: Figures) -> dict[str, Any]:
    return {
        "swept": found.swept,
        "left_out": found.left_out,
        "streams": [_stream_figures(one) for one in found.streams],
        "unlisted": [{"address": name, "count": count} for name, count in found.unlisted],
    }


def _stream_figures(one: StreamFigures) -> dict[str, Any]:
    return {
        "marketplace": one.marketplace,
        "stream": one.stream,
        "seen": one.seen,
        "genuine": one.genuine,
        "undecided": one.undecided,
        "misses": [
            {"check": miss.check, "count": miss.count, "detail": miss.detail, "ref": _ref(miss.newest)}
            for miss in one.misses
        ],
        "signed_by": [{"domain": name, "count": count} for name, count in one.signers],
        "signed": one.signed,
        "covered": dict(one.covered),
        "sent_to": [{"address": name, "count": count} for name, count in one.strangers],
    }


def _imitation_figures(found: Sequence[Imitated]) -> dict[str, Any]:
    tricks = Counter((one.marketplace, one.trick) for one in found).most_common()
    return {
        "count": len(found),
        "tricks": [{"marketplace": m, "trick": trick, "count": count} for (m, trick), count in tricks],
        "newest": _ref(found[0].ref),
    }


def _ref(ref: MessageRef) -> dict[str, Any]:
    return {"folder": ref.folder, "uidvalidity": ref.uidvalidity, "uid": ref.uid}
