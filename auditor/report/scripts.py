"""Changes of Sieve scripts and what became of them -> text with the difference, and plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff

from auditor.display import line, wrapped
from auditor.report.cards import WIDTH, count
from auditor.scripts import Change, Part, ScriptOutcome

_WORDS = {"done": "done", "skipped": "left as it was", "failed": "not done"}
_NONE_ACTIVE = (
    "No script is active now, so ours becomes the active one. A default script that your host runs for those who have "
    "none of their own no longer runs for you: ask your host whether there is one."
)


def page(
    mailbox: str, host: str, changes: Sequence[Change], outcomes: Sequence[ScriptOutcome], *, applied: bool
) -> str:
    """`outcomes` is empty in a dry run."""
    return "\n".join(_page(mailbox, host, changes, outcomes, applied=applied)) + "\n"


def plain(
    mailbox: str, host: str, changes: Sequence[Change], outcomes: Sequence[ScriptOutcome]
) -> Mapping[str, object]:
    """What JSON can hold."""
    told = {each.change: each for each in outcomes}
    scripts = [
        {
            "script": each.name if each.part is Part.TEXT else None,
            "change": _kind(each),
            "difference": list(_difference(each)),
            "status": told[each].status.value if each in told else None,
            "detail": told[each].detail if each in told else "",
        }
        for each in changes
    ]
    return {"name": mailbox, "host": host, "scripts": scripts}


def _page(
    mailbox: str, host: str, changes: Sequence[Change], outcomes: Sequence[ScriptOutcome], *, applied: bool
) -> Iterator[str]:
    if not changes:
        yield from wrapped(f"{mailbox}: the scripts on {host} are as they should be; nothing to change.", WIDTH)
        return
    told = {each.change: each for each in outcomes}
    what = count(len(changes), "change")
    said = f"{what} on {host}" if applied else f"{what} planned on {host}; nothing was changed (--apply changes it)"
    yield from wrapped(f"{mailbox}: {said}.", WIDTH)
    for each in changes:
        yield ""
        yield from wrapped(f"{_sentence(each)}{_outcome(told.get(each))}", WIDTH)
        yield from (f"  {line(text)}" for text in _difference(each))
    if any(each.part is Part.ACTIVE and each.before is None for each in changes):
        yield from ("", *wrapped(_NONE_ACTIVE, WIDTH))


def _sentence(change: Change) -> str:
    match _kind(change):
        case "activate":
            return f"Script `{_name(change.after)}` becomes the active one"
        case "deactivate":
            return f"Script `{_name(change.before)}` is active no more"
        case "add":
            return f"Script `{change.name}` is new"
        case "remove":
            return f"Script `{change.name}` goes"
        case _:
            return f"Script `{change.name}`, which stays yours but for these lines"


def _outcome(outcome: ScriptOutcome | None) -> str:
    if outcome is None:
        return ":"
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f": {_WORDS.get(outcome.status.value, outcome.status.value)}{detail}"


def _kind(change: Change) -> str:
    if change.part is Part.ACTIVE:
        return "deactivate" if change.after is None else "activate"
    if change.before is None:
        return "add"
    return "remove" if change.after is None else "change"


def _difference(change: Change) -> Iterator[str]:
    """As `diff -u` shows it, without its two lines of names."""
    if change.part is Part.ACTIVE or change.after is None:
        return
    before, after = (_text(each).splitlines() for each in (change.before, change.after))
    yield from list(unified_diff(before, after, n=1, lineterm=""))[2:]


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode("utf-8", "replace")


def _name(octets: bytes | None) -> str:
    return _text(octets)
