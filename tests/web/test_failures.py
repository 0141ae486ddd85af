"""Every failure is a problem for programs, a page for people, a notice for htmx, and leaks nothing."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import httpx
import pytest

from server.accounts import profile
from server.accounts.actor import Role
from tests.accounts.people import PASSWORD, hire, mail_of, open_house
from tests.web.portal import BROWSER, ORIGIN, PROGRAM, client

SECRET = "papagaio-secreto"


async def test_a_program_gets_a_problem_document(portal: httpx.ASGITransport) -> None:
    async with client(portal, PROGRAM) as program:
        answer = await program.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json() == {
        "type": "/problems/not_found",
        "code": "not_found",
        "title": "Não encontrado",
        "status": 404,
        "detail": "Isto não existe ou não está ao seu alcance.",
    }


async def test_a_person_gets_a_page_in_portuguese(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/nowhere")
    assert page.status_code == 404
    assert '<html lang="pt-BR"' in page.text
    assert "Não encontrado" in page.text


async def test_the_sync_answers_problems_whatever_the_client_accepts(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/sync/v1/pull")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_required")


async def test_htmx_gets_a_notice_that_leaves_the_form_alone(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/nowhere", headers={"hx-request": "true"})
    assert answer.headers["hx-retarget"] == "#notices"
    assert answer.text.strip().startswith("<div")
    answer = await visitor.get("/users", headers={"hx-request": "true"})
    assert answer.headers["hx-redirect"] == "/login"


async def test_a_method_that_is_not_there_says_which_are(portal: httpx.ASGITransport) -> None:
    async with client(portal, PROGRAM) as program:
        answer = await program.delete("/login")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


async def test_input_that_does_not_parse_is_422(portal: httpx.ASGITransport) -> None:
    house = await open_house("Copiadora Ilha")
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal, PROGRAM) as program:
        await program.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        answer = await program.get(f"/visits/{UUID(int=1)}/photos/{UUID(int=2)}?size=two")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["fields"][0]["name"] == "size"


async def test_a_form_beyond_the_limit_is_413(portal: httpx.ASGITransport) -> None:
    async with client(portal, PROGRAM) as program:
        answer = await program.post("/login", data={"email": "a" * (3 * 1024 * 1024)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_defect_is_logged_with_its_number_and_tells_nothing(
    portal: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = await open_house("Copiadora Ilha")
    await hire(house, "Ana Souza", Role.ADMIN)

    async def fall(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError(f"a defect near {len(options)}")

    async with client(portal) as visitor:
        await visitor.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        monkeypatch.setattr(profile, "change_password", fall)
        form = {"current": SECRET, "password": SECRET}
        with caplog.at_level(logging.INFO):
            page = await visitor.post("/profile/password?token=also-secret", data=form)
    assert page.status_code == 500
    number = page.headers["x-request-id"]
    assert number in page.text
    assert "ZeroDivisionError" not in page.text
    logged = caplog.text
    assert number in logged
    assert "ZeroDivisionError" in logged
    for secret in (SECRET, PASSWORD, "also-secret", visitor.cookies["session"]):
        assert secret not in logged


async def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(
    portal: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*args: Any) -> None:
        raise ConnectionRefusedError("no database there")

    monkeypatch.setattr("server.web.authentication.find_actor", refuse)
    async with client(portal, BROWSER | {"cookie": "session=x"}) as visitor:
        page = await visitor.get("/users")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "Tente de novo em 5 segundos" in page.text
    assert "O que já estava salvo continua salvo" in page.text


async def test_an_answer_that_cannot_even_be_rendered_is_still_dressed(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*args: Any) -> None:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr("jinja2.Template.render", fall)
    page = await visitor.get("/login")
    assert page.status_code == 500
    assert page.text == "Algo deu errado. O erro foi registrado."
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_forged_host_makes_no_address(portal: httpx.ASGITransport) -> None:
    async with client(portal, BROWSER | {"host": "evil.test"}) as visitor:
        answer = await visitor.get("/users")
        assert answer.headers["location"] == "/login?next=%2Fusers"
        page = await visitor.get("/login")
        assert "evil.test" not in page.text
        refused = await visitor.post(
            "/login", headers={"sec-fetch-site": "cross-site", "origin": "http://evil.test"}, data={}
        )
        assert refused.status_code == 403
    assert ORIGIN not in page.text
