"""Folders and a moment in; whatever of a probe comes into any of them since then, out. Reads only.

A look costs one STATUS of all folders (LIST-STATUS, RFC 5819; 40 folders at a time), one EXAMINE of the folder that is
open, and two or three round trips for each folder into which something came.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from auditor.errors import FolderError, MailboxError
from auditor.mailbox.interface import FolderState, MailReader, MessageRef, Swept, Whole
from auditor.probing.entries import ARRIVED, Before
from auditor.probing.letter import LONGEST, SWEPT, Probe, is_ours
from auditor.probing.places import Places
from auditor.sweep import Progress

_AT_ONCE = 40  # folders whose names fit into one command
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _SLOWER = 1.0, 15.0, 1.5
_FOR_COPIES_S = 2.0  # Gmail shows a message in one folder before the other


@dataclass(frozen=True, slots=True)
class Found:
    """The probe, in one folder."""

    ref: MessageRef
    whole: Whole


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the probe was seen, and how many seconds after the waiting began.

    Not `complete`: there are folders into which the last look could not look.
    """

    found: tuple[Found, ...]
    seconds: float
    complete: bool = True

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.ref.folder for each in self.found))


def now_in(reader: MailReader, names: Sequence[str]) -> Before:
    """Where each folder ends now. One whose UIDNEXT the server does not tell is left out.

    Raises MailboxError where it tells that of none: nothing that arrives could be seen.
    """
    states = _statuses(reader, names)
    ends = {name: (state.uidvalidity, state.uidnext) for name, state in states.items() if state.uidnext is not None}
    if not ends:
        raise MailboxError("the server does not tell where its folders end, so that no arrival could be seen")
    return ends


class Watch:
    """The folders since `before`."""

    def __init__(self, reader: MailReader, before: Before) -> None:
        self._reader = reader
        self._next = dict(before)
        self._open = ""
        self._rebuilt: set[str] = set()
        self.unseen: set[str] = set()
        """The folders that the last look could not look at."""

    @property
    def blind(self) -> frozenset[str]:
        """The folders that the last look could not look at, and those whose numbers mean nothing any more."""
        return frozenset(self._rebuilt | self.unseen)

    def look(self, probe: Probe) -> tuple[Found, ...]:
        """What has come since the last look, of this probe. Raises MailboxError where no folder can be looked at."""
        return tuple(self._news(probe))

    def _news(self, probe: Probe) -> Iterator[Found]:
        self.unseen = set(self._next)
        states = self._states()
        self.unseen = self._next.keys() - states.keys()
        if self._next and not states:  # also where the connection is gone
            raise MailboxError("the server no longer tells of its folders, and may have ended the session")
        for name, state in states.items():
            uidvalidity, first = self._next[name]
            if state.uidvalidity != uidvalidity:
                self._rebuilt.add(name)
                del self._next[name]
            elif state.uidnext is None or state.uidnext > first:
                try:
                    yield from self._inside(name, probe)
                except MailboxError as error:
                    self.unseen.add(name)
                    if not isinstance(error, FolderError):  # of a folder alone the next STATUS tells again
                        raise

    def _states(self) -> dict[str, FolderState]:
        """A server need not tell of news in the open folder by STATUS (RFC 9051, section 6.3.11): it is opened anew."""
        told = _statuses(self._reader, [name for name in self._next if name != self._open])
        if self._open in self._next:
            with suppress(FolderError):
                told[self._open] = self._reader.examine(self._open)
        return told

    def _inside(self, name: str, probe: Probe) -> Iterator[Found]:
        uidvalidity, first = self._next[name]
        self._open = ""
        state = self._reader.examine(name)
        self._open = name
        if state.uidvalidity != uidvalidity:
            return  # the next look says so
        came = [each for chunk in self._reader.sweep(SWEPT, first_uid=first) for each in chunk]
        for whole in self._reader.whole([(each.uid, each.size) for each in came if _of(probe, each)], limit=LONGEST):
            yield Found(MessageRef(name, uidvalidity, whole.uid), whole)
        self._next[name] = uidvalidity, max([first, state.uidnext or first, *(each.uid + 1 for each in came)])


def wait_for(probe: Probe, watch: Watch, places: Places, *, wait_s: float, progress: Progress) -> Seen:
    """Look until it has arrived somewhere, and once more for copies; or until the time is over."""
    started, pause, found = time.monotonic(), _FIRST_PAUSE_S, list[Found]()
    while True:
        found += watch.look(probe)
        seconds = time.monotonic() - started
        if places.landing({each.ref.folder for each in found}) in ARRIVED:
            time.sleep(min(pause, _FOR_COPIES_S))
            with suppress(MailboxError):  # that it has arrived is known all the same
                found += watch.look(probe)
            return Seen(tuple(found), seconds, not watch.unseen)
        if seconds >= wait_s:
            return Seen(tuple(found), seconds, not watch.unseen)
        progress("waiting for the probe, seconds", int(seconds), int(wait_s))
        time.sleep(min(pause, wait_s - seconds))
        pause = min(pause * _SLOWER, _LONGEST_PAUSE_S)


def _of(probe: Probe, each: Swept) -> bool:
    return is_ours(each.header, token=probe.token, message_id=probe.message_id)


def _statuses(reader: MailReader, names: Sequence[str]) -> dict[str, FolderState]:
    told: dict[str, FolderState] = {}
    for start in range(0, len(names), _AT_ONCE):
        told |= reader.statuses(names[start : start + _AT_ONCE])
    return told
