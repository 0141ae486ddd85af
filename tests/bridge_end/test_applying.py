"""What the portal asks for is written once, as the mapping says, or refused in words a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from ilux_bridge import applying, metadata
from ilux_bridge.applying import Receipt
from ilux_bridge.firebird import Connection
from ilux_bridge.outbox import capture, installation, lease
from ilux_bridge.outbox.lease import Fenced
from ilux_bridge.problems import LockConflict
from ilux_bridge.watched import Watched, watch
from tests.bridge.office import Office, save, values
from tests.bridge_end.bridge import reference

ORDER = "SELECT {} FROM ORDEM_SERVICO WHERE COD_EMPRESA = 2 AND NUM_OS = 1"


@dataclass
class Writer:
    bridge: Connection
    clerk: Connection
    watched: Watched
    token: int

    def ask(self, entity: str, write: str, key: str | None, **data: Any) -> Receipt:
        return self.tell(self.message(entity, write, key, **data))

    def tell(self, message: dict[str, Any]) -> Receipt:
        return applying.apply(self.bridge, self.watched, message, self.token)

    def message(self, entity: str, write: str, key: str | None, **data: Any) -> dict[str, Any]:
        expected = data.pop("expected", {})
        return {
            "id": str(uuid4()), "n": 1, "entity": entity, "write": write,
            "key": key, "data": data, "expected": expected,
        }  # fmt: skip

    def of_order(self, column: str) -> object:
        (value,) = values(self.clerk, ORDER.format(column))
        return value


@pytest.fixture
def writer(ilux: Office) -> Writer:
    bridge = ilux.owner()
    watched = watch(reference(), metadata.read(bridge))
    installation.install(bridge, list(watched.tables.values()))
    token = lease.acquire(bridge, "teste", 300)
    assert token is not None
    return Writer(bridge, ilux.clerk(), watched, token)


def test_a_visit_writes_the_mapped_columns_and_no_others(writer: Writer) -> None:
    report = writer.of_order("RELATO")
    receipt = writer.ask(
        "service_order", "visit", "2|1", status="O", diagnosis="Rolo “gasto” – pó", resolution="Troca",
        mono=4711, color=None, closed_at="2026-03-02T14:00:00Z", expected={"status": "E"},
    )  # fmt: skip
    assert receipt == Receipt("applied", {"key": "2|1", "ilux_number": "1"})
    assert writer.of_order("STATUS") == "O"
    assert writer.of_order("LAUDO") == "Rolo “gasto” – pó"
    assert writer.of_order("CONTADOR_PB") == 4711
    assert str(writer.of_order("DT_FECHAMENTO")) == "2026-03-02 11:00:00", "on the reseller's own clock"
    assert writer.of_order("RELATO") == report
    (change,) = capture.read(writer.bridge, writer.watched.tables).changes
    assert change.origin is not None, "its effect is known as the bridge's own"


def test_the_same_message_again_is_answered_and_not_repeated(writer: Writer) -> None:
    opened = writer.message(
        "service_order", "opened", None, company="1", customer="1", equipment="1", contract=None,
        technician=None, defect="1", status="A", description="Não liga", requester_name="Rosa",
        requester_phone=None, opened_at="2026-03-02T11:00:00Z", web_id=str(uuid4()),
    )  # fmt: skip
    first = writer.tell(opened)
    assert first.status == "applied"
    assert writer.tell(opened) == first
    assert writer.tell(opened | {"id": str(uuid4())}) == first, "also under another number"
    assert first.keys is not None
    count = "SELECT COUNT(*) FROM ORDEM_SERVICO WHERE ID_WEB = ?"
    assert values(writer.clerk, count, opened["data"]["web_id"]) == [1]
    assert first.keys["key"] == f"1|{first.keys['ilux_number']}"


def test_a_reading_is_written_once_by_its_own_key(writer: Writer) -> None:
    said = {
        "equipment": "1",
        "mono": 5,
        "color": None,
        "read_at": "2026-03-03T12:00:00.25Z",
        "source": "visit",
    }
    first = writer.ask("meter_reading", "taken", None, **said)
    assert first == Receipt("applied", {"key": "1|2026-03-03 09:00:00.2500"})
    assert writer.ask("meter_reading", "taken", None, **said) == first
    assert values(writer.clerk, "SELECT COUNT(*) FROM LEITURAS WHERE CONTADOR_PB = 5") == [1]


def test_a_row_that_somebody_changed_is_left_to_them(writer: Writer) -> None:
    save(writer.clerk, "UPDATE ORDEM_SERVICO SET STATUS = 'L' WHERE COD_EMPRESA = 2 AND NUM_OS = 1")
    receipt = writer.ask("service_order", "status", "2|1", status="P", expected={"status": "E"})
    assert receipt == Receipt("conflict", None, "No ILUX, status estava em L, e o portal esperava E.")
    assert writer.of_order("STATUS") == "L"


@pytest.mark.parametrize(
    ("key", "data", "words"),
    [
        ("2|999999", {"status": "P"}, "não existe mais"),
        ("x", {"status": "P"}, "não é desta tabela"),
        ("2|1", {"status": "?"}, "nada no mapa leva"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(
    writer: Writer, key: str, data: dict[str, Any], words: str
) -> None:
    receipt = writer.ask("service_order", "status", key, **data)
    assert receipt.status == "refused"
    assert words in (receipt.reason or "")


def test_what_a_rule_of_ilux_forbids_is_refused_and_leaves_nothing(writer: Writer) -> None:
    receipt = writer.ask(
        "service_order", "opened", None, company="1", customer="999999", status="A",
        opened_at="2026-03-02T11:00:00Z", web_id=str(uuid4()),
    )  # fmt: skip
    assert receipt.status == "refused"
    assert (receipt.reason or "").startswith("O Firebird recusou")
    assert values(writer.clerk, "SELECT COUNT(*) FROM ORDEM_SERVICO WHERE COD_CLIENTE = 999999") == [0]
    assert values(writer.bridge, "SELECT COUNT(*) FROM SYNC_INBOX") == [0]


def test_what_nobody_mapped_is_refused(writer: Writer) -> None:
    assert writer.ask("customer", "renamed", "1").status == "refused"


def test_a_row_that_is_open_in_ilux_waits_for_the_next_turn(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "TRIES", 1)
    message = writer.message("service_order", "status", "2|1", status="P", expected={"status": "E"})
    with writer.clerk.writing() as work:
        work.execute("UPDATE ORDEM_SERVICO SET SOLICITANTE = 'Eu' WHERE COD_EMPRESA = 2 AND NUM_OS = 1")
        with pytest.raises(LockConflict):
            writer.tell(message)
    assert writer.tell(message).status == "applied"
    assert writer.of_order("SOLICITANTE") == "Eu"


def test_a_copy_that_was_overtaken_writes_nothing(writer: Writer) -> None:
    assert lease.acquire(writer.bridge, "teste", 300) == writer.token + 1
    with pytest.raises(Fenced):
        writer.ask("service_order", "status", "2|1", status="P", expected={"status": "E"})
    assert writer.of_order("STATUS") == "E"
