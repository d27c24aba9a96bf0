"""Ledger values <-> the columns of their tables."""

from __future__ import annotations

from typing import Any

from auditor.mailbox.interface import MessageRef, Role
from auditor.store.rows import Cursor, LedgerRow, Run, StoredCheck, Thread


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
    )


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
        "thread": {
            "in_reply_to": row.thread.in_reply_to,
            "references": list(row.thread.references),
            "reply_to": list(row.thread.reply_to),
        },
        "rules": row.rules,
        "retry_at": row.retry_at,
    }


def ref_columns(ref: MessageRef) -> dict[str, Any]:
    return {"folder": ref.folder, "uidvalidity": ref.uidvalidity, "uid": ref.uid}


def ledger_row(found: Any) -> LedgerRow:
    thread = found.thread
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
        thread=Thread(thread["in_reply_to"], tuple(thread["references"]), tuple(thread["reply_to"])),
        rules=found.rules,
        retry_at=found.retry_at,
        gone_at=found.gone_at,
        acked_at=found.acked_at,
        moved_to=MessageRef(found.moved_folder, found.moved_uidvalidity, found.moved_uid) if moved else None,
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
