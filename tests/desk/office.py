"""An office to tell stories about: Ana dispatches, Tiago was at Escola São João, its Carla looks on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import httpx
from PIL import Image

from offline_sync.ids import uuid7
from server.accounts.actor import Actor, Role
from server.accounts.sessions import actor_for, begin_session
from server.accounts.tables import User, UserCompany, UserCustomer
from server.database import platform, tenant
from server.equipment.tables import MeterReading
from server.service_orders.tables import Discrepancy, ServiceOrder
from server.settings import Settings
from server.visits.tables import Photo, Signature, Visit, VisitEvent
from tests.service_orders.world import NOW, SCHOOL, World
from tests.web.portal import client

SIGNED = '{"visit_id":"…"}'
STEPS = (
    ("selected", 0),
    ("travel_started", 3),
    ("arrived", 30),
    ("work_started", 34),
    ("work_finished", 70),
    ("form_filled", 74),
    ("completed", 75),
)


def picture(color: str = "teal", size: tuple[int, int] = (1200, 900), kind: str = "JPEG") -> bytes:
    data = BytesIO()
    Image.new("RGB", size, color).save(data, kind)
    return data.getvalue()


@dataclass(frozen=True)
class Office:
    world: World
    settings: Settings
    transport: httpx.ASGITransport

    async def admin(self, name: str) -> httpx.AsyncClient:
        """A new admin of the reseller, logged in."""
        with platform():
            user = User(
                reseller_id=self.world.reseller_id,
                email=f"{name.lower()}@ilha.test",
                name=name,
                role=Role.ADMIN,
            )
            await user.save()
        actor = await actor_for(user.id)
        assert actor is not None
        return await self.browser(actor)

    async def as_role(self, source: Actor, role: Role) -> Actor:
        """A new person of that role, with the reach of somebody known."""
        with platform():
            user = User(reseller_id=self.world.reseller_id, email=f"{role}@ilha.test", name="Nina", role=role)
            await user.save()
        return replace(source, user_id=user.id, name="Nina", role=role)

    async def browser(self, actor: Actor) -> httpx.AsyncClient:
        """Somebody logged in, with what their account says they may reach."""
        with platform():
            for company_id in actor.company_ids:
                await UserCompany.insert(
                    UserCompany(reseller_id=actor.reseller_id, user_id=actor.user_id, company_id=company_id)
                )
            for customer_id in actor.customer_ids:
                await UserCustomer.insert(
                    UserCustomer(
                        reseller_id=actor.reseller_id, user_id=actor.user_id, customer_id=customer_id
                    )
                )
            _, token = await begin_session(
                actor.user_id,
                actor.reseller_id,
                now=datetime.now(UTC),
                settings=self.settings,
                address="127.0.0.1",
                user_agent="test",
            )
        browser = client(self.transport)
        browser.cookies.set("session", token)
        return browser

    async def visit(
        self, *, state: str = "completed", photos: int = 1, diagnosis: str = "Rolo gasto"
    ) -> Visit:
        """Tiago's visit to a new order, with its evidence; its files are in the store."""
        order_id = await self.world.dispatched_order()
        with tenant(self.world.reseller_id):
            return await self._record(order_id, state, photos, diagnosis)

    async def _record(self, order_id: UUID, state: str, photos: int, diagnosis: str) -> Visit:
        world = self.world
        visit = Visit(
            reseller_id=world.reseller_id,
            service_order_id=order_id,
            technician_id=world.tiago.technician_id,
            technician_name="Tiago",
            equipment_id=world.equipment_id,
            state=state,
            is_primary=state == "completed",
            outcome="done" if state == "completed" else None,
            diagnosis=diagnosis,
            resolution="Troca do rolo",
            started_at=NOW,
            ended_at=NOW + timedelta(minutes=75) if state == "completed" else None,
            received_at=NOW + timedelta(hours=3),
            distance_km=7.754,
            distance_method="gps",
            travel_minutes=27,
            arrival_distance_m=40,
            signed_content=SIGNED,
            content_hash=hashlib.sha256(SIGNED.encode()).hexdigest(),
        )
        await visit.save()
        for number, (kind, minute) in enumerate(STEPS):
            await VisitEvent(
                reseller_id=world.reseller_id,
                visit_id=visit.id,
                kind=kind,
                occurred_at=NOW + timedelta(minutes=minute),
                received_at=NOW + timedelta(hours=3),
                clock_offset_ms=720_000 if number == 0 else 0,
                latitude=SCHOOL[0],
                longitude=SCHOOL[1] + number / 1000,
            ).save()
        for number in range(photos):
            await self.add_photo(visit.id, f"Foto {number + 1}")
        await self._sign(visit.id)
        await MeterReading(
            reseller_id=world.reseller_id,
            equipment_id=world.equipment_id,
            visit_id=visit.id,
            mono=123_456,
            read_at=NOW + timedelta(minutes=60),
            source="field",
            is_lower=True,
        ).save()
        return visit

    async def add_photo(
        self, visit_id: UUID, caption: str, *, content: bytes | None = None, withdrawn: bool = False
    ) -> UUID:
        """A photo; `content` b"" leaves it waiting for its file."""
        data = picture() if content is None else content
        sha256 = hashlib.sha256(data or caption.encode()).hexdigest()
        if data:
            self.put(sha256, data)
        photo = Photo(
            reseller_id=self.world.reseller_id,
            visit_id=visit_id,
            sha256=sha256,
            size=len(data),
            content_type="image/jpeg",
            slot="before",
            caption=caption,
            taken_at=NOW + timedelta(minutes=40),
            file_at=NOW if data else None,
            withdrawn_at=NOW if withdrawn else None,
        )
        await photo.save()
        return photo.id

    async def doubt(self, visit: Visit, kind: str = "reading_lower") -> UUID:
        """A discrepancy of that visit."""
        discrepancy = Discrepancy(
            id=uuid7(),
            reseller_id=self.world.reseller_id,
            service_order_id=visit.service_order_id,
            visit_id=visit.id,
            kind=kind,
            facts='{"serial_number": "BRB1234", "mono": {"value": 123456, "last": 200000}}',
            raised_at=NOW,
        )
        await discrepancy.save()
        return discrepancy.id

    def put(self, sha256: str, content: bytes) -> None:
        folder = Path(self.settings.data_dir) / "files" / str(self.world.reseller_id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / sha256).write_bytes(content)

    async def order_status(self, order_id: UUID) -> str:
        row = await ServiceOrder.select(ServiceOrder.status).where(ServiceOrder.id == order_id).first()
        return str(row["status"]) if row else ""

    async def _sign(self, visit_id: UUID) -> None:
        strokes = picture("white", (300, 120), "PNG")
        sha256 = hashlib.sha256(strokes).hexdigest()
        self.put(sha256, strokes)
        await Signature(
            reseller_id=self.world.reseller_id,
            visit_id=visit_id,
            signer_name="Rosa Lima",
            signer_document="01234567890",
            sha256=sha256,
            size=len(strokes),
            content_hash=hashlib.sha256(SIGNED.encode()).hexdigest(),
            signed_at=NOW + timedelta(minutes=74),
            file_at=NOW,
        ).save()
