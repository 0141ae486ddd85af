"""A stock to tell stories with: black and cyan for the school's machine, and Sofia of the supplies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from offline_sync.ids import uuid7
from server.accounts.actor import Actor, Role
from server.accounts.tables import User
from server.supplies import actions
from server.supplies.actions import NewRequest
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestEvent
from tests.service_orders.world import NOW, World


@dataclass(frozen=True)
class Stock:
    world: World
    black_id: UUID
    other_id: UUID
    sofia: Actor

    async def request(self, actor: Actor | None = None, *, now: datetime = NOW, **more: Any) -> UUID:
        """Carla's, for the machine; confirmed."""
        wanted = {
            "request_id": uuid7(),
            "quantities": {self.black_id: 1},
            "equipment_id": self.world.equipment_id,
            "is_confirmed": True,
            **more,
        }
        return await actions.request_supplies(actor or self.world.carla, NewRequest(**wanted), now=now)

    async def row(self, request_id: UUID) -> dict[str, Any]:
        row = await SupplyRequest.select().where(SupplyRequest.id == request_id).first()
        assert row is not None
        return row

    async def lines(self, request_id: UUID) -> list[tuple[str, str]]:
        """Kind and source of the history, the oldest first."""
        rows = (
            await SupplyRequestEvent.select(SupplyRequestEvent.kind, SupplyRequestEvent.source)
            .where(SupplyRequestEvent.supply_request_id == request_id)
            .order_by(SupplyRequestEvent.recorded_at, SupplyRequestEvent.id)
        )
        return [(row["kind"], row["source"]) for row in rows]


async def open_stock(world: World) -> Stock:
    """Within the tenant of `world`."""
    ids = []
    for code, name, color in (("TN-1", "Toner 8080 preto", "K"), ("TN-9", "Toner MX521 preto", "K")):
        supply = Supply(reseller_id=world.reseller_id, code=code, name=name, color=color, page_yield=12_000)
        await supply.save()
        ids.append(supply.id)
    user = User(
        reseller_id=world.reseller_id, email="sofia@ilha.test", name="Sofia", role=Role.SUPPLIES_OPERATOR
    )
    await user.save()
    sofia = replace(world.ana, user_id=user.id, name="Sofia", role=Role.SUPPLIES_OPERATOR, session_id=uuid4())
    return Stock(world, *ids, sofia)
