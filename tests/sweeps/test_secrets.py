"""One secret x every command x every way to fail (C.10): it shows nowhere, in none of its forms."""

from __future__ import annotations

import json
import os
import random
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from socket import create_server, socket

import pytest

from tests.sweeps.gossip import Gossip, all_gossip, telling
from tests.sweeps.program import BOX, NO_DNS, Ended, Program
from tests.sweeps.scorecard import Row, Score
from tests.sweeps.secret import Secret

pytestmark = pytest.mark.thorough

SECRET = Secret('Xw9"Kd\\4%Rt+/&<Vn=7', "seller")
REF = "shop:Junk/7/8"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("rescue",),
    ("rescue", "--apply", "--format", "json"),
    ("audit", "--verbose", "--log-file", "log.jsonl"),
    ("audit", "--apply", "--format", "jsonl", "--output", "report.out"),
    ("doctor",),
    ("doctor", "--format", "json", "--output", "report.out"),
    ("explain", REF),
    ("explain", REF, "--format", "json"),
    ("undo",),
    ("undo", "20261123T020000Z-1a2b3c4d"),
    ("ack", REF),
    ("marketplaces",),
    ("login", "shop"),
    ("schedule", "show", "--scheduler", "cron"),
)
# What a program that is asked for the password is shown, it writes down.
PRINTS = "".join(
    f"open('seen', 'ab').write(open('/proc/self/{name}', 'rb').read()); " for name in ("environ", "cmdline")
)


@dataclass(slots=True)
class Place:
    """A folder in which runs are made, and what they may show there. `known` are files that hold the secret rightly."""

    program: Program
    folder: Path
    known: set[Path] = field(default_factory=set)
    runs: int = 0
    findings: list[str] = field(default_factory=list)

    def write(self, name: str, text: str, *, known: bool = False) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        if known:
            self.known.add(path)
        return path

    def run(self, case: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
        """A run whose every trace is looked through."""
        ended = self.program.run(*arguments, environment=environment, folder=self.folder)
        self.runs += 1
        for name, data in (("stdout", ended.stdout), ("stderr", ended.stderr), *self._files()):
            self.findings += (f"{case}: {' '.join(arguments)}: {name} shows it: {how}" for how in SECRET.shown_in(data))
        if ended.status not in (0, 2, 3, 4, 5, 10) or b"Traceback" in ended.stderr:
            self.findings.append(f"{case}: {' '.join(arguments)} ended with {ended.status}: {ended.said}")
        return ended

    def _files(self) -> Iterator[tuple[str, bytes]]:
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in self.known:
                yield path.name, path.read_bytes()


@pytest.fixture
def place(program: Program, tmp_path: Path) -> Place:
    return Place(program, tmp_path)


def password_from(source: str, place: Place) -> tuple[str, dict[str, str]]:
    """A line of the configuration, and the environment to it."""
    if source == "env":
        return 'password_env = "SHOP_PASSWORD"', {"SHOP_PASSWORD": SECRET.value}
    kept = place.write("kept", f"{SECRET.value}\n", known=True)
    if source == "file":
        return f'password_file = "{kept}"', {}
    if source == "command":
        code = f"{PRINTS}print(open({str(kept)!r}).read())"
        return f"password_command = {json.dumps([sys.executable, '-c', code])}", {}
    backend = {"PYTHON_KEYRING_BACKEND": "tests.sweeps.keyring_of_tests.Kept", "AUDITOR_TEST_KEYRING": str(kept)}
    return "keyring = true", backend


SOURCES = ("env", "file", "command", "keyring")


def told_on(gossip: Gossip, source: str, place: Place, commands: Iterator[tuple[str, ...]], count: int) -> None:
    """The server repeats the secret; so many commands talk to it."""
    line, environment = password_from(source, place)
    with telling(gossip, SECRET.value) as port:
        state = f'[state]\nurl = "sqlite:///{place.folder / "auditor.db"}"\n'
        config = place.write("auditor.toml", f"{BOX}port = {port}\n{line}\n{NO_DNS}{state}")
        for _ in range(count):
            command = next(commands)
            place.run(f"{gossip}, password from {source}", *command, "--config", str(config), environment=environment)


def test_a_sample_of_servers_that_repeat_the_secret(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    commands = cycle(chance.sample(COMMANDS[:8], 8))
    for gossip in chance.sample(all_gossip(), 14):
        told_on(gossip, chance.choice(SOURCES), place, commands, 1)

    assert place.findings == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_servers_that_repeat_the_secret(place: Place, score: Score) -> None:
    every, commands = all_gossip(), cycle(COMMANDS)
    for number, gossip in enumerate(every):
        source = SOURCES[(number + number // len(COMMANDS)) % len(SOURCES)]  # so that each meets every command
        told_on(gossip, source, place, commands, 1)

    of = f"{len(every)} ways of a server to repeat it, {len(COMMANDS)} commands and {len(SOURCES)} sources in turn"
    score(Row("C.10", "secrets heard by a server", of, place.runs, place.findings))


def q(text: str) -> str:
    """As TOML."""
    return json.dumps(text)


BAD_COMMANDS = {
    "fails, and complains of it": f"print({SECRET.value!r}); sys.stderr.write({SECRET.value!r}); sys.exit(3)",
    "traces itself": f"print({SECRET.value!r}); sys.stderr.write('+ echo ' + {SECRET.value!r}); sys.exit(1)",
    "prints a control character": f"print({SECRET.value!r} + chr(1))",
    "prints what is no text": f"sys.stdout.buffer.write({SECRET.value.encode()!r} + bytes([255]))",
    "prints too much": f"print({SECRET.value!r} * 200)",
    "dies": f"print({SECRET.value!r}, flush=True); os.kill(os.getpid(), 9)",
}

OTHERWISE = BOX + 'password_env = "A"\n'
S = SECRET.value

# The secret where it does not belong, in a whole configuration.
MISPLACED = {
    "as the password": f"{BOX}password = {q(S)}\n",
    "under a misspelt key": f"{BOX}pasword_file = {q(S)}\n",
    "without quotes": f"{BOX}password = {S}\n",
    "in quotes that do not close": f"{BOX}password_env = {q(S)[:-1]}\n",
    "as the variable's name": f"{BOX}password_env = {q(S)}\n",
    "as the program": f"{BOX}password_command = [{q(S)}]\n",
    "as a text and not a list": f"{BOX}password_command = {q(S)}\n",
    "as keyring": f"{BOX}keyring = {q(S)}\n",
    "beside another way": f'{OTHERWISE}password_command = ["echo", {q(S)}]\n',
    "in a number": f"{OTHERWISE}port = {q(S)}\n",
    "for sending mail": f'{OTHERWISE}[mailbox.shop.smtp]\nhost = "h.test"\npassword = {q(S)}\n',
    "in the state's address": f"{OTHERWISE}[state]\nurl = {q(f'postgresql://u:{S}@h.test/d')}\n",
    "in a wrong address of the state": f"{OTHERWISE}[state]\nurl = {q(f'postgres//u:{S}@h.test')}\n",
    "in a query of the state": f"{OTHERWISE}[state]\nurl = {q(f'sqlite:////x.db?password={S}')}\n",
    "in a webhook": f"{OTHERWISE}[notify]\nwebhook = {q(f'htp://h.test/{S}')}\n",
    "in a name server": f'{OTHERWISE}[dns]\nprotocol = "https"\nnameservers = [{q(f"https://u:{S}@h")}]\n',
    "in a wrong name server": f"{OTHERWISE}[dns]\nnameservers = [{q(f'udp://u:{S}@h')}]\n",
}


def test_programs_that_give_the_password_badly(place: Place) -> None:
    for name, code in BAD_COMMANDS.items():
        argv = json.dumps([sys.executable, "-c", f"import os, sys; {code}"])
        config = place.write("auditor.toml", f"{BOX}password_command = {argv}\n{NO_DNS}", known=True)
        for command in (("rescue",), ("doctor",)):
            ended = place.run(name, *command, "--config", str(config), environment=state_in(place))
            assert ended.status in (2, 3), ended.said

    assert place.findings == []


def state_in(place: Place) -> dict[str, str]:
    return {"AUDITOR_STATE_URL": f"sqlite:///{place.folder / 'auditor.db'}"}


@pytest.mark.parametrize("where", MISPLACED)
def test_a_secret_in_the_wrong_place_of_the_configuration(where: str, place: Place) -> None:
    config = place.write("auditor.toml", BOX + MISPLACED[where], known=True)
    environment = {} if "state" in where else state_in(place)
    for command in (("rescue", "--apply"), ("doctor",), ("explain", REF), ("undo",)):
        place.run(where, *command, "--config", str(config), environment=environment)

    assert place.findings == []


INIT = ("init", "--address", "seller@shop.test", "--host", "imap.shop.test", "--config")


@pytest.mark.parametrize(
    "given",
    [
        ("--password-env", SECRET.value),
        ("--password-env", f"{SECRET.value}; touch made"),
        ("--password-command", f'"{SECRET.value}'),
        ("--password-command", f"echo {shlex.quote(SECRET.value)}"),
    ],
    ids=["as-a-name", "as-a-command-line", "not-closed", "in-the-command"],
)
def test_the_first_configuration_repeats_no_secret(given: tuple[str, str], place: Place) -> None:
    place.known.add(place.folder / "new.toml")  # a program's argument is kept there, for its owner alone
    place.run("init", *INIT, str(place.folder / "new.toml"), *given)

    assert place.findings == []


def test_what_others_see_of_the_process(tmp_path: Path) -> None:
    """/proc shows the command line to everybody, and the environment to every program of the same user."""
    kept = tmp_path / "kept"
    kept.write_text(SECRET.value)
    kept.chmod(0o600)
    code = f"{PRINTS}print(open({str(kept)!r}).read())"
    with create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        port, command = listener.getsockname()[1], json.dumps([sys.executable, "-c", code])
        config = tmp_path / "auditor.toml"
        config.write_text(f"{BOX}port = {port}\npassword_command = {command}\n{NO_DNS}")
        config.chmod(0o600)
        seen = seen_in_the_middle(
            [sys.executable, "-m", "auditor", "rescue", "--config", str(config)], listener, tmp_path
        )

    assert b"auditor" in seen
    assert SECRET.shown_in(seen) == []
    assert SECRET.shown_in((tmp_path / "seen").read_bytes()) == []


def seen_in_the_middle(argv: list[str], listener: socket, folder: Path) -> bytes:
    """What /proc tells of the program while it waits for the answer to its sign-in."""
    environment = {
        **os.environ,
        "AUDITOR_STATE_URL": f"sqlite:///{folder / 'auditor.db'}",
        "PYTHONPATH": str(Path.cwd()),
    }
    with subprocess.Popen(argv, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                assert b"LOGIN" in connection.recv(4096)
                proc = Path("/proc") / str(process.pid)
                return (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
        finally:
            process.kill()


def test_every_form_of_a_secret_is_seen() -> None:
    """Without this the sweeps could not fail."""
    for name, form in SECRET.forms().items():
        assert SECRET.shown_in(b"before " + form + b" behind"), name
        assert SECRET.shown_in(form[:4] + b"\n      " + form[4:]), name
    assert SECRET.shown_in(SECRET.value[3:15].encode())
    assert not SECRET.shown_in(b"nothing of it")
