"""Arguments go in; the real command line runs in a process of its own, many at once if wanted, also as another user.

One process with a single thread imports the whole program and forks itself for each run, so that a run costs no
start-up, and needs no right to read the program's files.
"""

from __future__ import annotations

import gc
import io
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.forked import exit_code_of, run_and_leave

HUNG_S = 90  # three times what the slowest answer may take in these tests
BOX = '[mailbox.shop]\naddress = "seller@shop.test"\nusername = "seller"\nhost = "127.0.0.1"\nsecurity = "none"\n'
NO_DNS = '[dns]\nnameservers = ["127.0.0.1"]\nport = 9\ntimeout_s = 0.1\n'  # nobody answers there
_LEFT_OUT = ("auditor.__main__", "auditor.demo")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Ended:
    """`status` is the exit code, or the negative number of the signal that killed it."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def said(self) -> str:
        """Both, to be shown where a test fails."""
        return (self.stderr + self.stdout).decode("utf-8", "backslashreplace")[-1500:]


@dataclass(frozen=True, slots=True)
class Running:
    """A run that was started; `out` and `err` are the files that it writes to."""

    pid: int
    out: Path
    err: Path


class Program:
    """A context manager. The outputs of its runs lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = 0
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.sweeps.program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._nursery.communicate()

    def rehearse(self, *arguments: str, environment: Mapping[str, str]) -> None:
        """Run it once in the process that forks, so that nothing is left to be imported by the runs."""
        self._asked({"rehearse": True, "argv": arguments, "env": dict(environment)})

    def start(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        user: int = 0,
        folder: Path | None = None,
        stdin: Path | None = None,
    ) -> Running:
        """`user`: a user id to become, 0 for none; `folder`: where it runs."""
        self._runs += 1
        out, err = (self._folder / f"{self._runs}.{name}" for name in ("out", "err"))
        request = {
            "argv": arguments,
            "env": dict(environment or {}),
            "user": user,
            "cwd": str(folder or self._folder),
            "in": str(stdin or os.devnull),
            "out": str(out),
            "err": str(err),
        }
        return Running(int(self._asked(request)), out, err)

    def end(self, running: Running) -> Ended:
        """Wait for it."""
        status = int(self._asked({"wait": running.pid}))
        return Ended(status, running.out.read_bytes(), running.err.read_bytes())

    def run(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        user: int = 0,
        folder: Path | None = None,
        stdin: Path | None = None,
    ) -> Ended:
        return self.end(self.start(*arguments, environment=environment, user=user, folder=folder, stdin=stdin))

    def _asked(self, request: Mapping[str, object]) -> str:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write(json.dumps(request) + "\n")
        self._nursery.stdin.flush()
        return self._nursery.stdout.readline()


def _import_all() -> None:
    import auditor

    for module in pkgutil.walk_packages(auditor.__path__, "auditor."):
        if not module.name.startswith(_LEFT_OUT):
            import_module(module.name)


def _build_once() -> None:
    """What each run would build anew before it talks to anybody: the command line and the shipped catalogue."""
    import typer.main

    from auditor import cli, marketplaces
    from auditor.cli import running

    load, shipped = marketplaces.load, marketplaces.load()
    for module in (marketplaces, running):
        name = "load" if module is marketplaces else "load_catalogue"
        vars(module)[name] = lambda additions=None: load(additions) if additions else shipped
    vars(cli)["app"] = typer.main.get_command(cli.app)


def _serve() -> None:
    """For each line of stdin: start a run and say its process id, or wait for one and say how it ended."""
    _import_all()
    _build_once()
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            print(os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1]), flush=True)
        elif "rehearse" in request:
            _rehearse(request)
            print("done", flush=True)
        else:
            pid = os.fork()
            if not pid:
                try:
                    _become(request)
                finally:
                    os._exit(99)
            print(pid, flush=True)


def _rehearse(request: Mapping[str, Any]) -> None:
    before = dict(os.environ)
    os.environ.update(request["env"])
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        exit_code_of(request["argv"])
    os.environ.clear()
    os.environ.update(before)
    gc.collect()
    gc.freeze()


def _become(request: Mapping[str, Any]) -> None:
    """The forked process. Never returns."""
    signal.alarm(HUNG_S)
    os.environ.update(request["env"])
    out, err = (os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for name in ("out", "err"))
    stdin = os.open(request["in"], os.O_RDONLY)
    for number, each in enumerate((stdin, out, err)):
        os.dup2(each, number)
    os.chdir(request["cwd"])
    if user := request["user"]:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    run_and_leave(request["argv"])


if __name__ == "__main__":
    _serve()
