"""Changes of Gmail's filters, as values, as the journal keeps them and as Gmail's API writes them. No I/O.

The form is that of the resource `users.settings.filters` of the Gmail API, v1 (developers.google.com/workspace/gmail).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.outcome import Status
from auditor.store.rows import ActionState, Entry

PUT_FILTER = "put-filter"  # the kind of journal entry

_ADD, _REMOVE = "add", "remove"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mail, and what Gmail does with it: two JSON objects as text, written so that equal ones are equal text."""

    criteria: str
    action: str

    @property
    def senders(self) -> str:
        """Whose mail, as Gmail looks for it; empty where it goes by something else."""
        return str(json.loads(self.criteria).get("from", ""))


@dataclass(frozen=True, slots=True)
class Listed:
    """A filter as Gmail shows it; it never gives an id twice."""

    id: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class FilterChange:
    """A filter that comes, or goes. `id`: empty as long as Gmail has not made it."""

    filter: Filter
    adds: bool
    id: str = ""

    def reversed(self) -> FilterChange:
        """Made anew, a filter has another id."""
        return replace(self, adds=not self.adds, id=self.id if self.adds else "")

    @property
    def title(self) -> str:
        """For the seller: what is changed."""
        return f"filter `from: {self.filter.senders}`"


@dataclass(frozen=True, slots=True)
class FilterOutcome:
    """What became of one change; `detail` says why where it was not done."""

    change: FilterChange
    status: Status
    detail: str = ""


def never_spam(senders: str) -> Filter:
    """Mail from them never goes to spam."""
    return Filter(_written({"from": senders}), _written({"removeLabelIds": ["SPAM"]}))


def document(wanted: Filter) -> dict[str, Any]:
    """What Gmail is asked to make."""
    return {"criteria": json.loads(wanted.criteria), "action": json.loads(wanted.action)}


def listed_in(answer: bytes) -> tuple[Listed, ...]:
    """Gmail's list; it leaves out the key where there is none. Raises ValueError or RecursionError for what is none."""
    told = json.loads(answer)
    found = told.get("filter", []) if isinstance(told, dict) else None
    if isinstance(found, list):
        return tuple(_listed(each) for each in found)
    raise ValueError("it is no list of filters")


def made(answer: bytes) -> str:
    """The id of the filter that Gmail made. Raises as `listed_in` does."""
    return _listed(json.loads(answer)).id


def _listed(found: object) -> Listed:
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not found["id"]:
        raise ValueError("a filter has no id")
    return Listed(found["id"], Filter(_written(found.get("criteria")), _written(found.get("action"))))


def _written(part: object) -> str:
    """Without what is empty or false: that is the same as left out."""
    if isinstance(part, Mapping) or part is None:
        return json.dumps({key: value for key, value in (part or {}).items() if value}, sort_keys=True)
    raise ValueError("a filter is no object")


def planned(change: FilterChange) -> dict[str, object]:
    """The payload of the change."""
    return {"change": _ADD if change.adds else _REMOVE, "id": change.id, **document(change.filter)}


def read(payload: Mapping[str, Any]) -> FilterChange:
    """What `planned` wrote."""
    found = Filter(_written(payload["criteria"]), _written(payload["action"]))
    return FilterChange(found, payload["change"] == _ADD, payload["id"])


def ours(entries: Iterable[Entry], there: Sequence[Listed]) -> tuple[Listed, ...]:
    """Those that this journal says we made, and that are as we made them; one that the seller changed is his."""
    known = {(change.id, change.filter) for change in map(_made_by, entries) if change is not None}
    return tuple(each for each in there if known & {(each.id, each.filter), ("", each.filter)})


def _made_by(entry: Entry) -> FilterChange | None:
    """Sent and not known to be done: made, where Gmail shows it, and without an id as long as that was not heard."""
    change = read(entry.payload)
    return change if change.adds and entry.state in (ActionState.DONE, ActionState.SENT) else None
