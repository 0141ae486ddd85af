"""What the desk does about the month's readings: set when, ask now, write again, end a request."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import find_visible
from server.audit.actions import append
from server.customers.tables import Customer
from server.problems import Problem
from server.reading_requests import asking, notices
from server.reading_requests import problems as _problems  # noqa: F401  registers the codes raised here
from server.reading_requests.rules import DEFAULT_REMINDER_DAYS, LIFETIME, month_of
from server.reading_requests.tables import ReadingRequest, ReadingSchedule
from server.web.rendering import in_zone


async def set_schedule(
    actor: Actor, customer_id: UUID, *, is_on: bool, day_of_month: int, remind_after_days: int
) -> None:
    """Raises `not_found`."""
    await find_visible(actor, Customer, customer_id)
    async with DB.transaction() as tx:
        await tx.execute(
            "INSERT INTO reading_schedule"
            " (id, reseller_id, customer_id, is_on, day_of_month, remind_after_days)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (customer_id) DO UPDATE SET is_on = excluded.is_on,"
            " day_of_month = excluded.day_of_month, remind_after_days = excluded.remind_after_days",
            uuid7(),
            actor.reseller_id,
            customer_id,
            is_on,
            day_of_month,
            remind_after_days,
        )
        await append(
            "reading_schedule.set",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("customer", customer_id),
            is_on=is_on,
            day_of_month=day_of_month,
        )


async def ask_now(actor: Actor, customer_id: UUID, *, now: datetime) -> UUID:
    """This month's request; the one that there is, when the customer was asked already.

    Raises `not_found`, `readings_not_asked`.
    """
    await find_visible(actor, Customer, customer_id)
    month_on = month_of(in_zone(now, actor.timezone))
    schedule = (
        await ReadingSchedule.select(ReadingSchedule.remind_after_days)
        .where(ReadingSchedule.customer_id == customer_id)
        .first()
    )
    days = schedule["remind_after_days"] if schedule else DEFAULT_REMINDER_DAYS
    async with DB.transaction() as tx:
        made = await asking.ask(tx, actor.reseller_id, customer_id, month_on, now=now, remind_after_days=days)
    if made is not None:
        return made
    there = (
        await ReadingRequest.select(ReadingRequest.id)
        .where(ReadingRequest.customer_id == customer_id, ReadingRequest.month_on == month_on)
        .first()
    )
    if there is None:
        raise Problem("readings_not_asked")
    request_id: UUID = there["id"]
    return request_id


async def write_again(actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """To whom the customer's mail reaches now; the link is good again from here.

    Raises `not_found`, `readings_over`, `readings_not_asked` where there is nobody to write to.
    """
    request = await find_visible(actor, ReadingRequest, request_id)
    async with DB.transaction() as tx:
        recipients = await asking.recipients_of(tx, request.customer_id)
        is_open = await tx.execute(
            "UPDATE reading_request SET expires_at = $2, recipients = $3 WHERE id = $1"
            " AND completed_at IS NULL AND revoked_at IS NULL",
            request_id,
            now + LIFETIME,
            msgspec.json.encode(recipients).decode(),
        )
        if not is_open:
            raise Problem("readings_over")
        await asking.write_to(actor.reseller_id, request_id, recipients, is_reminder=True)
        await notices.tell(actor.reseller_id)


async def revoke(actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """The link opens nothing any more; what was read stays. Harmless again. Raises `not_found`."""
    await find_visible(actor, ReadingRequest, request_id)
    async with DB.transaction() as tx:
        is_new = await tx.execute(
            "UPDATE reading_request SET revoked_at = $2 WHERE id = $1"
            " AND revoked_at IS NULL AND completed_at IS NULL",
            request_id,
            now,
        )
        if is_new:
            await append(
                "reading_request.revoked",
                reseller_id=actor.reseller_id,
                user_id=actor.user_id,
                subject=("reading_request", request_id),
            )
            await notices.tell(actor.reseller_id)
