"""Append to the audit trail, in the transaction of the act itself: one does not exist without the other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from server.audit.tables import AuditEntry

FACT_LENGTH = 200


async def append(
    action: str,
    *,
    reseller_id: UUID | None,
    user_id: UUID | None = None,
    subject: tuple[str, UUID] | None = None,
    address: str = "",
    **facts: Any,
) -> None:
    """One line: `user.deactivated` by whom, on which row, with which facts. Never a secret among them."""
    kind, subject_id = subject if subject is not None else ("", None)
    short = {key: value[:FACT_LENGTH] if isinstance(value, str) else value for key, value in facts.items()}
    await AuditEntry.insert(
        AuditEntry(
            reseller_id=reseller_id,
            user_id=user_id,
            action=action,
            subject_kind=kind,
            subject_id=subject_id,
            facts=msgspec.json.encode(short, enc_hook=str).decode(),
            address=address,
            at=datetime.now(UTC),
        )
    )
