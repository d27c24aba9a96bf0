"""A configuration that is too open, too big, misspelt, or leads to somebody else's server (C.22)."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from auditor.config import MailboxConfig
from auditor.doctor.diagnosis import State
from auditor.doctor.links import server
from auditor.mailbox.endpoint import Endpoint
from tests.sweeps.program import BOX, NO_DNS, Ended, Program
from tests.sweeps.scorecard import Row, Score

pytestmark = pytest.mark.thorough

GOOD = f'{BOX}port = 9\npassword_env = "SHOP_PASSWORD"\n{NO_DNS}'
SMALL = 1_000_000  # octets, as much as a configuration may have

BOMBS: Mapping[str, str] = {
    "lists in lists": f"a = {'[' * 100_000}",
    "tables in tables": f"a = {'{b=' * 100_000}1",
    "keys in keys": f"{'a.' * 200_000}b = 1",
    "titles in titles": f"[{'a.' * 200_000}b]",
    "a long number": f"[rescue]\nmax_moves = {'9' * 500_000}",
    "a number with many signs": f"[rescue]\nmax_moves = 0x{'f' * 500_000}",
    "a large exponent": "[dns]\ntimeout_s = 1e999999999",
    "not a number": "[dns]\ntimeout_s = nan",
    "a long text": f'[mailbox.shop]\naddress = "{"a" * 900_000}"',
    "a text that does not end": f'[mailbox.shop]\naddress = """{"a" * 900_000}',
    "escapes": f'[mailbox.shop]\naddress = "{chr(92)}U00110000"',
    "many tables": "".join(f"[mailbox.m{number}]\n" for number in range(60_000)),
    "many keys": "[rescue]\n" + "".join(f"k{number} = 1\n" for number in range(80_000)),
    "many aliases": f"{GOOD}\n[mailbox.b]\naliases = [{','.join(['1'] * 200_000)}]",
    "a key in each list": f"[[mailbox]]\n{'[[mailbox.a]]' * 1}\n" * 30_000,
    "a misspelling of everything": GOOD.replace("password_env", "p" * 50_000),
    "a wide alternative": '[marketplace.x]\ntitle = "x"\nsource = "x"\nbrands = ["x"]\n'
    f"domains = [{json.dumps('{a,b}' * 40 + '.example.com')}]",
    "larger than it may be": "#" * (SMALL + 1),
    "nothing but zeros": "\0" * 100_000,
}

UNKNOWN: Mapping[str, str] = {
    "a key before any table": "port = 1\n",
    "an unknown table": "[rescu]\n",
    "an unknown kind": "[mailboxes.shop]\n",
    "a mailbox without a name": '[mailbox]\naddress = "a@b.example"\n',
    "a name with a slash": '[mailbox."a/b"]\naddress = "a@b.example"\n',
    "a name with an escape": '[mailbox."\\u001b[2J"]\naddress = "a@b.example"\n',
    "a key with an escape": f'{GOOD}"\\u001b[2J" = 1\n',
    "an unknown key": GOOD.replace("port", "prot"),
    "a key in capitals": GOOD.replace("port", "Port"),
    "a key that would switch verification off": GOOD.replace("port =", "verify = false\nport ="),
    "a wrong type": GOOD.replace("port = 9", 'port = "9"'),
    "a control character": GOOD.replace('"seller"', '"sel\\u0007ler"'),
    "a new line": GOOD.replace('"seller"', '"sel\\r\\nler"'),
    "clear text to another machine": GOOD.replace('"127.0.0.1"', '"imap.shop.test"', 1),
    "a host with a path": GOOD.replace('"127.0.0.1"', '"127.0.0.1/x"', 1),
    "a host with a name": GOOD.replace('"127.0.0.1"', '"u:p@127.0.0.1"', 1),
    "a host with a line end": GOOD.replace('"127.0.0.1"', '"127.0.0.1\\r\\nx"', 1),
    "metadata of a cloud": GOOD.replace('"127.0.0.1"', '"169.254.169.254"', 1),
    "an alias for everybody": GOOD.replace("port =", 'aliases = ["*@gmail.com"]\nport ='),
    "an alias for a country": GOOD.replace("port =", 'aliases = ["*@co.uk"]\nport ='),
}


def refused(text: str, program: Program, folder: Path, *commands: tuple[str, ...]) -> list[str]:
    """A finding for each command that does not end with 2 and one line of reasonable length."""
    config = folder / "auditor.toml"
    config.write_text(text)
    config.chmod(0o600)
    state = {"AUDITOR_STATE_URL": f"sqlite:///{folder / 'state' / 'auditor.db'}"}
    ended = [program.run(*command, "--config", str(config), environment=state) for command in commands]
    wrong = [each.said for each in ended if not is_refusal(each)]
    return [*wrong, *(["a state was made"] if (folder / "state").exists() else [])]


def is_refusal(ended: Ended) -> bool:
    lines = ended.stderr.decode().splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    return ended.status == 2 and len(errors) == 1 and len(lines) <= 2 and len(ended.stderr) < 2_000


ALL = (("rescue", "--apply"), ("doctor",), ("undo",))


def test_a_sample_of_bombs_and_slips(program: Program, tmp_path: Path, seed: int) -> None:
    every = {**BOMBS, **UNKNOWN}
    chosen = random.Random(seed).sample(sorted(every), 6)

    found = {name: refused(every[name], program, tmp_path, ALL[0]) for name in chosen}
    assert {name: findings for name, findings in found.items() if findings} == {}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_bombs_and_slips(program: Program, tmp_path: Path, score: Score) -> None:
    every = {**BOMBS, **UNKNOWN}
    findings = [
        f"{name}: {finding}" for name, text in every.items() for finding in refused(text, program, tmp_path, *ALL)
    ]

    score(Row("C.22", "configurations", f"{len(every)} x {len(ALL)} commands", len(every) * len(ALL), findings))


def test_a_good_configuration_is_taken(program: Program, tmp_path: Path) -> None:
    """Without this the sweep could refuse everything."""
    config = tmp_path / "auditor.toml"
    config.write_text(GOOD)
    state = {"AUDITOR_STATE_URL": f"sqlite:///{tmp_path / 'auditor.db'}", "SHOP_PASSWORD": "x"}

    ended = program.run("rescue", "--config", str(config), environment=state)

    assert ended.status == 3
    assert b"refused the connection" in ended.stderr


@pytest.mark.parametrize(
    ("address", "host", "state"),
    [
        ("seller@gmail.com", "imap.evil.example", State.WARNING),
        ("seller@outlook.com", "imap.gmail.com", State.WARNING),
        ("seller@gmail.com", "imap.gmail.com", State.OK),
        ("seller@gmail.com", "127.0.0.1", State.OK),
        ("seller@shop.example", "imap.evil.example", State.OK),
    ],
)
def test_a_server_that_is_not_the_providers_is_said(address: str, host: str, state: State) -> None:
    """The password goes there; for an address of its own domain nobody knows better than the seller."""
    mailbox = MailboxConfig(name="shop", address=address, host=host, password_env="A")

    assert server(mailbox, Endpoint(host)).state is state
