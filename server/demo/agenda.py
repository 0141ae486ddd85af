"""Today for the first technician: six orders to go to, one of them late, and one that waits for a part."""

from __future__ import annotations

from datetime import timedelta

from server.demo.orders import Orders
from server.demo.places import metres_between
from server.demo.world import Client, World

STOPS = 6
FIRST_STOP_IN = timedelta(minutes=20)
BETWEEN_STOPS = timedelta(minutes=75)


def make_agenda(world: World, orders: Orders) -> None:
    """Orders near each other, in the order of their times; times are relative to now, whatever the hour."""
    hero = world.workers[0]
    for number, client in enumerate(_round(world)):
        order = orders.open(world.now - timedelta(hours=20 - number * 2), client)
        scheduled_at = world.now + FIRST_STOP_IN + BETWEEN_STOPS * number
        orders.dispatch(order, hero, world.now - timedelta(hours=3), scheduled_at)
        order.due_at = world.now + timedelta(hours=2 + number * 1.5)
        if number == 1:
            order.due_at = world.now - timedelta(minutes=90)
        order.notes = "Portaria exige documento com foto." if number == 0 else ""
        orders.close_story(order)
    waiting = orders.open(world.now - timedelta(days=3), _round(world)[-1])
    orders.dispatch(waiting, hero, world.now - timedelta(days=3, hours=-1), world.now - timedelta(days=2))
    orders.turn(waiting, world.now - timedelta(days=2), "M", hero.name, source="field")
    waiting.pending_reason = "waiting_parts"
    waiting.revised_due_at = world.now + timedelta(days=1)
    orders.turn(
        waiting,
        world.now - timedelta(days=2, hours=-1),
        "P",
        hero.name,
        source="field",
        note="Aguardando a unidade fusora.",
    )
    orders.close_story(waiting)


def _round(world: World) -> list[Client]:
    """Six customers of the technician's area, near its company, one after the other."""
    hero = world.workers[0]
    own = [client for client in world.clients if client.place.area == hero.area] or world.clients
    near = sorted(own, key=lambda client: metres_between(client.position, hero.firm.base.centre))
    return (near * STOPS)[:STOPS]
