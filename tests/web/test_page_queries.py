"""What every page asks the database: at most so many questions, and as many of ten rows as of one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from server.accounts.actor import PEOPLE, Role
from server.database import Database, platform
from tests.desk.counting import counted_queries
from tests.web.addresses import COUNTED, path_of
from tests.web.matrix import Access
from tests.web.portal import client, running_portal, settings_for
from tests.web.world import World, build_world

MOST = 12
MORE = 9


@pytest.mark.timeout(180)
async def test_no_page_asks_more_than_twelve_questions_or_more_where_there_are_more_rows(
    database: Database, tmp_path: Path
) -> None:
    world = await build_world(settings_for(tmp_path))
    with platform():
        ids = {role: await world.own_ids(role) for role in PEOPLE}
    async with running_portal(world.settings) as transport:
        await _questions(world, transport, ids)  # caches fill, and what reading leaves behind is there
        few = await _questions(world, transport, ids)
        with platform():
            for _ in range(MORE):
                await world.own.rows()
                await world.neighbour.rows()
                for role in PEOPLE:
                    await world.belongings(world.own.house, world.staff[role])
        many = await _questions(world, transport, ids)
    assert {page: count for page, count in many.items() if count > MOST} == {}
    assert {page: (few[page], many[page]) for page in few if few[page] < many[page]} == {}
    assert len(many) > len(COUNTED)


async def _questions(
    world: World, transport: httpx.ASGITransport, ids: Mapping[Role, Mapping[str, UUID]]
) -> dict[str, int]:
    """By page and profile."""
    asked: dict[str, int] = {}
    for role in PEOPLE:
        with platform():
            _, token = await world.token(world.own.house, world.staff[role])
        async with client(transport) as browser:
            browser.cookies.set("session", token)
            await browser.get("/session")  # *last seen* is written once
            for access in COUNTED:
                if access.roles is not None and role not in access.roles:
                    continue
                with counted_queries() as statements:
                    answer = await browser.get(_address(access, ids[role]))
                assert answer.status_code < 500, access.path
                if answer.status_code == 200:
                    asked[f"{access.path} as {role}"] = len(statements)
    return asked


def _address(access: Access, ids: Mapping[str, UUID]) -> str:
    query = access.query(ids)
    return path_of(access, ids) + (f"?{query}" if query else "")
