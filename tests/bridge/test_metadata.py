"""What the bridge reads of a base's own description."""

from __future__ import annotations

from ilux_bridge import metadata
from ilux_bridge.mapping.base import ColumnType
from ilux_bridge.reference import schema
from tests.bridge.office import Office, save


def test_a_base_says_what_it_is(office: Office) -> None:
    base = metadata.read(office.owner())
    assert (base.version, base.dialect, base.charset) == (
        (3, 0),
        office.flavour.dialect,
        office.flavour.charset,
    )
    assert set(base.tables) == set(schema.tables())
    assert base.generators == set(schema.generators())
    assert base.page_size == 8192
    assert base.pages * base.page_size == office.path.stat().st_size


def test_columns_have_their_type_and_their_length_in_characters(office: Office) -> None:
    base = metadata.read(office.owner())
    has_dates = office.flavour.dialect == 3
    orders, contracts = base.tables["ORDEM_SERVICO"], base.tables["CONTRATOS"]
    report, status, diagnosis = (orders.column(name) for name in ("RELATO", "STATUS", "LAUDO"))
    assert report is not None
    assert status is not None
    assert diagnosis is not None
    assert (report.type, report.length, report.is_nullable) == (ColumnType.VARCHAR, 1000, True)
    assert (status.type, status.length, status.is_nullable) == (ColumnType.CHAR, 1, False)
    assert report.charset == office.flavour.charset
    assert (diagnosis.type, diagnosis.length) == (ColumnType.TEXT, None)
    value, began = contracts.column("VALOR_MENSAL"), contracts.column("DT_INICIO")
    assert value is not None
    assert began is not None
    assert (value.type, value.scale) == (ColumnType.NUMERIC, 2)
    assert began.type == (ColumnType.DATE if has_dates else ColumnType.TIMESTAMP)
    total = base.tables["EQUIPAMENTOS"].column("CONTADOR_TOTAL")
    assert total is not None
    assert total.is_computed


def test_keys_come_in_their_order_and_unique_indices_count(office: Office) -> None:
    connection = office.owner()
    save(
        connection,
        "CREATE TABLE AVULSA (B INTEGER NOT NULL, A VARCHAR(10) NOT NULL, C INTEGER, FOTO CHAR(16)"
        " CHARACTER SET OCTETS)",
    )
    save(connection, "CREATE UNIQUE INDEX UN_AVULSA ON AVULSA (B, A)")
    save(connection, "CREATE UNIQUE INDEX UN_AVULSA_TEXTO ON AVULSA COMPUTED BY (UPPER(A))")
    base = metadata.read(connection)
    assert base.tables["NOTA_FISCAL"].primary_key == ("COD_EMPRESA", "NUM_NF", "SERIE")
    assert base.tables["EMPRESAS"].unique_keys == (("CNPJ",),)
    loose = base.tables["AVULSA"]
    assert (loose.primary_key, loose.unique_keys) == ((), (("B", "A"),))
    photo = loose.column("FOTO")
    assert photo is not None
    assert photo.type is ColumnType.BINARY


def test_rights_are_those_of_who_asks(office: Office) -> None:
    owner = office.owner()
    save(owner, "CREATE TABLE SEGREDOS (ID INTEGER)")
    save(owner, "GRANT SELECT, UPDATE ON SEGREDOS TO BALCAO")
    save(owner, "CREATE TABLE COFRE (ID INTEGER)")
    tables = metadata.read(office.clerk()).tables
    assert tables["CLIENTES"].rights == set("SIUD")
    assert tables["SEGREDOS"].rights == set("SU")
    assert tables["COFRE"].rights == set()
    assert metadata.read(owner).tables["COFRE"].rights == set("SIUD")


def test_rows_are_counted_when_asked_for(one_office: Office) -> None:
    connection = one_office.owner()
    assert metadata.read(connection).tables["LEITURAS"].rows is None
    assert metadata.read(connection, with_rows=True).tables["LEITURAS"].rows == 60
