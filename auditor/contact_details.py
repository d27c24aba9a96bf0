"""A mailbox after its run -> its report with what the contact checks say; said once for all mailboxes of a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from auditor.config import MailboxConfig
from auditor.contacts.facts import ContactFacts, Visit
from auditor.contacts.judging import Judged, judge, judge_all
from auditor.contacts.looking import facts_of, learn, mail_of
from auditor.errors import ConfigError, MailboxError
from auditor.looked import Tools
from auditor.opening import endpoint_of
from auditor.report import Counts, Incomplete, MailboxReport

NO_TABLE = Incomplete(
    "contact details", "there is no table [contact] in the configuration, so they were not checked", standing=True
)


@dataclass(slots=True)
class ContactDetails:
    """What was learned in this run of the contact details, mailbox after mailbox.

    `always`: also where the configuration writes none; the nightly run leaves those alone.
    """

    tools: Tools
    always: bool = False
    _seen: list[tuple[MailboxReport, ContactFacts | None]] = field(default_factory=list)
    _visited: dict[str, Visit] = field(default_factory=dict)

    def add(self, mailbox: MailboxConfig, report: MailboxReport) -> MailboxReport:
        """The mailbox's report with what the checks say of this mailbox alone. Raises StateError."""
        self._seen.append((report, None))
        if not self.always and not self.tools.config.contact_of(mailbox).model_fields_set:
            return self._say(replace(report, incomplete=(*report.incomplete, NO_TABLE)))
        facts = self._facts(mailbox)
        self._seen[-1] = (report, facts)
        return with_details(report, judge(facts))

    def skip(self, report: MailboxReport, why: str) -> MailboxReport:
        """For a mailbox of which nothing could be learned; what was begun of it is dropped."""
        self._seen = [each for each in self._seen if each[0].name != report.name]
        self._seen.append((report, None))
        return self._say(replace(report, incomplete=(*report.incomplete, Incomplete("contact details", why))))

    def _say(self, report: MailboxReport) -> MailboxReport:
        self._seen[-1] = (report, None)
        return report

    def reports(self) -> tuple[MailboxReport, ...]:
        """All of them; what several share is said at the first, which names the others."""
        judged = iter(judge_all([facts for _, facts in self._seen if facts]))
        return tuple(with_details(report, next(judged)) if facts else report for report, facts in self._seen)

    def _facts(self, mailbox: MailboxConfig) -> ContactFacts:
        tools, now = self.tools, self.tools.now()
        try:
            host = endpoint_of(mailbox, tools.resolver).host
        except (ConfigError, MailboxError):  # a server that nobody finds has no state
            facts = facts_of(mailbox, tools.config, now)
        else:
            account = tools.store.account(host, mailbox.username)
            mail = mail_of(account, host, tools.catalogue, now=now)
            facts = facts_of(mailbox, tools.config, now, mail=mail, acknowledged=account.acknowledged())
        (learned,) = learn([facts], tools.resolver, self._visited)
        return learned


def with_details(report: MailboxReport, judged: Judged) -> MailboxReport:
    """A report of mail, and what is to be said of the contact details."""
    return replace(
        report,
        findings=(*report.findings, *judged.findings),
        right=(*report.right, *judged.right),
        incomplete=(*report.incomplete, *judged.incomplete),
        remarks=judged.remarks,
    )


def details_alone(mailbox: MailboxConfig, report: MailboxReport | None = None) -> MailboxReport:
    """The beginning of a report that is about nothing else; of the look itself only what it missed."""
    return MailboxReport(
        name=mailbox.name,
        junk_folders=(),
        counts=Counts(),
        messages=(),
        incomplete=report.missed if report else (),
        error=report.error if report else None,
        timezone=mailbox.timezone or "UTC",
    )
