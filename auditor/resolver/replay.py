"""Answers that are known already -> what a library that insists on asking DNS takes for dnspython's resolver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditor.resolver.answers import Answer, Answers, Found
from auditor.resolver.client import NoAnswer, Timeout


@dataclass(frozen=True, slots=True)
class _Name:
    text: str

    def to_text(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Record:
    """One record with as much of dnspython's as is looked at: of TXT the strings, of MX its two parts."""

    text: bytes

    @property
    def strings(self) -> tuple[bytes, ...]:
        return tuple(self.text[start : start + 255] for start in range(0, len(self.text), 255)) or (b"",)

    @property
    def preference(self) -> int:
        return int(self.text.partition(b" ")[0])

    @property
    def exchange(self) -> _Name:
        return _Name(self.text.partition(b" ")[2].decode("ascii", "replace"))

    def to_text(self) -> str:
        return self.text.decode("ascii", "replace")


class Replay:
    """Asks nobody. What is not known yet is answered with a stand-in of its type, and kept in `wanted`.

    `stand_ins`: record types that may be asked for, each with a record that leads nowhere. `unknown` says of which
    names DNS could not tell: with any of those, no conclusion of the library is worth anything.
    """

    lifetime = timeout = 1.0

    def __init__(
        self, answers: Mapping[str, Answers], stand_ins: Mapping[str, bytes], edit: Callable[[bytes], bytes] = bytes
    ) -> None:
        """`edit`: what is done to each record first."""
        self._answers = answers
        self._edit = edit
        self._stand_ins = stand_ins
        self.wanted: set[tuple[str, str]] = set()
        self.unknown: set[str] = set()

    def resolve(self, name: object, rdtype: object, **_: object) -> list[_Record]:
        """Raises dnspython's errors, as its resolver does."""
        key, kind = str(name).rstrip(".").lower(), str(rdtype)
        if kind not in self._stand_ins or key.endswith(".invalid"):
            raise NoAnswer
        answer = self._answers.get(kind, {}).get(key)
        if answer is None:
            self.wanted.add((key, kind))
            answer = Answer(Found.FOUND, (self._stand_ins[kind],))
        if answer.found is Found.TEMPERROR:
            self.unknown.add(key)
            raise Timeout
        if not answer.texts:
            raise NoAnswer
        return [_Record(self._edit(text)) for text in answer.texts]
