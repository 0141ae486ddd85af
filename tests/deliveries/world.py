"""Drivers to tell stories with: Diego of the own delivery, Rui of another carrier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from server.accounts.actor import Actor, Role
from server.accounts.tables import User
from server.deliveries.tables import Delivery, DeliveryDiscrepancy, Invoice
from server.service_orders.tables import Carrier
from tests.service_orders.world import NOW, World

KEY = "42260311222333000181550010000009001123456785"


@dataclass(frozen=True)
class Depot:
    world: World
    carrier_id: UUID
    other_carrier_id: UUID
    diego: Actor
    rui: Actor

    async def invoice(self, number: str = "900", **more: Any) -> UUID:
        columns: dict[str, Any] = {
            "reseller_id": self.world.reseller_id,
            "company_id": self.world.company_id,
            "customer_id": self.world.customer_id,
            "carrier_id": self.carrier_id,
            "number": number,
            "series": "1",
            "access_key": KEY,
            "issued_at": NOW - timedelta(days=1),
            **more,
        }
        row = Invoice(**columns)
        await row.save()
        invoice_id: UUID = row.id
        return invoice_id

    async def admin(self) -> Actor:
        return replace(self.world.ana, role=Role.ADMIN)


async def open_depot(world: World) -> Depot:
    """Within the tenant of `world`."""
    ids = []
    for name in ("Entrega própria", "Rápido Ilha"):
        carrier = Carrier(reseller_id=world.reseller_id, name=name)
        await carrier.save()
        ids.append(carrier.id)

    async def driver(name: str, carrier_id: UUID) -> Actor:
        user = User(
            reseller_id=world.reseller_id,
            email=f"{name.lower()}@ilha.test",
            name=name,
            role=Role.DRIVER,
            carrier_id=carrier_id,
        )
        await user.save()
        return Actor(
            user_id=user.id,
            reseller_id=world.reseller_id,
            name=name,
            email=user.email,
            role=Role.DRIVER,
            session_id=uuid4(),
            carrier_id=carrier_id,
            company_ids=frozenset({world.company_id}),
        )

    return Depot(world, ids[0], ids[1], await driver("Diego", ids[0]), await driver("Rui", ids[1]))


async def invoice_row(invoice_id: UUID) -> dict[str, Any]:
    row: dict[str, Any] | None = await Invoice.select().where(Invoice.id == invoice_id).first()
    assert row is not None
    return row


async def delivery_row(delivery_id: UUID) -> dict[str, Any]:
    row: dict[str, Any] | None = await Delivery.select().where(Delivery.id == delivery_id).first()
    assert row is not None
    return row


async def discrepancies(delivery_id: UUID) -> list[str]:
    kinds: list[str] = (
        await DeliveryDiscrepancy.select(DeliveryDiscrepancy.kind)
        .where(DeliveryDiscrepancy.delivery_id == delivery_id)
        .order_by(DeliveryDiscrepancy.kind)
        .output(as_list=True)
    )
    return kinds


def zoned(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
