"""What is on a ManageSieve server -> the changes that put our rules in force there, or take them out again.

Our script has a name of its own, and the active script includes it; both are decided anew from what the server shows,
so that a second time changes nothing, whatever became of the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from auditor.errors import ConfigError
from auditor.scripts import Change, Part
from auditor.whitelist.including import is_included, with_block, with_include, without
from auditor.whitelist.targets.sieve import EXTENSIONS, MARK, NAME
from auditor.whitelist.targets.sieve_grammar import UnreadableScript, commands

_BY_HAND = "auditor whitelist export sieve writes the rules for you to put in by hand"


@dataclass(frozen=True, slots=True)
class OnServer:
    """The texts of ours and of the active script, all names, and what the server's Sieve can do."""

    names: Collection[str]
    active: str | None
    texts: Mapping[str, bytes]
    extensions: frozenset[str]


def installation(there: OnServer, ours: str) -> tuple[Change, ...]:
    """The changes in their order; none where all is as it should be.

    Raises ConfigError where the server lacks an extension, a script of ours would take the place of the seller's, or
    his cannot be read.
    """
    _refuse_missing(there, ours)
    _refuse_foreign(there)
    text = ours.replace("\n", "\r\n").encode()
    active = there.active
    if active is None or active == NAME:
        found = [_put(there, NAME, text), *_activation(there, NAME)]
    elif "include" in there.extensions:
        found = [_put(there, NAME, text), _put(there, active, _changed(there, active, None))]
    else:
        found = [_put(there, active, _changed(there, active, ours)), *_removed(there)]
    return tuple(each for each in found if each.before != each.after)


def removal(there: OnServer) -> tuple[Change, ...]:
    """The changes that leave what was there before; none where nothing of ours is."""
    active = there.active
    found: list[Change] = []
    if active == NAME and _is_ours(there):
        found += [Change(Part.ACTIVE, "", NAME.encode(), None)]
    elif active is not None and active != NAME:
        found += [_put(there, active, _encoded(without(_decoded(there.texts[active]))))]
    found += _removed(there)
    return tuple(each for each in found if each.before != each.after)


def _refuse_missing(there: OnServer, ours: str) -> None:
    needed = [*EXTENSIONS, *(["variables"] if '"variables"' in ours else [])]
    missing = [each for each in needed if each not in there.extensions and not _is_built_in(each, there)]
    if missing:
        raise ConfigError(f"the server's Sieve has no {', '.join(missing)}, which the rules need to demand proof")


def _is_built_in(extension: str, there: OnServer) -> bool:
    """Comparators are announced by some servers only."""
    return extension.startswith("comparator-") and not any(each.startswith("comparator-") for each in there.extensions)


def _refuse_foreign(there: OnServer) -> None:
    if NAME in there.texts and not _is_ours(there):
        raise ConfigError(f"there is a script called `{NAME}` that is not auditor's", hint="give it another name first")


def _is_ours(there: OnServer) -> bool:
    return there.texts.get(NAME, b"").startswith(MARK.encode())


def _put(there: OnServer, name: str, text: bytes) -> Change:
    return Change(Part.TEXT, name, there.texts.get(name), text)


def _activation(there: OnServer, name: str) -> Iterator[Change]:
    if there.active != name:
        before = None if there.active is None else there.active.encode()
        yield Change(Part.ACTIVE, "", before, name.encode())


def _removed(there: OnServer) -> list[Change]:
    return [Change(Part.TEXT, NAME, there.texts[NAME], None)] if _is_ours(there) else []


def _changed(there: OnServer, active: str, block: str | None) -> bytes:
    """The seller's script with ours in force: included, or as a block. One that he made include it stays."""
    script = _decoded(there.texts[active])
    try:
        if block is not None:
            return _encoded(with_block(script, block))
        return _encoded(script if is_included(script) or _includes(script) else with_include(script))
    except UnreadableScript as error:
        raise ConfigError(f"your script `{active}` cannot be read: {error}", hint=_BY_HAND) from None


def _includes(script: str) -> bool:
    return any(
        each.name == "include" and "global" not in each.tags and each.lists and each.lists[-1] == (NAME,)
        for each in commands(script)
    )


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
