"""Bruna writes what the notices say, sees it with samples, and goes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of

ADDRESS = "/notification-texts/order_completed"
OWN = {"title": "Pronto: {numero}", "subject": "Chamado {numero}", "opening": "Oi, {nome}!", "closing": ""}


@pytest.fixture
async def bruna(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with await office.admin("Bruna") as browser:
        yield browser


async def test_a_text_is_written_listed_and_taken_back(bruna: httpx.AsyncClient) -> None:
    assert "texto padrão" in (await bruna.get(ADDRESS)).text
    assert (await bruna.post(ADDRESS, data={**OWN, "number": "0"})).status_code == 303
    page = (await bruna.get(ADDRESS)).text
    assert "texto próprio" in page
    assert "Pronto: 1042" in page, "the preview says it with a sample"
    assert "/mail/unsubscription" not in page
    assert "Bruna" in (await bruna.get("/notification-texts")).text
    assert await queries_of(bruna, "/notification-texts") <= MOST
    assert await queries_of(bruna, ADDRESS) <= MOST
    assert (await bruna.post(f"{ADDRESS}/removal")).status_code == 303
    page = (await bruna.get(ADDRESS)).text
    assert 'value="Chamado {numero}: concluído"' in page
    assert "voltou ao padrão" in page
    assert (await bruna.get("/notification-texts/trial")).status_code == 404


async def test_an_unknown_placeholder_comes_back_with_the_list_and_nothing_lost(
    bruna: httpx.AsyncClient,
) -> None:
    faulty = {**OWN, "subject": "{senha} <i>", "number": "0"}
    for address in (ADDRESS, f"{ADDRESS}/preview"):
        answer = await bruna.post(address, data=faulty)
        assert answer.status_code == 422
        assert "{senha} não existe aqui. Campos possíveis: {nome}, {revenda}, {numero}" in answer.text
        assert 'value="{senha} &lt;i&gt;"' in answer.text
    late = await bruna.post(ADDRESS, data={**OWN, "number": "4"})
    assert late.status_code == 422
    assert "Outra pessoa salvou este texto" in late.text


async def test_the_preview_is_a_part_where_script_asks_and_a_page_where_a_button_does(
    bruna: httpx.AsyncClient,
) -> None:
    typed = {**OWN, "opening": "<script>{nome}"}
    page = await bruna.post(f"{ADDRESS}/preview", data=typed)
    part = await bruna.post(f"{ADDRESS}/preview", data=typed, headers={"hx-request": "true"})
    assert page.status_code == part.status_code == 200
    assert "<!doctype html>" in page.text
    assert part.text.strip().startswith("<section")
    assert "&lt;script&gt;Bruna" in part.text
    assert "texto padrão" in (await bruna.get(ADDRESS)).text, "nothing was saved"
