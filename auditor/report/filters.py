"""Changes of Gmail's filters and what became of them -> text, and plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.display import wrapped
from auditor.filters import FilterChange, FilterOutcome, document
from auditor.report.cards import WIDTH, count

_WORDS = {"done": "done", "skipped": "left as it was", "failed": "not done"}
_DOUBT = (
    "Gmail looks for these addresses also in the name that a sender gives himself, and its filters cannot ask for "
    "proof. So only domains are written that have forged mail refused (DMARC); a message from elsewhere that bears "
    "such an address as its name is not sent to spam either, if Gmail lets it in at all: read who wrote before you "
    "answer."
)


def page(mailbox: str, changes: Sequence[FilterChange], outcomes: Sequence[FilterOutcome], *, applied: bool) -> str:
    """`outcomes` is empty in a dry run."""
    return "\n".join(_page(mailbox, changes, outcomes, applied=applied)) + "\n"


def plain(mailbox: str, changes: Sequence[FilterChange], outcomes: Sequence[FilterOutcome]) -> Mapping[str, object]:
    """What JSON can hold."""
    filters = [_plain(each, outcome) for each, outcome in _ended(changes, outcomes)]
    return {"name": mailbox, "host": "gmail.googleapis.com", "filters": filters}


def _ended(
    changes: Sequence[FilterChange], outcomes: Sequence[FilterOutcome]
) -> Iterator[tuple[FilterChange, FilterOutcome | None]]:
    """Each change with what became of it."""
    ended: Sequence[FilterOutcome | None] = outcomes or [None] * len(changes)
    return zip(changes, ended, strict=True)


def _plain(change: FilterChange, outcome: FilterOutcome | None) -> Mapping[str, object]:
    return {
        "change": _kind(change),
        **document(change.filter),
        "id": (outcome.change.id if outcome else change.id) or None,
        "status": outcome.status.value if outcome else None,
        "detail": outcome.detail if outcome else "",
    }


def _page(
    mailbox: str, changes: Sequence[FilterChange], outcomes: Sequence[FilterOutcome], *, applied: bool
) -> Iterator[str]:
    if not changes:
        yield from wrapped(f"{mailbox}: the filters at Gmail are as they should be; nothing to change.", WIDTH)
        return
    what = count(len(changes), "change")
    said = f"{what} at Gmail" if applied else f"{what} planned at Gmail; nothing was changed (--apply changes it)"
    yield from wrapped(f"{mailbox}: {said}. Every other filter stays as it is.", WIDTH)
    for each, outcome in _ended(changes, outcomes):
        yield ""
        yield from wrapped(_sentence(each, outcome), WIDTH)
        yield from (f"  {text}" for text in wrapped(each.filter.senders, WIDTH - 2))
    if any(each.adds for each in changes):
        yield from ("", *wrapped(_DOUBT, WIDTH))


def _sentence(change: FilterChange, outcome: FilterOutcome | None) -> str:
    what = "This mail never goes to spam" if change.adds else "This filter of ours goes"
    if outcome is None:
        return f"{what}:"
    detail = f", {outcome.detail}" if outcome.detail else ""
    return f"{what} ({_WORDS.get(outcome.status.value, outcome.status.value)}{detail}):"


def _kind(change: FilterChange) -> str:
    return "add" if change.adds else "remove"
