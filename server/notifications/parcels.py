"""Claiming what is due as one parcel, and writing down how it went: the rows behind the postman."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.database import Transaction, bulk
from server.notifications.addresses import note_failure, note_success
from server.notifications.channels import CHANNELS, Line, Parcel
from server.notifications.events import FLEETING
from server.notifications.rules import State, may_leave_again
from server.web.traffic import give_way

LEASE = timedelta(minutes=2)
_LOCK = {"sqlite": "", "postgres": " FOR UPDATE SKIP LOCKED"}
# Only the leader of a parcel is claimed, or two postmen could hold two rows of the same one.
_LEADS = "(parcel_id IS NULL OR parcel_id = id)"
_DUE = (
    f"(state = 'sending' AND leased_until <= $1 AND {_LEADS})",
    f"(state = 'waiting' AND due_at <= $1 AND {_LEADS})",
)
_FLEETING = ", ".join(f"'{event.value}'" for event in sorted(FLEETING))
_HEAD = (
    "id, reseller_id, user_id, kind, channel, address, state, parcel_id, touched_at, repeats, attempts,"
    " created_at"
)


class LeaseLost(Exception):
    """Somebody else has taken the parcel over: do not send it."""


@dataclass(slots=True)
class Claimed:
    """A parcel with what the postman must know of it. `is_lost`: it may have arrived twice already."""

    id: UUID
    reseller_id: UUID
    channel: str
    created_at: datetime
    repeats: int
    is_lost: bool
    parcel: Parcel
    is_touched: bool = field(default=False)


async def claim(now: datetime, channels: Sequence[str], most: int = 1) -> list[Claimed]:
    """What is due longest by these channels, leased to the caller. Needs `platform()`."""
    if not channels:
        return []
    among = bulk.among("channel", 2, "text")
    args = (now, bulk.values(channels))
    due = f"SELECT 1 FROM notification_dispatch WHERE {{}} AND {among} LIMIT 1"
    async with DB.reading() as tx:
        if not any([await tx.fetch(due.format(when), *args) for when in _DUE]):
            return []
    claimed: list[Claimed] = []
    async with DB.transaction() as tx:
        for when in _DUE:
            heads = (
                f"SELECT {_HEAD} FROM notification_dispatch WHERE {when} AND {among}"
                f" ORDER BY due_at LIMIT 1{_LOCK[DB.dialect]}"
            )
            # One after the other: what is leased with the first is no head of the next.
            while len(claimed) < most and (rows := await tx.fetch(heads, *args)):
                head = dict(zip(_HEAD.split(", "), rows[0], strict=True))
                claimed.append(await _lease(tx, head, now))
    return claimed


async def release(claimed: Claimed, now: datetime) -> None:
    """One that nothing was done with: as if it had not been claimed."""
    await put_back(claimed, "", now)


async def _lease(tx: Transaction, head: dict[str, Any], now: datetime) -> Claimed:
    """The head with whatever leaves with it. A parcel once made stays what it is."""
    is_repeat = head["state"] == State.SENDING and head["touched_at"] is not None
    is_lost = is_repeat and not may_leave_again(is_touched=True, repeats=head["repeats"])
    repeats = head["repeats"] + (1 if is_repeat and not is_lost else 0)
    attempt = head["attempts"] + 1
    parcel_id = head["id"]
    if head["parcel_id"] is None:
        ids = await _companions(tx, head)
        await tx.execute(
            f"UPDATE notification_dispatch SET parcel_id = $1 WHERE {bulk.among('id', 2)}",
            parcel_id,
            bulk.values(ids),
        )
    await tx.execute(
        "UPDATE notification_dispatch SET state = 'sending', attempts = $2, leased_until = $3, repeats = $4,"
        " touched_at = NULL WHERE parcel_id = $1 AND state IN ('waiting', 'sending')",
        parcel_id,
        attempt,
        now + LEASE,
        repeats,
    )
    claimed = Claimed(
        parcel_id,
        head["reseller_id"],
        head["channel"],
        head["created_at"],
        repeats,
        is_lost,
        Parcel(
            parcel_id,
            head["reseller_id"],
            head["user_id"],
            head["address"],
            await _lines(tx, parcel_id),
            attempt,
            touch=lambda: _touch(claimed),
        ),
    )
    return claimed


async def _companions(tx: Transaction, head: dict[str, Any]) -> list[UUID]:
    """The head first: what else waits for that address, due or not yet, as many as the channel takes.

    What is fleeting leaves alone, so that it can be withheld without anything else.
    """
    if head["kind"] in FLEETING:
        return [head["id"]]
    most = CHANNELS[head["channel"]].lines_at_once
    rows = await tx.fetch(
        "SELECT id FROM notification_dispatch WHERE channel = $1 AND address = $2 AND reseller_id = $3"
        f" AND state = 'waiting' AND parcel_id IS NULL AND id <> $4 AND kind NOT IN ({_FLEETING})"
        f" ORDER BY due_at, id LIMIT {most - 1}" + _LOCK[DB.dialect],
        head["channel"],
        head["address"],
        head["reseller_id"],
        head["id"],
    )
    return [head["id"], *(dispatch_id for (dispatch_id,) in rows)]


async def _lines(tx: Transaction, parcel_id: UUID) -> tuple[Line, ...]:
    rows = await tx.fetch(
        "SELECT d.id, n.id, n.kind, n.title, n.body, n.path, n.group_key, n.created_at, n.read_at,"
        " n.mail_subject, n.mail_opening, n.mail_closing"
        " FROM notification_dispatch d JOIN notification n ON n.id = d.notification_id"
        " WHERE d.parcel_id = $1 AND d.state = 'sending' ORDER BY n.created_at, n.id",
        parcel_id,
    )
    return tuple(Line(*row) for row in rows)


async def _touch(claimed: Claimed) -> None:
    await give_way()
    async with DB.transaction() as tx:
        held = await tx.execute(
            "UPDATE notification_dispatch SET touched_at = $3"
            " WHERE parcel_id = $1 AND state = 'sending' AND attempts = $2",
            claimed.id,
            claimed.parcel.attempt,
            datetime.now(UTC),
        )
    if not held:
        raise LeaseLost
    claimed.is_touched = True


async def finish(
    claimed: Claimed, state: State, now: datetime, reason: str, *, is_address: bool = False
) -> bool:
    """Sent, dead or withheld; False when somebody else had taken it over."""
    await give_way()
    async with DB.transaction() as tx:
        held = await tx.execute(
            "UPDATE notification_dispatch SET state = $3, ended_at = $4, leased_until = NULL,"
            " last_error = $5, sent_at = $6, bounced_at = $7"
            " WHERE parcel_id = $1 AND attempts = $2 AND state = 'sending'",
            claimed.id,
            claimed.parcel.attempt,
            state.value,
            now,
            reason[:500],
            now if state is State.SENT else None,
            now if is_address else None,
        )
        if held and claimed.channel == "mail":
            await _note_address(tx, claimed, state, now, reason, is_address=is_address)
    return held > 0


async def _note_address(
    tx: Transaction, claimed: Claimed, state: State, now: datetime, reason: str, *, is_address: bool
) -> None:
    parcel = claimed.parcel
    if is_address:
        await note_failure(tx, parcel.reseller_id, parcel.user_id, parcel.address, reason, now)
    elif state is State.SENT:
        await note_success(tx, parcel.reseller_id, parcel.address)


async def put_back(claimed: Claimed, reason: str, due_at: datetime, *, repeats: int | None = None) -> bool:
    """To wait until then; False when somebody else had taken it over."""
    async with DB.transaction() as tx:
        held = await tx.execute(
            "UPDATE notification_dispatch SET state = 'waiting', due_at = $3, leased_until = NULL,"
            " touched_at = NULL, last_error = $4, repeats = $5"
            " WHERE parcel_id = $1 AND attempts = $2 AND state = 'sending'",
            claimed.id,
            claimed.parcel.attempt,
            due_at,
            reason[:500],
            claimed.repeats if repeats is None else repeats,
        )
    return held > 0
