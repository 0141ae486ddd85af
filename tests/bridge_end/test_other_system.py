"""A base that is not ILUX's is bridged both ways by a mapping file alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ilux_bridge.firebird import connect
from piccolo_conf import DB
from server.accounts.tables import Company
from server.bridge import messages
from server.bridge.tables import IluxLink, IluxMessage
from server.customers.tables import Customer
from server.deliveries.tables import Invoice
from tests.bridge.conftest import Templates
from tests.bridge.office import FLAVOURS, save
from tests.bridge.office import Office as System
from tests.bridge_end.bridge import End, meet, read_mapping
from tests.bridge_portal.test_rows import of_key
from tests.desk.office import Office
from tests.service_orders.world import NOW

HERE = Path(__file__).parent / "other_system"
BILL = 2**40


@pytest.fixture
def system(templates: Templates) -> Iterator[System]:
    flavour = next(one for one in FLAVOURS if one.name == "iso8859_1")
    server, _ = templates(flavour)
    path = server.create("other_system", flavour.charset, flavour.dialect)
    with connect(server.address(path)) as owner:
        for statement in (HERE / "schema.sql").read_text().split("\n^\n"):
            if statement.strip():
                save(owner, statement)
    system = System(server, path, flavour)
    yield system
    system.close()
    path.unlink()


@pytest.fixture
async def end(system: System, office: Office, tmp_path: Path) -> AsyncIterator[End]:
    async with meet(system, office, tmp_path, read_mapping(HERE / "mapping.toml")) as met:
        met.ilux.close()  # whoever was there before the triggers
        met.restart()
        met.clerk = system.clerk()
        await met.cycle.load()
        await met.turn()
        yield met


async def test_another_system_needs_a_mapping_and_nothing_else(end: End) -> None:
    company = await of_key(Company, "company", "7")
    assert (company["name"], company["cnpj"]) == ("Manaus Máquinas Ltda.", "11444777000161")
    customer = await of_key(Customer, "customer", "000A")
    assert (customer["name"], customer["cnpj_cpf"]) == ("Padaria São João", "12ABC34501DE35")
    assert not await IluxLink.exists().where(IluxLink.key == "F-1"), "a supplier is no customer"
    bill = await of_key(Invoice, "invoice", str(BILL))
    assert (bill["number"], bill["total"], bill["delivery_status"]) == ("77", Decimal("1234.50"), "pending")
    assert (bill["issued_at"].isoformat(), bill["customer_id"]) == (
        "2026-03-02T12:30:00+00:00",
        customer["id"],
    )

    save(
        end.clerk,
        'UPDATE "Pessoas" SET "Nome" = \'Panificadora São João – matriz\' WHERE "Id" = \'000A\'',
        "INSERT INTO FATURAS (ID, LOJA, PESSOA_ID, NUMERO, TOTAL) VALUES (5, 7, '000A', '78', 10)",
        'UPDATE "Pessoas" SET "Papel" = \'C\' WHERE "Id" = \'F-1\'',
    )
    await end.turn()
    assert (await of_key(Customer, "customer", "000A"))["name"] == "Panificadora São João – matriz"
    assert (await of_key(Invoice, "invoice", "5"))["customer_id"] == customer["id"]
    assert (await of_key(Customer, "customer", "F-1"))["is_active"]
    save(
        end.clerk,
        "DELETE FROM FATURAS WHERE ID = 5",
        'UPDATE "Pessoas" SET "Bloqueado" = 1 WHERE "Id" = \'F-1\'',
    )
    await end.turn()
    assert not (await of_key(Invoice, "invoice", "5"))["is_active"]
    assert not (await of_key(Customer, "customer", "F-1"))["is_active"]


async def test_a_delivery_is_written_as_that_system_writes_it(end: End) -> None:
    bill = await of_key(Invoice, "invoice", str(BILL))
    await deliver(end, bill["id"])
    await end.turn()
    (message,) = await IluxMessage.select(IluxMessage.status, IluxMessage.reason)
    assert message == {"status": "applied", "reason": ""}
    sql = "SELECT SITUACAO, ENTREGUE_EM, QUEM_RECEBEU FROM FATURAS WHERE ID = ?"
    with end.clerk.reading() as work:
        assert work.one(sql, BILL) == (1, datetime(2026, 3, 2, 14, 5), "Dona Márcia")
    after = await of_key(Invoice, "invoice", str(BILL))
    assert (after["delivery_status"], after["received_by"]) == ("delivered", "Dona Márcia")


async def deliver(end: End, invoice_id: UUID) -> None:
    """What the portal leaves for the bridge when a driver has confirmed a delivery."""
    said = {
        "delivery_status": "delivered",
        "delivered_at": datetime(2026, 3, 2, 18, 5, tzinfo=UTC),
        "received_by": "Dona Márcia",
    }
    async with DB.transaction() as tx:
        await messages.invoice_delivered(
            tx, end.office.world.reseller_id, invoice_id, uuid4(), said, {"delivery_status": "pending"}, NOW
        )
