"""What customers' own people are at: questions before a visit, and what they thought of the last ones."""

from __future__ import annotations

from datetime import timedelta

from server.demo.orders import Orders
from server.demo.world import World

CANNED = (
    (
        "Código no visor",
        "Bom dia! Qual código ou mensagem aparece no visor do equipamento? Uma foto já ajuda.",
    ),
    (
        "Desligar e ligar",
        "Por favor, desligue o equipamento, espere um minuto e ligue de novo. O problema volta?",
    ),
    ("Quem recebe", "Quem recebe o técnico no local, e em que horário?"),
)
OPINIONS = (
    ("excellent", "Rápido e educado."),
    ("satisfactory", ""),
    ("excellent", ""),
    ("bad", "O técnico veio sem a peça e teve de voltar."),
)
RATED_AFTER = timedelta(days=4)  # whoever was served since then is still asked


def make_calls(world: World, orders: Orders) -> None:
    for title, body in CANNED:
        world.add("canned_answer", id=world.id_at(world.now), title=title, body=body)
    _triages(world, orders)
    _ratings(world)


def _triages(world: World, orders: Orders) -> None:
    """One question waits for the customer, one answer for the desk."""
    clients = [client for client in world.clients if client.id in world.callers]
    for number, client in enumerate(clients[:2]):
        user_id, name = world.callers[client.id]
        order = orders.open(world.now - timedelta(hours=3 + number), client)
        order.opened_by_id = user_id
        said = [("desk", CANNED[0][1]), ("customer", "Erro 50.4, e sai um cheiro de quente.")][: number + 1]
        for minutes, (side, body) in enumerate(said):
            at = world.now - timedelta(minutes=50 - 15 * minutes)
            world.add(
                "triage_message",
                id=world.id_at(at),
                service_order_id=order.id,
                author_id=world.users["atendimento"] if side == "desk" else user_id,
                author_name="Camila Nunes" if side == "desk" else name,
                author_side=side,
                body=body,
                created_at=at,
            )
        orders.close_story(order)


def _ratings(world: World) -> None:
    rated = world.served[:-1]  # of the last one somebody is still asked
    for number, (customer_id, order_id, visit_id, ended_at) in enumerate(rated):
        if world.now - ended_at < RATED_AFTER:
            continue
        user_id, name = world.callers[customer_id]
        grade, comment = OPINIONS[number % len(OPINIONS)]
        rated_at = ended_at + timedelta(hours=3)
        world.add(
            "rating",
            id=world.id_at(rated_at),
            service_order_id=order_id,
            visit_id=visit_id,
            user_id=user_id,
            user_name=name,
            grade=grade,
            comment=comment,
            rated_at=rated_at,
        )
