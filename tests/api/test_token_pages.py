"""An admin makes a token and sees it once; what is kept opens nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from server.accounts.passwords import hash_now
from server.accounts.tables import Session, User
from server.api.tables import ApiToken
from server.audit.tables import AuditEntry
from server.database import platform
from tests.api.conftest import Programs
from tests.desk.office import Office

PASSWORD = "papagaio-na-janela-azul"


@pytest.fixture
async def rui(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """The admin, at his browser, whose password was typed just now."""
    async with await office.admin("Rui") as browser:
        with platform():
            await User.update({User.password_hash: hash_now(PASSWORD)}).where(User.name == "Rui")
            await Session.update({Session.password_at: datetime.now(UTC)}, force=True)
        yield browser


def wanted(**changes: Any) -> dict[str, Any]:
    return {"name": "ERP", "days": "30", "reach": "companies", "scopes": ["orders:read"]} | changes


async def rows() -> list[dict[str, Any]]:
    with platform():
        return await ApiToken.select()


async def test_a_token_is_shown_once_and_opens_what_was_ticked(
    rui: httpx.AsyncClient, office: Office
) -> None:
    made = await rui.post("/api-tokens", data=wanted())
    (token,) = set(re.findall(r"pws_[\w-]{43}", made.text))
    assert made.headers["cache-control"] == "no-store"
    listed = await rui.get("/api-tokens")
    assert token not in listed.text
    assert token[-4:] in listed.text
    (row,) = await rows()
    assert token not in str(row)
    async with Programs(office, row["created_by_id"]).calling(token) as erp:
        assert (await erp.get("/service-orders")).status_code == 200
        assert (await erp.get("/customers")).status_code == 403
        await rui.post(f"/api-tokens/{row['id']}/revocation")
        assert (await erp.get("/service-orders")).status_code == 401
    with platform():
        acts = await AuditEntry.select(AuditEntry.action, AuditEntry.facts)
    assert [act["action"] for act in acts] == ["api_token.added", "api_token.ended"]
    assert token not in str(acts)


async def test_the_password_is_asked_for_where_it_is_stale(rui: httpx.AsyncClient) -> None:
    with platform():
        await Session.update({Session.password_at: datetime.now(UTC) - timedelta(hours=1)}, force=True)
    assert 'name="password"' in (await rui.get("/api-tokens/new")).text
    for password in ("", "errada"):
        refused = await rui.post("/api-tokens", data=wanted(password=password))
        assert refused.status_code == 422
        assert 'value="ERP"' in refused.text
    assert await rows() == []
    assert "pws_" in (await rui.post("/api-tokens", data=wanted(password=PASSWORD))).text


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x"},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"days": "9999"},
        {"reach": "customers"},
        {"company_ids": ["01a22ed6-5108-7e19-88be-71373e801a92"]},
    ],
    ids=str,
)
async def test_a_form_with_a_fault_makes_no_token(changes: dict[str, Any], rui: httpx.AsyncClient) -> None:
    answer = await rui.post("/api-tokens", data=wanted(**changes))
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert await rows() == []


async def test_a_customer_is_found_without_script_and_given(rui: httpx.AsyncClient, office: Office) -> None:
    found = await rui.post("/api-tokens", data=wanted(find="1", customer="sol"))
    assert str(office.world.customer_id) in found.text
    given = wanted(reach="customers", customer_ids=[str(office.world.customer_id)])
    assert (await rui.post("/api-tokens", data=given)).status_code == 200
    assert "1 cliente" in (await rui.get("/api-tokens")).text


async def test_the_document_is_a_page_for_people_too(office: Office) -> None:
    async with httpx.AsyncClient(transport=office.transport, base_url="http://portal.test") as visitor:
        page = (await visitor.get("/api/docs")).text
        told = (await visitor.get("/api/v1/openapi.json")).json()
    assert set(told["paths"]) <= set(re.findall(r"/api/v1/[\w/{}-]+", page))
    assert all(path.startswith("/api/v1/") for path in told["paths"])
    assert "<script" not in page
