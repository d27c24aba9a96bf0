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
from auditor.own_mail import domains_of, signatures_that_hold
from auditor.probing import cleaning, entries
from auditor.probing.entries import PROBE, Landing, Result, Sent
from auditor.probing.judging import WHAT, judge, settled, tidied
from auditor.probing.letter import Probe
from auditor.probing.places import Places
from auditor.probing.sending import send, submission_of
from auditor.probing.watching import Seen, Watch, now_in, wait_for
from auditor.report import Incomplete
from auditor.smtp import Submission, SubmissionError, Taken
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


def probe(mailbox: MailboxConfig, tools: Tools, order: ProbeOrder) -> tuple[Said, ...]:
    """Never raises for what a server or a secret refuses: then it could not be told. Interruptions pass through."""
    if mailbox.smtp is None:
        return (Incomplete(WHAT, _NO_SMTP.replace("NAME", mailbox.name), standing=True),)
    try:
        host = endpoint_of(mailbox, tools.resolver).host
        account = tools.store.account(host, mailbox.username)
        with account_lock(tools.store, account):
            run = account.start_run(_COMMAND, applied=True, run_id=order.run)
            said = _Probing(mailbox, mailbox.smtp, _patient(tools, order), account, order).go(run.id, host)
            account.finish_run(run.id, exit_code=0, counts={"probes": 1})
            tools.store.settle()
            return said
    except AuditorError as error:
        return (Incomplete(WHAT, _in_one_line(error)),)


def _patient(tools: Tools, order: ProbeOrder) -> Tools:
    """The time for which nobody is at fault counts for no limit."""
    run_s = tools.limits.run_s + 2 * order.wait_s
    return replace(tools, limits=replace(tools.limits, run_s=run_s))


@dataclass(frozen=True, slots=True)
class _Probing:
    """The stages for one mailbox, whose lock is held."""

    mailbox: MailboxConfig
    smtp: SmtpConfig
    tools: Tools
    account: AccountStore
    order: ProbeOrder

    def go(self, run: str, host: str) -> tuple[Said, ...]:
        if self._was_today() and not cleaning.has_leftovers(self.account.journal):
            return self._not_again()
        server = submission_of(self.mailbox, self.smtp, host, now=self.tools.now, warn=self.tools.warn)
        with opened(self.mailbox, self.tools) as connection:
            places = cleaning.places_in(connection.reader(), self.mailbox)
            before = cleaning.finish(connection, places, self.account.journal, now=self.tools.now())
            if self._was_today():
                return (*self._not_again(), *tidied(before))
            sent = self._planned(run, now_in(connection.reader(), places.names))
            taken = self._send(sent, server)
            return (*self._wait(sent, taken, connection, places), *tidied(before))

    def _last(self) -> Sent | None:
        """The probe of the last day, if there was one."""
        return entries.last_sent(self.account.journal.of_kind(PROBE), now=self.tools.now())

    def _was_today(self) -> bool:
        return not self.order.force and self._last() is not None

    def _not_again(self) -> tuple[Said, ...]:
        """What the last probe said, once more."""
        last = self._last()
        assert last is not None  # whoever calls has looked
        when = f"{last.probe.sent_at:%Y-%m-%d %H:%M} UTC"
        remark = Remark(f"a probe was sent at {when}, and one a day is enough; --force sends another")
        unknown = Incomplete(WHAT, f"the run that sent it at {when} did not end")
        return (remark, *(self._judged(last.result) if last.result else (unknown,)))

    def _judged(self, result: Result) -> tuple[Said, ...]:
        return judge(result, self.mailbox.name, acknowledged=self.account.acknowledged())

    def _planned(self, run: str, before: entries.Before) -> Sent:
        """In the journal as sent, before anything is. Raises SubmissionError for an address that is none."""
        to = _sendable(self.tools.config.contact_of(self.mailbox).email or self.mailbox.address)
        probe = Probe(secrets.token_hex(16), self.mailbox.address, to, self.tools.now())
        (planned,) = self.account.journal.plan(run, [Action(PROBE, entries.planned(probe, before))])
        entry = planned.marked(ActionState.SENT)
        self.account.journal.mark([entry])
        return entries.read(entry)

    def _send(self, sent: Sent, server: Submission) -> Taken:
        try:
            return send(sent.probe, server, self.tools.limits, wait_s=self.order.wait_s)
        except AuditorError as error:
            self.account.journal.mark([sent.entry.marked(ActionState.FAILED, error.message)])
            raise

    def _wait(self, sent: Sent, taken: Taken, connection: Connection, places: Places) -> tuple[Said, ...]:
        watch, wait_s = Watch(connection.reader(), sent.before), self.order.wait_s
        seen = wait_for(sent.probe, watch, places, wait_s=wait_s, progress=self.tools.progress)
        result = settled(
            Result(Landing.UNKNOWN, sent.probe.to, sent.probe.sent_at, seen.folders, seen.seconds, wait_s),
            places,
            blind={*places.names} - {*sent.before} | watch.blind,
            doubt="" if taken.certain else taken.words,
        )
        journal, now = self.account.journal, self.tools.now()
        removed = cleaning.conclude(
            sent, result, seen.found, complete=seen.complete, connection=connection, journal=journal, now=now
        )
        self._keep_signatures(seen)
        return (*self._judged(result), *tidied(removed))

    def _keep_signatures(self, seen: Seen) -> None:
        """Who signs the seller's own mail, for the checks of his domain."""
        domains, now = domains_of((self.mailbox.address,)), self.tools.now()
        held = [
            signature
            for each in seen.found
            for signature in signatures_that_hold(
                each.whole, domains, self.tools.resolver, folder=each.ref.folder, now=now
            )
        ]
        if held:
            self.account.on_file.keep_signatures(held)


def _sendable(address: str) -> str:
    """The address with its domain as DNS knows it."""
    try:
        return f"{address.rpartition('@')[0]}@{domain_in_dns(address)}"
    except ValueError:
        raise SubmissionError(f"{address[:80]} is no address that a message can be sent to") from None


def _in_one_line(error: AuditorError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
