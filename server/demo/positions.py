"""How customers' positions are known: most by their address, some by hand, some wrongly or not at all."""

from __future__ import annotations

from datetime import timedelta

from server.demo.places import Point
from server.demo.world import Client, World, as_json
from server.positions.rules import LAST_VISITS, meeting_point

WRONG_BY = (0.0045, -0.0038)  # some 600 m
CYCLE = 12


def known_of(number: int, position: Point) -> Point | None:
    """What the portal has of where the customer really is."""
    if number % CYCLE == 3:
        return round(position[0] + WRONG_BY[0], 6), round(position[1] + WRONG_BY[1], 6)
    return None if number % CYCLE in (7, 9) else position


def make_positions(world: World) -> None:
    for number, client in enumerate(world.clients):
        _position(world, number % CYCLE, client)
        meeting = meeting_point(client.arrivals[-LAST_VISITS:], client.known)
        if meeting:
            world.add(
                "position_proposal",
                id=world.id_at(world.now - timedelta(hours=3)),
                customer_id=client.id,
                source="visits",
                latitude=meeting.point[0],
                longitude=meeting.point[1],
                distance_m=meeting.distance_m,
                visits=meeting.visits,
                points=as_json(client.arrivals[-LAST_VISITS:]),
                proposed_at=world.now - timedelta(hours=3),
            )


def _position(world: World, kind: int, client: Client) -> None:
    """`kind` counts through what there is to see; customers without a row are those from before."""
    is_rough, by_hand = kind == 7, kind in (1, 5)
    if kind == 9:
        return
    placed_at = world.now - timedelta(days=40 + kind)
    centre = client.place.centre
    world.add(
        "customer_position",
        id=world.id_at(placed_at),
        customer_id=client.id,
        source="hand" if by_hand else "" if is_rough else "geocoder",
        quality="" if by_hand else "city" if is_rough else "house",
        is_stale=kind == 5,
        rough_latitude=centre[0] if is_rough else None,
        rough_longitude=centre[1] if is_rough else None,
        answer="rough" if is_rough else "found",
        placed_at=None if is_rough else placed_at,
        placed_by="" if is_rough else "Camila Nunes" if by_hand else "geocodificador",
    )
