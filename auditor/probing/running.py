"""The probe of one mailbox: finish what is left of the last, send one message, wait for it, remove it.

Everything is in the journal before it is done, so that the next run finishes what a killed one began.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.config import MailboxConfig, SmtpConfig
from auditor.contacts.addresses import domain_in_dns
from auditor.contacts.facts import Remark, Said
from auditor.errors import AuditorError
from auditor.looked import Tools, opened
from auditor.opening import endpoint_of
from auditor.probing import cleaning, entries
from auditor.probing.entries import ARRIVED, ONLY_SENT, PROBE, Landing, Result, Sent
from auditor.probing.judging import WHAT, judge, tidied
from auditor.probing.letter import OwnSignature, Probe, own_signature
from auditor.probing.places import Places
from auditor.probing.sending import send, submission_of
from auditor.probing.watching import Seen, Watch, now_in, wait_for
from auditor.report import Incomplete
from auditor.smtp import Submission, SubmissionError
from auditor.store.lock import account_lock
from auditor.store.rows import Action, ActionState

if TYPE_CHECKING:
    from auditor.mailbox.connection import Connection
    from auditor.store.ledger import AccountStore

_NO_SMTP = "the mailbox has no submission server to send it by: add [mailbox.NAME.smtp]"
_COMMAND = "contacts --probe"


@dataclass(frozen=True, slots=True)
class ProbeOrder:
    """`wait_s`: for the message to arrive, once a server has taken it; and before, for a server that puts it off.

    `force`: also where one was sent in the last day.
    """

    wait_s: float
    force: bool = False
    run: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """What the probe of one mailbox says, and the signature that the seller's own provider put on it."""

    said: tuple[Said, ...]
    own_signature: OwnSignature | None = None


def probe(mailbox: MailboxConfig, tools: Tools, order: ProbeOrder) -> Probed:
    """Never raises for what a server or a secret refuses: then it could not be told. Interruptions pass through."""
    if mailbox.smtp is None:
        return Probed((Incomplete(WHAT, _NO_SMTP.replace("NAME", mailbox.name), standing=True),))
    try:
        host = endpoint_of(mailbox, tools.resolver).host
        account = tools.store.account(host, mailbox.username)
        with account_lock(tools.store, account):
            run = account.start_run(_COMMAND, applied=True, run_id=order.run)
            probed = _Probing(mailbox, mailbox.smtp, tools, account).go(order, run=run.id, host=host)
            account.finish_run(run.id, exit_code=0, counts={"probes": 1})
            tools.store.settle()
            return probed
    except AuditorError as error:
        return Probed((Incomplete(WHAT, _in_one_line(error)),))


class _Probing:
    """The stages for one mailbox, whose lock is held."""

    def __init__(self, mailbox: MailboxConfig, smtp: SmtpConfig, tools: Tools, account: AccountStore) -> None:
        self._mailbox = mailbox
        self._smtp = smtp
        self._tools = tools
        self._account = account
        self._journal = account.journal

    def go(self, order: ProbeOrder, *, run: str, host: str) -> Probed:
        if self._last() and not order.force and not cleaning.has_leftovers(self._journal):
            return Probed(self._not_again())
        server = self._submission(host)
        with opened(self._mailbox, self._tools) as connection:
            places = cleaning.places_in(connection.reader(), self._mailbox)
            now = self._tools.now()
            before = tidied(cleaning.finish(connection, places, self._journal, now=now))
            if self._last() and not order.force:
                return Probed((*self._not_again(), *before))
            sent = self._planned(run, now_in(connection.reader(), places.names))
            return self._send_and_wait(sent, server, connection, places=places, wait_s=order.wait_s, before=before)

    def _submission(self, host: str) -> Submission:
        return submission_of(self._mailbox, self._smtp, host, now=self._tools.now, warn=self._tools.warn)

    def _last(self) -> Sent | None:
        """The probe of the last day, if there was one."""
        now = self._tools.now()
        return entries.last_sent(self._journal.of_kind(PROBE), now=now)

    def _not_again(self) -> tuple[Said, ...]:
        """What the last probe said, once more."""
        last = self._last()
        assert last is not None  # whoever calls has looked
        when = f"{last.probe.sent_at:%Y-%m-%d %H:%M} UTC"
        remark = Remark(f"a probe was sent at {when}, and one a day is enough; --force sends another")
        unknown = Incomplete(WHAT, f"the run that sent it at {when} did not end")
        return (remark, *(self._judged(last.result) if last.result else (unknown,)))

    def _judged(self, result: Result) -> tuple[Said, ...]:
        return judge(result, self._mailbox.name, acknowledged=self._account.acknowledged())

    def _planned(self, run: str, before: entries.Before) -> Sent:
        """In the journal as sent before anything is sent. Raises SubmissionError for an address that is none."""
        to = _sendable(self._tools.config.contact_of(self._mailbox).email or self._mailbox.address)
        probe = Probe(secrets.token_hex(16), self._mailbox.address, to, self._tools.now())
        (entry,) = self._journal.plan(run, [Action(PROBE, entries.planned(probe, before))])
        return entries.read(entry)

    def _send_and_wait(
        self,
        sent: Sent,
        server: Submission,
        connection: Connection,
        *,
        places: Places,
        wait_s: float,
        before: tuple[Said, ...],
    ) -> Probed:
        sent = replace(sent, entry=sent.entry.marked(ActionState.SENT))
        self._journal.mark([sent.entry])
        try:
            taken = send(sent.probe, server, self._tools.limits, wait_s=wait_s)
        except AuditorError as error:
            self._journal.mark([sent.entry.marked(ActionState.FAILED, error.message)])
            raise
        watch = Watch(connection.reader(), sent.before)
        seen = wait_for(sent.probe, watch, places, wait_s=wait_s, progress=self._tools.progress)
        blind = {*places.names} - {*sent.before} | watch.blind
        result = _result(sent, seen, places, wait_s=wait_s, blind=blind, doubt="" if taken.certain else taken.words)
        outcomes = cleaning.conclude(
            sent, result, seen.found, connection=connection, journal=self._journal, now=self._tools.now()
        )
        return Probed((*self._judged(result), *before, *tidied(outcomes)), _signature(sent.probe, seen))


def _result(sent: Sent, seen: Seen, places: Places, *, wait_s: float, blind: set[str], doubt: str) -> Result:
    """What was seen; nothing is lost where it may lie unseen, or was perhaps never sent."""
    landing = places.landing(seen.folders)
    result = Result(landing, sent.probe.to, sent.probe.sent_at, seen.folders, wait_s=wait_s)
    if landing in ARRIVED:
        return replace(result, seconds=round(seen.seconds, 1))
    if landing is Landing.UNKNOWN:
        why = f"{ONLY_SENT}, in `{seen.folders[0]}`: Gmail shows no second one of a message that comes back"
    elif doubt:
        why = f"it was not seen, and may never have been sent: {doubt}"
    elif blind:
        names = ", ".join(f"`{name}`" for name in sorted(blind)[:5])
        why = f"it was not seen, and may lie where the server does not tell of new messages: {names}"
    else:
        return result
    return replace(result, landing=Landing.UNKNOWN, why=why)


def _signature(probe: Probe, seen: Seen) -> OwnSignature | None:
    found = (own_signature(each.raw, probe, seen_at=each.received_at, where=each.ref.folder) for each in seen.found)
    return next(filter(None, found), None)


def _sendable(address: str) -> str:
    """The address with its domain as DNS knows it."""
    try:
        return f"{address.rpartition('@')[0]}@{domain_in_dns(address)}"
    except ValueError:
        raise SubmissionError(f"{address[:80]} is no address that a message can be sent to") from None


def _in_one_line(error: AuditorError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
