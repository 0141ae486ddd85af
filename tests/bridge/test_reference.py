"""The reference base: the same reseller in every flavour."""

from __future__ import annotations

from decimal import Decimal

from ilux_bridge import metadata
from ilux_bridge.outbox import rows
from ilux_bridge.outbox.monitored import monitored
from ilux_bridge.reference import fill, schema
from tests.bridge.office import Office, save, values


def test_every_flavour_holds_the_same_reseller(office: Office, one_office: Office) -> None:
    def everything(of: Office, table: str) -> list[dict[str, object]]:
        connection = of.owner()
        columns = [c.name for c in base.tables[table].columns if not c.name.startswith("DT_")]
        with connection.reading() as work:
            return [
                {name: row[name] for name in columns}
                for _, row in rows.everything(connection, work, monitored(base, table))
            ]

    base = metadata.read(office.owner())
    for table in ("CLIENTES", "CONTRATOS", "EQUIPAMENTOS", "ORDEM_SERVICO", "NOTA_FISCAL"):
        read = everything(office, table)
        assert read
        assert read == everything(one_office, table)


def test_money_has_its_cents_also_where_dialect_1_keeps_a_double(office: Office) -> None:
    connection = office.owner()
    contracts = monitored(metadata.read(connection), "CONTRATOS")
    with connection.reading() as work:
        read = dict(rows.everything(connection, work, contracts))
    assert read["2|1"]["VALOR_MENSAL"] == Decimal("19.99")
    assert str(read["1|10"]["VALOR_MENSAL"]) == "199.90"


def test_the_erp_numbers_its_own_orders_and_writes_its_history(office: Office) -> None:
    clerk = office.clerk()
    with clerk.writing() as work:
        order = work.one(
            "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE) VALUES (1, 1) RETURNING NUM_OS"
        )
        assert order is not None
        work.execute("UPDATE ORDEM_SERVICO SET STATUS = 'E' WHERE COD_EMPRESA = 1 AND NUM_OS = ?", order[0])
    assert order[0] > fill.ORDERS
    history = "SELECT STATUS FROM OS_HISTORICO WHERE COD_EMPRESA = 1 AND NUM_OS = ? ORDER BY SEQ"
    assert values(clerk, history, order[0]) == ["A", "E"]


def test_size_makes_a_larger_reseller(one_office: Office) -> None:
    connection = one_office.owner()
    for table in reversed(schema.tables()):
        save(connection, f"DELETE FROM {table}" + (" WHERE COD_MATRIZ IS NOT NULL" * (table == "EMPRESAS")))
    save(connection, "DELETE FROM EMPRESAS")
    fill.fill(connection, size=3)
    assert values(connection, "SELECT COUNT(*) FROM EQUIPAMENTOS") == [3 * fill.MACHINES]
    assert values(connection, "SELECT COUNT(*) FROM ORDEM_SERVICO") == [3 * fill.ORDERS]
