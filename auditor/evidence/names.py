"""Words -> the names of hosts in them, which mail programs turn into links; a name -> what a reader takes it for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain, islice
from urllib.parse import unquote

from auditor.evidence.alignment import is_known_ending
from auditor.evidence.letters import unmasked
from auditor.text import words_with

MAX_NAMED = 500
MAX_RUNS = 20_000
_MAX_HOST = 253
_MAX_ENDING = 63
_MAX_MIMICKED = 24
_MIN_MIMICKED = 3  # letters of an ending: two are too often a short word behind a stop without a blank

# What no reader sees. UTS 46 maps most of it to nothing, so that a browser goes to the same host.
_INVISIBLE = (
    *(0xAD, 0x34F, 0x61C, 0xFEFF, *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F)),
    *(*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0)),
)
_AS_READ = dict.fromkeys(_INVISIBLE) | str.maketrans("\u3002\uff0e\uff61\u2024", "....")
# Letters of every alphabet, with the vowel signs that stand apart from them. A run begins behind none of these, so each
# text is passed once; possessive quantifiers, which would say so, lose matches before Python 3.11.5.
_LETTER = r"[\w\u0300-\u036f\u0610-\u06ed\u0900-\u109f\u1780-\u17ff-]"
_DOT = re.compile(r"\.")
_RUN = re.compile(rf"(?<!{_LETTER})({_LETTER}+(?:\.{_LETTER}+)+)(?=(/[^\s<>\"']{{0,200}})?)")


def named_places(words: str) -> tuple[str, ...] | None:
    """Every `host` or `host/path` whose ending exists, in lower case, once; None where there are too many."""
    read = words if words.isascii() else words.translate(_AS_READ)
    runs = list(islice(chain.from_iterable(map(_RUN.finditer, words_with(_DOT, read))), MAX_RUNS + 1))
    if len(runs) > MAX_RUNS:
        return None
    named = ((run[1].rstrip("-_").lower(), run[2] or "") for run in runs)
    found = dict.fromkeys((host[-_MAX_HOST:], path) for host, path in named if _could_exist(host))
    return tuple(host + path for host, path in found) if len({host for host, _ in found}) <= MAX_NAMED else None


def as_mapped(host: str) -> str:
    """The host to which a browser goes for a name in unusual letters; for comparison, never for trust."""
    plain = unicodedata.normalize("NFKC", unquote(host[:_MAX_HOST])).casefold()
    return plain.translate(_AS_READ).partition("/")[0]


def _could_exist(host: str) -> bool:
    ending = host.rpartition(".")[2]
    return len(ending) <= _MAX_ENDING and _is_ending(ending)


@lru_cache(maxsize=4096)
def _is_ending(label: str) -> bool:
    if label.isdigit():
        return False
    mapped = as_mapped(label)
    if is_known_ending(mapped):
        return True
    return not mapped.isascii() and _MIN_MIMICKED <= len(mapped) <= _MAX_MIMICKED and is_known_ending(unmasked(mapped))
