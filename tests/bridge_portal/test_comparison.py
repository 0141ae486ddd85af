"""A bridge asks what differs: told is what taking its rows would change here, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from piccolo_conf import DB
from server.customers.tables import Customer
from server.service_orders.tables import ServiceOrder
from tests.bridge_portal.bridge import (
    BASICS,
    COMPANY,
    CUSTOMER,
    DEFECT,
    MACHINE,
    Bridge,
    Row,
    connect,
    gone,
    order,
    row,
)
from tests.bridge_portal.test_orders import dispatched
from tests.bridge_portal.test_rows import of_key
from tests.desk.office import Office
from tests.service_orders.world import found_reseller

NOTHING: dict[str, list[str]] = {"missing": [], "different": [], "extra": [], "refused": [], "waiting": []}
READING = row("meter_reading", "501|2026-03-02", equipment="501", mono=5, color=None,
              read_at="2026-03-02T11:00:00.123400Z")  # fmt: skip
INVOICE = row("invoice", "1|9|1", company="1", customer="7", number="9", total="1234.50",
              issued_at="2026-03-02T11:00:00Z", delivery_status=None)  # fmt: skip
REQUEST = row("supply_request", "1|3", company="1", customer="7", status="pending", web_id=None,
              requested_at="2026-03-02T11:00:00Z")  # fmt: skip
EVERYTHING = (*BASICS, order(), READING, INVOICE, REQUEST)


async def ask(bridge: Bridge, *rows: Row) -> dict[str, list[str]]:
    entity = rows[0]["entity"]
    said = [{name: value for name, value in one.items() if name != "entity"} for one in rows]
    answer = await bridge.http.post("/bridge/v1/comparisons", json={"entity": entity, "rows": said})
    assert answer.status_code == 200, answer.text
    found: dict[str, list[str]] = answer.json()
    return found


async def tamper(sql: str, *arguments: Any) -> None:
    async with DB.transaction() as tx:
        assert await tx.execute(sql, *arguments) == 1


def changed(one: Row, **more: Any) -> Row:
    return one | {"data": one["data"] | more}


async def test_what_was_taken_differs_in_nothing(bridge: Bridge) -> None:
    await bridge.bring(*EVERYTHING)
    for one in EVERYTHING:
        assert await ask(bridge, one) == NOTHING, one


async def test_missing_extra_and_different_rows_are_told_apart(bridge: Bridge) -> None:
    await bridge.bring(*EVERYTHING)
    for one in EVERYTHING:
        entity, key = one["entity"], one["key"]
        assert await ask(bridge, one | {"key": "77"}) == NOTHING | {"missing": ["77"]}
        assert await ask(bridge, gone(entity, key), gone(entity, "77")) == NOTHING | {"extra": [key]}
    for one in (
        changed(CUSTOMER, city="Florianópolis"),
        changed(MACHINE, department="Fiscal"),
        changed(order(), description="Outra"),
        changed(READING, mono=6),
        changed(INVOICE, total="1234.51"),
        changed(REQUEST, status="invoiced"),
    ):
        assert await ask(bridge, one) == NOTHING | {"different": [one["key"]]}, one
    await bridge.bring(gone("defect", "D1"))
    assert await ask(bridge, DEFECT) == NOTHING | {"missing": ["D1"]}
    assert await ask(bridge, gone("defect", "D1")) == NOTHING


async def test_what_was_changed_here_behind_everybodys_back_is_seen_and_written_anew(bridge: Bridge) -> None:
    await bridge.bring(*EVERYTHING)
    customer = await of_key(Customer, "customer", "7")
    await tamper("update customer set city = 'Longe' where id = $1", customer["id"])
    await tamper("update defect set is_active = $1 where code = 'D1'", False)
    held = await of_key(ServiceOrder, "service_order", "1|5001")
    await tamper("update service_order set description = 'Nada' where id = $1", held["id"])
    await tamper("update meter_reading set mono = 99 where mono = 5")
    await tamper("delete from invoice where number = '9'")
    spoiled = (CUSTOMER, DEFECT, order(), READING, INVOICE)
    for one in spoiled:
        assert await ask(bridge, one) == NOTHING | {"different": [one["key"]]}, one
    await bridge.bring(*spoiled)
    for one in spoiled:
        assert (await ask(bridge, one))["different"], "the portal believes that it took it"
    result = await bridge.do("ilux_rows", load=None, anew=True, rows=list(spoiled))
    assert result["data"] == {"applied": 5, "refused": []}
    for one in spoiled:
        assert await ask(bridge, one) == NOTHING, one


async def test_dead_letters_and_what_is_on_its_way_are_no_differences(bridge: Bridge, office: Office) -> None:
    await bridge.bring(*BASICS)
    orphan = row("technician", "T9", company="99", name="Órfão")
    nameless = row("customer", "9", company="1", name="")
    assert await ask(bridge, nameless) == NOTHING | {"missing": ["9"]}
    await bridge.bring(orphan, nameless)
    assert await ask(bridge, orphan) == NOTHING | {"refused": ["T9"]}
    assert await ask(bridge, nameless) == NOTHING | {"refused": ["9"]}
    assert await ask(bridge, changed(nameless, name="Bar")) == NOTHING | {"missing": ["9"]}


async def test_an_order_with_a_change_on_its_way_waits(bridge: Bridge, office: Office) -> None:
    order_id = await dispatched(bridge, office)
    (message,) = await bridge.messages()
    key = message["key"]
    absent = dict.fromkeys(("equipment", "contract", "defect"))
    said = order(key, web_id=str(order_id), customer="70", **absent)
    assert await ask(bridge, said) == NOTHING | {"waiting": [key]}
    await bridge.answer(message)
    assert await ask(bridge, said) == NOTHING | {"different": [key]}, "ILUX took it, and says otherwise again"


async def test_keys_come_in_order_and_only_ones_own(bridge: Bridge, office: Office, tmp_path: Path) -> None:
    await bridge.bring(COMPANY, *(row("customer", str(n), company="1", name=f"C{n}") for n in range(30)))
    await bridge.bring(gone("customer", "3"))
    answer = await bridge.http.get("/bridge/v1/keys", params={"entity": "customer", "after": "20"})
    assert answer.json()["more"] is False
    kept = sorted({str(n) for n in range(30)} - {"3"})
    assert answer.json()["keys"] == [key for key in kept if key > "20"]
    await found_reseller("outra")
    stranger = await connect(office.transport, office.settings, "outra", tmp_path, "stranger")
    answer = await stranger.http.get("/bridge/v1/keys", params={"entity": "customer"})
    assert answer.json() == {"keys": [], "more": False}
    assert (await ask(stranger, row("customer", "5", company="1", name="C5")))["missing"] == ["5"]
    assert await ask(stranger, gone("customer", "5")) == NOTHING
    await stranger.http.aclose()
    stranger.replica.close()


async def test_nonsense_is_refused(bridge: Bridge) -> None:
    async def code(answer: httpx.Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    post = bridge.http.post
    unknown = {"entity": "x", "rows": []}
    assert await code(await post("/bridge/v1/comparisons", json=unknown)) == (422, "invalid")
    assert await code(await post("/bridge/v1/comparisons", content=b"\xff{")) == (422, "invalid")
    assert await code(await bridge.http.get("/bridge/v1/keys", params={"entity": "x"})) == (422, "invalid")
    long = {"entity": "customer", "rows": [{"key": "a\0b"}]}
    assert await code(await post("/bridge/v1/comparisons", json=long)) == (422, "invalid")
    many = {"entity": "customer", "rows": [{"key": str(n)} for n in range(501)]}
    assert await code(await post("/bridge/v1/comparisons", json=many)) == (422, "invalid")
    packed = {"content-encoding": "gzip"}
    assert await code(await post("/bridge/v1/comparisons", content=b"x", headers=packed)) == (
        422,
        "malformed",
    )
