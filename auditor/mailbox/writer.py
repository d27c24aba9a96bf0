"""A session in, the verbs that change a mailbox out: MOVE, COPY, STORE and EXPUNGE, always by UID."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.errors import MailboxError
from auditor.mailbox import wire
from auditor.mailbox.answers import copied
from auditor.mailbox.identity import identify
from auditor.mailbox.imap import Session, folder_argument
from auditor.mailbox.interface import Copied, FolderState, Identity


class Writer:
    """The MailWriter of one session. The tagged OK of each verb proves nothing: whoever calls looks afterwards."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def capabilities(self) -> frozenset[str]:
        return self._session.capabilities

    def select(self, name: str) -> FolderState:
        return self._session.open(name, readonly=False)

    def status(self, name: str) -> FolderState:
        return self._session.status(name)

    def identify(self, uids: Sequence[int]) -> dict[int, Identity]:
        return identify(self._session, uids)

    def identify_from(self, first_uid: int) -> dict[int, Identity]:
        # `n:*` includes the last message even where its UID is below n
        uids: list[int] = []
        last: int | None = None
        while True:
            found = self._session.fetch(wire.uid_range(first_uid, last), "(UID FLAGS)")
            uids += (each.uid for each in found if each.uid >= first_uid)
            lowest = self._session.lowest
            if not found or lowest is None or lowest <= first_uid or lowest > (last or lowest):
                return identify(self._session, uids)
            last = lowest - 1

    def move(self, uids: Sequence[int], to: str) -> Copied | None:
        self._need("MOVE")
        return self._transfer("MOVE", uids, to)

    def copy(self, uids: Sequence[int], to: str) -> Copied | None:
        return self._transfer("COPY", uids, to)

    def store(self, uids: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        changes = [
            (f"{sign}FLAGS.SILENT", wire.flag_list(flags)) for sign, flags in (("+", add), ("-", remove)) if flags
        ]
        for numbers, _ in wire.uid_sets(uids):
            for item, flags in changes:
                self._session.change("STORE", numbers, item, flags)

    def uid_expunge(self, uids: Sequence[int]) -> None:
        # without UIDPLUS some servers would take it for the bare EXPUNGE
        self._need("UIDPLUS")
        for numbers, _ in wire.uid_sets(uids):
            self._session.change("EXPUNGE", numbers)

    def _transfer(self, verb: str, uids: Sequence[int], to: str) -> Copied | None:
        destination = folder_argument(to)
        parts: list[Copied | None] = []
        for numbers, asked in wire.uid_sets(uids):
            code = self._session.change(verb, numbers, destination)
            parts.append(copied(code, [uid for uid in uids if uid in asked]))
        return _joined(parts)

    def _need(self, capability: str) -> None:
        if capability not in self._session.capabilities:
            raise MailboxError(f"{self._session.host} does not offer {capability}")


def _joined(parts: Sequence[Copied | None]) -> Copied | None:
    """None as soon as one part is unknown: half a map would look like a whole one."""
    known = [part for part in parts if part is not None]
    if len(known) != len(parts) or len({part.uidvalidity for part in known}) != 1:
        return None
    return Copied(known[0].uidvalidity, tuple(pair for part in known for pair in part.uids))
