"""Today: the first technician's day, and what others are at: every status is on the board at any hour."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from server.demo.orders import Orders
from server.demo.places import metres_between
from server.demo.roads import trip
from server.demo.visits import VisitPlan
from server.demo.world import Client, Worker, World, id_at
from server.part_requests.statuses import PartStatus

STOPS = 6
FIRST_STOP_IN = timedelta(minutes=20)
BETWEEN_STOPS = timedelta(minutes=75)
LATE_STOP = 1
LONGEST_AT_WORK = timedelta(minutes=57)
FAR_M = 14_000.0
SILENCE = timedelta(minutes=9)


def make_today(world: World, orders: Orders) -> None:
    """Times are relative to now, whatever the hour: six orders to go to, one of them late; one that waits."""
    hero, *others = world.workers
    stops = _round(world, hero)
    for number, client in enumerate(stops):
        order = orders.open(world.now - timedelta(hours=20 - number * 2), client)
        scheduled_at = world.now + FIRST_STOP_IN + BETWEEN_STOPS * number
        orders.dispatch(order, hero, world.now - timedelta(hours=3), scheduled_at)
        late = timedelta(minutes=-90)
        order.due_at = world.now + (late if number == LATE_STOP else timedelta(hours=2 + number * 1.5))
        order.notes = "Portaria exige documento com foto." if number == 0 else ""
        orders.close_story(order)
    _waiting(world, orders, hero, stops[-1], "P")
    idle = [worker for worker in others if orders.calendar.is_free(worker, world.now - LONGEST_AT_WORK)]
    for number, worker in enumerate(idle[:4]):
        _at_work(world, orders, worker, LONGEST_AT_WORK - timedelta(minutes=17 * number))
    for number, worker in enumerate(idle[4:9]):
        _on_the_road(world, orders, worker, number)
    standing = (
        ("L", PartStatus.BACKORDER),
        ("L", PartStatus.SENT),
        ("S", PartStatus.RESERVED),
        ("P", PartStatus.DELIVERED),
        ("E", PartStatus.DELIVERED),
        ("E", PartStatus.DELIVERED),
    )
    for worker, (status, part) in zip(reversed(others), standing, strict=False):
        _waiting(world, orders, worker, _round(world, worker)[0], status, part)
    for minutes in (4, 35, 80):
        orders.close_story(orders.open(world.now - timedelta(minutes=minutes)))


def _waiting(
    world: World,
    orders: Orders,
    worker: Worker,
    client: Client,
    status: str,
    part: PartStatus = PartStatus.OPEN,
) -> None:
    """Somebody was there two days ago; the order waits for a part, or for its next visit."""
    order = orders.open(world.now - timedelta(days=3), client)
    orders.dispatch(order, worker, world.now - timedelta(days=2, hours=20), world.now - timedelta(days=2))
    orders.turn(order, world.now - timedelta(days=2), "M", worker.name, source="field")
    order.revised_due_at = world.now + timedelta(days=1)
    if status != "E":
        order.pending_reason = "waiting_parts"
    asked = "Aguardando a unidade fusora."
    at = world.now - timedelta(days=1, hours=23)
    orders.turn(order, at, "E" if status == "E" else "P", worker.name, source="field", note=asked)
    if status in {"L", "S"}:
        orders.turn(order, at + timedelta(hours=2), status, "Fábio Rosa")
    if status != "E":
        part_id, name = next(part for part in world.parts if part[1].startswith("Unidade fusora"))
        world.add(
            "part_request",
            # A die of its own: the rest of the demo stays as it is.
            id=id_at(Random(order.web_number), at),  # noqa: S311
            service_order_id=order.id,
            part_id=part_id,
            description=name,
            quantity=1,
            note=asked,
            requested_at=at,
            requested_by_id=worker.user_id,
            **_progress(world, part),
        )
    orders.close_story(order)


def _progress(world: World, status: PartStatus) -> dict[str, object]:
    """What logistics has said of a part since."""
    is_on_its_way = status in {PartStatus.SENT, PartStatus.DELIVERED}
    carrier_id = next(one for name, one in world.carriers.items() if name != "Entrega própria")
    is_missing = status is PartStatus.BACKORDER
    return {
        "status": status.value,
        "expected_on": (world.now + timedelta(days=4)).date() if is_missing else None,
        "carrier_id": carrier_id if is_on_its_way else None,
        "tracking_code": "BR482915337SC" if is_on_its_way else "",
        "changed_at": None if status is PartStatus.OPEN else world.now - timedelta(hours=5),
        "changed_by_id": None if status is PartStatus.OPEN else world.users.get("logistica"),
    }


def _at_work(world: World, orders: Orders, worker: Worker, since: timedelta) -> None:
    """On the way, or at the machine already."""
    client = world.rng.choice(_round(world, worker))
    start = world.now - since
    order = orders.open(start - timedelta(hours=5), client)
    orders.dispatch(order, worker, start - timedelta(hours=2), start)
    base = worker.firm.base
    plan = VisitPlan(order, worker, start, (base, base.centre), "done", None)
    orders.visits.record(plan)
    orders.turn(order, start + timedelta(minutes=2), "M", worker.name, source="field")
    orders.close_story(order)


def _on_the_road(world: World, orders: Orders, worker: Worker, number: int) -> None:
    """Half an hour's drive away, each at another point of the way; every third phone fell silent."""
    base = worker.firm.base
    far = sorted(world.clients, key=lambda one: abs(metres_between(one.position, base.centre) - FAR_M))
    client = far[number % len(far)]
    drive = trip(world.rng, (base, base.centre), (client.place, client.position)).duration
    start = world.now - timedelta(minutes=3) - drive * (0.35 + 0.12 * number)
    order = orders.open(start - timedelta(hours=4), client)
    orders.dispatch(order, worker, start - timedelta(hours=1), start)
    silence = SILENCE if number % 3 == 2 else timedelta()
    plan = VisitPlan(order, worker, start, (base, base.centre), "done", None, silence=silence)
    orders.visits.record(plan)
    orders.turn(order, start + timedelta(minutes=2), "M", worker.name, source="field")
    orders.close_story(order)


def _round(world: World, worker: Worker) -> list[Client]:
    """A few customers of the technician's area, the nearest to the company first."""
    own = [client for client in world.clients if client.place.area == worker.area] or world.clients
    near = sorted(own, key=lambda client: metres_between(client.position, worker.firm.base.centre))
    return (near * STOPS)[:STOPS]
