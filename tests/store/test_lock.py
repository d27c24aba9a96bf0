"""One run at a time on one account, whatever it is called."""

from __future__ import annotations

import os
import signal
import stat
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from auditor.errors import BusyError, StateError
from auditor.store.lock import account_lock
from auditor.store.opening import Store, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_second_run_is_busy_and_is_told_who_holds_it(store: Store) -> None:
    account = store.account("imap.shop.test", "shop")

    with account_lock(store, account), pytest.raises(BusyError) as caught, account_lock(store, account):
        pass

    assert f"process {os.getpid()}, since 2026-11-23 12:00 UTC" in caught.value.message


def test_lock_is_free_again_after_the_run(store: Store) -> None:
    account = store.account("imap.shop.test", "shop")
    with account_lock(store, account):
        pass

    with account_lock(store, account):
        pass


@pytest.mark.parametrize(
    ("host", "username"),
    [("IMAP.Shop.Test", "shop"), ("imap.shop.test.", "shop"), ("imap.shop.test", "SHOP")],
    ids=["host-in-capitals", "host-with-dot", "user-in-capitals"],
)
def test_two_names_of_one_account_share_a_lock(store: Store, host: str, username: str) -> None:
    with (
        account_lock(store, store.account("imap.shop.test", "shop")),
        pytest.raises(BusyError),
        account_lock(store, store.account(host, username)),
    ):
        pass


def test_other_accounts_are_free(store: Store) -> None:
    with (
        account_lock(store, store.account("imap.shop.test", "shop")),
        account_lock(store, store.account("imap.shop.test", "other")),
    ):
        pass


def test_lock_files_can_be_read_by_their_owner_alone_and_name_nobody(store: Store) -> None:
    with account_lock(store, store.account("imap.shop.test", "shop")):
        files = [path for path in store.path.parent.iterdir() if path != store.path]

    assert len(files) == 2
    assert not [path for path in files if "shop" in path.name]
    (left,) = [path for path in store.path.parent.iterdir() if path != store.path]
    assert stat.S_IMODE(left.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": [], "since": 1}', b"\xff" * 5000], ids=str)
def test_garbled_note_on_the_holder_does_no_harm(store: Store, content: bytes) -> None:
    account = store.account("imap.shop.test", "shop")
    with account_lock(store, account):
        (holder,) = store.path.parent.glob("*.holder")
        holder.write_bytes(content)

        with pytest.raises(BusyError, match="another run holds"), account_lock(store, account):
            pass


def test_lock_that_is_a_link_is_refused(store: Store, tmp_path: Path) -> None:
    account = store.account("imap.shop.test", "shop")
    with account_lock(store, account):
        pass
    (lock,) = store.path.parent.glob("*.lock")
    lock.unlink()
    lock.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StateError), account_lock(store, account):
        pass
    assert not (tmp_path / "elsewhere").exists()


def attempt(url: str, barrier: object, answer: Connection) -> None:
    with open_store(url, now=lambda: NOON) as store:
        barrier.wait()  # type: ignore[attr-defined]
        try:
            with account_lock(store, store.account("imap.shop.test", "shop")):
                answer.send("held")
                time.sleep(1)
        except BusyError:
            answer.send("busy")


@pytest.mark.thorough
def test_of_twenty_at_once_one_runs(url: str) -> None:
    open_store(url, now=lambda: NOON).close()
    fork = get_context("fork")
    receive, send = fork.Pipe(duplex=False)
    barrier = fork.Barrier(20)
    processes = [fork.Process(target=attempt, args=(url, barrier, send)) for _ in range(20)]
    for process in processes:
        process.start()
    answers = sorted(receive.recv() for _ in processes if receive.poll(30))
    for process in processes:
        process.join()

    assert answers == ["busy"] * 19 + ["held"]


def hold_for_ever(url: str, answer: Connection) -> None:
    store = open_store(url, now=lambda: NOON)
    with account_lock(store, store.account("imap.shop.test", "shop")):
        answer.send("held")
        signal.pause()


def test_lock_of_a_killed_run_is_free(store: Store, url: str) -> None:
    fork = get_context("fork")
    receive, send = fork.Pipe(duplex=False)
    process = fork.Process(target=hold_for_ever, args=(url, send))
    process.start()
    assert receive.poll(30)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()

    with account_lock(store, store.account("imap.shop.test", "shop")):
        pass
