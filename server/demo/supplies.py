"""What machines use up, and who asked for it lately: some of every status, one asked for early."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from server.demo.catalogue import MODELS, Model
from server.demo.people import person
from server.demo.world import Client, Machine, World, as_json

# status, days ago
REQUESTS = (
    ("pending", 0.1), ("pending", 0.3), ("pending", 1.1), ("reviewed", 1.4), ("reviewed", 2.2),
    ("backorder", 4), ("released", 2.8), ("released", 3.1), ("invoiced", 4.2), ("invoiced", 5),
    ("delivered", 9), ("delivered", 14), ("delivered", 33), ("cancelled", 7),
)  # fmt: skip
_WAY = ("pending", "reviewed", "released", "invoiced", "delivered")
_COLORS = (("K", "preto"), ("C", "ciano"), ("M", "magenta"), ("Y", "amarelo"))
_NOTES = ("", "", "Deixar na recepção", "Estamos sem reserva", "", "Entregar à tarde")


def make_supplies(world: World) -> None:
    """Of dice of its own, so that everything else stays as it was."""
    rng = Random(f"{world.slug} supplies")  # noqa: S311 - repeatable on purpose
    supplies = _catalogue(world)
    biggest = sorted(world.clients, key=lambda client: -len(client.machines))
    with_machines = [client for client in biggest if client.machines]
    for place, (status, days_ago) in enumerate(reversed(REQUESTS)):
        client = with_machines[0 if place % 2 else min(place // 2 + 1, len(with_machines) - 1)]
        machine = client.machines[place // 2 % len(client.machines)]
        moment = world.now - timedelta(days=days_ago, minutes=rng.randrange(1, 90))
        _request(world, rng, client, machine, supplies[machine.model], status, moment)


def _catalogue(world: World) -> dict[Model, list[tuple[UUID, str]]]:
    born = world.now - timedelta(days=900)
    found: dict[Model, list[tuple[UUID, str]]] = {}
    for place, model in enumerate(MODELS):
        for color, name in _COLORS if model.is_color else _COLORS[:1]:
            supply_id = world.id_at(born)
            found.setdefault(model, []).append((supply_id, color))
            world.add(
                "supply",
                id=supply_id,
                code=f"TN-{100 + place}{color}",
                name=f"Toner {model.name} {name}",
                color=color,
                page_yield=max(3_000, round(model.volume * 2, -3)) if color == "K" else 6_000,
            )
    return found


def _request(
    world: World,
    rng: Random,
    client: Client,
    machine: Machine,
    supplies: list[tuple[UUID, str]],
    status: str,
    moment: datetime,
) -> None:
    request_id, number = world.id_at(moment), world.next_supply_number
    world.next_supply_number += 1
    mono, color = machine.counters(moment)
    asker, user_id = ("Marcelo Fontana", world.users["cliente"])
    is_shipped = status in {"invoiced", "delivered"}
    world.add(
        "supply_request",
        id=request_id,
        company_id=client.firm.id,
        customer_id=client.id,
        equipment_id=machine.id,
        contract_id=machine.contract_id,
        carrier_id=world.carriers["Rápido Ilha"] if is_shipped else None,
        web_number=number,
        status=status,
        cancel_reason="Pedido em duplicidade" if status == "cancelled" else "",
        invoice_number=str(5200 + number) if is_shipped else "",
        invoice_issued_on=(moment + timedelta(days=1)).date() if is_shipped else None,
        tracking_code=f"RI{number:06d}BR" if is_shipped else "",
        note=rng.choice(_NOTES),
        mono=mono,
        color=color,
        opened_by_id=user_id,
        opened_from="web",
        requester_name=asker if rng.random() < 0.5 else person(rng),
        requester_phone=client.phone,
        requested_at=moment,
        last_change_at=moment,
    )
    chosen = supplies if len(supplies) > 1 and rng.random() < 0.3 else supplies[:1]
    for supply_id, _ in chosen:
        world.add(
            "supply_request_item",
            id=world.id_at(moment),
            supply_request_id=request_id,
            supply_id=supply_id,
            quantity=rng.choice((1, 1, 1, 2)),
        )
    _history(world, request_id, status, moment, asker, user_id)


def _history(
    world: World, request_id: UUID, status: str, moment: datetime, asker: str, user_id: UUID
) -> None:
    desk = ("Larissa Goulart", world.users["suprimentos"])
    _line(world, request_id, "requested", moment, (asker, user_id), after={"status": "pending"})
    way = _WAY[: _WAY.index(status) + 1] if status in _WAY else ("pending", status)
    for step, (before, after) in enumerate(itertools.pairwise(way), start=1):
        kind = "cancelled" if after == "cancelled" else "status"
        at = moment + timedelta(hours=6 * step)
        _line(world, request_id, kind, at, desk, before={"status": before}, after={"status": after})


def _line(
    world: World,
    request_id: UUID,
    kind: str,
    at: datetime,
    author: tuple[str, UUID],
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    world.add(
        "supply_request_event",
        id=world.id_at(at),
        supply_request_id=request_id,
        kind=kind,
        user_id=author[1],
        user_name=author[0],
        source="web",
        before=as_json(before or {}),
        after=as_json(after or {}),
        recorded_at=min(at, world.now),
    )
