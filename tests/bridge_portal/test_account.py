"""The bridge's account: a token from the console, no pages, revoked like any device."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from offline_sync.client import LoginRequired, Stopped
from offline_sync.tables import SyncClient
from server.accounts.actor import Role
from server.accounts.sessions import find_actor
from server.accounts.tables import Session, User
from server.accounts.tokens import hash_of
from server.bridge.accounts import add_bridge
from server.database import Database, platform
from server.problems import Problem
from server.sync.bridge import LIMITS
from tests.bridge_portal.bridge import COMPANY, Bridge, row
from tests.cli.test_cli import pws, where
from tests.desk.office import Office


@pytest.fixture
async def rita(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with await office.admin("Rita") as browser:
        yield browser


async def test_its_limits_are_told_and_larger_than_a_phones(bridge: Bridge) -> None:
    rows = [row("part", str(number), code=f"C{number}", name="x" * 100) for number in range(2_000)]
    rows = [{**one, "data": {**one["data"], "padding": "y" * 400}} for one in rows]
    assert (await bridge.bring(*rows))["applied"] == 2_000
    assert bridge.replica.limits == LIMITS


async def test_more_rows_than_are_taken_at_once_go_to_quarantine_and_hold_up_nothing(
    bridge: Bridge, rita: httpx.AsyncClient
) -> None:
    result = await bridge.do("ilux_rows", load=None, rows=[COMPANY] * 2_001)
    assert (result["status"], result["code"]) == ("quarantined", "malformed")
    assert "Registros do ILUX" in (await rita.get("/quarantine")).text
    assert (await bridge.bring(COMPANY))["applied"] == 1


async def test_it_enrols_as_a_bridge_and_as_nothing_else(bridge: Bridge, office: Office) -> None:
    body = {"client_id": str(bridge.replica.client_id), "kind": "phone", "name": "x", "schema": 1}
    assert (await bridge.http.post("/sync/v1/clients", json=body)).status_code == 404
    async with await office.browser(office.world.tiago) as phone:
        answer = await phone.post("/sync/v1/clients", json=body | {"kind": "bridge"})
    assert (answer.status_code, answer.json()["where"]) == (422, "kind")
    await bridge.bring(COMPANY)


async def test_it_has_no_pages(bridge: Bridge) -> None:
    for address in ("/home", "/profile", "/service-orders", "/synchronization", "/users", "/sync/v1/rescue"):
        assert (await bridge.http.get(address)).status_code in {404, 405}, address


async def test_revoking_its_device_stops_it(bridge: Bridge, rita: httpx.AsyncClient) -> None:
    await bridge.bring(COMPANY)
    device = await SyncClient.objects().get(SyncClient.id == bridge.replica.client_id)
    assert device is not None
    page = (await rita.get(f"/users/{device.user_id}")).text
    assert "Servidor ILUX" in page
    assert "Esta é a conta do programa" in page
    assert (await rita.post(f"/devices/{device.id}/revocation")).status_code == 303
    with pytest.raises(Stopped, match="client_revoked"):
        await bridge.bring(COMPANY)


async def test_deactivating_the_account_ends_its_token(bridge: Bridge, rita: httpx.AsyncClient) -> None:
    user = await User.objects().get(User.role == Role.BRIDGE.value)
    assert user is not None
    await rita.post(f"/users/{user.id}/deactivation")
    with pytest.raises(LoginRequired):
        await bridge.bring(COMPANY)


async def test_no_form_makes_or_changes_a_bridge(bridge: Bridge, rita: httpx.AsyncClient) -> None:
    user = await User.objects().get(User.role == Role.BRIDGE.value)
    assert user is not None
    form = {"name": "Outro Nome", "email": "x@y.test", "role": "admin"}
    assert (await rita.post(f"/users/{user.id}", data=form)).status_code == 404
    assert (await rita.post(f"/users/{user.id}/link")).status_code == 404
    assert 'value="bridge"' not in (await rita.get("/users/new")).text
    await rita.post("/users", data=form | {"role": "bridge"})
    assert await User.count().where(User.role == Role.BRIDGE.value) == 1


async def test_a_server_that_was_off_for_months_is_still_known(bridge: Bridge, office: Office) -> None:
    months_ago = datetime.now(UTC) - timedelta(days=200)
    with platform():
        await Session.update({Session.last_seen_at: months_ago}).where(
            Session.token_hash == hash_of(bridge.token)
        )
        actor = await find_actor(bridge.token, datetime.now(UTC), office.settings)
    assert actor is not None
    assert actor.role is Role.BRIDGE


async def test_a_reseller_that_is_not_there_gets_none(office: Office) -> None:
    with pytest.raises(Problem, match="invalid"):
        await add_bridge("ninguem", now=datetime.now(UTC), settings=office.settings)


def test_the_console_prints_the_token_once(database_url: str, tmp_path: Path) -> None:
    settings = where(database_url, tmp_path)
    pws("migrate", settings=settings)
    made = pws(
        "reseller", "add", "Revenda Sol", "--slug", "sol", "--cnpj", "11222333000181",
        "--admin-name", "Rita", "--admin-email", "rita@sol.test", settings=settings,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    asked = pws("bridge-account", "sol", settings=settings)
    assert asked.returncode == 0, asked.stderr
    token = asked.stdout.split()[-1]
    assert len(token) == 43
    unknown = pws("bridge-account", "lua", settings=settings)
    assert unknown.returncode == 1
    assert "nenhuma revenda" in unknown.stderr


async def test_the_token_is_kept_as_a_hash_alone(bridge: Bridge, database: Database) -> None:
    with platform():
        hashes = await Session.select(Session.token_hash).output(as_list=True)
    assert hash_of(bridge.token) in hashes
    assert bridge.token not in hashes
