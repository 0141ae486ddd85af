"""What the agenda of dispatches shows beside today: who goes where tomorrow, and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta

from server.demo.orders import Orders
from server.demo.world import TIMEZONE, World

# Hours of a working day at which somebody is expected; one technician has more than fit.
EXPECTED = ((8.5, 10.0, 13.5), (9.0, 14.0), (8.5, 10.0, 11.0, 13.5, 15.0, 16.5), (10.0,))
WAITING_MINUTES = (260, 170, 95, 50, 12)
RETURN = 1  # of them
WORKDAYS = 5


def make_agenda(world: World, orders: Orders) -> None:
    """Tomorrow's dispatches, on the next day of work, and five orders that the triage has released."""
    day = world.now.astimezone(TIMEZONE).date() + timedelta(days=1)
    while day.weekday() >= WORKDAYS:
        day += timedelta(days=1)
    others = world.workers[1:]
    for worker, hours in zip(others, EXPECTED, strict=False):
        for hour in hours:
            order = orders.open(world.now - timedelta(hours=6))
            orders.dispatch(order, worker, world.now - timedelta(hours=2), world.on_day(day, hour))
            order.due_at = world.on_day(day, 18)
            orders.close_story(order)
    for number, minutes in enumerate(WAITING_MINUTES):
        served = orders.served if number == RETURN else None
        order = orders.open(world.now - timedelta(minutes=minutes), served.client if served else None)
        if served:
            order.machine, order.return_of_id = served.machine, served.id
        order.triage_released_at = world.now - timedelta(minutes=minutes // 2)
        orders.line(order, order.triage_released_at, "triage_released", "Camila Nunes")
        order.due_at = world.now + timedelta(minutes=-40 if number == 0 else 60 * (2 + number))
        orders.close_story(order)
