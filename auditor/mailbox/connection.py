"""An endpoint and a credential in, a signed-in connection out that hands out a reader or a writer."""

from __future__ import annotations

from types import TracebackType

from auditor.mailbox.bounded import Limits
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.imap import Session
from auditor.mailbox.interface import MailReader, MailWriter
from auditor.mailbox.reader import Reader
from auditor.mailbox.signin import Credential
from auditor.mailbox.writer import Writer

__all__ = ["Connection", "Endpoint", "Limits", "connect"]

_LOGOUT_S = 1  # a courtesy: everything is done by then


def connect(endpoint: Endpoint, username: str, credential: Credential, *, limits: Limits | None = None) -> Connection:
    """Connect, secure, sign in. Raises ConfigError or MailboxError; nothing stays open then."""
    session = Session(endpoint, limits or Limits())
    try:
        if endpoint.security == "starttls":
            session.start_tls()
        session.sign_in(username, credential)
    except BaseException:
        session.close(seconds=_LOGOUT_S)
        raise
    return Connection(session)


class Connection:
    """A context manager. Reader and writer share the connection and its one open folder."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def alive(self) -> bool:
        """Whether more can be asked; after a break, only a new connection helps."""
        return self._session.alive

    @property
    def capabilities(self) -> frozenset[str]:
        """As announced after sign-in, upper case."""
        return self._session.capabilities

    def reader(self) -> MailReader:
        return Reader(self._session)

    def writer(self) -> MailWriter:
        """For `auditor.apply` alone."""
        return Writer(self._session)

    def close(self) -> None:
        """LOGOUT, and hang up. Never raises, and never waits longer than 1 s."""
        self._session.close(seconds=_LOGOUT_S)

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
