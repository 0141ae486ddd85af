"""What the office does meanwhile, by its own actions. A refusal is an answer like another."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from server.accounts.devices import revoke_device
from server.database import tenant
from server.equipment.actions import reinstate_equipment, retire_equipment
from server.equipment.tables import Part
from server.jobs.registry import ClaimedJob
from server.jobs.tables import Job
from server.problems import Problem
from server.service_orders import actions
from server.service_orders.actions import NewOrder
from server.service_orders.rules import Dispatch, OrderEdit
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import ServiceOrder
from server.triage.tables import TriageMessage
from server.visits.files import CHECK_FILES, check_files
from tests.model.portal import Portal

ACTS = (
    "open",
    "cancel",
    "reassign",
    "edit_contact",
    "edit_notes",
    "wait",
    "retire",
    "reinstate",
    "message",
    "part",
)


@dataclass
class Office:
    portal: Portal

    def __post_init__(self) -> None:
        self.orders: list[UUID] = []

    async def act(self, act: str, choice: int) -> None:
        """`choice` picks the order, the technician, the words."""
        with tenant(self.portal.home.reseller_id), suppress(Problem):
            await self._act(act, choice)

    async def _act(self, act: str, choice: int) -> None:
        home, now = self.portal.home, self.portal.clock()
        order_id = self.orders[choice % len(self.orders)]
        match act:
            case "open":
                await self.open()
            case "cancel":
                await actions.cancel(home.ana, order_id, "Desistiu", now=now)
            case "reassign":
                to = (home.tiago, home.vera)[choice % 2]
                assert to.technician_id is not None
                await actions.dispatch(home.ana, order_id, Dispatch(to.technician_id), now=now)
            case "edit_contact":
                await actions.edit(home.ana, order_id, OrderEdit(requester_name=f"Pedro {choice}"), now=now)
            case "edit_notes":
                await actions.edit(home.ana, order_id, OrderEdit(notes=f"Portaria {choice}"), now=now)
            case "wait":
                await actions.change_status(
                    home.ana, order_id, Status.PENDING, now=now, pending_reason=PendingReason.OTHER
                )
            case "retire":
                await retire_equipment(self.portal.admin, home.equipment_id)
            case "reinstate":
                await reinstate_equipment(self.portal.admin, home.equipment_id)
            case "message" if await self._is_kept(order_id):
                await TriageMessage(
                    reseller_id=home.reseller_id,
                    service_order_id=order_id,
                    author_name="Ana",
                    author_side="desk",
                    body=f"Levar toner {choice}",
                ).save()
            case "part":
                await Part.update({Part.is_active: choice % 2 == 0}).where(Part.id == home.part_id)

    async def _is_kept(self, order_id: UUID) -> bool:
        """A restored database may have forgotten it."""
        return await ServiceOrder.exists().where(ServiceOrder.id == order_id)

    async def open(self) -> None:
        """An order for Tiago or Vera, in turn."""
        home, now = self.portal.home, self.portal.clock()
        to = (home.tiago, home.vera)[len(self.orders) % 2]
        assert to.technician_id is not None
        with tenant(home.reseller_id):
            wanted = NewOrder(home.customer_id, "Atola papel", home.equipment_id)
            order_id = await actions.open_order(home.ana, wanted, now=now)
            await actions.dispatch(home.ana, order_id, Dispatch(to.technician_id), now=now)
        self.orders.append(order_id)

    async def revoke(self, client_id: UUID) -> None:
        with tenant(self.portal.home.reseller_id):
            await revoke_device(self.portal.admin, client_id, self.portal.clock(), "127.0.0.1")

    async def look_for_missing_files(self) -> None:
        """The job that a conclusion leaves for the day after."""
        for world in (self.portal.home, self.portal.away):
            with tenant(world.reseller_id):
                jobs = (
                    await Job.select(Job.id, Job.payload)
                    .where(Job.reseller_id == world.reseller_id, Job.kind == CHECK_FILES)
                    .output(load_json=True)
                )
                for job in jobs:
                    await check_files(
                        ClaimedJob(job["id"], CHECK_FILES, job["payload"], 1, world.reseller_id)
                    )
