"""An account goes in; an IMAP server on a loopback port serves it. Its mail lives in memory and is gone with it."""

from __future__ import annotations

import asyncio
import imaplib
import logging
import threading
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import Cleartext

from auditor.demo.zone import LOOPBACK
from auditor.errors import MailboxError

_PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Account:
    """What a mail program has to be told."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)


@contextmanager
def running_imap(username: str, password: str) -> Iterator[Account]:
    """Serve one account, with an empty INBOX, until the block is left."""
    with _quiet("pymap"), _loop_in_thread() as loop:
        listener = asyncio.run_coroutine_threadsafe(_start(username, password), loop).result(_PATIENCE_S)
        try:
            yield Account(LOOPBACK, listener.sockets[0].getsockname()[1], username, password)
        finally:
            asyncio.run_coroutine_threadsafe(_stop(listener), loop).result(_PATIENCE_S)


def fill(account: Account, folder: str, messages: Iterable[tuple[bytes, datetime]]) -> None:
    """APPEND messages with their time of receipt, making the folder where it is missing."""
    with imaplib.IMAP4(account.host, account.port, timeout=_PATIENCE_S) as imap:
        imap.login(account.username, account.password)
        imap.create(folder)  # refused where it is there already, as INBOX is
        for raw, received_at in messages:
            status, words = imap.append(folder, "", imaplib.Time2Internaldate(received_at), raw)
            if status != "OK":
                raise MailboxError(f"the demo's own server did not take a message: {words!r}")


@contextmanager
def _loop_in_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="demo-imap", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_S)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _start(username: str, password: str) -> asyncio.Server:
    arguments = Namespace(
        host=[LOOPBACK],
        port="0",
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=username,
        demo_password=password,
    )
    # The password lives as long as this process: hashing it would only cost time.
    backend, config = await DictBackend.init(arguments, hash_context=Cleartext(), invalid_user_sleep=0)
    config.apply_context()
    serve = IMAPServer(backend.login, config)

    under_way: set[asyncio.Task[object] | None] = set()  # Python 3.13 forgets a task that only its connection knows

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: SocketInfo) -> None:
        task = asyncio.current_task()
        under_way.add(task)
        try:
            await serve(reader, writer, peer)
        finally:
            under_way.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()  # a loop that stops before this leaves the socket open

    accept = ProxyProtocolReader(config.proxy_protocol).get_callback(session)
    return await asyncio.start_server(accept, host=LOOPBACK, port=0)


async def _stop(listener: asyncio.Server) -> None:
    listener.close()
    sessions = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """The server's log would only get between the lines of the story."""
    logger = logging.getLogger(name)
    before, silent = logger.propagate, logging.NullHandler()
    logger.addHandler(silent)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = before
