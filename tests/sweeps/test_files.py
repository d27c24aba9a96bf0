"""What we keep is read by nobody else, and what others put in its place is not used (C.9, C.20)."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from auditor.initial import mailbox_name
from tests.crash.disk import disk_unavailable, small_disk
from tests.servers.account import Account
from tests.servers.plugin import need
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Recorders
from tests.sweeps.program import BOX, NO_DNS, Ended, Program
from tests.sweeps.scorecard import Row, Score

pytestmark = pytest.mark.thorough

ROOT, NOBODY, ANOTHER = 0, 65534, 65533
WRITES = {"UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE", "STORE", "COPY", "MOVE", "EXPUNGE", "APPEND", "CREATE"}

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away and become another user")


@dataclass(slots=True)
class Desk:
    """A seller's folder with everything in it that a run reads and writes."""

    folder: Path
    account: Account
    user: int

    @property
    def config(self) -> Path:
        return self.folder / "auditor.toml"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def state(self) -> Path:
        return self.folder / "state" / "auditor.db"

    @property
    def lock(self) -> Path:
        return next(self.state.parent.glob("*.lock"))

    @property
    def holder(self) -> Path:
        return self.lock.with_suffix(".holder")

    @property
    def output(self) -> Path:
        return self.folder / "report.txt"

    def lay_out(self) -> None:
        self.put(self.password, self.account.password)
        self.configure(f'password_file = "{self.password}"')

    def configure(self, sign_in: str) -> None:
        box = BOX.replace('"seller"', f'"{self.account.username}"')
        state = f'[state]\nurl = "sqlite:///{self.state}"\n'
        self.put(self.config, f"{box}port = {self.account.port}\n{sign_in}\n{NO_DNS}{state}")

    def put(self, path: Path, text: str = "", *, mode: int = 0o600, owner: int | None = None) -> None:
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(mode)
        os.chown(path, *[self.user if owner is None else owner] * 2)

    def run(self, program: Program, *arguments: str) -> Ended:
        given = arguments or ("rescue", "--apply", "--config", str(self.config), "--output", str(self.output))
        return program.run(*given, user=self.user, folder=self.folder)


Change = Callable[[Path, Desk], None]


def with_mode(mode: int) -> Change:
    def changed(path: Path, desk: Desk) -> None:
        if not path.exists():
            desk.put(path)
        path.chmod(mode)

    return changed


def linked(path: Path, desk: Desk) -> None:
    """A link to what was there, which is left as it is."""
    path.touch()
    elsewhere = path.rename(desk.folder / f"elsewhere-{path.name}")
    os.chown(elsewhere, desk.user, desk.user)
    path.symlink_to(elsewhere)
    os.chown(path, desk.user, desk.user, follow_symlinks=False)


def of_another(path: Path, _desk: Desk) -> None:
    path.touch()
    os.chown(path, ANOTHER, ANOTHER)
    path.chmod(0o604)  # who is not root can read it only so


def of_another_and_closed(path: Path, _desk: Desk) -> None:
    path.touch()
    os.chown(path, ANOTHER, ANOTHER)
    path.chmod(0o600)


def a_pipe(path: Path, desk: Desk) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path, 0o600)
    os.chown(path, desk.user, desk.user)


def a_device(path: Path, desk: Desk) -> None:
    """As /dev/null is one."""
    path.unlink(missing_ok=True)
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    os.chown(path, desk.user, desk.user)


def a_folder(path: Path, _desk: Desk) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


MODES: Mapping[str, Change] = {f"{mode:04o}": with_mode(mode) for mode in (0o600, 0o640, 0o644, 0o666)}
CHANGES: Mapping[str, Change] = {
    **MODES,
    "link": linked,
    "of another": of_another,
    "of another, closed": of_another_and_closed,
    "pipe": a_pipe,
    "folder": a_folder,
}
FOLDER_CHANGES: Mapping[str, Change] = {
    "0700": with_mode(0o700),
    "0755": with_mode(0o755),
    "0777": with_mode(0o777),
    "1777": with_mode(0o1777),
    "link": linked,
    "of another": lambda path, desk: os.chown(path, ANOTHER, ANOTHER),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the desk, what can be done to it, and what of that is no reason to stop."""

    where: Callable[[Desk], Path]
    changes: Mapping[str, Change]
    fine: frozenset[str]


def besides(*names: str) -> Mapping[str, Change]:
    return {name: change for name, change in CHANGES.items() if name not in names}


FILES: Mapping[str, Kept] = {
    "password file": Kept(lambda desk: desk.password, CHANGES, frozenset({"0600"})),
    "configuration with a secret": Kept(lambda desk: desk.config, besides("pipe"), frozenset({"0600", "link"})),
    "configuration": Kept(
        lambda desk: desk.config,
        besides("of another, closed", "pipe"),
        frozenset({"0600", "0640", "0644", "link", "of another"}),
    ),
    "state": Kept(lambda desk: desk.state, CHANGES, frozenset(MODES)),
    "folder of the state": Kept(lambda desk: desk.state.parent, FOLDER_CHANGES, frozenset({"0700", "0755", "link"})),
    "journal of the state": Kept(lambda desk: desk.state.with_name("auditor.db-journal"), besides(*MODES), frozenset()),
    "lock": Kept(lambda desk: desk.lock, CHANGES, frozenset(MODES)),
    "note of the holder": Kept(lambda desk: desk.holder, besides(*MODES), frozenset(CHANGES)),
    "report": Kept(
        lambda desk: desk.output,
        {**CHANGES, "device": a_device},
        frozenset({*MODES, "of another", "of another, closed"}),
    ),
}
CASES = [(name, change, user) for name, kept in FILES.items() for change, user in product(kept.changes, (ROOT, NOBODY))]


@pytest.fixture
def desks(pymap: Pymap, recorder: Recorders) -> Iterator[Callable[[int], Desk]]:
    """Folders outside those of pytest, which no other user can enter."""
    made: list[Path] = []

    def laid_out(user: int) -> Desk:
        folder = Path(tempfile.mkdtemp(prefix="auditor-desk-"))
        made.append(folder)
        os.chown(folder, user, user)
        desk = Desk(folder, recorder(pymap.account()), user)
        desk.lay_out()
        return desk

    yield laid_out
    for folder in made:
        shutil.rmtree(folder)


def tried(name: str, change: str, desk: Desk, program: Program) -> Iterator[str]:
    """A finding for each promise that a run breaks after the change."""
    kept = FILES[name]
    if name == "configuration with a secret":
        desk.configure(f'password_command = ["cat", "{desk.password}"]')
    first = desk.run(program)
    if first.status:
        yield f"the first run ended with {first.status}: {first.said}"
    desk.output.unlink()
    path = kept.where(desk)
    kept.changes[change](path, desk)
    kind = stat.S_IFMT(path.lstat().st_mode)

    ended = desk.run(program)

    errors = [line for line in ended.stderr.decode().splitlines() if line.startswith("error: ")]
    if ended.status != (0 if change in kept.fine else 2) or len(errors) != (0 if change in kept.fine else 1):
        yield f"ended with {ended.status}: {ended.said}"
    if b"Traceback" in ended.stderr:
        yield f"a traceback: {ended.said}"
    if change not in kept.fine and stat.S_IFMT(path.lstat().st_mode) != kind:
        yield "what was refused was replaced all the same"
    yield from left_open(desk)


def left_open(desk: Desk) -> Iterator[str]:
    """Files of ours that others can read."""
    for path in (desk.state, *desk.state.parent.glob("*.lock"), desk.output):
        mode = path.lstat().st_mode if path.exists() and not path.is_symlink() else 0
        if stat.S_ISREG(mode) and path.lstat().st_uid == desk.user and mode & 0o077:
            yield f"{path.name} is left with mode {stat.S_IMODE(mode):04o}"


@as_root
def test_a_sample_of_files_that_others_can_read_or_have_swapped(
    desks: Callable[[int], Desk], program: Program, seed: int
) -> None:
    found = {
        case: list(tried(case[0], case[1], desks(case[2]), program)) for case in random.Random(seed).sample(CASES, 12)
    }

    assert {case: findings for case, findings in found.items() if findings} == {}


@as_root
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_files_that_others_can_read_or_have_swapped(
    desks: Callable[[int], Desk], program: Program, score: Score
) -> None:
    findings = [
        f"{name}, {change}, as user {user}: {each}"
        for name, change, user in CASES
        for each in tried(name, change, desks(user), program)
    ]

    of = f"{len(FILES)} files x modes, links, pipes, folders, devices and owners, as root and as another user"
    score(Row("C.9", "files", of, len(CASES), findings))


@as_root
def test_a_configuration_that_another_user_left_in_the_folder_is_not_taken(
    desks: Callable[[int], Desk], program: Program
) -> None:
    desk = desks(NOBODY)
    desk.put(desk.config, desk.config.read_text(), mode=0o644, owner=ANOTHER)

    found = desk.run(program, "rescue")
    named = desk.run(program, "rescue", "--config", "auditor.toml")

    assert found.status == 2
    assert b"auditor.toml: belongs to another user" in found.stderr
    assert b"--config auditor.toml" in found.stderr
    assert named.status == 0, named.said


def test_a_state_on_a_read_only_file_system_moves_nothing(
    pymap: Pymap, recorder: Recorders, program: Program, tmp_path: Path
) -> None:
    need(disk_unavailable())
    desk = Desk(tmp_path, recorder(pymap.account()), os.geteuid())
    desk.lay_out()
    desk.state.parent.mkdir()
    with small_disk(desk.state.parent):
        desk.state.parent.chmod(0o700)
        assert desk.run(program).status == 0
        remounted(desk.state.parent)
        before = len(recorder.verbs())
        ended = desk.run(program)

    assert ended.status == 2, ended.said
    assert ended.stderr.startswith(b"error: nothing was judged and nothing was moved")
    assert not WRITES & set(recorder.verbs()[before:])


def remounted(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


TRAVERSALS = [
    template.format(name)
    for name in ("etc/made", "made", "made.toml")
    for template in (
        *("../{}", "../../../../{}", "/{}", "//{}", "./../{}", "a/../../{}", "..\\{}", "C:\\{}", "%2e%2e%2f{}"),
        *("..%c0%af{}", "\u2025/{}", "．．／{}", "~/{}", "~root/{}", "$HOME/{}", "`touch {}`", "{}/..", "...//{}"),
    )
]


def named(names: Sequence[str], desk: Desk, program: Program) -> Iterator[str]:
    """Runs with these as the name of a mailbox, user, folder, run or message; a finding for what they may not do."""
    honest, given = desk.config.read_text(), ("--config", str(desk.config))
    for name in names:
        quoted = json.dumps(name)
        others = honest.replace(f'username = "{desk.account.username}"\n', "")
        changed = {
            "junk": honest.replace("port =", f"junk = [{quoted}]\nport ="),
            "username": others.replace("port =", f"username = {quoted}\nport ="),
        }
        for key, text in changed.items():
            desk.put(desk.config, text)
            if (ended := desk.run(program, "rescue", *given)).status not in (2, 3):
                yield f"{name} as {key}: {ended.said}"
        desk.put(desk.config, honest)
        for command in (("undo", name), ("ack", f"shop:{name}/1/1"), ("explain", f"shop:{name}/1/1"), ("rescue", name)):
            if (ended := desk.run(program, *command, *given)).status not in (2, 3):
                yield f"{name} in {command[0]}: {ended.said}"


def strange_files(outside: Path, inside: Path) -> set[str]:
    """What lies there and is none of the files that we make."""
    found = [path for path in outside.rglob("*") if not path.is_dir()]
    named = {str(path.relative_to(inside)) if inside in path.parents else str(path) for path in found}
    return {name for name in named if not re.fullmatch(_OURS, name)}


@pytest.fixture
def deep_desk(pymap: Pymap, recorder: Recorders, tmp_path: Path) -> Desk:
    """Below two empty folders."""
    inside = tmp_path / "outside" / "a" / "b"
    inside.mkdir(parents=True)
    desk = Desk(inside, recorder(pymap.account()), os.geteuid())
    desk.lay_out()
    return desk


def test_a_sample_of_names_leads_out_of_no_folder(deep_desk: Desk, program: Program, seed: int) -> None:
    chosen = random.Random(seed).sample(TRAVERSALS, 5)

    assert list(named(chosen, deep_desk, program)) == []
    assert strange_files(deep_desk.folder.parents[1], deep_desk.folder) == set()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_name_leads_out_of_the_folder(deep_desk: Desk, program: Program, score: Score) -> None:
    findings = list(named(TRAVERSALS, deep_desk, program))
    strange = strange_files(deep_desk.folder.parents[1], deep_desk.folder)
    strange |= {path for path in ("/etc/made", "/made", "/made.toml") if Path(path).exists()}

    score(
        Row("C.20", "names of files", f"{len(TRAVERSALS)} names x 6 places", len(TRAVERSALS) * 6, [*findings, *strange])
    )


@pytest.mark.parametrize("name", TRAVERSALS)
def test_a_mailbox_is_never_named_after_a_path(name: str) -> None:
    """Its name is the name of a file where the configuration is a folder."""
    assert re.fullmatch(r"[a-z0-9-]+", mailbox_name(f"seller@{name}"))


_OURS = r"auditor\.toml|password|report\.txt|state/auditor\.db(\.[0-9a-f]{16}\.(lock|holder))?"
