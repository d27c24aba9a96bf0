"""Jobs -> their futures, done by threads that no one has to wait for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")
Job = Callable[[], T]


class Workers(Generic[T]):
    """At most so many threads at once; one lives while there are jobs.

    They are daemons: the program can end while one still waits for a silent server. Those of the standard library's
    pool are joined at exit, whatever they wait for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._jobs: deque[tuple[Future[T], Job[T]]] = deque()
        self._running = 0

    def submit(self, job: Job[T]) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            self._jobs.append((future, job))
            start = self._running < self._most
            self._running += start
        if start:
            threading.Thread(target=self._work, name="dns", daemon=True).start()
        return future

    def close(self) -> None:
        """Nothing new is begun; what is under way is left to itself."""
        with self._lock:
            dropped, self._jobs = self._jobs, deque()
        for future, _ in dropped:
            future.cancel()
            future.set_running_or_notify_cancel()  # tells those who wait

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            future, job = taken
            try:
                future.set_result(job())
            except Exception as error:
                future.set_exception(error)

    def _next(self) -> tuple[Future[T], Job[T]] | None:
        with self._lock:
            if self._jobs:
                return self._jobs.popleft()
            self._running -= 1
            return None
