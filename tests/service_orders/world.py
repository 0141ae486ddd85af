"""A small reseller to tell stories about: Ana at the desk, Tiago and Vera in the field, Escola Sol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from server.accounts.actor import Actor, Role
from server.accounts.tables import Company, Reseller, User
from server.customers.names import search_name
from server.customers.tables import Contract, Customer
from server.database import platform, tenant
from server.equipment.tables import Equipment, MeterReading, Part
from server.service_orders import actions
from server.service_orders.actions import NewOrder
from server.service_orders.rules import Dispatch
from server.service_orders.tables import ChecklistTemplate, ChecklistVersion, ServiceOrder, Technician

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
SCHOOL = (-27.5949, -48.5482)  # Florianópolis
CHECKLIST = [
    {"key": "clean", "label": "Limpou?", "type": "yes_no", "is_required": True, "options": []},
    {"key": "noise", "label": "Ruído", "type": "choice", "is_required": True, "options": ["não", "sim"]},
]


@dataclass(frozen=True)
class World:
    reseller_id: UUID
    company_id: UUID
    customer_id: UUID
    equipment_id: UUID
    part_id: UUID
    checklist_id: UUID
    ana: Actor
    lia: Actor
    tiago: Actor
    vera: Actor
    carla: Actor

    async def open_order(self, description: str = "Atola papel", **more: object) -> UUID:
        wanted = NewOrder(self.customer_id, description, self.equipment_id, **more)  # type: ignore[arg-type]
        with tenant(self.reseller_id):
            return await actions.open_order(self.ana, wanted, now=NOW)

    async def machine(self, serial_number: str) -> UUID:
        """Another one of the school, under the same contract."""
        first = await Equipment.select(Equipment.contract_id).where(Equipment.id == self.equipment_id).first()
        assert first is not None
        machine = Equipment(
            reseller_id=self.reseller_id,
            company_id=self.company_id,
            customer_id=self.customer_id,
            contract_id=first["contract_id"],
            serial_number=serial_number,
            model="HL-5350",
        )
        await machine.save()
        return machine.id

    async def dispatched_order(self, to: Actor | None = None) -> UUID:
        order_id = await self.open_order()
        await self.dispatch(order_id, to or self.tiago)
        return order_id

    async def dispatch(self, order_id: UUID, to: Actor, now: datetime = NOW) -> None:
        assert to.technician_id is not None
        wanted = Dispatch(to.technician_id, due_at=NOW + timedelta(hours=4))
        with tenant(self.reseller_id):
            await actions.dispatch(self.ana, order_id, wanted, now=now)

    async def order(self, order_id: UUID) -> dict[str, object]:
        row: dict[str, object] | None = await ServiceOrder.select().where(ServiceOrder.id == order_id).first()
        assert row is not None
        return row

    async def status(self, order_id: UUID) -> str:
        return str((await self.order(order_id))["status"])


async def found_reseller(slug: str = "ilha") -> World:
    """Stories go on under `tenant()` of the first one, as requests do."""
    with platform():
        return await _found_reseller(slug)


async def _found_reseller(slug: str) -> World:
    reseller = Reseller(name=f"Revenda {slug}", slug=slug)
    await reseller.save()
    company = Company(reseller_id=reseller.id, name="Ilha Ltda", trade_name="Ilha", cnpj="11222333000181")
    await company.save()
    school = Customer(
        reseller_id=reseller.id,
        company_id=company.id,
        name="Escola São João",
        trade_name="Escola Sol",
        search_name=search_name("Escola São João", "Escola Sol", "11222333000181"),
        latitude=SCHOOL[0],
        longitude=SCHOOL[1],
        city="Florianópolis",
        uf="SC",
    )
    await school.save()
    contract = Contract(
        reseller_id=reseller.id, company_id=company.id, customer_id=school.id, number="C-8", kind="full"
    )
    await contract.save()
    machine = Equipment(
        reseller_id=reseller.id,
        company_id=company.id,
        customer_id=school.id,
        contract_id=contract.id,
        serial_number="BRB1234",
        model="DCP-8080DN",
    )
    await machine.save()
    part = Part(reseller_id=reseller.id, code="R-1", name="Rolo de tração")
    await part.save()
    template = ChecklistTemplate(reseller_id=reseller.id, name="Manutenção")
    await template.save()
    checklist = ChecklistVersion(
        reseller_id=reseller.id,
        template_id=template.id,
        name="Manutenção",
        number=1,
        items=json.dumps(CHECKLIST),
    )
    await checklist.save()

    async def person(name: str, role: Role, *, customers: frozenset[UUID] = frozenset()) -> Actor:
        technician_id = None
        if role is Role.TECHNICIAN:
            technician = Technician(reseller_id=reseller.id, company_id=company.id, name=name)
            await technician.save()
            technician_id = technician.id
        user = User(
            reseller_id=reseller.id,
            email=f"{name.lower()}@{slug}.test",
            name=name,
            role=role,
            technician_id=technician_id,
            can_open_orders=name == "Tiago",
        )
        await user.save()
        return Actor(
            user_id=user.id,
            reseller_id=reseller.id,
            name=name,
            email=user.email,
            role=role,
            session_id=uuid4(),
            technician_id=technician_id,
            can_open_orders=name == "Tiago",
            company_ids=frozenset() if customers else frozenset({company.id}),
            customer_ids=customers,
        )

    return World(
        reseller_id=reseller.id,
        company_id=company.id,
        customer_id=school.id,
        equipment_id=machine.id,
        part_id=part.id,
        checklist_id=checklist.id,
        ana=await person("Ana", Role.SERVICE_OPERATOR),
        lia=await person("Lia", Role.LOGISTICS_OPERATOR),
        tiago=await person("Tiago", Role.TECHNICIAN),
        vera=await person("Vera", Role.TECHNICIAN),
        carla=await person("Carla", Role.CUSTOMER, customers=frozenset({school.id})),
    )


async def add_reading(world: World, mono: int, days_ago: int) -> None:
    await MeterReading(
        reseller_id=world.reseller_id,
        equipment_id=world.equipment_id,
        mono=mono,
        read_at=NOW - timedelta(days=days_ago),
        source="ilux",
    ).save()
