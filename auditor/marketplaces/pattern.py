"""An address pattern -> the concrete patterns it stands for, whether an address fits, how wide it is.

A pattern covers a whole lower-cased ASCII address. Letters, digits and `. + - _ =` stand for themselves;
`[0-9a-f]{32}` and `[a-z]{2,9}` are characters of a set, so many times; `*` is one whole domain label or the
whole local part; `{tld}` stands for each entry of the marketplace's `tld` list, `{a,b}` for each alternative.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from math import log2

from auditor.errors import ConfigError

MAX_ADDRESS = 320  # RFC 5321 4.5.3.1: 64 for the local part, 255 for the domain, and the @
_MAX_REPEAT = 64
_MAX_VARIABLE = 3  # each repetition of variable length multiplies the work of a failing match
_MAX_EXPANSIONS = 500

_ALTERNATIVES = re.compile(r"(?<!\])\{([^{}]*)\}")
_ALTERNATIVE = re.compile(r"[a-z0-9](?:[a-z0-9.+_-]*[a-z0-9])?")
_PIECE = re.compile(r"\[([^\[\]]+)\](?:\{(\d{1,3})(?:,(\d{1,3}))?\})?|([a-z0-9.+_=-]+)")
_SET_MEMBER = re.compile(r"([a-z0-9])-([a-z0-9])|([a-z0-9.+_=-])")
_ANY_LOCAL = ("[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", 64 * log2(57))
_ANY_LABEL = ("[a-z0-9_-]{1,63}", 63 * log2(38))


@dataclass(frozen=True, slots=True)
class AddressPattern:
    """One concrete pattern, without `{}` alternatives."""

    text: str
    width: float  # bits an address is free to choose, 0 for an exact one: narrower is more specific
    regex: str

    def matches(self, address: str) -> bool:
        """Whether the whole address fits; it must be lower-cased already."""
        if not set("[*") & set(self.text):
            return address == self.text
        return len(address) <= MAX_ADDRESS and re.fullmatch(self.regex, address) is not None


def expand(text: str, tld: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Each concrete pattern with the entry of `tld` it was made with ("" for none). Raises ConfigError."""
    found = tuple(islice(_expand(text, tld, ""), _MAX_EXPANSIONS + 1))
    if len(found) > _MAX_EXPANSIONS:
        raise ConfigError(f"`{text}` stands for more than {_MAX_EXPANSIONS} patterns")
    return found


def _expand(text: str, tld: Sequence[str], used: str) -> Iterator[tuple[str, str]]:
    found = _ALTERNATIVES.search(text)
    if found is None:
        yield text, used
        return
    for choice in _choices(found[1], tld, used):
        rest = text[: found.start()] + choice + text[found.end() :]
        yield from _expand(rest, tld, choice if found[1] == "tld" else used)


def _choices(inside: str, tld: Sequence[str], used: str) -> Sequence[str]:
    if inside == "tld":
        if not tld:
            raise ConfigError("`{tld}` needs a `tld` list in the same marketplace")
        return (used,) if used else tld
    choices = inside.split(",")
    if len(choices) < 2 or not all(map(_ALTERNATIVE.fullmatch, choices)):
        raise ConfigError(f"`{{{inside}}}` is not a list of alternatives such as `{{com,de}}`")
    return choices


@lru_cache(maxsize=512)  # the same few patterns judge every message
def parse(text: str) -> AddressPattern:
    """Read a concrete pattern. Raises ConfigError with the reason."""
    local, at, domain = text.partition("@")
    labels = domain.split(".")
    if not at or not local or not all(labels):
        raise ConfigError(f"`{text}` is not a whole address pattern such as `*@mail.example.com`")
    parts = [_ANY_LOCAL if local == "*" else _read(local, text)]
    parts += [_ANY_LABEL if label == "*" else _read(label, text, in_domain=True) for label in labels]
    regex = parts[0][0] + "@" + r"\.".join(part for part, _ in parts[1:])
    if len(re.findall(r"\{\d+,\d+\}", regex)) > _MAX_VARIABLE:
        raise ConfigError(f"`{text}` has more than {_MAX_VARIABLE} parts of variable length")
    return AddressPattern(text, sum(bits for _, bits in parts), regex)


def literal_end(text: str) -> str:
    """The end of a concrete pattern's domain that is written out: `ebay.com` for `*@*.ebay.com`."""
    labels = text.partition("@")[2].split(".")
    written = takewhile(lambda label: not set("*[") & set(label), reversed(labels))
    return ".".join(reversed(list(written)))


def _read(part: str, text: str, *, in_domain: bool = False) -> tuple[str, float]:
    """One local part or label as a regular expression, and the bits it leaves free."""
    if part.isalnum() and part.isascii() and part.islower():
        return part, 0.0
    regex, bits, position = "", 0.0, 0
    while position < len(part):
        piece = _PIECE.match(part, position)
        if piece is None or (in_domain and set("+=") & set(piece[0])):
            raise ConfigError(f"`{text}` cannot be read at `{part[position:]}`")
        if piece[4]:
            regex += re.escape(piece[4])
        else:
            members = _members(piece[1], text)
            low, high = _repeats(piece[2], piece[3], text)
            regex += f"[{''.join(members)}]" + (f"{{{low}}}" if low == high else f"{{{low},{high}}}")
            bits += high * log2(len(members)) + log2(high - low + 1)
        position = piece.end()
    return regex, bits


def _members(inside: str, text: str) -> list[str]:
    members: set[str] = set()
    position = 0
    while position < len(inside):
        found = _SET_MEMBER.match(inside, position)
        if found is None or (found[1] and found[1] >= found[2]):
            raise ConfigError(f"`{text}` has a set that cannot be read: `[{inside}]`")
        members |= {found[3]} if found[3] else set(map(chr, range(ord(found[1]), ord(found[2]) + 1)))
        position = found.end()
    return ["\\-" if member == "-" else member for member in sorted(members)]


def _repeats(low: str | None, high: str | None, text: str) -> tuple[int, int]:
    least = int(low) if low else 1
    most = int(high) if high else least
    if not 1 <= least <= most <= _MAX_REPEAT:
        raise ConfigError(f"`{text}` repeats a set outside 1 to {_MAX_REPEAT} times")
    return least, most
