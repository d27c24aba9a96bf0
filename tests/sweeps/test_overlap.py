"""Two runs on one account at once (C.23): one works, the others end with 5, and no death leaves a lock behind."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.sweeps.program import BOX, NO_DNS, Program, Running
from tests.sweeps.scorecard import Row, Score

pytestmark = pytest.mark.thorough

BUSY, UNFINISHED = 5, 3
ENVIRONMENT = {"SHOP_PASSWORD": "secret"}


@dataclass(slots=True)
class Waiting:
    """A server that greets, hears a sign-in, and says no more until it is let go. `clients` got past the lock."""

    port: int
    clients: list[socket.socket] = field(default_factory=list)
    heard: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait_for_a_sign_in(self) -> None:
        assert self.heard.acquire(timeout=60)

    def let_go(self) -> None:
        for client in self.clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


@contextmanager
def waiting() -> Iterator[Waiting]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    server = Waiting(listener.getsockname()[1])

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server.clients.append(client)
                client.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                if b"LOGIN" in client.recv(4096):
                    server.heard.release()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.let_go()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        for each in (listener, *server.clients):
            each.close()
        thread.join(timeout=5)


@dataclass(slots=True)
class Office:
    """A folder with a configuration and a state; each run is one of the same account."""

    program: Program
    folder: Path
    server: Waiting

    def start(self, *arguments: str, box: str = BOX, state: str = "") -> Running:
        """`box` is the mailbox's table; `state` the path of the state as it is written there."""
        path = state or str(self.folder / "state" / "auditor.db")
        config = self.folder / f"{len(list(self.folder.glob('*.toml')))}.toml"
        tables = f'password_env = "SHOP_PASSWORD"\n{NO_DNS}[state]\nurl = "sqlite:///{path}"\n'
        config.write_text(f"{box}port = {self.server.port}\n{tables}")
        given = arguments or ("rescue", "--apply")
        return self.program.start(*given, "--config", str(config), environment=ENVIRONMENT, folder=self.folder)

    def run(self, *arguments: str, box: str = BOX, state: str = "") -> int:
        ended = self.program.end(self.start(*arguments, box=box, state=state))
        if ended.status == BUSY:
            assert b"another run holds" in ended.stderr
        assert b"Traceback" not in ended.stderr, ended.said
        return ended.status

    @contextmanager
    def held(self) -> Iterator[Running]:
        """While the block runs, another run holds the account."""
        holder = self.start()
        self.server.wait_for_a_sign_in()
        try:
            yield holder
        finally:
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGCONT)
            self.server.let_go()
            self.program.end(holder)


@pytest.fixture
def office(program: Program, tmp_path: Path) -> Iterator[Office]:
    with waiting() as server:
        yield Office(program, tmp_path, server)


def at_once(office: Office, count: int) -> list[str]:
    """Start so many runs; a finding where not exactly one of them works."""
    with suppress(FileNotFoundError):
        (office.folder / "state" / "auditor.db").unlink()
    running = [office.start() for _ in range(count)]
    office.server.wait_for_a_sign_in()
    still = running[:]
    deadline = time.monotonic() + 60
    while len(still) > 1 and time.monotonic() < deadline:
        still = [each for each in still if not is_over(each.pid)]
        time.sleep(0.02)
    connected = len(office.server.clients)
    office.server.let_go()
    ended = Counter(office.program.end(each).status for each in running)
    return [] if connected == 1 and ended == {BUSY: count - 1, UNFINISHED: 1} else [f"{connected} worked: {ended}"]


def is_over(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_of_twelve_at_once_one_works(office: Office) -> None:
    assert at_once(office, 12) == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_of_a_hundred_at_once_one_works(office: Office, score: Score) -> None:
    findings: list[str] = []
    for _ in range(3):
        findings += at_once(office, 100)
        office.server.clients.clear()

    score(Row("C.23", "overlap", "100 starts at once, three times: 1 works, 99 end with 5", 300, findings))


BOXES = {
    "another name": BOX.replace("mailbox.shop", "mailbox.other"),
    "capitals in the user name": BOX.replace('username = "seller"', 'username = "SELLER"'),
    "another address": BOX.replace("seller@shop.test", "orders@shop.test"),
}
PATHS: dict[str, Callable[[Path], str]] = {
    "a relative path": lambda _folder: "state/auditor.db",
    "a detour": lambda folder: str(folder / "state" / ".." / "state" / "auditor.db"),
    "a linked folder": lambda folder: str(folder / "linked" / "auditor.db"),
}


def test_one_account_under_two_names_is_one_account(office: Office) -> None:
    (office.folder / "linked").symlink_to(office.folder / "state")
    with office.held():
        ended = {name: office.run(box=box) for name, box in BOXES.items()}
        ended |= {name: office.run(state=path(office.folder)) for name, path in PATHS.items()}

    assert ended == dict.fromkeys([*BOXES, *PATHS], BUSY)
    assert len(office.server.clients) == 1


def test_no_command_that_writes_works_beside_another(office: Office) -> None:
    with office.held():
        ended = {command: office.run(*command) for command in (("audit",), ("audit", "--apply"), ("rescue",))}

    assert set(ended.values()) == {BUSY}
    assert len(office.server.clients) == 1


def test_a_stopped_run_still_holds_its_account(office: Office) -> None:
    with office.held() as holder:
        os.kill(holder.pid, signal.SIGSTOP)

        assert office.run() == BUSY


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_the_lock_of_a_dead_run_is_free(office: Office, number: signal.Signals) -> None:
    with office.held() as holder:
        os.kill(holder.pid, number)
        while not is_over(holder.pid):
            time.sleep(0.01)
        left = list((office.folder / "state").glob("*.lock"))
        following = office.start()
        office.server.wait_for_a_sign_in()
        office.server.let_go()

        assert left
        assert office.program.end(following).status == UNFINISHED


def test_other_accounts_are_not_held(office: Office) -> None:
    """Without this the tests above could hold for a lock of everything."""
    with office.held():
        other = office.start(box=BOX.replace('username = "seller"', 'username = "another"'))
        office.server.wait_for_a_sign_in()
        office.server.let_go()

        assert office.program.end(other).status == UNFINISHED
