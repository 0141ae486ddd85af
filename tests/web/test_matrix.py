"""Every route × every role, nobody and another reseller's admin × own, neighbour's and foreign row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from offline_sync.ids import uuid7
from offline_sync.store.clients import current_epoch, start_epoch
from server.accounts.actor import Role
from server.app import create_app
from server.database import Database, platform
from tests.accounts.people import House
from tests.api.tokens import make_token
from tests.web.addresses import ids_named_by, path_of
from tests.web.corner import FOREIGN, NEIGHBOUR, NOW
from tests.web.matrix import MATRIX, PUBLIC, TOKENS, Access, upload_metadata
from tests.web.portal import running_portal, settings_for
from tests.web.world import World, build_world

API_CALLS = tuple(one for one in MATRIX if one.path.startswith("/api/v1/") and one.roles is not PUBLIC)


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> World:
    return await build_world(settings_for(tmp_path))


@pytest.fixture
async def app(world: World) -> AsyncIterator[Litestar]:
    async with running_portal(world.settings) as transport:
        yield transport.app  # type: ignore[misc]


def test_the_matrix_names_every_route_and_no_other() -> None:
    in_app = {key for route in create_app(settings_for(Path())).routes for key in _keys(route)}
    assert in_app == {(access.method, access.path) for access in MATRIX}
    assert len(in_app) == len(MATRIX)


@pytest.mark.parametrize("access", MATRIX, ids=lambda access: f"{access.method} {access.path}")
async def test_who_may_and_who_may_not(
    access: Access, app: Litestar, world: World, database: Database
) -> None:
    asker = Asker(app, world, await _epoch(database))
    wanted = ids_named_by(access)
    if access.roles is PUBLIC:
        for role in (None, Role.ADMIN, Role.CUSTOMER):
            status, body = await asker.ask(access, role, await world_ids(world, role, wanted))
            assert status < 500, body
        return
    wrong: list[str] = []

    def expect(is_right: bool, who: str, row: str, status: int) -> None:
        if not is_right:
            wrong.append(f"{who} on {row}: {status}")

    with platform():
        ids = await world.own_ids(Role.TECHNICIAN, wanted)
    status, _ = await asker.ask(access, None, ids)
    expect(status == 401, "nobody", "own row", status)
    for role in Role:
        may = role in access.roles
        with platform():
            rows = {"own row": await world.own_ids(role, wanted)}
            if access.names_a_row:
                rows["neighbour's row"] = await world.neighbour_ids(role, wanted)
                rows["foreign row"] = await world.foreign_ids(role, wanted)
        for row, ids in rows.items():
            status, text = await asker.ask(access, role, ids)
            reaches = may and (
                row == "own row" or (row == "neighbour's row" and role in access.reaches_neighbour)
            )
            if reaches:
                expect(status < 500 and status not in {401, 403, 404}, role, row, status)
            else:
                expect(status in access.denied, role, row, status)
            if FOREIGN in text:
                wrong.append(f"{role} reads of the foreign reseller, asking for {row}")
            if NEIGHBOUR in text and role is not Role.ADMIN:
                wrong.append(f"{role} reads of the neighbour, asking for {row}")
    if access.names_a_row and access.roles:
        # The other way round: another reseller's admin or technician on our rows.
        for role in world.strangers.keys() & access.roles:
            with platform():
                ids = await world.own_ids(role, wanted)
            status, _ = await asker.ask(access, role, ids, stranger=True)
            expect(status in access.denied, f"another reseller's {role}", "our row", status)
    assert wrong == []


async def world_ids(world: World, role: Role | None, wanted: frozenset[str]) -> dict[str, UUID]:
    with platform():
        return await world.own_ids(role or Role.ADMIN, wanted)


class Asker:
    """Asks the app itself and leaves as soon as the answer has begun, so that live updates end."""

    def __init__(self, app: Litestar, world: World, epoch: UUID) -> None:
        self._app = app
        self._world = world
        self._epoch = epoch

    async def ask(
        self, access: Access, role: Role | None, ids: dict[str, UUID], *, stranger: bool = False
    ) -> tuple[int, str]:
        """The status, and the text of the answer as far as it is text."""
        headers = {"accept": "application/json", **access.headers}
        if role is not None:
            is_api = access in API_CALLS and role in TOKENS
            token = await self._api_token(role, stranger) if is_api else await self._token(role, stranger)
            headers["authorization"] = f"Bearer {token}"
        else:
            headers["origin"] = self._world.settings.origin
        if access.path == "/sync/v1/files":
            headers |= {"upload-length": "10", "upload-metadata": upload_metadata(ids)}
        body = access.body(ids) if access.body is not None else b""
        body = body.replace(b":epoch", str(self._epoch).encode())
        if body.startswith(b"{"):
            headers["content-type"] = "application/json"
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        headers["content-length"] = str(len(body))
        method = "GET" if access.method == "ASGI" else access.method
        return await self._call(method, path_of(access, ids), access.query(ids), headers, body)

    async def _token(self, role: Role, stranger: bool) -> str:
        whose: House = self._world.foreign.house if stranger else self._world.own.house
        users = self._world.strangers if stranger else self._world.staff
        with platform():
            _, token = await self._world.token(whose, users[role])
        return token

    async def _api_token(self, role: Role, stranger: bool) -> str:
        """Of all companies of the house, or of its own corner's customer."""
        corner = self._world.foreign if stranger else self._world.own
        users = self._world.strangers if stranger else self._world.staff
        customers = (corner.customer_id,) if role is Role.CUSTOMER else ()
        with platform():
            return await make_token(corner.house.reseller_id, users[Role.ADMIN], customers=customers)

    async def _call(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, str]:
        messages: Iterator[dict[str, Any]] = iter(
            [{"type": "http.request", "body": body, "more_body": False}]
        )
        answer: dict[str, Any] = {"status": 0, "headers": []}
        chunks: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.update(message)
            else:
                chunks.append(message.get("body", b""))

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("portal.test", 80),
        }
        await self._app(scope, receive, send)  # type: ignore[arg-type]
        return int(answer["status"]), b"".join(chunks).decode("utf-8", "replace")


def _keys(route: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(route, HTTPRoute):
        yield "ASGI", route.path
        return
    for handler in route.route_handlers:
        for method in handler.http_methods - {"OPTIONS"}:
            yield method, route.path


async def _epoch(database: Database) -> UUID:
    with platform():
        async with database.transaction() as tx:
            await start_epoch(tx, uuid7(), NOW)
            epoch = await current_epoch(tx)
    assert epoch is not None
    return epoch
