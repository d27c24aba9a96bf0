"""A calendar -> a real mailbox on a real Dovecot, the real program in each of its nights, and what the model says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest import mock

from auditor.cli import running
from tests.mail import SELLER
from tests.mail.keys import zone as test_keys
from tests.servers.account import Account
from tests.servers.oauth import running_oauth_dovecot
from tests.servers.zone import DnsServer, running_dns
from tests.shop import Ran, auditor
from tests.year.calendar import Calendar
from tests.year.events import RestoresState
from tests.year.model import Model
from tests.year.night import Night
from tests.year.observation import Look, Observation
from tests.year.real.client import Client, Listed, Ref
from tests.year.real.files import MailDirectory
from tests.year.real.happening import Copies, Happenings
from tests.year.real.letters import catalogue_of
from tests.year.real.reading import Left, Names, lying, observed
from tests.year.real.state import State
from tests.year.real.tokens import Login, TokenEndpoint, asked_in_place_of_google
from tests.year.real.troubles import Troubles
from tests.year.world import Folder


@dataclass(frozen=True, slots=True)
class Played:
    """One night: what was seen of it, and a line for each broken promise. `ran`: None where nothing ran."""

    night: Night
    seen: Observation
    violations: list[str]
    ran: Ran | None = field(repr=False, default=None)


@dataclass(slots=True)
class Year:
    """The real mailbox and the model beside it, night by night."""

    calendar: Calendar
    model: Model
    program: Program
    happenings: Happenings
    troubles: Troubles
    names: dict[Ref, str] = field(default_factory=dict)
    looks: list[Mapping[str, Look]] = field(default_factory=list)

    def nights(self) -> Iterator[Played]:
        for night in self.calendar.nights:
            self.happenings.before(night, self.model.mailbox)
            self._remember(self._everything())
            ran = self._run(night) if night.runs else None
            seen = self._seen(night, ran)
            violations = self.model.night(night, seen)
            self.happenings.after(night, self.model.mailbox)
            self.looks.append(seen.looks)
            yield Played(night, seen, violations, ran)

    def _run(self, night: Night) -> Ran:
        with self.troubles.during(night) as account:
            return self.program.run(night, account)

    def _everything(self) -> list[Listed]:
        with self.happenings.client as client:
            return client.everything()

    def _remember(self, listed: Iterable[Listed]) -> None:
        self.names |= {each.ref: each.name for each in listed}

    def _seen(self, night: Night, ran: Ran | None) -> Observation:
        listed = self._everything()
        self._remember(listed)
        held = self._held(night)
        if ran is None:
            return Observation(None, lying(listed), looks=held)
        names = Names(self.names)
        state = self.program.state
        return observed(Left(ran, listed, names, self._open(names), state.bytes(), held))

    def _held(self, night: Night) -> Mapping[str, Look]:
        """The looks that the state held when the night began."""
        held = self.looks[-1] if self.looks else {}
        for event in night.events:
            if isinstance(event, RestoresState):
                held = self.looks[-event.nights]
        return held

    def _open(self, names: Names) -> frozenset[str]:
        account = self.troubles.account
        rows = self.program.state.open_rows(account.host, account.username)
        refs = ((row, Ref(row.ref.folder, row.ref.uidvalidity, row.ref.uid)) for row in rows)
        found = (names.by(str(row.message_id or ""), ref) for row, ref in refs)
        return frozenset(name for name in found if name)


@dataclass(slots=True)
class Program:
    """The nightly job as it is scheduled, run in this process at the night's clock."""

    folder: Path
    state: State
    login: Login
    tokens: TokenEndpoint
    dns: DnsServer
    arguments: tuple[str, ...] = ("audit", "--apply", "--format", "json")

    def run(self, night: Night, account: Account) -> Ran:
        config = self._configured(night, account)
        environment = {"XDG_STATE_HOME": str(self.login.state_home)}
        no_clock = mock.patch("auditor.reporting.judge", return_value=())  # nobody answers a customer in this year
        with asked_in_place_of_google(self.tokens), at(lambda: night.clock), no_clock:
            return auditor(*self.arguments, "--config", str(config), environment=environment)

    def _configured(self, night: Night, account: Account) -> Path:
        keys = {
            "address": SELLER,
            "host": account.host,
            "port": account.port,
            "security": "none",
            "username": account.username,
            "watch": [Folder.ARCHIVE],
        }
        path = self.folder / "auditor.toml"
        path.write_text(
            "\n".join(
                [
                    "[mailbox.shop]",
                    *(f"{key} = {json.dumps(value)}" for key, value in keys.items()),
                    self.login.tables,
                    f'[dns]\nnameservers = ["{self.dns.nameserver}"]\nport = {self.dns.port}\ntimeout_s = 2',
                    f'[state]\nurl = "{self.state.url}"',
                    catalogue_of(night.rules),
                ]
            )
        )
        return path


@contextmanager
def at(clock: Callable[[], datetime]) -> Iterator[None]:
    """The program takes this for the time; servers keep their own."""
    with mock.patch.object(running, "now", clock):
        yield


@contextmanager
def real_year(calendar: Calendar, folder: Path) -> Iterator[Year]:
    """A Dovecot, a DNS server and a token endpoint of its own; `folder` is empty and takes all that is kept."""
    with ExitStack() as stack:
        server = stack.enter_context(running_oauth_dovecot())
        dns = stack.enter_context(running_dns())
        for name, record in test_keys().items():
            dns.txt(name, record)
        account = server.dovecot.account(address=SELLER)
        client = stack.enter_context(Client(account))
        for name in (Folder.ARCHIVE, Folder.ELSEWHERE):
            client.create(name)
        assert account.home
        mail = MailDirectory(account.home / "Maildir")
        login = Login(account, folder / "state-home")
        tokens = TokenEndpoint(server, account)
        login.keep(tokens.good, calendar.nights[0].at)
        state = State(folder, calendar)
        happenings = Happenings(client, mail, state, tokens, Copies(calendar, folder))
        program = Program(folder, state, login, tokens, dns)
        yield Year(calendar, Model(calendar), program, happenings, Troubles(account, dns, tokens, login))
