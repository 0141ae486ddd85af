"""A company with one of everything: the rows that the matrix asks for, each marked in what people read."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from uuid import UUID

from PIL import Image

from offline_sync.ids import uuid7
from offline_sync.tables import SyncFile
from server.accounts.tables import User
from server.attachments.tables import Attachment
from server.billing.actions import path_of
from server.billing.tables import BillingBatch, BillingFile
from server.calendars.tables import CalendarHoliday
from server.contact.tables import ContactMessage
from server.customers.tables import Contract, Customer
from server.deliveries.tables import Delivery, DeliveryDiscrepancy, DeliveryFile, Invoice
from server.equipment.tables import Equipment
from server.positions.tables import PositionProposal
from server.reading_requests.answering import photo_path
from server.reading_requests.tables import ReadingRequest, ReadingRequestItem
from server.service_orders.tables import (
    Carrier,
    ChecklistTemplate,
    ChecklistVersion,
    Discrepancy,
    PartRequest,
    ServiceOrder,
    Technician,
)
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestEvent, SupplyRequestItem
from server.visits.tables import Photo, Signature, Visit, VisitEvent
from tests.accounts.people import House

NOW = datetime.now(UTC)
NEIGHBOUR, FOREIGN = "Segredo-Vizinho", "Segredo-Alheio"
numbers = count(1)
Wanted = AbstractSet[str] | None


def _picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(data, "PNG")
    return data.getvalue()


PICTURE = _picture()
SHA256 = hashlib.sha256(PICTURE).hexdigest()


@dataclass
class Corner:
    """One company with its customer, machine, technician and carrier."""

    house: House
    company_id: UUID
    mark: str
    customer_id: UUID = field(default_factory=uuid7)
    equipment_id: UUID = field(default_factory=uuid7)
    technician_id: UUID = field(default_factory=uuid7)
    carrier_id: UUID = field(default_factory=uuid7)
    contract_id: UUID = field(default_factory=uuid7)
    folder: Path = Path()

    @property
    def shared_mark(self) -> str:
        return FOREIGN if self.mark == FOREIGN else "Da revenda toda"

    async def build(self) -> None:
        owner = {"reseller_id": self.house.reseller_id, "company_id": self.company_id}
        await Customer.insert(Customer(id=self.customer_id, name=self.mark, trade_name=self.mark, **owner))
        await Contract.insert(
            Contract(id=self.contract_id, customer_id=self.customer_id, number=self.mark, **owner)
        )
        await Equipment.insert(
            Equipment(
                id=self.equipment_id,
                customer_id=self.customer_id,
                serial_number=self.mark,
                model="M",
                **owner,
            )
        )
        await Technician.insert(Technician(id=self.technician_id, name=self.mark, **owner))
        # A reseller's carriers and catalogue are for all its companies.
        await Carrier.insert(
            Carrier(id=self.carrier_id, reseller_id=self.house.reseller_id, name=self.shared_mark)
        )

    async def rows(self, wanted: Wanted = None) -> dict[str, UUID]:
        """One of each kind that has a wanted id; without `wanted` one of each."""
        kinds = (
            self.order,
            self.invoice,
            self.supply_request,
            self.proposal,
            self.checklist,
            self.billing,
            self.contact,
            self.readings,
        )
        return await make(kinds, wanted)

    async def order(self) -> dict[str, UUID]:
        """An order in L with a visit, its photo, signature and discrepancy; ids by the routes' names."""
        order_id, visit_id, photo_id, discrepancy_id = uuid7(), uuid7(), uuid7(), uuid7()
        attachment_id, part_request_id = uuid7(), uuid7()
        tenant = {"reseller_id": self.house.reseller_id}
        await ServiceOrder.insert(
            ServiceOrder(
                id=order_id,
                company_id=self.company_id,
                customer_id=self.customer_id,
                equipment_id=self.equipment_id,
                technician_id=self.technician_id,
                web_number=next(numbers),
                status="L",
                description=self.mark,
                opened_at=NOW,
                last_change_at=NOW,
                **tenant,
            )
        )
        await Visit.insert(
            Visit(
                id=visit_id,
                service_order_id=order_id,
                technician_id=self.technician_id,
                technician_name=self.mark,
                equipment_id=self.equipment_id,
                state="completed",
                outcome="pending",
                started_at=NOW,
                ended_at=NOW,
                received_at=NOW,
                **tenant,
            )
        )
        await VisitEvent.insert(
            VisitEvent(
                id=uuid7(), visit_id=visit_id, kind="completed", occurred_at=NOW, received_at=NOW, **tenant
            )
        )
        await Photo.insert(
            Photo(
                id=photo_id,
                visit_id=visit_id,
                sha256=SHA256,
                size=len(PICTURE),
                content_type="image/png",
                taken_at=NOW,
                file_at=NOW,
                **tenant,
            )
        )
        await Signature.insert(
            Signature(
                id=uuid7(),
                visit_id=visit_id,
                signer_name=self.mark,
                sha256=SHA256,
                size=len(PICTURE),
                signed_at=NOW,
                file_at=NOW,
                **tenant,
            )
        )
        await Discrepancy.insert(
            Discrepancy(
                id=discrepancy_id,
                service_order_id=order_id,
                visit_id=visit_id,
                kind="clock_drift",
                raised_at=NOW,
                **tenant,
            )
        )
        await PartRequest.insert(
            PartRequest(
                id=part_request_id,
                service_order_id=order_id,
                description=self.mark,
                requested_at=NOW,
                **tenant,
            )
        )
        await Attachment.insert(
            Attachment(
                id=attachment_id,
                service_order_id=order_id,
                name=f"{self.mark}.png",
                content_type="image/png",
                size=len(PICTURE),
                sha256=SHA256,
                uploaded_at=NOW,
                **tenant,
            )
        )
        self.store(f"attachments/{self.house.reseller_id}/{attachment_id}")
        return {
            "order_id": order_id,
            "equipment_id": self.equipment_id,
            "contract_id": self.contract_id,
            "attachment_id": attachment_id,
            "visit_id": visit_id,
            "photo_id": photo_id,
            "discrepancy_id": discrepancy_id,
            "part_request_id": part_request_id,
            "technician_id": self.technician_id,
            "stream": visit_id,
        }

    async def invoice(self) -> dict[str, UUID]:
        """A delivered invoice with its signature and a discrepancy."""
        invoice_id, delivery_id, file_id, discrepancy_id = uuid7(), uuid7(), uuid7(), uuid7()
        tenant = {"reseller_id": self.house.reseller_id}
        user_id = await self._somebody()
        await Invoice.insert(
            Invoice(
                id=invoice_id,
                company_id=self.company_id,
                customer_id=self.customer_id,
                carrier_id=self.carrier_id,
                number="900",
                issued_at=NOW,
                delivery_status="delivered",
                received_by=self.mark,
                **tenant,
            )
        )
        await Delivery.insert(
            Delivery(
                id=delivery_id,
                invoice_id=invoice_id,
                carrier_id=self.carrier_id,
                user_id=user_id,
                driver_name=self.mark,
                outcome="delivered",
                is_primary=True,
                receiver_name=self.mark,
                happened_at=NOW,
                received_at=NOW,
                **tenant,
            )
        )
        await DeliveryFile.insert(
            DeliveryFile(
                id=file_id,
                delivery_id=delivery_id,
                kind="signature",
                sha256=SHA256,
                size=len(PICTURE),
                content_type="image/png",
                taken_at=NOW,
                file_at=NOW,
                **tenant,
            )
        )
        await DeliveryDiscrepancy.insert(
            DeliveryDiscrepancy(
                id=discrepancy_id, delivery_id=delivery_id, kind="clock_drift", raised_at=NOW, **tenant
            )
        )
        return {
            "invoice_id": invoice_id,
            "file_id": file_id,
            "delivery_discrepancy_id": discrepancy_id,
        }

    async def proposal(self) -> dict[str, UUID]:
        """Another position of the customer, which waits for a decision."""
        await PositionProposal.update(
            {PositionProposal.decided_at: NOW, PositionProposal.decision: "superseded"}
        ).where(PositionProposal.customer_id == self.customer_id)
        proposal = PositionProposal(
            reseller_id=self.house.reseller_id,
            customer_id=self.customer_id,
            source="visits",
            latitude=-27.6,
            longitude=-48.5,
            visits=3,
        )
        await proposal.save()
        holiday = CalendarHoliday(
            reseller_id=self.house.reseller_id, held_on=NOW.date(), name=self.shared_mark
        )
        await holiday.save()
        return {
            "customer_id": self.customer_id,
            "proposal_id": proposal.id,
            "holiday_id": holiday.id,
        }

    async def checklist(self) -> dict[str, UUID]:
        """A checklist with its first version."""
        tenant = {"reseller_id": self.house.reseller_id}
        template = ChecklistTemplate(name=self.shared_mark, **tenant)
        await template.save()
        await ChecklistVersion.insert(
            ChecklistVersion(
                template_id=template.id,
                name=self.shared_mark,
                number=1,
                items="[]",
                published_at=NOW,
                **tenant,
            )
        )
        return {"template_id": template.id}

    async def supply_request(self) -> dict[str, UUID]:
        """A request for the corner's machine, with an item and a line of history."""
        request_id, supply_id = uuid7(), uuid7()
        tenant = {"reseller_id": self.house.reseller_id}
        code = str(supply_id)[-12:]
        await Supply.insert(Supply(id=supply_id, code=code, name=self.shared_mark, **tenant))
        await SupplyRequest.insert(
            SupplyRequest(
                id=request_id,
                company_id=self.company_id,
                customer_id=self.customer_id,
                equipment_id=self.equipment_id,
                web_number=next(numbers),
                note=self.mark,
                requested_at=NOW,
                **tenant,
            )
        )
        await SupplyRequestItem.insert(
            SupplyRequestItem(supply_request_id=request_id, supply_id=supply_id, **tenant)
        )
        await SupplyRequestEvent.insert(
            SupplyRequestEvent(
                supply_request_id=request_id, kind="requested", user_name=self.mark, source="web", **tenant
            )
        )
        return {
            "supply_request_id": request_id,
            "equipment_id": self.equipment_id,
            "supply_id": supply_id,
        }

    async def billing(self) -> dict[str, UUID]:
        """A billing file of the corner's customer; its bytes are in the store."""
        batch_id, file_id = uuid7(), uuid7()
        tenant = {"reseller_id": self.house.reseller_id}
        await BillingBatch.insert(
            BillingBatch(
                id=batch_id,
                company_id=self.company_id,
                customer_id=self.customer_id,
                period_on=NOW.date().replace(day=1),
                note=self.mark,
                published_by_id=await self._somebody(),
                published_by_name=self.mark,
                published_at=NOW,
                **tenant,
            )
        )
        await BillingFile.insert(
            BillingFile(
                id=file_id,
                billing_batch_id=batch_id,
                name=f"{self.mark}.pdf",
                sha256=SHA256,
                size=len(PICTURE),
                pages=1,
                **tenant,
            )
        )
        self.store(path_of(self.house.reseller_id, file_id))
        return {"billing_batch_id": batch_id, "billing_file_id": file_id, "customer_id": self.customer_id}

    async def contact(self) -> dict[str, UUID]:
        message_id = uuid7()
        await ContactMessage.insert(
            ContactMessage(
                id=message_id,
                reseller_id=self.house.reseller_id,
                company_id=self.company_id,
                customer_id=self.customer_id,
                subject=self.mark,
                body=self.mark,
                sender_id=await self._somebody(),
                sender_name=self.mark,
                sent_at=NOW,
            )
        )
        return {"contact_message_id": message_id}

    async def readings(self) -> dict[str, UUID]:
        """This month's readings of the corner's machine, answered with a photo."""
        request_id, item_id = uuid7(), uuid7()
        tenant = {"reseller_id": self.house.reseller_id}
        month_on = NOW.date().replace(day=1)
        is_there = await ReadingRequest.exists().where(ReadingRequest.customer_id == self.customer_id)
        if is_there:
            number = next(numbers)
            month_on = date(1900 + number // 12, 1 + number % 12, 1)
        await ReadingRequest.insert(
            ReadingRequest(
                id=request_id,
                customer_id=self.customer_id,
                month_on=month_on,
                token_hash=str(request_id),
                asked_at=NOW,
                expires_at=NOW + timedelta(days=20),
                **tenant,
            )
        )
        await ReadingRequestItem.insert(
            ReadingRequestItem(
                id=item_id,
                reading_request_id=request_id,
                equipment_id=self.equipment_id,
                answered_at=NOW,
                photo_type="image/png",
                **tenant,
            )
        )
        self.store(photo_path(self.house.reseller_id, item_id))
        return {
            "reading_request_id": request_id,
            "reading_item_id": item_id,
            "customer_id": self.customer_id,
        }

    async def _somebody(self) -> UUID:
        user = await User.select(User.id).where(User.reseller_id == self.house.reseller_id).first()
        assert user is not None
        user_id: UUID = user["id"]
        return user_id

    def store(self, name: str) -> None:
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PICTURE)

    async def store_files(self) -> None:
        self.store(f"{self.house.reseller_id}/{SHA256}")
        await SyncFile.insert(
            SyncFile(
                id=uuid7(),
                reseller_id=self.house.reseller_id,
                sha256=SHA256,
                size=len(PICTURE),
                content_type="image/png",
                client_id=uuid7(),
                stored_at=NOW,
            )
        )


async def make(
    makers: Sequence[Callable[..., Awaitable[dict[str, UUID]]]], wanted: Wanted, *arguments: object
) -> dict[str, UUID]:
    """Ask those who make a wanted id. Which ids a maker makes is known once it was asked."""
    made: dict[str, UUID] = {}
    for maker in makers:
        ids = _ids_of.get(maker.__name__)
        if wanted is None or ids is None or ids & wanted:
            rows = await maker(*arguments)
            _ids_of[maker.__name__] = frozenset(rows)
            made |= rows
    return made


_ids_of: dict[str, frozenset[str]] = {}
