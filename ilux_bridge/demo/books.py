"""The demo reseller's books: an ILUX base with what its portal shows, as after years of working together.

Each company, customer, machine, technician and open order is one row in ILUX and one in the portal, and the
portal knows which: the first load finds them all, and doubles none. Works on the portal's file, before the
portal serves it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.mapping.keys import format_key
from ilux_bridge.reference import schema

CLOCKS = ZoneInfo("America/Sao_Paulo")
_OPEN = "'A', 'E', 'M', 'P', 'L', 'S'"
_KINDS = {"full": "F", "light": "L", "none": "N"}


def open_books(portal: Path, ilux: Connection, slug: str = "ilha") -> None:
    """Build ILUX's tables in an empty base and fill them from the portal's database, a SQLite file."""
    schema.create(ilux)
    with closing(sqlite3.connect(portal)) as database, database, ilux.writing() as work:
        database.row_factory = sqlite3.Row
        reseller = database.execute("SELECT id FROM reseller WHERE slug = ?", (slug,)).fetchone()[0]
        books = _Books(database, work, reseller)
        books.companies()
        books.people()
        books.catalogue()
        books.machines()
        books.orders()
        books.invoices()


class _Books:
    """Writes on both sides; `_keys` holds the ILUX key of each row of the portal so far."""

    def __init__(self, database: sqlite3.Connection, work: Work, reseller: str) -> None:
        self._database = database
        self._work = work
        self._reseller = reseller
        self._keys: dict[str, tuple[Any, ...]] = {}

    def companies(self) -> None:
        for number, row in self._each("company", by="ilux_code"):
            self._enter("EMPRESAS", "company", row, {
                "COD_EMPRESA": number, "RAZAO_SOCIAL": row["name"], "FANTASIA": row["trade_name"],
                "CNPJ": row["cnpj"], "TIPO": "M" if row["is_headquarters"] else "F",
                "CIDADE": row["city"], "UF": row["uf"],
            })  # fmt: skip

    def people(self) -> None:
        for number, row in self._each("customer", by="ilux_code"):
            self._enter("CLIENTES", "customer", row, {
                "COD_CLIENTE": number, "COD_EMPRESA": self._key(row["company_id"]),
                "RAZAO_SOCIAL": row["name"], "FANTASIA": row["trade_name"], "CNPJ_CPF": row["cnpj_cpf"],
                "ENDERECO": row["street"], "NUMERO": row["number"], "COMPLEMENTO": row["complement"],
                "BAIRRO": row["district"], "CEP": row["cep"], "CIDADE": row["city"], "UF": row["uf"],
                "FONE": row["phone"], "CONTATO": row["contact_name"], "EMAIL": row["email"],
                "OBS": row["notes"],
            })  # fmt: skip
        self._advance("GEN_CLIENTES", number)
        for number, row in self._each("technician", by="ilux_code"):
            self._enter("TECNICOS", "technician", row, {
                "COD_TECNICO": number, "COD_EMPRESA": self._key(row["company_id"]), "NOME": row["name"],
                "FONE": row["phone"],
            })  # fmt: skip
        for number, row in self._each("carrier"):
            own = "S" if row["is_own_driver"] else "N"
            columns = {"COD_TRANSPORTADORA": number, "NOME": row["name"], "ENTREGADOR": own}
            self._enter("TRANSPORTADORAS", "carrier", row, columns)

    def catalogue(self) -> None:
        for number, row in self._each("defect", by="code"):
            self._enter("DEFEITOS", "defect", row, {"COD_DEFEITO": number, "DESCRICAO": row["name"]})
        for _, row in self._each("part"):
            self._enter("PECAS", "part", row, {"COD_PECA": row["code"], "DESCRICAO": row["name"]})

    def machines(self) -> None:
        for _, row in self._each("contract"):
            number = int("".join(filter(str.isdigit, row["number"])))
            customer = self._key(row["customer_id"])
            self._enter("CONTRATOS", "contract", row, {
                "COD_EMPRESA": self._key(row["company_id"]), "NUM_CONTRATO": number, "COD_CLIENTE": customer,
                "DT_INICIO": row["started_on"], "DT_FIM": row["ended_on"], "TIPO": _KINDS[row["kind"]],
                "FRANQUIA_PB": row["mono_allowance"], "FRANQUIA_COR": row["color_allowance"],
            }, key_columns=2)  # fmt: skip
        models: dict[tuple[str, str], int] = {}
        for number, row in self._each("equipment"):
            name = (row["model"], row["manufacturer"])
            if name not in models:  # the portal has names, and learns the models themselves from here
                models[name] = len(models) + 1
                color = "S" if row["is_color"] else "N"
                self._insert("MODELOS", {
                    "COD_MODELO": models[name], "DESCRICAO": name[0], "FABRICANTE": name[1],
                    "COLORIDO": color,
                })  # fmt: skip
            contract = self._keys.get(row["contract_id"])
            self._enter("EQUIPAMENTOS", "equipment", row, {
                "COD_EQUIPAMENTO": number, "NUM_SERIE": row["serial_number"], "PATRIMONIO": row["asset_tag"],
                "COD_MODELO": models[name], "COD_CLIENTE": self._key(row["customer_id"]),
                "COD_EMPRESA": self._key(row["company_id"]), "NUM_CONTRATO": contract and contract[1],
                "DEPARTAMENTO": row["department"], "LOCAL_INSTALACAO": row["install_location"],
            })  # fmt: skip
        self._advance("GEN_EQUIPAMENTOS", number)
        for _, row in self._each("meter_reading", "source = 'ilux'"):
            self._enter("LEITURAS", "meter_reading", row, {
                "COD_EQUIPAMENTO": self._key(row["equipment_id"]), "DT_LEITURA": _local(row["read_at"]),
                "CONTADOR_PB": row["mono"], "CONTADOR_COR": row["color"], "ORIGEM": "PORTAL",
            }, key_columns=2)  # fmt: skip

    def orders(self) -> None:
        """Those that are open; what is over long ago is in the portal alone."""
        numbers = [0]
        for _, row in self._each("service_order", f"status IN ({_OPEN})"):
            numbers.append(int(row["ilux_number"] or 60_000 + row["web_number"]))
            self._enter("ORDEM_SERVICO", "service_order", row, {
                "COD_EMPRESA": self._key(row["company_id"]), "NUM_OS": numbers[-1], "ID_WEB": row["id"],
                "COD_CLIENTE": self._key(row["customer_id"]),
                "COD_EQUIPAMENTO": self._key(row["equipment_id"]),
                "COD_TECNICO": self._key(row["technician_id"]), "COD_DEFEITO": self._key(row["defect_id"]),
                "STATUS": row["status"], "DT_ABERTURA": _local(row["opened_at"]),
                "DT_PREVISAO": _local(row["due_at"]), "SOLICITANTE": row["requester_name"],
                "FONE_SOLICITANTE": row["requester_phone"], "RELATO": row["description"],
            }, key_columns=2)  # fmt: skip
        self._advance("GEN_ORDEM_SERVICO", max(numbers))

    def invoices(self) -> None:
        """Those on their way, and what was delivered lately."""
        numbers = [0]
        for _, row in self._each("invoice", by="number"):
            numbers.append(int(row["number"]))
            is_delivered = row["delivery_status"] == "delivered"
            self._enter("NOTA_FISCAL", "invoice", row, {
                "COD_EMPRESA": self._key(row["company_id"]), "NUM_NF": numbers[-1], "SERIE": row["series"],
                "COD_CLIENTE": self._key(row["customer_id"]),
                "COD_TRANSPORTADORA": self._key(row["carrier_id"]), "DT_EMISSAO": _local(row["issued_at"]),
                "CHAVE_NFE": row["access_key"], "STATUS_NFE": "A",
                "SIT_ENTREGA": "E" if is_delivered else "P", "DT_ENTREGA": _local(row["delivered_at"]),
                "RECEBEDOR": row["received_by"] or None,
            }, key_columns=3)  # fmt: skip
        self._advance("GEN_NOTA_FISCAL", max(numbers))

    def _each(self, table: str, condition: str = "true", *, by: str = "id") -> list[tuple[int, sqlite3.Row]]:
        """Numbered from 1."""
        rows = self._database.execute(
            f"SELECT * FROM {table} WHERE reseller_id = ? AND {condition} ORDER BY {by}",
            (self._reseller,),
        )
        return list(enumerate(rows, 1))

    def _key(self, row_id: str | None) -> Any:
        """Of a row whose key is one column."""
        return self._keys[row_id][0] if row_id else None

    def _enter(
        self, table: str, entity: str, row: sqlite3.Row, columns: dict[str, Any], key_columns: int = 1
    ) -> None:
        """`columns` begins with the key's."""
        key: Sequence[Any] = list(columns.values())[:key_columns]
        self._keys[row["id"]] = tuple(key)
        self._insert(table, columns)
        self._database.execute(
            "INSERT INTO ilux_link (reseller_id, entity, key, row_id, hash) VALUES (?, ?, ?, ?, '')",
            (self._reseller, entity, format_key(key), row["id"]),
        )

    def _insert(self, table: str, columns: dict[str, Any]) -> None:
        marks = ", ".join("?" * len(columns))
        names = ", ".join(columns)
        self._work.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", *columns.values())

    def _advance(self, generator: str, value: int) -> None:
        self._work.execute(f"SET GENERATOR {generator} TO {value}")


def _local(text: str | None) -> datetime | None:
    """As ILUX writes it: its own clock, to the second."""
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(CLOCKS).replace(tzinfo=None, microsecond=0)
