"""What somebody at ILUX's counter does: as an ordinary user of the base, who knows of no portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ilux_bridge.firebird import Connection

_OPEN = (
    "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, COD_TECNICO, COD_DEFEITO, STATUS,"
    " DT_ABERTURA, DT_PREVISAO, SOLICITANTE, RELATO)"
    " SELECT e.COD_EMPRESA, e.COD_CLIENTE, e.COD_EQUIPAMENTO, CAST(? AS INTEGER), 1, CAST(? AS CHAR(1)),"
    " CAST('NOW' AS TIMESTAMP), DATEADD(4 HOUR TO CAST('NOW' AS TIMESTAMP)), 'Balcão',"
    " CAST(? AS VARCHAR(1000))"
    " FROM EQUIPAMENTOS e WHERE e.COD_EQUIPAMENTO = ? RETURNING NUM_OS"
)
_INVOICE = (
    "INSERT INTO NOTA_FISCAL (COD_EMPRESA, SERIE, COD_CLIENTE, COD_TRANSPORTADORA, DT_EMISSAO, CHAVE_NFE,"
    " STATUS_NFE, VALOR_TOTAL)"
    " SELECT c.COD_EMPRESA, '1', c.COD_CLIENTE, CAST(? AS INTEGER), CAST('NOW' AS TIMESTAMP),"
    " CAST(? AS VARCHAR(44)), 'A', 184.90 FROM CLIENTES c WHERE c.COD_CLIENTE = ? RETURNING NUM_NF"
)
_NEWEST = (
    "SELECT FIRST 10 o.NUM_OS, o.STATUS, t.NOME, c.FANTASIA, o.RELATO FROM ORDEM_SERVICO o"
    " JOIN CLIENTES c ON c.COD_CLIENTE = o.COD_CLIENTE LEFT JOIN TECNICOS t ON t.COD_TECNICO = o.COD_TECNICO"
    " ORDER BY o.NUM_OS DESC"
)


@dataclass(frozen=True, slots=True)
class Order:
    """A line of the counter's list."""

    number: int
    status: str
    technician: str
    customer: str
    report: str


@dataclass(frozen=True, slots=True)
class Clerk:
    """Each act is one transaction, committed when it returns."""

    connection: Connection

    def open_order(self, report: str, *, machine: int = 1, technician: int | None = None) -> int:
        """Its NUM_OS; dispatched at once when a technician is named. Raises `LookupError`."""
        status = "A" if technician is None else "E"
        number = self._one(_OPEN, technician, status, report, machine)
        if number is None:
            raise LookupError(f"O ILUX não tem o equipamento {machine}.")
        return int(number)

    def set_status(self, number: int, status: str) -> None:
        """`status` is ILUX's letter. Raises `LookupError`."""
        found = self._one(
            "UPDATE ORDEM_SERVICO SET STATUS = ? WHERE NUM_OS = ? RETURNING NUM_OS", status, number
        )
        if found is None:
            raise LookupError(f"O ILUX não tem a OS {number}.")

    def dispatch(self, number: int, technician: int) -> None:
        """Raises `LookupError`."""
        sql = "UPDATE ORDEM_SERVICO SET STATUS = 'E', COD_TECNICO = ? WHERE NUM_OS = ? RETURNING NUM_OS"
        if self._one(sql, technician, number) is None:
            raise LookupError(f"O ILUX não tem a OS {number}.")

    def set_requester(self, number: int, name: str) -> None:
        """Raises `LookupError`."""
        if (
            self._one(
                "UPDATE ORDEM_SERVICO SET SOLICITANTE = ? WHERE NUM_OS = ? RETURNING NUM_OS", name, number
            )
            is None
        ):
            raise LookupError(f"O ILUX não tem a OS {number}.")

    def issue_invoice(self, customer: int, carrier: int, access_key: str = "") -> int:
        """Its NUM_NF; authorised, and tied to that carrier. Raises `LookupError`."""
        number = self._one(_INVOICE, carrier, access_key, customer)
        if number is None:
            raise LookupError(f"O ILUX não tem o cliente {customer}.")
        return int(number)

    def cancel_invoice(self, number: int) -> None:
        """Raises `LookupError`."""
        sql = "UPDATE NOTA_FISCAL SET STATUS_NFE = 'C' WHERE NUM_NF = ? RETURNING NUM_NF"
        if self._one(sql, number) is None:
            raise LookupError(f"O ILUX não tem a NF {number}.")

    def look_up_invoice(self, number: int, *columns: str) -> tuple[Any, ...]:
        """These columns of an invoice as they are now."""
        return self._row("NOTA_FISCAL", "NUM_NF", number, columns)

    def newest(self) -> list[Order]:
        with self.connection.reading() as work:
            return [
                Order(number, status, technician or "-", customer, report or "")
                for number, status, technician, customer, report in work.fetch(_NEWEST)
            ]

    def look_up(self, number: int, *columns: str) -> tuple[Any, ...]:
        """These columns of an order as they are now."""
        return self._row("ORDEM_SERVICO", "NUM_OS", number, columns)

    def _row(self, table: str, key: str, number: int, columns: tuple[str, ...]) -> tuple[Any, ...]:
        with self.connection.reading() as work:
            row = work.one(f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = ?", number)
        if row is None:
            raise LookupError(f"{table} não tem o número {number}.")
        return tuple(row)

    def _one(self, sql: str, *arguments: Any) -> Any:
        with self.connection.writing() as work:
            row = work.one(sql, *arguments)
        return None if row is None else row[0]
