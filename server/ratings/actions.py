"""The only writer of ratings: one a visit, given or passed over, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.ratings.queries import find_served
from server.ratings.rules import GRADE_NAMES, MAX_COMMENT, POOR, Grade, check_may_rate
from server.service_orders import history, notices, orders
from server.service_orders.history import Author, When


@dataclass(frozen=True, slots=True)
class Opinion:
    """No `grade`: the person would rather not say."""

    grade: Grade | None
    comment: str = ""


async def rate(actor: Actor, order_id: UUID, opinion: Opinion, *, now: datetime) -> None:
    """Raises `not_found`, `rating_given`."""
    comment = opinion.comment.strip()[:MAX_COMMENT]
    async with DB.transaction() as tx:
        order = await orders.lock_visible_order(tx, actor, order_id)
        visit_id, served = await find_served(actor, order_id)
        check_may_rate(served, actor.user_id, actor.role, now)
        await tx.execute(
            "INSERT INTO rating (id, reseller_id, service_order_id, visit_id, user_id, user_name, grade,"
            " comment, rated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            uuid7(),
            actor.reseller_id,
            order_id,
            visit_id,
            actor.user_id,
            actor.name,
            opinion.grade.value if opinion.grade else None,
            comment,
            now,
        )
        if opinion.grade is None:
            return
        name = GRADE_NAMES[opinion.grade]
        await history.add_line(
            tx,
            actor.reseller_id,
            order_id,
            Author.on_web(actor),
            When.now(now),
            "rated",
            note=": ".join(part for part in (name, comment) if part),
        )
        if opinion.grade in POOR:
            await announce(
                Event.RATED_BADLY,
                Subject.SERVICE_ORDER,
                order_id,
                reseller_id=actor.reseller_id,
                company_id=order["company_id"],
                customer_id=order["customer_id"],
                actor_id=actor.user_id,
                facts={"comment": ": ".join(part for part in (name, comment) if part)},
            )
        await notices.tell_desk(actor.reseller_id)
