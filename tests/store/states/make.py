"""Prints a state, with something in every table, as SQL: python -m tests.store.states.make > tests/store/states/N.sql

It keeps to what the store could do from its first version on, so that it runs beside the code of any.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.mailbox.interface import MessageRef, Role
from auditor.store.ledger import AccountStore
from auditor.store.opening import open_store
from auditor.store.rows import Action, ActionState, Cursor, Kept, LedgerRow, StoredCheck, Thread

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A minute later each time that it is asked."""

    def __init__(self) -> None:
        self._asked = 0

    def __call__(self) -> datetime:
        self._asked += 1
        return NOON + timedelta(minutes=self._asked)


def row(uid: int, **more: object) -> LedgerRow:
    return LedgerRow(
        ref=MessageRef("Junk/Spam é", 1_700_000_000, uid),
        role=Role.JUNK,
        identity=f"sha256:{uid:064x}",
        header_from=f'"Mary" <{uid:040x}@relay.walmart.com>',
        subject="=?utf-8?q?Where_is_my_order=3F?= \N{PACKAGE}",
        received_at=NOON - timedelta(days=uid),
        size=4_000_000_000 + uid,
        marketplace="walmart",
        standing="genuine" if uid % 2 else "unverified",
        rules="7",
        **more,  # type: ignore[arg-type]
    )


FULL = {
    "message_id": "<a'b\"c@relay.walmart.com>",
    "stream": "walmart-relay",
    "kind": "customer",
    "checks": (StoredCheck("known-stream", True, "it is"), StoredCheck("proof", None, "DNS did not answer")),
    "warnings": ("links elsewhere",),
    "trick": "look-alike",
    "note": "not decided",
    "staff_claim": True,
    "hold": "put back",
    "recipients": ("support@shop.example",),
    "thread": Thread("<one@x.example>", ("<two@x.example>",), ("reply@x.example",)),
    "retry_at": NOON + timedelta(hours=1),
}


def fill(account: AccountStore) -> None:
    cursor = Cursor("Junk/Spam é", Role.JUNK, 1_700_000_000, 8, 7, "7", NOON, highestmodseq=2**62)
    account.save_sweep(cursor, [row(1), row(2, **FULL), row(3, **FULL), row(4)])
    account.save_sweep(cursor, [], gone=[row(4).ref])
    account.record_moves([(row(1).ref, MessageRef("INBOX", 5, 70))])
    account.acknowledge_message(row(2).ref)
    account.acknowledge("stream-unknown:shop:news@walmart.com")
    for number, state in enumerate(ActionState):
        run = account.start_run("rescue", applied=True)
        entries = account.journal.plan(run.id, [Action("move", {"identity": f"sha256:{number}", "uid": number})] * 2)
        account.journal.mark([entries[0].marked(state, "as the server said: é")])
        if number % 2:
            account.finish_run(run.id, exit_code=number, counts={"seen": number})
    if hasattr(account, "replies"):  # since version 4
        fill_what_came_with_4(account)
    if hasattr(account, "on_file"):  # since version 5
        fill_what_came_with_5(account)
    if hasattr(account, "done"):  # since version 6
        fill_what_came_with_6(account)
    if hasattr(account, "aftermath"):  # since version 3
        more = {"by": "a mail program", "subject": "\N{PACKAGE}"} if hasattr(account, "replies") else {}
        account.aftermath.replace({"sha256:2": Kept("put-back", NOON, was_read=True, **more)})


def fill_what_came_with_4(account: AccountStore) -> None:
    from auditor.mailbox.interface import Trace
    from auditor.store.rows import SentReply, Tail

    tail = Tail(40, (Trace(41, NOON), Trace(4_000_000_000, NOON)))
    cursor = Cursor("Gesendet", Role.SENT, 2, 42, 41, "7", NOON, reached=42, tail=tail)
    ref = MessageRef("Gesendet", 2, 41)
    account.replies.save_sweep(
        cursor,
        [
            SentReply(
                ref=ref,
                sent_at=NOON,
                header_from="Büro <support@shop.example>",
                recipients=("0@relay.walmart.com",),
                subject="Re: \N{PACKAGE}",
                marketplace="walmart",
                rules="7",
                message_id="<1@shop.example>",
                date="Mon, 23 Nov 2026 12:00:00 +0000",
                thread=Thread("<one@x.example>", ("<two@x.example>",)),
                automatic=("auto-submitted: auto-replied",),
            )
        ],
    )
    inbox = Cursor("INBOX", Role.INBOX, 5, 71, 1, "7", NOON, reached=71, tail=Tail(1, ()))
    delivered = replace(row(5), ref=MessageRef("INBOX", 5, 5), role=Role.INBOX, flags=("$Junk", "\\Seen"))
    account.save_sweep(inbox, [delivered])


def fill_what_came_with_5(account: AccountStore) -> None:
    from auditor.store.rows import OwnSignature, StoredDetail

    given = (StoredDetail("phone", "+14792734000", "signature"), StoredDetail("address", "DE 10115|Büro", "body"))
    reply = replace(account.replies.all()[0], ref=MessageRef("Gesendet", 2, 42), given=given)
    account.replies.save_sweep(Cursor("Gesendet", Role.SENT, 2, 43, 42, "7", NOON, reached=43), [reply])
    inbox = Cursor("INBOX", Role.INBOX, 5, 72, 2, "7", NOON, reached=72)
    named = replace(row(6), ref=MessageRef("INBOX", 5, 71), role=Role.INBOX, registered=("büro@shop.example",))
    account.save_sweep(inbox, [named])
    account.on_file.keep_signatures([OwnSignature("shop.example", "s1", NOON, "INBOX")])


def fill_what_came_with_6(account: AccountStore) -> None:
    from auditor.store.rows import StoredRemark

    remarks = (StoredRemark("reply-overpromise", "We guarantee it, Büro.", "likely"),)
    more = {"orders": ("1815367951431",), "remarks": remarks, "digest": "0" * 64}
    reply = replace(account.replies.all()[0], ref=MessageRef("Gesendet", 2, 43), **more)  # type: ignore[arg-type]
    account.replies.save_sweep(Cursor("Gesendet", Role.SENT, 2, 44, 43, "7", NOON, reached=44), [reply])
    inbox = Cursor("INBOX", Role.INBOX, 5, 73, 3, "7", NOON, reached=73)
    asked = {"orders": ("1815367951431",), "topic": "delivery", "notification": "BBC_MESSAGE_SENT_TO_MERCHANT"}
    named = replace(row(7), ref=MessageRef("INBOX", 5, 72), role=Role.INBOX, **asked)  # type: ignore[arg-type]
    account.save_sweep(inbox, [named])
    account.done.mark("<büro@relay.walmart.com>")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "auditor.db"
        with open_store(f"sqlite:///{path}", now=Clock()) as store:
            for host, user in (("imap.shop.example", "seller"), ("imap.books.example", "büro@books.example")):
                fill(store.account(host, user))
        with closing(sqlite3.connect(path)) as state:
            sys.stdout.write("\n".join(state.iterdump()) + "\n")


if __name__ == "__main__":
    main()
