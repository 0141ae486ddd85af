"""Two resellers with the same kinds of rows, and a person of every role, for the matrix.

*Own* rows are in every one of their roles' reach: the order is in L, dispatched to the technician, at the
customer whose users ask. *Neighbour* rows belong to the same reseller, but to another company, customer,
technician and person. *Foreign* rows belong to another reseller. Each kind is marked in what people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from offline_sync.ids import uuid7
from server.accounts.actor import CUSTOMER_ROLES, Role
from server.accounts.sessions import begin_session
from server.accounts.tables import Company, UserCompany, UserCustomer
from server.database import platform
from server.settings import Settings
from tests.accounts.people import House, hire, open_house
from tests.web.belongings import MAKERS
from tests.web.corner import FOREIGN, NEIGHBOUR, Corner, Wanted, make, numbers


@dataclass
class World:
    """`staff` are the own reseller's people by role; `neighbours` and `strangers` own the other rows."""

    own: Corner
    neighbour: Corner
    foreign: Corner
    settings: Settings
    staff: dict[Role, UUID] = field(default_factory=dict)
    neighbours: dict[Role, UUID] = field(default_factory=dict)
    strangers: dict[Role, UUID] = field(default_factory=dict)

    async def token(self, house: House, user_id: UUID) -> tuple[UUID, str]:
        return await begin_session(
            user_id,
            house.reseller_id,
            now=datetime.now(UTC),
            settings=self.settings,
            address="",
            user_agent="",
        )

    async def belongings(self, house: House, user_id: UUID, wanted: Wanted = None) -> dict[str, UUID]:
        """A person's own session, and what else of theirs has a wanted id."""
        session_id, _ = await self.token(house, user_id)
        whose = (house, user_id, session_id)
        made = await make(MAKERS, wanted, *whose)
        return made | {"session_id": session_id, "user_id": user_id}

    async def own_ids(self, role: Role, wanted: Wanted = None) -> dict[str, UUID]:
        subject = await hire(
            self.own.house, f"Alvo{next(numbers)} Silva", Role.SERVICE_OPERATOR, password=None
        )
        ids = await self.belongings(self.own.house, self.staff[role], wanted)
        rows = await self.own.rows(wanted)
        return rows | ids | {"user_id": subject}

    async def neighbour_ids(self, role: Role, wanted: Wanted = None) -> dict[str, UUID]:
        rows = await self.neighbour.rows(wanted)
        return rows | await self.belongings(
            self.own.house, self.neighbours[role if role in self.neighbours else Role.TECHNICIAN], wanted
        )

    async def foreign_ids(self, role: Role, wanted: Wanted = None) -> dict[str, UUID]:
        rows = await self.foreign.rows(wanted)
        return rows | await self.belongings(
            self.foreign.house, self.strangers[role if role in self.strangers else Role.ADMIN], wanted
        )


async def build_world(settings: Settings) -> World:
    house = await open_house("Copiadora Ilha")
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    branch = uuid7()
    with platform():
        await Company.insert(
            Company(
                id=branch,
                reseller_id=house.reseller_id,
                name="Filial",
                trade_name="Filial",
                cnpj="11222333000262",
            )
        )
        world = World(
            Corner(house, house.company_id, "Padaria Aurora"),
            Corner(house, branch, NEIGHBOUR),
            Corner(other, other.company_id, FOREIGN),
            settings,
        )
        for corner in (world.own, world.neighbour, world.foreign):
            corner.folder = settings.data_dir
            await corner.build()
        for corner in (world.own, world.foreign):
            await corner.store_files()
        for role in Role:
            world.staff[role] = await _employ(world.own, role, f"{role.value}1 Souza")
        # An admin without named companies has all of them.
        await _unbind(world.staff[Role.ADMIN])
        for role in (Role.TECHNICIAN, Role.DRIVER):
            world.neighbours[role] = await _employ(world.neighbour, role, f"{role.value}2 {NEIGHBOUR}")
        for role in (Role.ADMIN, Role.TECHNICIAN, Role.DRIVER):
            world.strangers[role] = await _employ(world.foreign, role, f"{role.value}3 {FOREIGN}")
        for corner in (world.own, world.neighbour, world.foreign):
            await corner.rows()
    return world


async def _employ(corner: Corner, role: Role, name: str) -> UUID:
    reach: Mapping[str, UUID] = {}
    if role is Role.TECHNICIAN:
        reach = {"technician_id": corner.technician_id}
    if role is Role.DRIVER:
        reach = {"carrier_id": corner.carrier_id}
    user_id = await hire(corner.house, name, role, password=None, **reach)
    if role in CUSTOMER_ROLES:
        await UserCustomer.insert(
            UserCustomer(
                reseller_id=corner.house.reseller_id, user_id=user_id, customer_id=corner.customer_id
            )
        )
    return user_id


async def _unbind(user_id: UUID) -> None:
    await UserCompany.delete().where(UserCompany.user_id == user_id)
