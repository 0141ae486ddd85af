"""Rows from ILUX become the portal's, once each, whatever order and company they come in."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from piccolo.table import Table

from server.accounts.tables import Company
from server.bridge.tables import IluxLink, IluxRefusal
from server.customers.tables import Contract, Customer
from server.database import platform
from server.deliveries.tables import Invoice
from server.equipment.tables import Defect, Equipment, MeterReading, Part
from server.positions.tables import CustomerPosition
from server.service_orders.tables import Carrier, Technician
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestItem
from tests.bridge_portal.bridge import (
    BASICS,
    COMPANY,
    CONTRACT,
    CUSTOMER,
    MACHINE,
    MODEL,
    Bridge,
    connect,
    gone,
    row,
)
from tests.desk.office import Office
from tests.service_orders.world import found_reseller


async def of_key(table: type[Table], entity: str, key: str) -> dict[str, Any]:
    """The portal's row of a key of ILUX."""
    link = (
        await IluxLink.select(IluxLink.row_id).where(IluxLink.entity == entity, IluxLink.key == key).first()
    )
    assert link is not None, f"no link for {entity} {key}"
    found: dict[str, Any] | None = (
        await table.select().where(table._meta.primary_key == link["row_id"]).first()
    )
    assert found is not None
    return found


async def refusals() -> list[tuple[str, str, str, str]]:
    rows = await IluxRefusal.select().order_by(IluxRefusal.key)
    return [(one["entity"], one["key"], one["code"], one["field"]) for one in rows]


async def test_a_machine_comes_with_its_customer_contract_and_model(bridge: Bridge) -> None:
    assert await bridge.bring(*BASICS) == {"applied": 7, "refused": []}
    machine = await of_key(Equipment, "equipment", "501")
    assert (machine["serial_number"], machine["model"], machine["manufacturer"]) == (
        "U63885",
        "DCP-L5652",
        "Brother",
    )
    customer = await of_key(Customer, "customer", "7")
    assert machine["customer_id"] == customer["id"]
    assert customer["search_name"] == "padaria aurora 11444777000161"
    contract = await of_key(Contract, "contract", "1|88")
    assert (machine["contract_id"], contract["mono_allowance"]) == (contract["id"], 2000)


async def test_the_reseller_own_company_is_joined_by_its_cnpj(bridge: Bridge, office: Office) -> None:
    await bridge.bring(COMPANY)
    assert await Company.count() == 1
    assert (await of_key(Company, "company", "1"))["id"] == office.world.company_id


async def test_a_machine_that_the_portal_had_is_joined_by_its_serial_number(
    bridge: Bridge, office: Office
) -> None:
    await bridge.bring(
        COMPANY, CUSTOMER, row("equipment", "9", company="1", customer="7", serial_number="BRB1234")
    )
    machine = await of_key(Equipment, "equipment", "9")
    assert (machine["id"], machine["model"]) == (office.world.equipment_id, "DCP-8080DN")


async def test_who_was_registered_by_hand_is_joined_and_not_doubled(bridge: Bridge, office: Office) -> None:
    reseller_id, company_id = office.world.reseller_id, office.world.company_id
    aurora = Customer(
        reseller_id=reseller_id,
        company_id=company_id,
        name="Aurora",
        cnpj_cpf="11444777000161",
        latitude=-27.6,
    )
    await aurora.save()
    contract = Contract(reseller_id=reseller_id, company_id=company_id, customer_id=aurora.id, number="88")
    await contract.save()
    jonas = Technician(reseller_id=reseller_id, company_id=company_id, name="Jônas ")
    await jonas.save()
    correios = Carrier(reseller_id=reseller_id, name="Expresso São José")
    await correios.save()

    await bridge.bring(*BASICS, row("carrier", "3", name="EXPRESSO SAO JOSE"))

    joined = await of_key(Customer, "customer", "7")
    assert (joined["id"], joined["name"], joined["latitude"]) == (aurora.id, "Padaria Aurora", -27.6)
    assert (await of_key(Contract, "contract", "1|88"))["id"] == contract.id
    assert (await of_key(Technician, "technician", "T1"))["id"] == jonas.id
    assert (await of_key(Carrier, "carrier", "3"))["id"] == correios.id


async def test_what_has_a_key_of_ilux_or_no_document_is_not_joined_again(
    bridge: Bridge, office: Office
) -> None:
    nameless = Customer(
        reseller_id=office.world.reseller_id, company_id=office.world.company_id, name="Balcão", cnpj_cpf=""
    )
    await nameless.save()
    await bridge.bring(*BASICS)
    await bridge.bring(
        row("customer", "8", company="1", name="Padaria Aurora, filial", cnpj_cpf="11444777000161"),
        row("customer", "9", company="1", name="Balcão", cnpj_cpf=""),
        row("technician", "T2", company="1", name="Jonas"),
    )
    ids = [(await of_key(Customer, "customer", key))["id"] for key in ("7", "8", "9")]
    assert len({*ids, nameless.id}) == 4
    jonas, other = [(await of_key(Technician, "technician", key))["id"] for key in ("T1", "T2")]
    assert jonas != other


async def test_codes_that_differ_by_their_case_alone_are_two(bridge: Bridge) -> None:
    said = await bridge.bring(
        row("part", "1", code="a1", name="Rolo"), row("part", "2", code="A1", name="Fusor")
    )
    assert said["refused"] == []


async def test_the_same_rows_again_write_nothing(bridge: Bridge) -> None:
    await bridge.bring(*BASICS)
    before = await Customer.select(Customer.id, Customer.ver).order_by(Customer.id)
    assert await bridge.bring(*BASICS) == {"applied": 7, "refused": []}
    assert await Customer.select(Customer.id, Customer.ver).order_by(Customer.id) == before


async def test_children_before_their_parents_in_one_batch_are_taken(bridge: Bridge) -> None:
    assert (await bridge.bring(*reversed(BASICS)))["refused"] == []


async def test_what_waits_for_its_parent_is_taken_when_the_parent_arrives(bridge: Bridge) -> None:
    data = await bridge.bring(COMPANY, CONTRACT, MACHINE)
    assert data == {
        "applied": 1,
        "refused": [
            {"index": 1, "code": "unknown_reference", "field": "customer"},
            {"index": 2, "code": "unknown_reference", "field": "customer"},
        ],
    }
    assert await refusals() == [
        ("contract", "1|88", "unknown_reference", "customer"),
        ("equipment", "501", "unknown_reference", "customer"),
    ]
    assert (await bridge.bring(CUSTOMER))["refused"] == []
    assert await refusals() == [("equipment", "501", "unknown_reference", "model")]
    await bridge.bring(MODEL)
    assert await refusals() == []
    assert (await of_key(Equipment, "equipment", "501"))["model"] == "DCP-L5652"


async def test_a_refused_row_never_stops_the_others(bridge: Bridge) -> None:
    data = await bridge.bring(
        row("part", "P1", code="P1", name="Rolo"),
        row("part", "P2", code="P2", name="x" * 121),
        row("part", "P3", code="P3"),
        row("part", "P4", code="P4", name="Fusor", is_active="sim"),
        row("paper", "1", name="?"),
        row("part", "", code="P5", name="Sem chave"),
        row("part", "P6", code="P6", name="Engrenagem"),
    )
    assert data["applied"] == 2
    assert [(one["index"], one["code"], one["field"]) for one in data["refused"]] == [
        (1, "too_long", "name"),
        (2, "missing", "name"),
        (3, "bad_value", "is_active"),
        (4, "unknown_entity", ""),
        (5, "bad_key", ""),
    ]
    names = await Part.select(Part.name).where(Part.code != "R-1").order_by(Part.name).output(as_list=True)
    assert names == ["Engrenagem", "Rolo"]


async def test_a_dead_letter_is_replaced_when_its_key_comes_again(bridge: Bridge) -> None:
    await bridge.bring(row("part", "P2", code="P2", name="x" * 121))
    await bridge.bring(row("part", "P2", code="P2"))
    assert await refusals() == [("part", "P2", "missing", "name")]
    await bridge.bring(row("part", "P2", code="P2", name="Rolo"))
    assert await refusals() == []


async def test_two_parts_of_one_code_are_one_refusal_until_the_first_is_gone(bridge: Bridge) -> None:
    first, second = row("part", "1", code="TN", name="Antiga"), row("part", "2", code="TN", name="Nova")
    data = await bridge.bring(first, second)
    assert data["refused"] == [{"index": 1, "code": "duplicate", "field": "code"}]
    data = await bridge.bring(gone("part", "1"), second)
    assert data == {"applied": 2, "refused": []}
    part = await of_key(Part, "part", "2")
    assert (part["name"], part["is_active"]) == ("Nova", True)


async def test_a_code_that_is_anothers_is_refused_alone(bridge: Bridge) -> None:
    rows = [row("defect", str(number), code=f"C{number}", name="x") for number in range(20)]
    await bridge.bring(*rows)
    swapped = [row("defect", "3", code="C4", name="x"), row("defect", "5", code="C50", name="x")]
    data = await bridge.bring(*swapped)
    assert data == {"applied": 1, "refused": [{"index": 0, "code": "duplicate", "field": "code"}]}
    assert (await of_key(Defect, "defect", "5"))["code"] == "C50"


async def test_gone_retires_and_a_return_reinstates(bridge: Bridge) -> None:
    await bridge.bring(*BASICS)
    await bridge.bring(gone("customer", "7"), gone("customer", "never seen"))
    assert (await of_key(Customer, "customer", "7"))["is_active"] is False
    await bridge.bring(CUSTOMER)
    assert (await of_key(Customer, "customer", "7"))["is_active"] is True


async def test_a_field_that_is_not_sent_stays_and_one_that_is_null_is_emptied(bridge: Bridge) -> None:
    await bridge.bring(COMPANY, row("customer", "7", company="1", name="A B", city="Palhoça", phone="48 1"))
    await bridge.bring(row("customer", "7", company="1", name="A B", phone=None))
    customer = await of_key(Customer, "customer", "7")
    assert (customer["city"], customer["phone"]) == ("Palhoça", "")


async def test_a_model_that_is_renamed_renames_its_machines(bridge: Bridge) -> None:
    await bridge.bring(*BASICS)
    await bridge.bring(row("model", "M9", name="DCP-L5662", manufacturer="Brother", is_color=False))
    assert (await of_key(Equipment, "equipment", "501"))["model"] == "DCP-L5662"


async def test_readings_are_kept_corrected_and_never_deleted(bridge: Bridge) -> None:
    await bridge.bring(*BASICS)
    reading = {"equipment": "501", "read_at": "2026-03-01T09:00:00-03:00", "source": "OS"}
    data = await bridge.bring(
        row("meter_reading", "501|1", mono=1000, **reading),
        row("meter_reading", "501|2", mono=-1, **reading),
        row("meter_reading", "501|3", **reading),
    )
    assert [(one["code"], one["field"]) for one in data["refused"]] == [
        ("bad_value", "mono"),
        ("missing", "mono"),
    ]
    await bridge.bring(row("meter_reading", "501|1", mono=1001, **reading))
    await bridge.bring(gone("meter_reading", "501|1"))
    kept = await of_key(MeterReading, "meter_reading", "501|1")
    assert (kept["mono"], kept["source"], kept["read_at"].isoformat()) == (
        1001,
        "ilux",
        "2026-03-01T12:00:00+00:00",
    )


async def test_invoices_supplies_and_requests_are_kept(bridge: Bridge) -> None:
    data = await bridge.bring(
        *BASICS,
        row("carrier", "TR", name="Transportes Sul", is_own_driver=True),
        row("supply", "S1", code="TN-3442", name="Toner", color="K", page_yield=8000),
        row("invoice", "1|900|1", company="1", customer="7", carrier="TR", number="900", total="1234.50"),
        row(
            "supply_request",
            "1|33",
            company="1",
            customer="7",
            status="pending",
            requested_at="2026-03-02T11:00:00Z",
        ),
        row("supply_request_item", "1|33|1", supply_request="1|33", supply="S1", quantity=2),
    )
    assert data["refused"] == []
    assert (await of_key(Supply, "supply", "S1"))["page_yield"] == 8000
    invoice = await of_key(Invoice, "invoice", "1|900|1")
    assert (invoice["total"], invoice["delivery_status"]) == (Decimal("1234.50"), "pending")
    item = await of_key(SupplyRequestItem, "supply_request_item", "1|33|1")
    assert item["supply_request_id"] == (await of_key(SupplyRequest, "supply_request", "1|33"))["id"]


async def test_the_same_keys_of_another_reseller_are_other_rows(
    bridge: Bridge, office: Office, tmp_path: Path
) -> None:
    await bridge.bring(*BASICS)
    with platform():
        other = await found_reseller("serra")
        theirs = await connect(office.transport, office.settings, "serra", tmp_path, "theirs")
    assert (await theirs.bring(CUSTOMER))["refused"][0]["code"] == "unknown_reference"
    await theirs.bring(COMPANY)
    await theirs.bring(row("customer", "7", company="1", name="Outra Padaria"))
    with platform():
        owners: list[dict[str, UUID]] = await Customer.select(Customer.reseller_id, Customer.name).where(
            Customer.name.is_in(["Padaria Aurora", "Outra Padaria"])
        )
    assert {one["name"]: one["reseller_id"] for one in owners} == {
        "Padaria Aurora": office.world.reseller_id,
        "Outra Padaria": other.reseller_id,
    }
    await theirs.http.aclose()
    theirs.replica.close()


async def test_characters_that_a_database_cannot_keep_are_left_out(bridge: Bridge) -> None:
    data = await bridge.bring(
        row("part", "1", code="P1", name="Rolo\x00 de tração "),
        row("part", "2\x00", code="P2", name="x"),
        row("part", "3", code="P3\x00", name=None),
        row("technician", "4", company="1\x00", name="Jonas"),
    )
    assert [(one["index"], one["code"]) for one in data["refused"]] == [
        (1, "bad_key"),
        (2, "missing"),
        (3, "unknown_reference"),
    ]
    assert (await of_key(Part, "part", "1"))["name"] == "Rolo de tração"
    assert [code for _, _, code, _ in await refusals()] == ["missing", "unknown_reference"]


async def test_ilux_moves_no_customer_and_its_new_address_is_looked_for(bridge: Bridge) -> None:
    await bridge.bring(COMPANY, CUSTOMER)
    bakery = await of_key(Customer, "customer", "7")
    await Customer.update({Customer.latitude: -27.6, Customer.longitude: -48.5}).where(
        Customer.id == bakery["id"]
    )
    await CustomerPosition.update({CustomerPosition.ask_at: None, CustomerPosition.source: "hand"}).where(
        CustomerPosition.customer_id == bakery["id"]
    )
    await bridge.bring(row("customer", "7", **CUSTOMER["data"] | {"street": "Rua Nova"}))
    kept = await CustomerPosition.select().where(CustomerPosition.customer_id == bakery["id"]).first()
    assert kept is not None
    assert kept["ask_at"] is not None
    assert kept["source"] == "hand"
    assert (await of_key(Customer, "customer", "7"))["latitude"] == -27.6
