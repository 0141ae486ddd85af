"""What the bells say when the demo is new: of what moved last, told to whom the real rules tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from server.database import Transaction
from server.demo.world import World, id_at
from server.notifications.audience import Happening, audience
from server.notifications.events import Event
from server.notifications.subjects import Subject, facts_of, path_for
from server.notifications.wording import text_of

LAST_MOVED = 14
OF_ONE_PERSON = 3
UNREAD_FOR = timedelta(hours=30)
_EVENTS: Mapping[str, Event] = {
    "A": Event.ORDER_OPENED,
    "L": Event.PARTS_REQUESTED,
    "O": Event.ORDER_COMPLETED,
    "T": Event.ORDER_COMPLETED,
    "C": Event.ORDER_CANCELLED,
}
_COLUMNS = "o.id, o.company_id, o.customer_id, o.technician_id, o.status, o.last_change_at"


async def make_notices(tx: Transaction, world: World) -> None:
    """After everything else was written. Dice of its own: nothing else of the demo depends on it."""
    rng = Random(world.slug)  # noqa: S311 - repeatable on purpose
    of_reseller = "FROM service_order o WHERE o.reseller_id = $1"
    newest = "ORDER BY o.last_change_at DESC, o.id LIMIT"
    for order in await tx.fetch(f"SELECT {_COLUMNS} {of_reseller} {newest} {LAST_MOVED}", world.reseller_id):
        status = order[4]
        event = _EVENTS.get(status, Event.ORDER_CHANGED)
        facts = {"after": {"status": status}} if event is Event.ORDER_CHANGED else {}
        await _tell(tx, world, rng, event, order, facts)
    hero = world.workers[0]
    for order in await tx.fetch(
        f"SELECT {_COLUMNS} {of_reseller} AND o.technician_id = $2 AND o.status = 'E'"
        f" {newest} {OF_ONE_PERSON}",
        world.reseller_id,
        hero.id,
    ):
        await _tell(tx, world, rng, Event.VISIT_DISPATCHED, order, {}, technician_id=hero.id)
    for order in await tx.fetch(
        f"SELECT {_COLUMNS} {of_reseller} AND o.customer_id IN (SELECT customer_id FROM user_customer)"
        f" AND o.status NOT IN ('O', 'T', 'C') {newest} {OF_ONE_PERSON}",
        world.reseller_id,
    ):
        question = {"text": "Qual mensagem aparece no painel da máquina?"}
        await _tell(tx, world, rng, Event.TRIAGE_QUESTION, order, question)


async def _tell(
    tx: Transaction,
    world: World,
    rng: Random,
    event: Event,
    order: tuple[Any, ...],
    facts: Mapping[str, Any],
    *,
    technician_id: UUID | None = None,
) -> None:
    order_id, company_id, customer_id, _, _, moved_at = order
    at: datetime = min(moved_at, world.now)
    happening = Happening(
        id=id_at(rng, at),
        reseller_id=world.reseller_id,
        event=event,
        subject=Subject.SERVICE_ORDER,
        subject_id=order_id,
        company_id=company_id,
        customer_id=customer_id,
        technician_id=technician_id,
        user_id=None,
        actor_id=None,
        facts=facts,
    )
    world.rows.add(
        "notification_event",
        id=happening.id,
        reseller_id=world.reseller_id,
        kind=event.value,
        subject_kind=happening.subject.value,
        subject_id=order_id,
        company_id=company_id,
        customer_id=customer_id,
        technician_id=technician_id,
        facts=msgspec.json.encode(dict(facts)).decode(),
        created_at=at,
        fanned_out_at=at,
    )
    known = {**await facts_of(tx, happening.subject, order_id), **facts}
    for one in await audience(tx, happening):
        text = text_of(event, known, one.actor.timezone)
        world.rows.add(
            "notification",
            id=id_at(rng, at),
            reseller_id=world.reseller_id,
            event_id=happening.id,
            user_id=one.actor.user_id,
            kind=event.value,
            title=text.title,
            body=text.body,
            path=path_for(one.actor, happening.subject, order_id, known),
            group_key=f"{happening.subject.value}:{order_id}",
            created_at=at,
            read_at=None if world.now - at < UNREAD_FOR else at + timedelta(minutes=9),
        )
