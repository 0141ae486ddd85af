"""People at work in ILUX: each a thread with its own connection, and no right on anything of the bridge's.

They hold transactions open, so that commits come in another order than their changes were numbered in, take
some back, keep rows locked that the portal wants to write, and move rows out of the mapping's filters.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ilux_bridge.firebird import Address, Connection, Row, Work, connect
from ilux_bridge.problems import FirebirdProblem, LockConflict, Refused

REST_S, SLOWLY_S, LOCKED_S = 0.15, 1.2, 4.0
STATUSES = "AEMPLSOTC"
FIXED_MACHINES = 30  # those of the filled base: never deleted, so that the desk may open orders about them

_TEXTS = (
    "Sai risca – só nas “cópias”",
    "Não liga; visor: 'chamar técnico'…",
    "50% <urgente> & sem previsão",
    "Troca do rolo de tração, 3× testado",
    "",
    None,
)
_KNOWN = {
    "orders": "SELECT COD_EMPRESA, NUM_OS FROM ORDEM_SERVICO",
    "web_orders": "SELECT COD_EMPRESA, NUM_OS FROM ORDEM_SERVICO WHERE ID_WEB IS NOT NULL",
    "own_orders": "SELECT COD_EMPRESA, NUM_OS FROM ORDEM_SERVICO WHERE ID_WEB IS NULL",
    "customers": "SELECT COD_CLIENTE, COD_EMPRESA FROM CLIENTES",
    "machines": "SELECT COD_EQUIPAMENTO, COD_CLIENTE, COD_EMPRESA FROM EQUIPAMENTOS",
    "readings": "SELECT COD_EQUIPAMENTO, DT_LEITURA FROM LEITURAS",
    "invoices": "SELECT COD_EMPRESA, NUM_NF, SERIE FROM NOTA_FISCAL",
    "requests": "SELECT COD_EMPRESA, NUM_SOLIC FROM SOLICITACAO_SUPRIMENTO",
    "newest_requests": "SELECT FIRST 6 COD_EMPRESA, NUM_SOLIC FROM SOLICITACAO_SUPRIMENTO"
    " ORDER BY NUM_SOLIC DESC",
    "items": "SELECT COD_EMPRESA, NUM_SOLIC, ITEM FROM SOLICITACAO_ITENS",
    "contracts": "SELECT COD_EMPRESA, NUM_CONTRATO FROM CONTRATOS",
    "technicians": "SELECT COD_TECNICO FROM TECNICOS",
    "defects": "SELECT COD_DEFEITO FROM DEFEITOS",
}
_ORDER = "WHERE COD_EMPRESA = ? AND NUM_OS = ?"
_INVOICE = "WHERE COD_EMPRESA = ? AND NUM_NF = ? AND SERIE = ?"
_REQUEST = "WHERE COD_EMPRESA = ? AND NUM_SOLIC = ?"


class TakenBackError(Exception):
    """Somebody thinks better of it."""


@dataclass
class Hand:
    """One transaction of somebody's: what there is, and what to do it with."""

    connection: Connection
    work: Work
    dice: random.Random
    known: dict[str, list[Row]]

    def one(self, what: str) -> Row:
        return self.dice.choice(self.known[what])

    def text(self) -> str | None:
        text = self.dice.choice(_TEXTS)
        return f"{text} {self.dice.randrange(10**6)}" if text else text

    def do(self, sql: str, *arguments: object) -> None:
        self.work.execute(sql, *arguments)

    def sleep(self, seconds: float) -> None:
        time.sleep(self.dice.uniform(0, seconds))


Act = Callable[[Hand], None]


class Clerk(threading.Thread):
    """Works until `is_over`, whatever becomes of the server meanwhile."""

    def __init__(self, address: Address, dice: random.Random, is_over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._address = address
        self._dice = dice
        self._is_over = is_over
        self.seen = Counter[str]()
        self.broken: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._is_over.is_set():
                try:
                    with connect(self._address) as connection:
                        while not self._is_over.is_set():
                            self._transaction(connection)
                            time.sleep(self._dice.uniform(0, REST_S))
                except FirebirdProblem:
                    self.seen["lines lost"] += 1
                    time.sleep(0.3)
        except BaseException as broken:
            self.broken = broken
            raise

    def _transaction(self, connection: Connection) -> None:
        with connection.reading() as work:
            known = {name: list(work.fetch(sql)) for name, sql in _KNOWN.items()}
        acts = self._dice.choices(list(ACTS), list(ACTS.values()), k=self._dice.choice((1, 1, 1, 2)))
        try:
            with connection.writing() as work:
                hand = Hand(connection, work, self._dice, known)
                for act in acts:
                    act(hand)
                    if self._dice.random() < 0.4:
                        hand.sleep(SLOWLY_S)
                if self._dice.random() < 0.1:
                    raise TakenBackError
        except TakenBackError:
            self.seen["taken back"] += 1
        except LockConflict:
            self.seen["locked"] += 1
        except Refused as refused:
            self.seen[f"refused {sorted(refused.codes)}"] += 1
        else:
            self.seen["commits"] += 1
            self.seen.update(act.__name__ for act in acts)


def open_order(hand: Hand) -> None:
    machine, customer, company = hand.one("machines")
    hand.do(
        "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, COD_DEFEITO, RELATO,"
        " SOLICITANTE, DT_ABERTURA, STATUS) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        company, customer, machine, hand.one("defects")[0], hand.text(), "Conceição", _moment(hand),
        hand.dice.choice("AAAE"),
    )  # fmt: skip


def move_order(hand: Hand) -> None:
    """To another status, or through several within one transaction."""
    key = hand.one("orders")
    for status in hand.dice.choices(STATUSES, k=hand.dice.choice((1, 1, 2, 3))):
        closed = _moment(hand) if status in "OT" else None
        hand.do(f"UPDATE ORDEM_SERVICO SET STATUS = ?, DT_FECHAMENTO = ? {_ORDER}", status, closed, *key)


def edit_order(hand: Hand) -> None:
    column, value = hand.dice.choice((
        ("RELATO", hand.text()), ("SOLICITANTE", hand.text()), ("LAUDO", hand.text()),
        ("DT_PREVISAO", _moment(hand)), ("COD_TECNICO", hand.one("technicians")[0]), ("COD_TECNICO", None),
        ("COD_DEFEITO", hand.one("defects")[0]), ("CONTADOR_PB", hand.dice.randrange(10**5)),
    ))  # fmt: skip
    hand.do(f"UPDATE ORDEM_SERVICO SET {column} = ? {_ORDER}", value, *hand.one("orders"))


def keep_order_locked(hand: Hand) -> None:
    """One that the portal is likely to want, longer than the bridge waits."""
    key = hand.one("web_orders" if hand.known["web_orders"] else "orders")
    hand.do(f"UPDATE ORDEM_SERVICO SET FONE_SOLICITANTE = ? {_ORDER}", str(hand.dice.random())[:30], *key)
    hand.sleep(LOCKED_S)


def delete_order(hand: Hand) -> None:
    hand.do(f"DELETE FROM ORDEM_SERVICO {_ORDER}", *hand.one("own_orders"))


def add_customer(hand: Hand) -> None:
    number = hand.dice.randrange(10**8)
    hand.do(
        "INSERT INTO CLIENTES (COD_EMPRESA, RAZAO_SOCIAL, FANTASIA, CNPJ_CPF, CIDADE, UF, OBS)"
        " VALUES (?, ?, ?, ?, 'Uberlândia', 'MG', ?)",
        hand.dice.choice((1, 2)), f"Padaria Três Irmãos {number} Ltda.", f"Três Irmãos {number}",
        f"{number:08}/0001-{number % 100:02}", hand.text(),
    )  # fmt: skip


def edit_customer(hand: Hand) -> None:
    column, value = hand.dice.choice((
        ("RAZAO_SOCIAL", f"Gráfica Açaí {hand.dice.randrange(10**6)}"), ("FONE", str(hand.dice.random())),
        ("OBS", hand.text()), ("ATIVO", hand.dice.choice("SN")), ("CEP", "38400-000"), ("CONTATO", None),
    ))  # fmt: skip
    hand.do(f"UPDATE CLIENTES SET {column} = ? WHERE COD_CLIENTE = ?", value, hand.one("customers")[0])


def delete_customer(hand: Hand) -> None:
    """Refused for one who has anything."""
    hand.do("DELETE FROM CLIENTES WHERE COD_CLIENTE = ?", hand.known["customers"][-1][0])


def add_machine(hand: Hand) -> None:
    customer, company = hand.one("customers")
    hand.do(
        "INSERT INTO EQUIPAMENTOS (NUM_SERIE, PATRIMONIO, COD_MODELO, COD_CLIENTE, COD_EMPRESA, DEPARTAMENTO)"
        " VALUES (?, ?, ?, ?, ?, 'Recepção')",
        f"N{hand.dice.randrange(10**12)}", "P–ç", hand.dice.randint(1, 5), customer, company,
    )  # fmt: skip


def move_machine(hand: Hand) -> None:
    customer, company = hand.one("customers")
    hand.do(
        "UPDATE EQUIPAMENTOS SET COD_CLIENTE = ?, COD_EMPRESA = ?, NUM_CONTRATO = NULL,"
        " LOCAL_INSTALACAO = ? WHERE COD_EQUIPAMENTO = ?",
        customer, company, hand.text(), hand.one("machines")[0],
    )  # fmt: skip


def delete_machine(hand: Hand) -> None:
    """Refused for one that has anything."""
    number = max(hand.known["machines"])[0]
    if number > FIXED_MACHINES:
        hand.do("DELETE FROM EQUIPAMENTOS WHERE COD_EQUIPAMENTO = ?", number)


def take_reading(hand: Hand) -> None:
    hand.do(
        "INSERT INTO LEITURAS (COD_EQUIPAMENTO, DT_LEITURA, CONTADOR_PB, CONTADOR_COR, ORIGEM)"
        " VALUES (?, ?, ?, ?, 'PORTAL')",
        hand.one("machines")[0], _moment(hand), hand.dice.randrange(10**6),
        hand.dice.choice((None, hand.dice.randrange(10**5))),
    )  # fmt: skip


def correct_reading(hand: Hand) -> None:
    key = hand.one("readings")
    where = "WHERE COD_EQUIPAMENTO = ? AND DT_LEITURA = ?"
    if hand.dice.random() < 0.2:
        hand.do(f"DELETE FROM LEITURAS {where}", *key)
    else:
        hand.do(f"UPDATE LEITURAS SET CONTADOR_PB = ? {where}", hand.dice.randrange(10**6), *key)


def bill(hand: Hand) -> None:
    customer, company = hand.one("customers")
    hand.do(
        "INSERT INTO NOTA_FISCAL (COD_EMPRESA, SERIE, COD_CLIENTE, COD_TRANSPORTADORA, DT_EMISSAO,"
        " STATUS_NFE, VALOR_TOTAL) VALUES (?, '1', ?, ?, ?, ?, ?)",
        company, customer, hand.dice.choice((None, 1, 2)), _moment(hand), hand.dice.choice("PA"),
        hand.dice.randrange(10**7) / 100,
    )  # fmt: skip


def change_invoice(hand: Hand) -> None:
    """Out of the mapping's filter and back again, as often as not."""
    column, value = hand.dice.choice((
        ("STATUS_NFE", hand.dice.choice("AACDP")), ("COD_TRANSPORTADORA", hand.dice.choice((None, 1, 2))),
        ("SIT_ENTREGA", hand.dice.choice("PE")), ("RASTREIO", hand.text()),
    ))  # fmt: skip
    hand.do(f"UPDATE NOTA_FISCAL SET {column} = ? {_INVOICE}", value, *hand.one("invoices"))


def delete_invoice(hand: Hand) -> None:
    hand.do(f"DELETE FROM NOTA_FISCAL {_INVOICE}", *hand.one("invoices"))


def ask_for_supplies(hand: Hand) -> None:
    machine, customer, company = hand.one("machines")
    row = hand.work.one(
        "INSERT INTO SOLICITACAO_SUPRIMENTO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, DT_SOLICITACAO)"
        " VALUES (?, ?, ?, ?) RETURNING NUM_SOLIC",
        company, customer, machine, _moment(hand),
    )  # fmt: skip
    assert row is not None
    for item in (1, 2):
        hand.do(
            "INSERT INTO SOLICITACAO_ITENS (COD_EMPRESA, NUM_SOLIC, ITEM, COD_SUPRIMENTO, QUANTIDADE)"
            " VALUES (?, ?, ?, 'TN-M428', ?)",
            company, row[0], item, hand.dice.randint(1, 9),
        )  # fmt: skip


def change_request(hand: Hand) -> None:
    """Also to a status that no mapping knows, and back."""
    column, value = hand.dice.choice((("STATUS", hand.dice.choice("PRFCX")), ("RASTREIO", hand.text())))
    if hand.known["requests"]:
        hand.do(f"UPDATE SOLICITACAO_SUPRIMENTO SET {column} = ? {_REQUEST}", value, *hand.one("requests"))


def change_item(hand: Hand) -> None:
    if hand.known["items"]:
        where = f"{_REQUEST} AND ITEM = ?"
        hand.do(f"UPDATE SOLICITACAO_ITENS SET QUANTIDADE = ? {where}", hand.dice.randint(1, 9),
                *hand.one("items"))  # fmt: skip


def delete_request(hand: Hand) -> None:
    """With its items; often one that the portal still asks items for."""
    if hand.known["newest_requests"]:
        hand.do(f"DELETE FROM SOLICITACAO_SUPRIMENTO {_REQUEST}", *hand.one("newest_requests"))


def change_contract(hand: Hand) -> None:
    column, value = hand.dice.choice((
        ("DT_FIM", _moment(hand).date()), ("FRANQUIA_PB", hand.dice.randrange(10**4)),
        ("TIPO", hand.dice.choice("FLN")), ("STATUS", hand.dice.choice("AASC")), ("FRANQUIA_COR", None),
    ))  # fmt: skip
    where = "WHERE COD_EMPRESA = ? AND NUM_CONTRATO = ?"
    hand.do(f"UPDATE CONTRATOS SET {column} = ? {where}", value, *hand.one("contracts"))


def rename_technician(hand: Hand) -> None:
    name = f"João Antônio {hand.dice.randrange(100)}"
    hand.do("UPDATE TECNICOS SET NOME = ? WHERE COD_TECNICO = ?", name, *hand.one("technicians"))


ACTS: dict[Act, int] = {
    open_order: 10, move_order: 22, edit_order: 14, keep_order_locked: 4, delete_order: 2,
    add_customer: 3, edit_customer: 8, delete_customer: 2, add_machine: 3, move_machine: 4, delete_machine: 2,
    take_reading: 8, correct_reading: 4, bill: 4, change_invoice: 10, delete_invoice: 1,
    ask_for_supplies: 3, change_request: 4, change_item: 3, delete_request: 2, change_contract: 4,
    rename_technician: 2,
}  # fmt: skip


def _moment(hand: Hand) -> dt.datetime:
    return dt.datetime(2026, 3, 2, 8) + dt.timedelta(seconds=hand.dice.randrange(10**7))
