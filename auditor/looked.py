"""What a run works with, what is asked of it, and what it has learned of one mailbox so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from auditor.aftermath import Rescued
from auditor.config import Config, MailboxConfig
from auditor.errors import AuditorError, ExitCode, Interrupted
from auditor.findings import Changed
from auditor.mailbox.bounded import Limits
from auditor.marketplaces import Catalogue
from auditor.opening import open_mailbox, unheard
from auditor.outcome import Outcome, Status
from auditor.plan import Planned
from auditor.replies.inquiries import Standing
from auditor.report import Incomplete
from auditor.resolver import Resolver
from auditor.store.rows import SentReply
from auditor.sweep import Progress, silent

if TYPE_CHECKING:
    from auditor.mailbox.connection import Connection
    from auditor.store.opening import Store


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with; the resolver's cache is shared by all its mailboxes."""

    config: Config
    catalogue: Catalogue
    resolver: Resolver
    store: Store
    now: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    progress: Progress = silent
    warn: Callable[[str], None] = unheard


def opened(mailbox: MailboxConfig, tools: Tools) -> Connection:
    """Sign in. Raises ConfigError or MailboxError; the caller closes the connection."""
    return open_mailbox(mailbox, tools.resolver, tools.limits, now=tools.now, warn=tools.warn)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run. With more planned moves than `max_moves` nothing is moved."""

    command: str
    apply: bool
    max_moves: int
    run: str = ""
    """The id of the run, shared by all its mailboxes."""
    everything: bool = False
    """Not the spam folder only."""


class StoppedError(AuditorError):
    """The state failed between a move and the note that it was done."""

    exit_code = ExitCode.ACTIONS_FAILED


@dataclass(slots=True)
class Looked:
    """What a run has learned of one mailbox so far."""

    mailbox: MailboxConfig
    inbox: str
    spam: dict[str, int] = field(default_factory=dict)
    """The spam folders that were looked into, and how many messages each holds."""
    swept: set[str] = field(default_factory=set)
    """The folders, spam or not, that were looked at to their end."""
    quiet: set[str] = field(default_factory=set)
    """Those among them that were not swept, since their numbers told nothing new."""
    changed: list[Changed] = field(default_factory=list)
    unfinished: int = 0
    planned: tuple[Planned, ...] = ()
    outcomes: list[Outcome] = field(default_factory=list)
    rescued: tuple[Rescued, ...] = ()
    """What earlier runs moved in the last days, as it is now."""
    standings: tuple[Standing, ...] = ()
    """Of the threads with customers of the last months."""
    replies: tuple[SentReply, ...] = ()
    incomplete: list[Incomplete] = field(default_factory=list)
    error: AuditorError | None = None

    @property
    def junk(self) -> tuple[str, ...]:
        return tuple(self.spam)

    @property
    def seen(self) -> int:
        return sum(self.spam.values())

    @property
    def was_restored(self) -> bool:
        """Whether an older copy of the mailbox was put in its place, as one of its folders showed."""
        return any(each.rule == "folder-renumbered" for each in self.changed)

    def fail(self, error: AuditorError) -> None:
        """The first failure is the one to tell: others follow from it."""
        if self.error is not None:
            return
        self.error = error
        self.incomplete.append(Incomplete(f"mailbox `{self.mailbox.name}`", error.message))

    def told(self, error: AuditorError) -> AuditorError:
        """The error with what the seller wants to know first in front of it: how far this had come."""
        if isinstance(error, StoppedError):
            before = "it stopped while moving in"
        elif self.outcomes and isinstance(error, Interrupted):
            done = sum(one.status is Status.DONE for one in self.outcomes)
            before = f"{done} of {len(self.outcomes)} moves are made and verified in"
        elif self.outcomes:
            before = "not finished:"
        else:
            before = "nothing was moved in" if self.seen else "nothing was judged and nothing was moved in"
        return type(error)(f"{before} `{self.mailbox.name}`: {error.message}", hint=error.hint)
