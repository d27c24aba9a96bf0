"""A seller's Sieve script -> the same with our rules in force, and back; not one byte of his own changes.

Two pieces are put in, each known by its mark: the extensions at the very start, since nothing but `require` may stand
before a `require` (RFC 5228 section 3.2); and behind the last of them, before every rule of his, an include of our
script, or its rules themselves where the server knows no include (RFC 6609).
"""

from __future__ import annotations

import re

from auditor.whitelist.targets.sieve import NAME, REQUIRE
from auditor.whitelist.targets.sieve_grammar import words

_MARK = "# auditor whitelist"
_REQUIRE = f'require ["include"]; {_MARK}\r\n'
_INCLUDE = f'\r\ninclude :personal :optional "{NAME}"; {_MARK}\r\n'
_BEGIN, _END = f"\r\n{_MARK}: begin\r\n", f"{_MARK}: end\r\n"
_BLOCK_REQUIRE = re.compile(rf"require \[[^\[\]\r\n]*\]; {_MARK}\r\n")


def with_include(script: str) -> str:
    """The script with ours included, the same where it is already. Raises UnreadableScript."""
    return script if is_included(script) else _with(without(script), _REQUIRE, _INCLUDE)


def with_block(script: str, ours: str) -> str:
    """The script with the rules of ours in it, instead of those of an older version. Raises UnreadableScript."""
    found = REQUIRE.search(ours)
    if found is None:
        return without(script)
    require = f"{found[0].rstrip()} {_MARK}\r\n"
    rules = (ours[: found.start()] + ours[found.end() :]).replace("\n", "\r\n")
    return _with(without(script), require, f"{_BEGIN}{rules}{_END}")


def without(script: str) -> str:
    """What it was before; the same where nothing of ours is in it."""
    if is_included(script):
        return script.removeprefix(_REQUIRE).replace(_INCLUDE, "", 1)
    require = _BLOCK_REQUIRE.match(script)
    begin = script.find(_BEGIN)
    end = script.find(_END, begin)
    if require is None or begin < 0 or end < 0:
        return script
    return script[require.end() : begin] + script[end + len(_END) :]


def is_included(script: str) -> bool:
    """Whether both pieces of an include are there, as they were put in."""
    return script.startswith(_REQUIRE) and _INCLUDE in script


def _with(script: str, require: str, piece: str) -> str:
    end = _end_of_requires(script)
    return f"{require}{script[:end]}{piece}{script[end:]}"


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
