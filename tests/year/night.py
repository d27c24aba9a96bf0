"""One night: what happened before it, what is wrong during it, and what can be proved in it. Values, and pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from tests.year.events import Event
from tests.year.world import Letter, Truth


class Failure(StrEnum):
    """What the report names under `incomplete`."""

    SERVER = "server"
    SIGN_IN = "sign-in"
    THROTTLED = "throttled"
    DNS = "dns"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`sees`: whether the program can look into the mailbox; None: into some of it, nobody can say how much.

    A_YEAR: how often it begins in 365 nights. LASTS: the shortest and the longest number of nights.
    """

    A_YEAR: ClassVar[float]
    LASTS: ClassVar[tuple[int, int]] = (1, 1)
    sees: ClassVar[bool | None] = False
    failure: ClassVar[Failure | None] = None


@dataclass(frozen=True, slots=True)
class MachineOff(Trouble):
    """Nothing runs: a holiday, a power cut."""

    A_YEAR: ClassVar[float] = 3
    LASTS: ClassVar[tuple[int, int]] = (1, 6)


@dataclass(frozen=True, slots=True)
class ServerDown(Trouble):
    """No connection, or an end of the conversation in the middle of SELECT."""

    in_select: bool = False
    A_YEAR: ClassVar[float] = 8
    LASTS: ClassVar[tuple[int, int]] = (1, 2)
    failure: ClassVar[Failure | None] = Failure.SERVER


@dataclass(frozen=True, slots=True)
class SignInRefused(Trouble):
    """The server refuses the right password for a night."""

    A_YEAR: ClassVar[float] = 4
    failure: ClassVar[Failure | None] = Failure.SIGN_IN


@dataclass(frozen=True, slots=True)
class TokenRevoked(Trouble):
    """The refresh token is dead until the seller signs in again."""

    A_YEAR: ClassVar[float] = 2
    LASTS: ClassVar[tuple[int, int]] = (1, 4)
    failure: ClassVar[Failure | None] = Failure.SIGN_IN


@dataclass(frozen=True, slots=True)
class Throttled(Trouble):
    """So many commands after the sign-in the server wants to be left alone."""

    after: int = 3
    A_YEAR: ClassVar[float] = 6
    sees: ClassVar[bool | None] = None
    failure: ClassVar[Failure | None] = Failure.THROTTLED


@dataclass(frozen=True, slots=True)
class DnsDown(Trouble):
    """The mailbox can be read, and nothing in it can be proved."""

    A_YEAR: ClassVar[float] = 6
    LASTS: ClassVar[tuple[int, int]] = (1, 3)
    sees: ClassVar[bool | None] = True
    failure: ClassVar[Failure | None] = Failure.DNS


TROUBLES = (MachineOff, ServerDown, SignInRefused, TokenRevoked, Throttled, DnsDown)


class Standing(StrEnum):
    GENUINE = "genuine"
    UNVERIFIED = "unverified"
    FORGED = "forged"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`undecided`: another night may know more, with the rules as they are."""

    standing: Standing
    undecided: bool = False


_ALWAYS: Mapping[Truth, Standing] = {Truth.IMITATION: Standing.FORGED, Truth.STRANGER: Standing.UNRELATED}


@dataclass(frozen=True, slots=True)
class Night:
    """`at`: the moment in UTC; `clock`: what the program takes it for. `absent`: whose key is not in DNS tonight."""

    number: int
    at: datetime
    clock: datetime
    events: tuple[Event, ...] = ()
    trouble: Trouble | None = None
    absent: frozenset[str] = frozenset()
    rules: int = 1

    @property
    def runs(self) -> bool:
        return not isinstance(self.trouble, MachineOff)

    @property
    def sees(self) -> bool | None:
        """True makes it a night of service for whatever lies in the mailbox."""
        return self.trouble.sees if self.trouble else True

    @property
    def is_clock_right(self) -> bool:
        return self.clock == self.at

    def judge(self, letter: Letter) -> Verdict:
        """What a right program says of a letter that it reads tonight."""
        if letter.truth in _ALWAYS:
            return Verdict(_ALWAYS[letter.truth])
        if letter.rules > self.rules:
            return Verdict(Standing.UNVERIFIED)
        if isinstance(self.trouble, DnsDown):
            return Verdict(Standing.UNVERIFIED, undecided=True)
        if letter.truth is Truth.BROKEN:
            return Verdict(Standing.UNVERIFIED)
        if letter.truth is Truth.UNDECIDABLE or letter.marketplace in self.absent:
            return Verdict(Standing.UNVERIFIED, undecided=True)
        return Verdict(Standing.GENUINE)

    def proves(self, letter: Letter) -> bool:
        return self.judge(letter).standing is Standing.GENUINE
