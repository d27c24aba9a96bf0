"""The active Sieve script of a server and what it includes -> what is known of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from auditor.whitelist.targets import TARGETS
from auditor.whitelist.targets.sieve_grammar import Command, UnreadableScript, commands
from auditor.whitelist.values import Present

MAX_SCRIPTS = 20
"""How many scripts are read, the active one among them."""


def reachable(active: str | None, read: Callable[[str], str | None]) -> dict[str, str]:
    """The texts of the active script and of all that it includes, by name; `read` gives None for one not there."""
    found: dict[str, str] = {}
    waiting = [active] if active is not None else []
    while waiting and len(found) < MAX_SCRIPTS:
        name = waiting.pop(0)
        text = None if name in found else read(name)
        if text is not None:
            found[name] = text
            waiting += included(text)
    return found


def present(texts: Mapping[str, str]) -> Present:
    """What they admit, throw away and answer; what each includes is unread only where its text is not there."""
    parsed = {name: TARGETS["sieve"].parse(text) for name, text in texts.items()}
    unread = [
        f"`{name}`: {said}"
        for name, each in parsed.items()
        for said in each.unread
        if not any(f"the script `{other}`" in said for other in texts)
    ]
    return Present(
        tuple(entry for each in parsed.values() for entry in each.entries),
        tuple(unread),
        tuple(dict.fromkeys(one for each in parsed.values() for one in each.ids)),
    )


def included(text: str) -> tuple[str, ...]:
    """The scripts of the seller's own that a script includes; nothing of one that cannot be read."""
    try:
        return tuple(_included(commands(text)))
    except UnreadableScript:
        return ()


def _included(found: tuple[Command, ...]) -> Iterator[str]:
    for command in found:
        if command.name == "include" and command.lists and "global" not in command.tags:
            yield command.lists[-1][-1]
        yield from _included(command.block)
