"""A run that moved messages -> each of them back where it was, as far as it is still where the run put it."""

from __future__ import annotations

from collections.abc import Callable

from auditor import apply as applying
from auditor.config import MailboxConfig
from auditor.filters import PUT_FILTER
from auditor.looked import Tools, opened
from auditor.opening import endpoint_of
from auditor.outcome import Outcome, Status
from auditor.scripts import PUT_SCRIPT
from auditor.store.lock import account_lock


def undo_run(
    mailbox: MailboxConfig, run: str | None, tools: Tools, *, on_gmail: Callable[[], None] = lambda: None
) -> tuple[Outcome, ...] | None:
    """Undo a run, or the last that moved anything; None where this mailbox has no such run.

    `on_gmail` is called first where going back means to report as spam; it raises to stop. Raises AuditorError.
    """
    account = tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
    last = account.last_applied_run()
    wanted = run or (last.id if last else None)
    if wanted is None or all(each.kind in (PUT_SCRIPT, PUT_FILTER) for each in account.journal.entries(wanted)):
        return None
    with account_lock(tools.store, account), opened(mailbox, tools) as connection:
        if "X-GM-EXT-1" in connection.capabilities:
            on_gmail()
        own = account.start_run("undo", applied=True)
        writer = connection.writer()
        applying.finish_dead_runs(writer, account.journal, run=own.id)
        outcomes = applying.undo(wanted, writer, account.journal, new_run=own.id)
        failed = any(one.status is not Status.DONE for one in outcomes)
        account.finish_run(own.id, exit_code=4 if failed else 0, counts={"undone": len(outcomes)})
    return outcomes
