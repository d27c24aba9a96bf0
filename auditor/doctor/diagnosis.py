"""The values of a check-up: one Diagnosis a link, a Checkup a mailbox; text from outside is still raw in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from auditor.errors import ExitCode, worst


class Link(StrEnum):
    """The links of the chain, in the order in which they are shown."""

    CONFIGURATION = "configuration"
    STATE = "state"
    DNS = "DNS"
    STREAMS = "streams"
    SERVER = "server"
    PROVIDER = "provider"
    CONNECTION = "connection"
    PASSWORD = "password"
    SIGN_IN = "sign-in"
    CAPABILITIES = "capabilities"
    FOLDERS = "folders"
    STAMPS = "stamps"
    ADDRESSES = "addresses"
    RECOGNITION = "recognition"
    IMITATIONS = "imitations"
    UNSEEN = "unseen"


class State(StrEnum):
    """How a link stands. A note asks for nothing; a warning works today and needs attention."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out about one link; `remedy` is what to try, `copy` a line for the configuration.

    `items`: what stands behind `text`, each a heading and the lines below it; `figures`: the same for programs.
    """

    link: Link
    state: State
    text: str
    cause: str = ""
    remedy: str = ""
    copy: str = ""
    items: tuple[tuple[str, ...], ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    failure: ExitCode = ExitCode.UNFINISHED
    """What a problem ends with: 2 where the configuration has to be mended, else 3."""

    @property
    def exit_code(self) -> ExitCode:
        match self.state:
            case State.PROBLEM:
                return self.failure
            case State.WARNING:
                return ExitCode.ATTENTION
            case _:
                return ExitCode.CLEAN


@dataclass(frozen=True, slots=True)
class Checkup:
    """All diagnoses of one mailbox; `name` is empty for those that concern all of them."""

    name: str
    diagnoses: tuple[Diagnosis, ...]


def exit_code(checkups: Iterable[Checkup]) -> ExitCode:
    """The worst of all diagnoses."""
    return worst([diagnosis.exit_code for checkup in checkups for diagnosis in checkup.diagnoses])


def not_tried(link: Link, because: Link) -> Diagnosis:
    """For a link that hangs on one that failed."""
    return Diagnosis(link, State.UNKNOWN, f"not tried, because of the {because.value} above")
