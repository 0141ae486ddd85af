"""The mapping of ILUX that ships fits ILUX, and a mapping alone bridges another system's base."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from ilux_bridge.mapping.bound import bind
from ilux_bridge.mapping.check import check, has_errors
from ilux_bridge.mapping.convert import to_columns, to_wire
from ilux_bridge.mapping.filter import as_sql, holds
from ilux_bridge.mapping.finding import Code
from ilux_bridge.mapping.outcome import ColumnValues, WireRow
from ilux_bridge.mapping.vocabulary import ENTITIES
from tests.bridge_mapping.bases import ILUX, OTHER_SYSTEM
from tests.bridge_mapping.mappings import ILUX_TEXT, OTHER_TEXT, bound, mapping


def test_the_reference_mapping_fits_ilux_without_a_single_error() -> None:
    findings = check(mapping(ILUX_TEXT), ILUX)
    assert [str(finding) for finding in findings if finding.severity == "erro"] == []
    assert {finding.code for finding in findings} <= {Code.LENGTH_CUT, Code.NOT_DEDUPLICATED}


def test_the_reference_mapping_covers_every_entity_that_ilux_has() -> None:
    mapped = {table.entity.word for table in mapping(ILUX_TEXT).tables}
    assert mapped == {entity.word for entity in ENTITIES}


def test_every_write_of_the_vocabulary_is_in_the_reference_mapping() -> None:
    for table in mapping(ILUX_TEXT).tables:
        assert {w.write.name for w in table.writes} == {w.name for w in table.entity.writes}, table.name


def test_what_people_said_of_an_order_and_a_visit_is_all_written_into_ilux() -> None:
    orders = bound(ILUX_TEXT, ILUX, "ORDEM_SERVICO").mapped
    opened, visit = orders.write("opened"), orders.write("visit")
    assert opened is not None
    assert visit is not None
    # The contract is the machine's in ILUX.
    assert {field.field.name for field in opened.fields} == set(opened.write.fields) - {"contract"}
    assert {field.field.name for field in visit.fields} == set(visit.write.fields)


def test_an_order_of_ilux_reads_as_the_portal_names_it() -> None:
    order = {
        "COD_EMPRESA": 1, "NUM_OS": 380, "ID_WEB": None, "COD_CLIENTE": 7, "COD_EQUIPAMENTO": None,
        "COD_TECNICO": 3, "COD_DEFEITO": 2, "STATUS": "E", "DT_ABERTURA": datetime(2026, 3, 2, 8, 30),
        "DT_PREVISAO": None, "DT_FECHAMENTO": None, "SOLICITANTE": "Dona Márcia  ", "FONE_SOLICITANTE": None,
        "RELATO": "Não imprime\r\n– “papel” preso\x00", "LAUDO": "", "SOLUCAO": None, "CONTADOR_PB": 1200,
        "CONTADOR_COR": 0,
    }  # fmt: skip
    found = to_wire(bound(ILUX_TEXT, ILUX, "ORDEM_SERVICO"), order)
    assert isinstance(found, WireRow)
    assert found.key == "1|380"
    assert found.data["ilux_number"] == "380"
    assert found.data["company"] == "1"
    assert found.data["technician"] == "3"
    assert found.data["status"] == "E"
    assert found.data["opened_at"] == "2026-03-02T11:30:00Z"
    assert found.data["requester_name"] == "Dona Márcia"
    assert found.data["description"] == "Não imprime\r\n– “papel” preso"
    assert found.data["diagnosis"] is None
    assert [flag.code for flag in found.flags] == ["control_characters"]


def test_an_order_of_the_web_becomes_a_row_of_ilux() -> None:
    orders = bound(ILUX_TEXT, ILUX, "ORDEM_SERVICO")
    opening = orders.mapped.write("opened")
    assert opening is not None
    found = to_columns(
        orders,
        opening.fields,
        {
            "company": "1",
            "customer": "7",
            "equipment": None,
            "status": "A",
            "opened_at": "2026-03-02T11:30:00Z",
            "description": "Sem toner 🚚",
            "web_id": "0195-a",
        },
    )
    assert isinstance(found, ColumnValues)
    assert found.values == {
        "COD_EMPRESA": 1,
        "COD_CLIENTE": 7,
        "COD_EQUIPAMENTO": None,
        "STATUS": "A",
        "DT_ABERTURA": datetime(2026, 3, 2, 8, 30),
        "RELATO": "Sem toner ?",
        "ID_WEB": "0195-a",
    }
    assert [flag.code for flag in found.flags] == ["unmappable_characters"]


def test_an_invoice_leaves_the_portal_when_it_is_cancelled() -> None:
    condition = bound(ILUX_TEXT, ILUX, "NOTA_FISCAL").mapped.filter
    assert condition is not None
    assert holds(condition, {"STATUS_NFE": "A", "COD_TRANSPORTADORA": 3})
    assert not holds(condition, {"STATUS_NFE": "C", "COD_TRANSPORTADORA": 3})
    assert not holds(condition, {"STATUS_NFE": "A", "COD_TRANSPORTADORA": None})
    assert not holds(condition, {"STATUS_NFE": None, "COD_TRANSPORTADORA": 3})
    assert as_sql(condition) == ('"STATUS_NFE" = ? AND "COD_TRANSPORTADORA" IS NOT NULL', ("A",))


def test_a_mapping_alone_bridges_another_system() -> None:
    other = mapping(OTHER_TEXT)
    findings = check(other, OTHER_SYSTEM)
    assert not has_errors(findings), [str(finding) for finding in findings]
    people, bills = bind(other, OTHER_SYSTEM)

    person = to_wire(people, {
        "ID": "000A  ", "NOME": "Padaria São João", "DOCUMENTO": "12.ABC.345/01DE-35", "RUA": " ",
        "BLOQUEADO": 0, "EH_CLIENTE": 1,
    })  # fmt: skip
    assert isinstance(person, WireRow)
    assert person.key == "000A"
    assert person.data == {
        "company": "1", "name": "Padaria São João", "cnpj_cpf": "12ABC34501DE35", "street": None,
        "is_active": True,
    }  # fmt: skip

    bill = to_wire(bills, {
        "ID": 2**40, "PESSOA_ID": "000A", "NUMERO": "77", "DATA": date(2026, 3, 2), "HORA": time(8, 30),
        "TOTAL": 0.1 + 0.2, "SITUACAO": 0.0, "ENTREGUE_EM": None, "QUEM_RECEBEU": None,
    })  # fmt: skip
    assert isinstance(bill, WireRow)
    assert bill.key == str(2**40)
    assert bill.data["customer"] == "000A"
    assert bill.data["issued_at"] == "2026-03-02T12:30:00Z"
    assert bill.data["total"] == "0.30"
    assert bill.data["delivery_status"] == "pending"


@pytest.mark.parametrize("who", ["Zé", "Łukasz"])
def test_a_delivery_is_written_into_the_other_system(who: str) -> None:
    bills = bound(OTHER_TEXT, OTHER_SYSTEM, "FATURAS")
    delivered = bills.mapped.write("delivered")
    assert delivered is not None
    data = {"delivery_status": "delivered", "delivered_at": "2026-03-02T12:30:00Z", "received_by": who}
    found = to_columns(bills, delivered.fields, data)
    assert isinstance(found, ColumnValues)
    assert found.values["SITUACAO"] == 1
    assert found.values["ENTREGUE_EM"] == datetime(2026, 3, 2, 8, 30)
    assert found.values["QUEM_RECEBEU"] == {"Zé": "Zé", "Łukasz": "?ukasz"}[who]
    expected = to_columns(bills, delivered.expected, {"delivery_status": "pending"})
    assert isinstance(expected, ColumnValues)
    assert expected.values == {"SITUACAO": 0}
