"""Claiming what is due, and writing down how it went: the rows behind the courier.

A delivery is claimed for a lease by a commit, and only then sent: whoever dies in between leaves it to be
sent again under the same id. `attempts` is the fence: whoever lost the lease can write nothing. One endpoint
has one delivery under way, so that a slow one holds up nobody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.database import Transaction
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.webhooks.rules import KEEP_DELIVERIES, Answer, State, is_given_up, pause_after, wait_after
from server.webhooks.tables import WebhookDelivery

LEASE = timedelta(minutes=1)
_LOCK = {"sqlite": "", "postgres": " FOR UPDATE OF d, e SKIP LOCKED"}
_DUE = "(d.state = 'waiting' AND d.due_at <= $1)", "(d.state = 'sending' AND d.leased_until <= $1)"
_CLAIMED = (
    "d.id, d.reseller_id, d.endpoint_id, d.payload, d.attempts, d.created_at, e.url, e.secret, e.old_secret,"
    " e.old_secret_until"
)
_FREE = (
    "e.is_active AND (e.paused_until IS NULL OR e.paused_until <= $1) AND NOT EXISTS (SELECT 1 FROM"
    " webhook_delivery o WHERE o.endpoint_id = d.endpoint_id AND o.state = 'sending' AND o.leased_until > $1)"
)
ENDED_BY_GONE = "o endereço respondeu 410: não quer mais receber"
ENDED_BY_SILENCE = "nenhum envio chegou em cinco dias"
ENDPOINT_OFF = "o endereço foi desativado"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery with what its sending needs; secrets are still sealed. `attempt` counts from 1."""

    id: UUID
    reseller_id: UUID
    endpoint_id: UUID
    payload: str
    attempt: int
    created_at: datetime
    url: str
    secret: str
    old_secret: str
    old_secret_until: datetime | None


async def claim(now: datetime) -> Claimed | None:
    """What is due longest, leased to the caller; None when nothing is. Needs `platform()`."""
    async with DB.reading() as tx:
        is_due = " OR ".join(f"EXISTS (SELECT 1 FROM webhook_delivery d WHERE {when})" for when in _DUE)
        if not await tx.fetch(f"SELECT 1 WHERE {is_due}", now):
            return None
    async with DB.transaction() as tx:
        for when in reversed(_DUE):  # what somebody died with goes first
            rows = await tx.fetch(
                f"SELECT {_CLAIMED} FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id"
                f" WHERE {when} AND {_FREE} ORDER BY d.due_at LIMIT 1{_LOCK[DB.dialect]}",
                now,
            )
            if rows:
                return await _lease(tx, rows[0], now)
    return None


async def _lease(tx: Transaction, row: tuple[Any, ...], now: datetime) -> Claimed:
    columns = list(row)
    columns[4] += 1
    claimed = Claimed(*columns)
    await tx.execute(
        "UPDATE webhook_delivery SET state = 'sending', attempts = $2, leased_until = $3 WHERE id = $1",
        claimed.id,
        claimed.attempt,
        now + LEASE,
    )
    return claimed


async def note(claimed: Claimed, answer: Answer, now: datetime, chance: float) -> State | None:
    """What became of an attempt, for the delivery and its endpoint; None when somebody else has it now."""
    wait = None if answer.is_taken or answer.is_gone else wait_after(claimed.attempt, chance, answer.after)
    state = State.SENT if answer.is_taken else State.WAITING if wait is not None else State.DEAD
    async with DB.transaction() as tx:
        held = await tx.execute(
            "UPDATE webhook_delivery SET state = $3, due_at = $4, leased_until = NULL, last_status = $5,"
            " last_error = $6, ended_at = $7 WHERE id = $1 AND attempts = $2 AND state = 'sending'",
            claimed.id,
            claimed.attempt,
            state.value,
            now + (wait or timedelta(0)),
            answer.status,
            answer.said[:200],
            None if state is State.WAITING else now,
        )
        if not held:
            return None
        if answer.is_taken:
            await tx.execute(
                "UPDATE webhook_endpoint SET failing_since = NULL, paused_until = NULL"
                " WHERE id = $1 AND (failing_since IS NOT NULL OR paused_until IS NOT NULL)",
                claimed.endpoint_id,
            )
        else:
            await _note_failure(tx, claimed, answer, now, pause_after(wait))
    return state


async def _note_failure(
    tx: Transaction, claimed: Claimed, answer: Answer, now: datetime, pause: timedelta
) -> None:
    rows = await tx.fetch(
        "UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, $2), paused_until = $3"
        " WHERE id = $1 AND is_active RETURNING failing_since",
        claimed.endpoint_id,
        now,
        now + pause,
    )
    if not rows:
        return
    failing_since = rows[0][0]
    if isinstance(failing_since, str):
        failing_since = datetime.fromisoformat(failing_since)
    if not answer.is_gone and not is_given_up(failing_since, now):
        return
    reason = ENDED_BY_GONE if answer.is_gone else ENDED_BY_SILENCE
    await disable(tx, claimed.endpoint_id, now, reason)
    await announce(
        Event.WEBHOOK_DISABLED,
        Subject.WEBHOOK,
        claimed.endpoint_id,
        reseller_id=claimed.reseller_id,
        facts={"text": reason},
    )


async def disable(tx: Transaction, endpoint_id: UUID, now: datetime, reason: str) -> bool:
    """Nothing more is sent there; what waited is kept for a person to send again. False when it was off."""
    is_news = await tx.execute(
        "UPDATE webhook_endpoint SET is_active = false, disabled_at = $2, disabled_reason = $3,"
        " paused_until = NULL WHERE id = $1 AND is_active",
        endpoint_id,
        now,
        reason,
    )
    if is_news:
        await tx.execute(
            "UPDATE webhook_delivery SET state = 'dead', ended_at = $2, last_error = $3"
            " WHERE endpoint_id = $1 AND state = 'waiting'",
            endpoint_id,
            now,
            ENDPOINT_OFF,
        )
    return is_news > 0


async def purge_deliveries(now: datetime) -> None:
    """They hold rows as they were: not for longer than somebody looks for a mistake. Needs `platform()`."""
    await WebhookDelivery.delete().where(WebhookDelivery.ended_at < now - KEEP_DELIVERIES)
