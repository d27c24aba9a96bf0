"""Arguments go in; `auditor` runs in a process of its own that costs no start-up, and can be killed for real.

One process imports the whole program and forks itself for each run. It has a single thread, which is why it is not
the process of the tests: those have proxies and servers in theirs.
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
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.forked import exit_code_of, run_and_leave

HUNG_S = 90  # three times what the slowest answer may take in these tests
_LEFT_OUT = ("auditor.__main__", "auditor.demo")


@dataclass(frozen=True, slots=True)
class Ended:
    """`status` is the exit code, or the negative number of the signal that killed it; `peak_mb` its resident memory."""

    status: int
    stdout: str
    stderr: str
    peak_mb: float = 0

    @property
    def document(self) -> Any:
        return json.loads(self.stdout)


class Forks:
    """A context manager. One run at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.forks"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._pid = 0
        self._runs = False
        self.rehearsed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._nursery.communicate()

    def rehearse(self, *arguments: str, environment: Mapping[str, str]) -> None:
        """Run it once without forking, so that all later runs find every cache filled."""
        self.rehearsed = True
        self._tell({"argv": arguments, "env": dict(environment), "rehearse": True})
        self._told()

    def run(self, *arguments: str, environment: Mapping[str, str]) -> Ended:
        """Start it and wait for its end; meanwhile another thread may `send` it a signal."""
        out, err = self._folder / "stdout", self._folder / "stderr"
        self._runs = True
        self._tell({"argv": arguments, "env": dict(environment), "out": str(out), "err": str(err)})
        self._pid = int(self._told())
        status, peak_kb = map(int, self._told().split())
        self._runs, self._pid = False, 0
        return Ended(status, out.read_text(), err.read_text(), peak_kb / 1024)

    def send(self, number: signal.Signals) -> None:
        """Send it, and wait until SIGKILL has done its work. Nothing where the run has ended."""
        if not (pid := self._born()):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            while number is signal.SIGKILL and not _is_dead(pid):
                time.sleep(0.001)

    def send_later(self, number: signal.Signals, seconds: float) -> None:
        """Send it after a while, wherever the run has come to by then; nothing where it has ended."""
        pid = self._born()

        def sent() -> None:
            with suppress(ProcessLookupError):
                if pid and pid == self._pid:
                    os.kill(pid, number)

        timer = threading.Timer(seconds, sent)
        timer.daemon = True
        timer.start()

    def _born(self) -> int:
        while (
            self._runs and not self._pid
        ):  # the run has said something to a server before its birth was announced here
            time.sleep(0.001)
        return self._pid

    def _tell(self, request: Mapping[str, object]) -> None:
        assert self._nursery.stdin
        self._nursery.stdin.write(json.dumps(request) + "\n")
        self._nursery.stdin.flush()

    def _told(self) -> str:
        assert self._nursery.stdout
        return self._nursery.stdout.readline()


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _import_all() -> None:
    import auditor

    for module in pkgutil.walk_packages(auditor.__path__, "auditor."):
        if not module.name.startswith(_LEFT_OUT):
            import_module(module.name)


def _build_once() -> None:
    """What each run would build anew, and these tests do not ask about: the command line, the catalogue, the SQL of
    each statement, the answers of DNS."""
    import typer.main

    from auditor import cli, marketplaces
    from auditor.cli import running
    from auditor.cli.resolving import resolver_of
    from auditor.store import opening
    from auditor.store.engine import make_engine

    catalogue = marketplaces.load()
    vars(running)["load_catalogue"] = lambda _additions: catalogue  # no configuration of these tests has any
    vars(cli)["app"] = typer.main.get_command(cli.app)
    vars(opening)["make_engine"] = _knowing_statements(make_engine)
    vars(running)["resolver_of"] = _knowing_answers(resolver_of)


def _knowing_statements(make_engine: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """An engine that finds in its cache what the engines before it compiled; the key of the cache is the dialect."""
    first: list[Any] = []

    def made(path: Path) -> Any:
        engine = make_engine(path)
        first.append(first[0] if first else engine)
        engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    return made


def _knowing_answers(resolver_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A resolver that was told already what the ones before it were told."""
    told: dict[Any, Any] = {}

    def resolver(dns: Any) -> Any:
        made = resolver_of(dns)
        made._cache = told
        return made

    return resolver


def _serve() -> None:
    """For each line of stdin: fork a run, say its process id, say how it ended."""
    _import_all()
    _build_once()
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("rehearse"):
            _rehearse(request)
            print("done", flush=True)
            continue
        pid = os.fork()
        if not pid:
            _become(request)
        print(pid, flush=True)
        _, status, usage = os.wait4(pid, 0)
        print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, flush=True)


def _rehearse(request: Mapping[str, Any]) -> None:
    os.environ.update(request["env"])
    with redirect_stdout(io.StringIO()):
        exit_code_of(request["argv"])
    gc.collect()
    gc.freeze()


def _become(request: Mapping[str, Any]) -> None:
    """The forked process: nothing of the nursery is left in it but what was imported. Never returns."""
    signal.alarm(HUNG_S)
    os.environ.update(request["env"])
    for stream, path in ((sys.stdout, request["out"]), (sys.stderr, request["err"])):
        with open(path, "w") as file:  # noqa: PTH123
            os.dup2(file.fileno(), stream.fileno())
    with open(os.devnull) as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    run_and_leave(request["argv"])


if __name__ == "__main__":
    _serve()
