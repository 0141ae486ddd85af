"""The whole portal on a real port, in a thread with a loop of its own, for clients that know no asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import uvicorn

from offline_sync.messages import Limits
from server.accounts.actor import Role
from server.accounts.tables import Reseller
from server.app import create_app
from server.database import platform
from server.settings import Settings
from server.sync.wiring import make_service
from tests.api.tokens import make_token
from tests.conftest import point_at
from tests.web.portal import settings_for
from tests.web.world import World, build_world

STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Tecla:
    """A technician at her own phone, as an outside client has to know them; and a program of her reseller."""

    url: str
    token: str
    client_id: UUID
    reseller_id: UUID
    api_token: str = ""
    api_ids: Mapping[str, UUID] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def enrol(self) -> dict[str, object]:
        body = {"client_id": str(self.client_id), "kind": "phone", "name": "Telefone", "schema": 1}
        answer = httpx.post(f"{self.url}/sync/v1/clients", json=body, headers=self.headers, timeout=30)
        assert answer.status_code in {200, 201}, answer.text
        told: dict[str, object] = answer.json()
        return told


async def hire_tecla(settings: Settings, url: str) -> Tecla:
    """In a small world with two resellers; the database must be open."""
    world: World = await build_world(settings)
    house, admin_id = world.own.house, world.staff[Role.ADMIN]
    with platform():
        _, token = await world.token(house, world.staff[Role.TECHNICIAN])
        ids = await world.own_ids(Role.ADMIN)
        # The world gave its own rows their numbers.
        await Reseller.update(
            {Reseller.next_web_number: 10_000, Reseller.next_supply_number: 10_000}, force=True
        )
    program = await make_token(house.reseller_id, admin_id)
    return Tecla(url, token, uuid4(), house.reseller_id, program, ids)


@contextmanager
def serving(database_url: str, folder: Path, limits: Limits) -> Iterator[Tecla]:
    point_at(database_url)
    thread = _Thread(settings_for(folder, api_per_minute=1_000_000), limits)
    thread.start()
    try:
        if not thread.is_ready.wait(STARTS_WITHIN_S) or thread.tecla is None:
            raise RuntimeError("the portal did not start") from thread.failure
        yield thread.tecla
    finally:
        thread.end()


class _Thread(threading.Thread):
    def __init__(self, settings: Settings, limits: Limits) -> None:
        super().__init__(name="portal", daemon=True)
        self.is_ready = threading.Event()
        self.tecla: Tecla | None = None
        self.failure: BaseException | None = None
        self._settings, self._limits = settings, limits
        self._server: uvicorn.Server | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failure:
            self.failure = failure
        finally:
            self.is_ready.set()

    def end(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        self.join(STARTS_WITHIN_S)
        assert not self.is_alive(), "the portal does not stop"

    async def _serve(self) -> None:
        app = create_app(self._settings)
        app.state["sync"] = replace(make_service(self._settings), limits=self._limits)
        config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        running = asyncio.create_task(self._server.serve())
        while not self._server.started and not running.done():
            await asyncio.sleep(0.01)
        if not running.done():
            port = self._server.servers[0].sockets[0].getsockname()[1]
            self.tecla = await hire_tecla(self._settings, f"http://127.0.0.1:{port}")
            self.is_ready.set()
        await running
