"""pymap: an IMAP server from PyPI, in this process, with neither SPECIAL-USE nor CONDSTORE nor a Junk of its own."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxSet, Message
from pymap.imap import IMAPServer
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from tests.servers.account import Account, create_folder
from tests.servers.process import LOOPBACK


@dataclass(frozen=True, slots=True)
class Pymap:
    """A running server; its mail lives in memory."""

    backend: DictBackend
    port: int
    loop: asyncio.AbstractEventLoop = field(repr=False)
    host: str = LOOPBACK
    name: str = "pymap"
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def account(self, *, junk: str = "Junk") -> Account:
        """A fresh account with INBOX and an ordinary folder for spam; `junk=""` leaves that one out."""
        account = self._user()
        if junk:
            create_folder(account, junk)
        return account

    def copy_of(self, account: Account) -> Account:
        """A fresh account with the same folders and messages, without parsing every message once more."""
        fresh = self._user()
        asyncio.run_coroutine_threadsafe(self._copy(account.username, fresh.username), self.loop).result(timeout=10)
        return fresh

    def _user(self) -> Account:
        username, password = f"seller{next(self._numbers)}@shop.test", secrets.token_hex(8)
        user = UserMetadata(self.backend.config, username, password=password)
        self.backend.login.users_dict[username] = user
        return Account(username, password, self.host, self.port)

    async def _copy(self, source: str, target: str) -> None:
        self.backend.config.apply_context()
        folders, filters = self.backend.config.set_cache[source]
        fresh = MailboxSet()
        for name in folders._set:
            await fresh.add_mailbox(name)
        for name in ("INBOX", *folders._set):
            old, new = await folders.get_mailbox(name), await fresh.get_mailbox(name)
            new._messages = {uid: Message.copy(message) for uid, message in old._messages.items()}
            new._mod_sequences.update(new._messages)
            new._max_uid = old._max_uid
        self.backend.config.set_cache[target] = (fresh, filters)


@contextmanager
def running_pymap() -> Iterator[Pymap]:
    loop = asyncio.new_event_loop()
    backend, listener = loop.run_until_complete(_start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield Pymap(backend, listener.sockets[0].getsockname()[1], loop)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(listener), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _start() -> tuple[DictBackend, asyncio.Server]:
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
        demo_user="nobody",
        demo_password=secrets.token_hex(8),
    )
    # Passwords last as long as the test: hashing them would only cost time.
    backend, config = await DictBackend.init(arguments, hash_context=Cleartext(), invalid_user_sleep=0)
    assert isinstance(config, Config)
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

    accept = ProxyProtocolReader(config.proxy_protocol).get_callback(session)
    return backend, await asyncio.start_server(accept, host=LOOPBACK, port=0)


async def _stop(listener: asyncio.Server) -> None:
    listener.close()
    sessions = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
