"""The office of the desk's stories, and programs that call it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from server.accounts.actor import Role
from server.accounts.tables import User
from server.api.scopes import ApiScope
from server.database import Database, platform, tenant
from tests.api.tokens import EVERY_SCOPE, make_token
from tests.desk.office import Office
from tests.service_orders.world import found_reseller
from tests.web.portal import ORIGIN, running_portal, settings_for


@dataclass(frozen=True)
class Programs:
    """Programs with tokens of Rui's, an admin of the reseller."""

    office: Office
    rui_id: UUID

    async def token(
        self, *, scopes: Iterable[ApiScope] = EVERY_SCOPE, customers: Iterable[UUID] = (), **more: object
    ) -> str:
        reseller_id = self.office.world.reseller_id
        return await make_token(reseller_id, self.rui_id, scopes=scopes, customers=customers, **more)  # type: ignore[arg-type]

    async def erp(self, **more: object) -> httpx.AsyncClient:
        return self.calling(await self.token(**more))  # type: ignore[arg-type]

    def calling(self, token: str) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            transport=self.office.transport, base_url=f"{ORIGIN}/api/v1", headers=headers
        )


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    world = await found_reseller()
    settings = settings_for(tmp_path)
    async with running_portal(settings) as transport:
        with tenant(world.reseller_id):
            yield Office(world, settings, transport)


@pytest.fixture
async def programs(office: Office) -> Programs:
    with platform():
        rui = User(reseller_id=office.world.reseller_id, email="rui@ilha.test", name="Rui", role=Role.ADMIN)
        await rui.save()
    return Programs(office, rui.id)


@pytest.fixture
async def erp(programs: Programs) -> AsyncIterator[httpx.AsyncClient]:
    """A program with every scope, for all companies."""
    async with await programs.erp() as caller:
        yield caller
