"""The platform's staff see raw tables at /admin; a tenant's people do not; nothing comes from elsewhere."""

from __future__ import annotations

import httpx
import pytest

from server.accounts.actor import Role
from server.audit.tables import AuditEntry
from server.database import platform
from server.problems import Problem
from server.staff.actions import add_staff
from server.staff.tables import StaffSession, StaffUser
from tests.accounts.people import PASSWORD, hire, mail_of, open_house
from tests.web.portal import ORIGIN, client

RITA = "rita@plataforma.test"


async def enter_admin(somebody: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    await somebody.get("/admin/api/tables/reseller/")  # brings the admin's own csrf cookie
    somebody.headers["X-CSRFToken"] = somebody.cookies["csrftoken"]
    return await somebody.post("/admin/public/login/", json={"username": RITA, "password": password})


async def test_rita_of_the_staff_sees_the_resellers_after_her_own_login(portal: httpx.ASGITransport) -> None:
    await add_staff(RITA, "Rita Prado", PASSWORD)
    await open_house("Copiadora Ilha")
    async with client(portal, {"origin": ORIGIN}) as rita:
        assert (await rita.get("/admin/api/tables/reseller/")).status_code == 401
        assert (await enter_admin(rita)).status_code == 200
        rows = (await rita.get("/admin/api/tables/reseller/")).json()["rows"]
        assert [row["name"] for row in rows] == ["Copiadora Ilha"]
        await rita.post("/admin/public/logout/")
        assert (await rita.get("/admin/api/tables/reseller/")).status_code == 401


async def test_a_resellers_admin_is_nobody_at_the_staffs_door(portal: httpx.ASGITransport) -> None:
    house = await open_house("Copiadora Ilha")
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal, {"origin": ORIGIN, "accept": "application/json"}) as ana:
        login = {"email": mail_of(house, "Ana"), "password": PASSWORD}
        assert (await ana.post("/login", data=login)).status_code == 200
        assert (await ana.get("/admin/api/tables/reseller/")).status_code == 401
        ana.headers["X-CSRFToken"] = ana.cookies["csrftoken"]
        admin_login = {"username": login["email"], "password": PASSWORD}
        assert (await ana.post("/admin/public/login/", json=admin_login)).status_code == 401


async def test_ritas_writes_are_audited_and_history_is_only_read(portal: httpx.ASGITransport) -> None:
    await add_staff(RITA, "Rita Prado", PASSWORD)
    house = await open_house("Copiadora Ilha")
    async with client(portal, {"origin": ORIGIN}) as rita:
        await enter_admin(rita)
        address = f"/admin/api/tables/reseller/{house.reseller_id}/"
        assert (await rita.patch(address, json={"phone": "48 3222-1100"})).status_code == 200
        assert (await rita.post("/admin/api/tables/audit_entry/", json={"action": "x"})).status_code == 405
        assert (await rita.post("/admin/api/tables/app_user/", json={"name": "x"})).status_code == 405
    with platform():
        actions = [row["action"] for row in await AuditEntry.select(AuditEntry.action)]
    assert actions.count("staff.write") == 1


async def test_wrong_passwords_are_refused_and_soon_not_even_tried(portal: httpx.ASGITransport) -> None:
    await add_staff(RITA, "Rita Prado", PASSWORD)
    async with client(portal, {"origin": ORIGIN}) as somebody:
        for _ in range(8):
            assert (await enter_admin(somebody, "errada-errada-errada")).status_code == 401
        assert (await enter_admin(somebody, PASSWORD)).status_code == 401


async def test_the_database_holds_neither_the_token_nor_a_weak_hash(portal: httpx.ASGITransport) -> None:
    await add_staff(RITA, "Rita Prado", PASSWORD)
    async with client(portal, {"origin": ORIGIN}) as rita:
        await enter_admin(rita)
        token = rita.cookies["id"]
    kept = await StaffSession.select(StaffSession.token).first()
    user = await StaffUser.select(StaffUser.password).first()
    assert kept is not None
    assert kept["token"] != token
    assert user is not None
    assert user["password"].startswith("$argon2id$")


@pytest.mark.parametrize(
    "path", ["/admin/api/docs/", "/admin/public/docs/", "/admin/public/login/", "/admin/api/openapi.json"]
)
async def test_pages_that_load_from_elsewhere_are_not_there(portal: httpx.ASGITransport, path: str) -> None:
    async with client(portal) as somebody:
        assert (await somebody.get(path)).status_code == 404


async def test_the_admin_runs_under_its_own_policy_and_slash(portal: httpx.ASGITransport) -> None:
    async with client(portal) as somebody:
        moved = await somebody.get("/admin")
        assert (moved.status_code, moved.headers["location"]) == (303, "/admin/")
        page = await somebody.get("/admin/")
        assert page.status_code == 200
        assert "default-src 'self'" in page.headers["content-security-policy"]


async def test_a_weak_password_makes_nobody_staff(portal: httpx.ASGITransport) -> None:
    with pytest.raises(Problem, match="weak_password"):
        await add_staff(RITA, "Rita Prado", "rita")
    assert await StaffUser.count() == 0


async def test_a_second_time_gives_a_new_password_and_ends_the_sessions(portal: httpx.ASGITransport) -> None:
    await add_staff(RITA, "Rita Prado", PASSWORD)
    async with client(portal, {"origin": ORIGIN}) as rita:
        await enter_admin(rita)
        await add_staff(RITA, "Rita Prado", "outra-janela-bem-verde")
        assert (await rita.get("/admin/api/tables/reseller/")).status_code == 401
        assert (await enter_admin(rita, "outra-janela-bem-verde")).status_code == 200
