"""What happens between two nights, carried out on the server, the state file and the program's own side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.year.calendar import Calendar
from tests.year.events import (
    Answers,
    Arrives,
    Event,
    MovesState,
    NumbersAnew,
    RestoresMailbox,
    RestoresState,
    RotatesToken,
)
from tests.year.night import Night
from tests.year.real.client import SENT, Client, Numbers
from tests.year.real.files import MailDirectory, copied
from tests.year.real.letters import letter_bytes, reply_bytes
from tests.year.real.state import State
from tests.year.real.tokens import TokenEndpoint
from tests.year.world import Folder, Lying, Mailbox


@dataclass(slots=True)
class Copies:
    """Of the mail directory, after those nights to which some later event goes back."""

    calendar: Calendar
    folder: Path
    wanted: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = frozenset(
            night.number - event.nights
            for night in self.calendar.nights
            for event in night.events
            if isinstance(event, RestoresMailbox)
        )

    def of(self, number: int) -> Path:
        return self.folder / f"mail-{number}"

    def keep(self, number: int, mail: MailDirectory) -> None:
        if number in self.wanted:
            copied(mail.path, self.of(number))


@dataclass(slots=True)
class Happenings:
    """`past`: the mailbox of the model as each night left it. `delivered`: the bytes of each letter, by name."""

    client: Client
    mail: MailDirectory
    state: State
    tokens: TokenEndpoint
    copies: Copies
    past: list[Mailbox] = field(default_factory=list)
    delivered: dict[str, bytes] = field(default_factory=dict)

    def before(self, night: Night, mailbox: Mailbox) -> None:
        """All that happens before the night; afterwards the server holds what the model says."""
        numbers = self.client.numbers()
        now = mailbox
        for event in night.events:
            then, now = now, event.change(now, self.past)
            self._carry_out(event, night, then, now)
        self._check(night, (mailbox, now), numbers)
        self.client.leave()

    def after(self, night: Night, mailbox: Mailbox) -> None:
        self.past.append(mailbox)
        self.copies.keep(night.number, self.mail)
        self.state.keep(night.number)

    def _carry_out(self, event: Event, night: Night, then: Mailbox, now: Mailbox) -> None:
        match event:
            case NumbersAnew(folder=folder):
                self.client.leave()
                self.mail.number_anew(folder)
            case RestoresMailbox(nights=nights, keeps_numbers=keeps):
                self.client.leave()
                self.mail.restore(self.copies.of(night.number - nights), keeps_numbers=keeps)
            case MovesState():
                self.state.move()
            case RestoresState(nights=nights):
                self.state.restore(night.number - nights)
            case RotatesToken():
                self.tokens.rotates = True
            case Arrives():
                self._deliver(event)
            case _:
                self._act(event, then, now)

    def _deliver(self, arrival: Arrives) -> None:
        raw = self.delivered[arrival.letter.name] = letter_bytes(arrival)
        self.client.append(arrival.folder, raw, arrival.at, arrival.flags)

    def _act(self, event: Event, then: Mailbox, now: Mailbox) -> None:
        """The difference that it makes to single letters."""
        for name, was in then.lying.items():
            lies = now.lying.get(name)
            if lies is None:
                self.client.expunge(self.client.find(name, was.folder))
            elif lies != was:
                self._change(was, lies)
                if isinstance(event, Answers):
                    self.client.append(SENT, reply_bytes(name, event.at), event.at)

    def _change(self, was: Lying, now: Lying) -> None:
        name = was.letter.name
        if now.folder is not was.folder:
            self.client.move(self.client.find(name, was.folder), now.folder)
        if now.flags != was.flags:
            ref = self.client.find(name, now.folder)
            self.client.flag(ref, add=now.flags - was.flags, remove=was.flags - now.flags)

    def _check(self, night: Night, model: tuple[Mailbox, Mailbox], before: Mapping[Folder, Numbers]) -> None:
        """That the two mailboxes are still one: letters, their places and flags, and how they are numbered."""
        was, now = model
        real = {each.name: each.place for each in self.client.everything()}
        expected = {name: (each.folder, each.flags) for name, each in now.lying.items()}
        found = {name: (place.folder, place.flags) for name, place in real.items()}
        assert found == expected, (night.number, sorted(found.items() ^ expected.items(), key=str))
        for folder, numbers in self.client.numbers().items():
            changed = now.numbering[folder].uidvalidity != was.numbering[folder].uidvalidity
            assert (numbers.uidvalidity != before[folder].uidvalidity) == changed, (night.number, folder, numbers)
            assert numbers.uidnext == now.numbering[folder].uidnext, (night.number, folder, numbers)
