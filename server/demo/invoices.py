"""Invoices on their way: a round for the driver today, some that are late, and what was delivered lately."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from server.demo.people import person
from server.demo.world import Client, World

OWN = "Entrega própria"
TODAY, LATE, DELIVERED, ELSEWHERE = 8, 2, 6, 3
NOTES = ("Entregar na recepção", "Portaria 2, pedir crachá", "", "Ligar antes de chegar", "")


def make_invoices(world: World) -> None:
    """Of dice of its own, so that everything else stays as it was. The customer's people have some, too."""
    rng = Random(f"{world.slug} invoices")  # noqa: S311 - repeatable on purpose
    nearest = [client for client in world.clients if client.firm is world.firms[0]] or world.clients
    served = sorted(nearest, key=lambda client: -len(client.machines))[: TODAY + 4]
    biggest = max(world.clients, key=lambda client: len(client.machines))
    served = [biggest, *(client for client in served if client is not biggest)]
    number = 4100
    for count, days_ago, carrier in (
        (TODAY, 0.4, OWN),
        (LATE, 6, OWN),
        (ELSEWHERE, 1, "Rápido Ilha"),
        (DELIVERED, 4, OWN),
    ):
        for place in range(count):
            number += rng.randrange(1, 4)
            client = served[place % len(served)]
            issued_at = world.now - timedelta(days=days_ago, minutes=rng.randrange(1, 400))
            _invoice(world, rng, client, number, carrier, issued_at, is_delivered=count == DELIVERED)


def _invoice(
    world: World,
    rng: Random,
    client: Client,
    number: int,
    carrier: str,
    issued_at: datetime,
    *,
    is_delivered: bool,
) -> None:
    invoice_id, carrier_id = world.id_at(issued_at), world.carriers[carrier]
    receiver = person(rng)
    delivered_at = issued_at + timedelta(hours=rng.randrange(20, 40)) if is_delivered else None
    world.add(
        "invoice",
        id=invoice_id,
        company_id=client.firm.id,
        customer_id=client.id,
        carrier_id=carrier_id,
        number=str(number),
        series="1",
        access_key=_access_key(rng, issued_at, number),
        issued_at=issued_at,
        volumes=rng.randrange(1, 6),
        notes=rng.choice(NOTES),
        delivery_status="delivered" if is_delivered else "pending",
        delivered_at=delivered_at,
        received_by=receiver if is_delivered else "",
        last_outcome="delivered" if is_delivered else "",
    )
    if delivered_at is None:
        return
    latitude, longitude = client.position
    world.add(
        "delivery",
        id=world.id_at(delivered_at),
        invoice_id=invoice_id,
        carrier_id=carrier_id,
        user_id=world.users["entregador"],
        driver_name="Diego Medeiros",
        outcome="delivered",
        is_primary=True,
        receiver_name=receiver,
        happened_at=delivered_at,
        utc_offset_minutes=-180,
        occurred_at=delivered_at,
        estimated_at=delivered_at,
        received_at=delivered_at + timedelta(minutes=3),
        latitude=latitude,
        longitude=longitude,
        accuracy_m=9.0,
    )


def _access_key(rng: Random, issued_at: datetime, number: int) -> str:
    """UF, month, CNPJ, model, series, number, kind, a random code; the digit: modulo 11, weights 2 to 9."""
    body = f"42{issued_at:%y%m}11222333000181550010{number:08d}1{rng.randrange(10**8):08d}"
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(body)))
    rest = total % 11
    return f"{body}{0 if rest < 2 else 11 - rest}"
