"""The seller's own filters on a mail server, as the nightly run sees them: what answers customers, or loses their mail.

Only where `[mailbox.NAME.sieve]` says that there is a ManageSieve server; nothing is changed on it.
"""

from __future__ import annotations

from dataclasses import replace

from auditor.config import MailboxConfig
from auditor.errors import ConfigError, MailboxError
from auditor.looked import Tools
from auditor.opening import endpoint_of
from auditor.report import Incomplete, MailboxReport
from auditor.script_runs import active_scripts
from auditor.whitelist import TARGETS, Facts, active
from auditor.whitelist.check import Judged, judge_harm
from auditor.whitelist.looking import look

_WHAT = "the filters on the server"


def with_filters(mailbox: MailboxConfig, report: MailboxReport, tools: Tools) -> MailboxReport:
    """The same with the findings of the active script and all that it includes.

    A server that cannot be asked is named in the report. Raises StateError.
    """
    if mailbox.sieve is None:
        return report
    try:
        judged = _judged(mailbox, tools)
    except (ConfigError, MailboxError) as error:
        return replace(report, incomplete=(*report.incomplete, Incomplete(_WHAT, error.message)))
    return replace(
        report,
        findings=(*report.findings, *judged.findings),
        right=(*report.right, *judged.right),
        incomplete=(*report.incomplete, *judged.incomplete),
    )


def _judged(mailbox: MailboxConfig, tools: Tools) -> Judged:
    present = active.present(active_scripts(mailbox, tools))
    wishes = look(mailbox, tools.config, tools.resolver)
    target = TARGETS["sieve"]
    account = tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
    return judge_harm(
        Facts(
            mailbox.name,
            target,
            wishes.wanted,
            wishes.means,
            target.plan(wishes.wanted, wishes.means),
            present,
            wishes.catalogue,
            acknowledged=account.acknowledged(),
        )
    )
