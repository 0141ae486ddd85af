"""Bounces: a mail server that took a mail and could not bring it says so later, by a mail (RFC 3464).

The mailbox of `PWS_MAIL_FROM` hands each mail that it gets to `pws bounce`; what is no bounce is left.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from piccolo_conf import DB
from server.database import platform
from server.notifications.addresses import note_failure

_ID = re.compile(r"^message-id:\s*<([0-9a-f]{8}-[0-9a-f-]{27})@", re.I | re.M)
_POLICY = "5.7."


@dataclass(frozen=True, slots=True)
class Bounce:
    """`is_address` when the recipient is the fault, and not what was sent."""

    parcel_id: UUID
    reason: str
    is_address: bool


def read(raw: bytes) -> Bounce | None:
    """None for what is no report of a final failure, or of no mail of ours."""
    mail: EmailMessage = email.message_from_bytes(raw, policy=email.policy.default)
    if mail.get_content_type() != "multipart/report":
        return None
    fields: dict[str, str] = {}
    original = ""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                fields |= {name.lower(): str(value) for name, value in block.items()}  # type: ignore[union-attr]
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            original = part.as_string()
    found, status = _ID.search(original), fields.get("status", "")
    if fields.get("action", "").lower() != "failed" or not status.startswith("5.") or found is None:
        return None
    return Bounce(
        UUID(found[1]),
        f"{status} {fields.get('diagnostic-code', '')}".strip()[:400],
        is_address=not status.startswith(_POLICY),
    )


async def record(bounce: Bounce, now: datetime) -> int:
    """The parcel's dispatches are dead after all; how many. The same report again changes nothing."""
    with platform():
        async with DB.transaction() as tx:
            rows = await tx.fetch(
                "UPDATE notification_dispatch SET state = 'dead', bounced_at = $2, ended_at = $2,"
                " last_error = $3"
                " WHERE parcel_id = $1 AND channel = 'mail' AND state = 'sent'"
                " RETURNING reseller_id, user_id, address",
                bounce.parcel_id,
                now,
                bounce.reason,
            )
            if rows and bounce.is_address:
                reseller_id, user_id, address = rows[0]
                await note_failure(tx, reseller_id, user_id, address, bounce.reason, now)
    return len(rows)
