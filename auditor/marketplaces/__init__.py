"""The shipped files of this folder and a configuration's `[marketplace.NAME]` tables -> the Catalogue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

from auditor.errors import ConfigError
from auditor.marketplaces.catalogue import Catalogue, Kind, Marketplace, Match, ReplyWindow, Stream
from auditor.marketplaces.reading import read_marketplace

__all__ = ["Catalogue", "Kind", "Marketplace", "Match", "ReplyWindow", "Stream", "load"]

_Table: TypeAlias = Mapping[str, object]

_SELLER = "the seller's configuration"
# What a seller need not say about a stream of his own: that he wrote it down is its confirmation.
_STREAM_DEFAULTS = {
    "title": "mail that the seller added",
    "confidence": 2,
    "confirmed": True,
    "third_party_text": True,
    "source": _SELLER,
    "seen": date.min,
}


def load(additions: Mapping[str, Mapping[str, object]] | None = None) -> Catalogue:
    """Every marketplace, by name. Raises ConfigError naming the marketplace, the stream and the key.

    An addition has the form of the shipped files. Under a shipped name its lists are appended, its streams
    replace those of the same name, and its other keys replace; `confirmed = ["stream-name"]` marks streams as
    confirmed by the seller.
    """
    tables = _shipped()
    for name, addition in (additions or {}).items():
        tables[name] = _extended(tables.get(name), _completed(name, addition), name)
    found = {name: read_marketplace(name, tables[name]) for name in sorted(tables)}
    for name, addition in (additions or {}).items():
        if set(addition) != {"confirmed"}:
            _refuse_too_wide(found[name])
    return Catalogue.of(found.values())


def _shipped() -> dict[str, _Table]:
    paths = Path(__file__).parent.glob("*.toml")
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in paths}


def _completed(name: str, addition: _Table) -> _Table:
    """The addition with what a seller may leave out."""
    if not isinstance(addition, Mapping):
        raise ConfigError(f"marketplace `{name}`: must be a table")
    full = dict(addition)
    streams = full.get("stream")
    if isinstance(streams, Mapping):
        full["stream"] = {
            one: {**_STREAM_DEFAULTS, **content} if isinstance(content, Mapping) else content
            for one, content in streams.items()
        }
    window = full.get("reply_window")
    if isinstance(window, Mapping):
        full["reply_window"] = {"source": _SELLER, **window}
    return full


def _extended(base: _Table | None, addition: _Table, name: str) -> _Table:
    if base is None:
        return {"title": name, "source": _SELLER, **addition}
    merged = dict(base)
    for key, value in addition.items():
        before = merged.get(key)
        if isinstance(before, list) and isinstance(value, list | tuple):
            merged[key] = [*before, *value]
        elif key == "stream" and isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = {**before, **value}
        else:
            merged[key] = value
    return merged


def _refuse_too_wide(marketplace: Marketplace) -> None:
    # The public suffix list takes longer to load than the whole catalogue.
    from auditor.marketplaces import breadth

    breadth.check(marketplace)
