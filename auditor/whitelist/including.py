"""A seller's Sieve script -> the same with our script included, and back; not one byte of his own changes.

Two pieces are put in, each known by its mark: the extension at the very start, since nothing but `require` may stand
before a `require` (RFC 5228 section 3.2), and the include behind the last of them, before every rule of his.
"""

from __future__ import annotations

from auditor.whitelist.targets.sieve import NAME
from auditor.whitelist.targets.sieve_grammar import words

_MARK = "# auditor whitelist"
_REQUIRE = f'require ["include"]; {_MARK}\r\n'
_INCLUDE = f'\r\ninclude :personal :optional "{NAME}"; {_MARK}\r\n'


def with_include(script: str) -> str:
    """The script with ours included, the same where it is already. Raises UnreadableScript."""
    if is_included(script):
        return script
    end = _end_of_requires(script)
    return f"{_REQUIRE}{script[:end]}{_INCLUDE}{script[end:]}"


def without_include(script: str) -> str:
    """What it was before; the same where ours is not included."""
    return script.replace(_REQUIRE, "", 1).replace(_INCLUDE, "", 1) if is_included(script) else script


def is_included(script: str) -> bool:
    """Whether both pieces are there, as they were put in."""
    return script.startswith(_REQUIRE) and _INCLUDE in script


def _end_of_requires(script: str) -> int:
    """Where the last `require` at the start of a script ends, in characters; 0 where there is none."""
    end, is_require = 0, False
    for kind, value, at in words(script):
        if kind == "identifier" and not is_require:
            if value.lower() != "require":
                break
            is_require = True
        elif kind == "semicolon" and is_require:
            end, is_require = at + 1, False
    return end
