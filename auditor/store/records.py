"""Ledger values <-> the columns of their tables."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import Any

from auditor.mailbox.interface import MessageRef, Role, Trace
from auditor.store.rows import (
    Cursor,
    LedgerRow,
    Received,
    Run,
    SentReply,
    StoredCheck,
    StoredDetail,
    StoredRemark,
    Tail,
    Thread,
)


def cursor_columns(account: str, cursor: Cursor) -> dict[str, Any]:
    return {
        "account": account,
        "folder": cursor.folder,
        "role": cursor.role.value,
        "uidvalidity": cursor.uidvalidity,
        "uidnext": cursor.uidnext,
        "highestmodseq": cursor.highestmodseq,
        "message_count": cursor.exists,
        "rules": cursor.rules,
        "swept_at": cursor.swept_at,
        "reached": cursor.reached,
        "tail": _tail_json(cursor.tail),
    }


def cursor_of(found: Any) -> Cursor:
    return Cursor(
        folder=found.folder,
        role=Role(found.role),
        uidvalidity=found.uidvalidity,
        uidnext=found.uidnext,
        highestmodseq=found.highestmodseq,
        exists=found.message_count,
        rules=found.rules,
        swept_at=found.swept_at,
        reached=found.reached,
        tail=_tail(found.tail),
    )


def _tail_json(tail: Tail | None) -> dict[str, Any] | None:
    if tail is None:
        return None
    return {"first": tail.first, "messages": [[each.uid, each.received_at.isoformat()] for each in tail.messages]}


def _tail(found: Any) -> Tail | None:
    if found is None:
        return None
    messages = (Trace(uid, datetime.fromisoformat(received_at)) for uid, received_at in found["messages"])
    return Tail(found["first"], tuple(messages))


def message_columns(account: str, row: LedgerRow) -> dict[str, Any]:
    """Without what the ledger itself keeps from sweep to sweep: gone, acknowledged, moved."""
    return {
        "account": account,
        **ref_columns(row.ref),
        "role": row.role.value,
        "identity": row.identity,
        "message_id": row.message_id,
        "header_from": row.header_from,
        "subject": row.subject,
        "received_at": row.received_at,
        "size": row.size,
        "marketplace": row.marketplace,
        "stream": row.stream,
        "kind": row.kind,
        "standing": row.standing,
        "checks": [{"rule": c.rule, "passed": c.passed, "detail": c.detail} for c in row.checks],
        "warnings": list(row.warnings),
        "trick": row.trick,
        "note": row.note,
        "hold": row.hold,
        "staff_claim": row.staff_claim,
        "recipients": list(row.recipients),
        "thread": _thread_json(row.thread),
        "flags": list(row.flags),
        "rules": row.rules,
        "retry_at": row.retry_at,
        "registered": list(row.registered),
        "orders": list(row.orders),
        "notification": row.notification,
        "topic": row.topic,
    }


def reply_columns(account: str, reply: SentReply) -> dict[str, Any]:
    return {
        "account": account,
        **ref_columns(reply.ref),
        "sent_at": reply.sent_at,
        "header_from": reply.header_from,
        "recipients": list(reply.recipients),
        "subject": reply.subject,
        "marketplace": reply.marketplace,
        "rules": reply.rules,
        "message_id": reply.message_id,
        "date": reply.date,
        "thread": _thread_json(reply.thread),
        "automatic": list(reply.automatic),
        "gone_at": reply.gone_at,
        "given": None if reply.given is None else [[each.kind, each.value, each.place] for each in reply.given],
        "orders": list(reply.orders),
        "remarks": None if reply.remarks is None else [list(astuple(each)) for each in reply.remarks],
        "digest": reply.digest,
    }


def sent_reply(found: Any) -> SentReply:
    return SentReply(
        ref=MessageRef(found.folder, found.uidvalidity, found.uid),
        sent_at=found.sent_at,
        header_from=found.header_from,
        recipients=tuple(found.recipients),
        subject=found.subject,
        marketplace=found.marketplace,
        rules=found.rules,
        message_id=found.message_id,
        date=found.date,
        thread=_thread(found.thread),
        automatic=tuple(found.automatic),
        gone_at=found.gone_at,
        given=None if found.given is None else tuple(StoredDetail(*each) for each in found.given),
        orders=tuple(found.orders),
        remarks=None if found.remarks is None else tuple(StoredRemark(*each) for each in found.remarks),
        digest=found.digest,
    )


def received(found: Any) -> Received:
    return Received(
        ref=MessageRef(found.folder, found.uidvalidity, found.uid),
        marketplace=found.marketplace,
        stream=found.stream,
        kind=found.kind,
        standing=found.standing,
        received_at=found.received_at,
        recipients=tuple(found.recipients),
        checks={each["rule"]: each["passed"] for each in found.checks},
        registered=tuple(found.registered),
    )


def _thread_json(thread: Thread) -> dict[str, Any]:
    return {
        "in_reply_to": thread.in_reply_to,
        "references": list(thread.references),
        "reply_to": list(thread.reply_to),
    }


def _thread(found: Any) -> Thread:
    return Thread(found["in_reply_to"], tuple(found["references"]), tuple(found["reply_to"]))


def ref_columns(ref: MessageRef) -> dict[str, Any]:
    return {"folder": ref.folder, "uidvalidity": ref.uidvalidity, "uid": ref.uid}


def ledger_row(found: Any) -> LedgerRow:
    moved = found.moved_folder is not None
    return LedgerRow(
        ref=MessageRef(found.folder, found.uidvalidity, found.uid),
        role=Role(found.role),
        identity=found.identity,
        message_id=found.message_id,
        header_from=found.header_from,
        subject=found.subject,
        received_at=found.received_at,
        size=found.size,
        marketplace=found.marketplace,
        stream=found.stream,
        kind=found.kind,
        standing=found.standing,
        checks=tuple(StoredCheck(c["rule"], c["passed"], c["detail"]) for c in found.checks),
        warnings=tuple(found.warnings),
        trick=found.trick,
        note=found.note,
        hold=found.hold,
        staff_claim=found.staff_claim,
        recipients=tuple(found.recipients),
        thread=_thread(found.thread),
        flags=tuple(found.flags),
        rules=found.rules,
        retry_at=found.retry_at,
        gone_at=found.gone_at,
        acked_at=found.acked_at,
        moved_to=MessageRef(found.moved_folder, found.moved_uidvalidity, found.moved_uid) if moved else None,
        registered=tuple(found.registered),
        orders=tuple(found.orders),
        notification=found.notification,
        topic=found.topic,
    )


def run_of(found: Any) -> Run:
    return Run(
        id=found.id,
        account=found.account,
        command=found.command,
        started_at=found.started_at,
        applied=found.applied,
        finished_at=found.finished_at,
        exit_code=found.exit_code,
        counts=found.counts,
    )
