"""What the demo's people were told lately: bells with something unread, mails that were sent, one that died,
and two that leave as soon as the portal starts, for the demo's mailbox.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.database import Transaction
from server.demo.logins import LOGINS
from server.demo.world import World
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.notifications.texts.rules import Words, said
from server.notifications.wording import said_facts, text_of

TIMEZONE = "America/Sao_Paulo"
_EVENTS = {
    "A": Event.ORDER_OPENED,
    "O": Event.ORDER_COMPLETED,
    "T": Event.ORDER_COMPLETED,
    "C": Event.ORDER_CANCELLED,
}
_ORDERS = (
    "SELECT o.id, o.web_number, o.status, coalesce(nullif(c.trade_name, ''), c.name), o.description,"
    " o.last_change_at, o.company_id, o.customer_id"
    " FROM service_order o JOIN customer c ON c.id = o.customer_id"
    " WHERE o.reseller_id = $1 AND {} ORDER BY o.last_change_at DESC, o.id LIMIT {}"
)
OWN = Words(
    "Chamado {numero}: concluído",
    "{cliente}: chamado {numero} concluído",
    "Olá, {nome}.\nTerminamos o seu atendimento. Obrigado pela confiança!",
    "Precisa de algo? (48) 3222-4455, de segunda a sexta, das 8h às 18h.",
)
REFUSED = "550 5.1.1 caixa postal inexistente"


async def make_notifications(tx: Transaction, world: World) -> None:
    """After the orders are written."""
    if "cliente" in world.users:
        _own_words(world)
    of_customer = "o.customer_id IN (SELECT customer_id FROM user_customer WHERE user_id = $2)"
    of_technician = "o.technician_id = (SELECT technician_id FROM app_user WHERE id = $2) AND o.status = 'E'"
    for local, condition, many in (
        ("atendimento", "1 = 1", 12),
        ("chamados", "1 = 1", 8),
        ("cliente", of_customer, 6),
        ("tecnico", of_technician, 4),
    ):
        user_id = world.users.get(local)
        if user_id is None:
            continue
        args = (world.reseller_id,) if condition == "1 = 1" else (world.reseller_id, user_id)
        rows = await tx.fetch(_ORDERS.format(condition, many), *args)
        for place, row in enumerate(rows):
            _tell(world, local, user_id, row, place)
    await world.rows.flush()


def _own_words(world: World) -> None:
    """What the reseller says otherwise than the portal, once put better."""
    at = world.now - timedelta(days=40)
    for number, words in enumerate((replace(OWN, closing=""), OWN), start=1):
        world.add(
            "notification_text",
            id=world.id_at(at),
            kind=Event.ORDER_COMPLETED.value,
            number=number,
            **asdict(words),
            written_at=at,
            written_by_id=world.users["admin"],
            written_by_name="Helena Abreu",
        )
        at += timedelta(days=9)


def _tell(world: World, local: str, user_id: UUID, row: tuple[Any, ...], place: int) -> None:
    order_id, number, status, customer, description, changed_at, company_id, customer_id = row
    is_field = local == "tecnico"
    event = Event.VISIT_DISPATCHED if is_field else _EVENTS.get(status, Event.ORDER_CHANGED)
    at = max(changed_at, world.now - timedelta(days=5))
    facts = {"number": number, "customer": customer, "description": description, "after": {"status": status}}
    text = text_of(event, facts, TIMEZONE, is_of_customer=local == "cliente")
    names = {login.local: login.name for login in LOGINS}
    to = {"recipient": names[local]}
    words = (
        said(OWN, said_facts(facts, TIMEZONE) | to) if event is Event.ORDER_COMPLETED else Words("", "", "")
    )
    event_id, notification_id = world.id_at(at), world.id_at(at)
    world.add(
        "notification_event",
        id=event_id,
        kind=event.value,
        subject_kind=Subject.SERVICE_ORDER.value,
        subject_id=order_id,
        company_id=company_id,
        customer_id=customer_id,
        created_at=at,
        fanned_out_at=at,
    )
    world.add(
        "notification",
        id=notification_id,
        event_id=event_id,
        user_id=user_id,
        kind=event.value,
        title=words.title or text.title,
        mail_subject=words.subject,
        mail_opening=words.opening,
        mail_closing=words.closing,
        body=text.body,
        path=f"/field/orders/{order_id}" if is_field else f"/service-orders/{order_id}",
        group_key=f"{Subject.SERVICE_ORDER.value}:{order_id}",
        created_at=at,
        read_at=None if place < 3 else at + timedelta(minutes=40),
    )
    if local == "cliente":
        _mail(world, user_id, "cliente", notification_id, event, at, "waiting" if place < 2 else "sent")
    elif local == "chamados" and place == 2:
        _mail(world, user_id, "chamados", notification_id, event, at, "dead")


def _mail(
    world: World, user_id: UUID, local: str, notification_id: UUID, event: Event, at: datetime, state: str
) -> None:
    is_over = state != "waiting"
    world.add(
        "notification_dispatch",
        id=world.id_at(at),
        notification_id=notification_id,
        user_id=user_id,
        kind=event.value,
        channel="mail",
        address=f"{local}@{world.slug}.example",
        state=state,
        attempts=1 if is_over else 0,
        due_at=at,
        created_at=at,
        sent_at=at + timedelta(minutes=1) if state == "sent" else None,
        ended_at=at + timedelta(minutes=1) if is_over else None,
        bounced_at=at + timedelta(minutes=1) if state == "dead" else None,
        last_error=REFUSED if state == "dead" else "",
    )
