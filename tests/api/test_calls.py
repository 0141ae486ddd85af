"""A program calls: proved by its token alone, within its scopes and reach, and no call counts twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from server.accounts.actor import Role
from server.accounts.sessions import begin_session
from server.accounts.tables import User
from server.api.limits import Limiter
from server.api.scopes import ApiScope
from server.api.tables import ApiToken
from server.database import platform
from server.service_orders import actions
from server.service_orders.tables import OrderEvent, ServiceOrder
from tests.api.conftest import Programs
from tests.desk.counting import counted_queries
from tests.desk.office import Office
from tests.service_orders.world import found_reseller

MOST_QUERIES = 12


async def test_who_brings_no_token_is_told_which_kind_is_wanted(programs: Programs, office: Office) -> None:
    now = datetime.now(UTC)
    ana = office.world.ana
    _, session = await begin_session(
        ana.user_id, ana.reseller_id, now=now, settings=office.settings, address="", user_agent=""
    )
    for headers, code in (
        ({}, "token_required"),
        ({"authorization": "Bearer pws_none"}, "token_invalid"),
        ({"authorization": f"Bearer {session}"}, "token_invalid"),
        ({"authorization": "Basic eDp5"}, "token_invalid"),
        ({"cookie": f"session={session}"}, "token_required"),
    ):
        async with programs.calling("") as nobody:
            nobody.headers.pop("authorization")
            answer = await nobody.get("/service-orders", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith('Bearer realm="PWS"')
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_opens_no_page_and_no_sync(programs: Programs, office: Office) -> None:
    token = await programs.token()
    async with httpx.AsyncClient(transport=office.transport, base_url="http://portal.test") as program:
        for path in ("/service-orders", "/users", "/profile", "/sync/v1/pull"):
            answer = await program.get(path, headers={"authorization": f"Bearer {token}"})
            assert answer.status_code in {401, 405}


async def test_what_a_token_has_no_scope_for_is_said(programs: Programs) -> None:
    async with await programs.erp(scopes=[ApiScope.ORDERS_READ]) as reader:
        assert (await reader.get("/service-orders")).status_code == 200
        answer = await reader.get("/customers")
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
        assert 'scope="customers:read"' in answer.headers["www-authenticate"]
        refused = await reader.post("/service-orders", json={"description": "x"})
        assert refused.json()["scope"] == "orders:write"


@pytest.mark.parametrize("fate", ["expired", "revoked", "creator gone", "creator no admin"])
async def test_a_token_that_is_over_opens_nothing(fate: str, programs: Programs) -> None:
    lasts = timedelta(0) if fate == "expired" else timedelta(days=1)
    async with await programs.erp(lasts=lasts) as erp:
        before = await erp.get("/companies")
        assert before.status_code == (401 if fate == "expired" else 200)
        with platform():
            if fate == "revoked":
                await ApiToken.update({ApiToken.revoked_at: datetime.now(UTC)}, force=True)
            if fate == "creator gone":
                await User.update({User.is_active: False}).where(User.id == programs.rui_id)
            if fate == "creator no admin":
                await User.update({User.role: Role.SERVICE_OPERATOR.value}).where(User.id == programs.rui_id)
        assert (await erp.get("/companies")).status_code == 401


async def test_its_use_is_noted(programs: Programs, erp: httpx.AsyncClient) -> None:
    await erp.get("/companies")
    with platform():
        row = await ApiToken.select(ApiToken.last_used_at, ApiToken.last_used_from).first()
    assert row is not None
    assert row["last_used_at"] is not None
    assert row["last_used_from"] == "127.0.0.1"


async def test_another_resellers_token_finds_nothing_here(programs: Programs, office: Office) -> None:
    other = await found_reseller("outra")
    order_id = await office.world.open_order()
    with platform():
        zeca = User(reseller_id=other.reseller_id, email="z@outra.test", name="Zeca", role=Role.ADMIN)
        await zeca.save()
    elsewhere = Programs(Office(other, office.settings, office.transport), zeca.id)
    async with await elsewhere.erp() as stranger:
        assert (await stranger.get("/service-orders")).json() == {"items": [], "next": None}
        for path in ("", "/history", "/visits", "/messages"):
            assert (await stranger.get(f"/service-orders/{order_id}{path}")).status_code == 404
        cancelled = await stranger.post(f"/service-orders/{order_id}/cancellations", json={"reason": "x"})
        assert cancelled.status_code == 404
    # Nor one of theirs who names a customer of ours.
    async with await elsewhere.erp(customers=[office.world.customer_id]) as stranger:
        assert (await stranger.get("/service-orders")).status_code == 401


async def test_a_customers_token_reads_what_its_people_read(programs: Programs, office: Office) -> None:
    visit = await office.visit(state="travelling")
    order_id = visit.service_order_id
    await actions.add_note(office.world.ana, order_id, "Cliente deve", now=datetime.now(UTC))
    await ServiceOrder.update({ServiceOrder.notes: "Paga mal"}).where(ServiceOrder.id == order_id)
    async with await programs.erp(customers=[office.world.customer_id]) as school:
        assert "Paga mal" not in (await school.get(f"/service-orders/{order_id}")).text
        (row,) = (await school.get("/service-orders")).json()["items"]
        assert row["id"] == str(order_id)
        assert (await school.get(f"/service-orders/{order_id}/visits")).json() == []
        assert "Cliente deve" not in (await school.get(f"/service-orders/{order_id}/history")).text
    async with await programs.erp() as erp:
        assert len((await erp.get(f"/service-orders/{order_id}/visits")).json()) == 1
        assert (await erp.get(f"/service-orders/{order_id}")).json()["notes"] == "Paga mal"
        assert "Cliente deve" in (await erp.get(f"/service-orders/{order_id}/history")).text


async def test_a_filter_that_is_spelled_wrong_does_not_show_everything(erp: httpx.AsyncClient) -> None:
    for query in (
        "statsu=A",
        "opened_from=ontem",
        "opened_from=2026-01-01T00:00:00",
        "limit=0",
        "number=%00",
    ):
        answer = await erp.get(f"/service-orders?{query}")
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] in {"query_unknown", "invalid"}


async def test_pages_lead_to_the_end_without_a_row_twice(erp: httpx.AsyncClient, office: Office) -> None:
    for _ in range(5):
        await office.world.open_order()
    seen: list[str] = []
    after: str | None = None
    for _ in range(3):
        page = (
            await erp.get("/service-orders", params={"limit": 2} | ({"after": after} if after else {}))
        ).json()
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
    assert after is None
    assert len(set(seen)) == len(seen) == 5
    assert (await erp.get("/service-orders?after=nonsense")).status_code == 422


async def test_who_has_it_already_is_not_sent_it_again(erp: httpx.AsyncClient, office: Office) -> None:
    order_id = await office.world.open_order()
    first = await erp.get(f"/service-orders/{order_id}")
    again = await erp.get(f"/service-orders/{order_id}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await erp.post(f"/service-orders/{order_id}/cancellations", json={"reason": "Engano"})
    changed = await erp.get(f"/service-orders/{order_id}", headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["status"]) == (200, "C")


async def test_a_call_that_arrives_twice_is_opened_once(erp: httpx.AsyncClient, office: Office) -> None:
    body = {"description": "Atola papel", "equipment_id": str(office.world.equipment_id)}
    key = {"idempotency-key": str(uuid4())}
    answers = await asyncio.gather(*(erp.post("/service-orders", json=body, headers=key) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert answers[0].headers["location"] == f"/api/v1/service-orders/{answers[0].json()['id']}"
    assert await ServiceOrder.count() == 1
    other = await erp.post("/service-orders", json=body | {"description": "Outra coisa"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    missing = await erp.post("/service-orders", json=body)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")


async def test_a_refused_call_leaves_its_key_free(erp: httpx.AsyncClient, office: Office) -> None:
    key = {"idempotency-key": "pedido-1"}
    refused = await erp.post(
        "/service-orders", json={"description": "x", "equipment_id": str(uuid4())}, headers=key
    )
    assert refused.status_code == 404
    body = {"description": "x", "equipment_id": str(office.world.equipment_id)}
    assert (await erp.post("/service-orders", json=body, headers=key)).status_code == 201


async def test_the_history_says_which_program_it_was(erp: httpx.AsyncClient, office: Office) -> None:
    order_id = await office.world.open_order()
    await erp.post(f"/service-orders/{order_id}/cancellations", json={"reason": "Engano"})
    lines = await OrderEvent.select(OrderEvent.user_name).where(OrderEvent.kind == "cancelled")
    assert [line["user_name"] for line in lines] == ["API: ERP"]


async def test_too_many_calls_are_told_to_wait(erp: httpx.AsyncClient, office: Office) -> None:
    office.transport.app.state["api_limiter"] = Limiter(2)  # type: ignore[attr-defined]
    assert [(await erp.get("/companies")).status_code for _ in range(3)] == [200, 200, 429]
    answer = await erp.get("/companies")
    assert 1 <= int(answer.headers["retry-after"]) <= 30


@pytest.mark.parametrize("path", ["/service-orders", "/equipment", "/customers"])
async def test_a_list_asks_the_same_of_one_row_and_of_ten(
    path: str, erp: httpx.AsyncClient, office: Office
) -> None:
    await office.world.open_order()
    await erp.get(path)
    with counted_queries() as few:
        await erp.get(path)
    for number in range(9):
        await office.world.machine(f"X{number}")
        await office.world.open_order()
    with counted_queries() as many:
        await erp.get(path)
    assert len(few) == len(many) <= MOST_QUERIES
