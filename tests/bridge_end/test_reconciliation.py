"""ILUX and the portal held against each other: what differs is found, sent anew, and nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, time

import pytest

from ilux_bridge.agent import Agent
from ilux_bridge.outbox import lease
from ilux_bridge.reconciliation.comparison import Comparison
from ilux_bridge.reconciliation.portal import Portal
from ilux_bridge.reconciliation.reconciler import REPORT, Reconciler, repair
from ilux_bridge.reconciliation.schedule import is_due
from ilux_bridge.reconciliation.wanted import WANTED, want
from ilux_bridge.sending import Row
from ilux_bridge.store import Store
from piccolo_conf import DB
from server.bridge import comparison as portals
from server.bridge.tables import BridgeStatus, IluxLoad
from server.equipment.tables import Defect
from tests.bridge.office import save
from tests.bridge_end.bridge import End, reference
from tests.bridge_end.test_agent import settings
from tests.bridge_end.test_both_ends import open_order
from tests.bridge_portal.test_rows import of_key

ORDER = "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, RELATO, DT_ABERTURA)"


class Listening(Portal):
    """`meanwhile` is done once, after the first answer about that entity."""

    def __init__(self, end: End, entity: str = "", meanwhile: Callable[[], None] | None = None) -> None:
        super().__init__(end.http)
        self._entity, self._meanwhile = entity, meanwhile

    async def compare(self, entity: str, rows: list[Row]) -> dict[str, str]:  # type: ignore[override]
        told = await super().compare(entity, rows)
        if entity == self._entity and self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        return told


async def compare(end: End, portal: Portal | None = None) -> Comparison:
    comparison = Comparison(
        end.ilux.owner, end.cycle.watched, portal or Portal(end.http), Store(":memory:"), pause_s=0.01
    )
    await comparison.run()
    return comparison


def found(comparison: Comparison) -> dict[str, dict[str, str]]:
    return {name: counts.keys for name, counts in comparison.report.entities.items() if counts.found}


@pytest.fixture
async def loaded(end: End) -> End:
    end.ilux.close()
    end.restart()
    end.clerk = end.ilux.clerk()
    await end.cycle.load()
    await end.turn()
    return end


def unseen(end: End, table: str, *statements: str) -> None:
    """Saved while the table's trigger is off, as after somebody tidied up."""
    owner = end.cycle.connection
    save(owner, f"ALTER TRIGGER SYNC_{table} INACTIVE")
    save(owner, *statements)
    save(owner, f"ALTER TRIGGER SYNC_{table} ACTIVE")


async def tamper(sql: str) -> None:
    async with DB.transaction() as tx:
        assert await tx.execute(sql) == 1


async def test_after_a_load_nothing_differs_but_what_needs_a_person(loaded: End) -> None:
    comparison = await compare(loaded)
    assert found(comparison) == {}
    entities = comparison.report.entities
    assert {name: counts.refused for name, counts in entities.items() if counts.refused} == {
        "supply_request": 2,
        "supply_request_item": 4,
    }
    assert {counts.waiting for counts in entities.values()} == {0}
    assert entities["meter_reading"].compared == 60


async def test_what_went_unseen_in_ilux_is_found_and_mended(loaded: End) -> None:
    unseen(
        loaded, "DEFEITOS",
        "INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (77, 'Cheiro de queimado')",
        "UPDATE DEFEITOS SET DESCRICAO = 'Outro' WHERE COD_DEFEITO = 2",
        "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 5",
    )  # fmt: skip
    unseen(
        loaded, "NOTA_FISCAL", "UPDATE NOTA_FISCAL SET STATUS_NFE = 'C' WHERE COD_EMPRESA = 1 AND NUM_NF = 1"
    )  # fmt: skip
    comparison = await compare(loaded)
    assert found(comparison) == {
        "defect": {"77": "missing", "2": "different", "5": "extra"},
        "invoice": {"1|1|1": "extra"},
    }
    await repair(loaded.cycle, comparison)
    assert (comparison.report.repaired, comparison.report.left) == (4, 0)
    assert found(await compare(loaded)) == {}


async def test_what_was_spoiled_in_the_portal_is_found_and_mended(
    loaded: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(*_: object) -> set[str]:
        return set()

    await tamper("update customer set city = 'Longe' where ilux_code = '7'")
    await tamper("update service_order set description = 'Nada' where ilux_number = '12'")
    await tamper("delete from ilux_link where entity = 'supply_request_item' and key = '2|1|1'")
    with monkeypatch.context() as patch:
        patch.setattr(portals, "_differing", blind)
        assert set(found(await compare(loaded))) == {"supply_request_item"}, "the portal's eyes are needed"
    comparison = await compare(loaded)
    assert {name: set(keys.values()) for name, keys in found(comparison).items()} == {
        "customer": {"different"},
        "service_order": {"different"},
        "supply_request_item": {"missing"},
    }
    await repair(loaded.cycle, comparison)
    assert found(await compare(loaded)) == {}


async def test_what_is_on_its_way_is_no_difference(loaded: End) -> None:
    def people_work() -> None:
        open_order(loaded)
        save(loaded.clerk, "UPDATE CLIENTES SET FONE = '1' WHERE COD_CLIENTE = 3")
        save(loaded.clerk, "DELETE FROM LEITURAS WHERE COD_EQUIPAMENTO = 4")

    people_work()
    comparison = await compare(loaded, Listening(loaded, "customer", people_work))
    assert found(comparison) == {}
    waiting = {name: counts.waiting for name, counts in comparison.report.entities.items() if counts.waiting}
    assert waiting == {"customer": 1, "service_order": 2, "meter_reading": 2}
    await loaded.turn()
    assert found(await compare(loaded)) == {}


async def test_a_row_that_changes_between_two_looks_is_asked_about_again(loaded: End) -> None:
    """Sent and acknowledged between two looks: neither outbox has it, and the portal has the newer one."""
    unseen(loaded, "DEFEITOS", "UPDATE DEFEITOS SET DESCRICAO = 'Velho' WHERE COD_DEFEITO = 2")
    looks = 0

    class Busy(Portal):
        async def compare(self, entity: str, rows: list[Row]) -> dict[str, str]:  # type: ignore[override]
            nonlocal looks
            told = await super().compare(entity, rows)
            if entity == "defect" and len(rows) == 1:
                looks += 1
                save(loaded.clerk, f"UPDATE DEFEITOS SET DESCRICAO = 'Novo {looks}' WHERE COD_DEFEITO = 2")
                await loaded.cycle.send()
            return told

    comparison = await compare(loaded, Busy(loaded.http))
    assert found(comparison) == {}
    assert looks == 2, "the first look was of an older row; the second found both sides equal"


async def test_the_sync_goes_on_while_both_sides_are_compared(loaded: End) -> None:
    keeper = Reconciler(reference(), loaded.http, loaded.cycle.store, 0.01)
    await keeper.step(loaded.cycle)
    assert keeper.report is None, "tonight, and not at once"
    unseen(loaded, "DEFEITOS", "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 5")
    want(loaded.cycle.store, "teste")
    turns = 0
    while loaded.cycle.store.fact(WANTED) is not None:
        await keeper.step(loaded.cycle)
        if turns % 20 == 0:
            open_order(loaded)
        await loaded.cycle.send()
        turns += 1
    assert turns > 20
    report = loaded.cycle.store.fact(REPORT)
    assert (report["found"], report["repaired"], report["left"]) == (1, 1, 0)
    await keeper.stop()
    assert found(await compare(loaded)) == {}


async def test_the_agent_compares_when_a_trigger_failed_and_tells_the_portal(loaded: End) -> None:
    cycle = loaded.cycle
    unseen(loaded, "DEFEITOS", "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 5")
    cycle.store.note("errors", 0)
    with cycle.connection.writing() as work:
        work.one("SELECT GEN_ID(GEN_SYNC_ERROS, 1) FROM RDB$DATABASE")
    lease.release(cycle.connection, cycle.token)
    agent = Agent(settings(loaded.ilux, loaded.folder), loaded.http, pace=0.02)
    running = asyncio.create_task(agent.run())
    async with asyncio.timeout(20):
        while await BridgeStatus.count().where(BridgeStatus.reconciled_repaired == 1) == 0:
            await asyncio.sleep(0.05)
    agent.stop()
    await running
    assert not (await of_key(Defect, "defect", "5"))["is_active"]
    assert await IluxLoad.count() == 1, "nothing else was sent again"


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        ("2026-03-02 02:29", "2026-03-02 02:30", True),
        ("2026-03-02 02:30", "2026-03-02 23:59", False),
        ("2026-03-02 02:31", "2026-03-03 02:29", False),
        ("2026-03-02 02:31", "2026-03-03 02:31", True),
        ("2026-02-20 02:31", "2026-03-03 01:00", True),
    ],
)
def test_once_a_night(last: str, now: str, expected: bool) -> None:
    assert is_due(time(2, 30), datetime.fromisoformat(last), datetime.fromisoformat(now)) is expected
