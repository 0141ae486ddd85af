"""The portal's sync routes, served for todo lists; Ana, her colleague Bia and Caio of another reseller."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from obstore.store import LocalStore

from offline_sync.ids import uuid7
from offline_sync.service import Service
from server.accounts.actor import Role
from server.database import Database, platform
from server.sync.images import ImagePolicy
from server.sync.poke import poke
from server.web.live import live_updates
from tests.offline_sync.server import OTHER_RESELLER, People, create_app, person, serving
from tests.offline_sync.todo import TABLES, TodoLists


@pytest.fixture(autouse=True)
def as_platform() -> Iterator[None]:
    with platform():
        yield


@pytest.fixture
def todo() -> TodoLists:
    return TodoLists()


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
async def service(database: Database, todo: TodoLists, objects: Path) -> Service:
    async with database.transaction() as conn:
        for statement in TABLES:
            await conn.execute(statement)
    todo.files = ImagePolicy()  # type: ignore[assignment]
    return Service(
        db=database,
        files=LocalStore(objects, mkdir=True),
        applications={"phone": todo},
        poke=poke,
    )


@pytest.fixture
def people() -> People:
    everybody = People()
    for actor in (
        person("ana"),
        person("bia"),
        person("caio", OTHER_RESELLER),
        person("desk", role=Role.SERVICE_OPERATOR),
    ):
        everybody.add(actor)
    return everybody


class Wire:
    """One person's HTTP, spoken by hand."""

    def __init__(self, http: httpx.AsyncClient, name: str) -> None:
        self.http = http
        self.client_id = uuid4()
        self.epoch = ""
        self.headers = {"authorization": f"Bearer {name}"}

    async def enrol(self) -> httpx.Response:
        answer = await self.post("clients", self.enrolment())
        self.epoch = answer.json().get("epoch", "")
        return answer

    def enrolment(self) -> dict[str, object]:
        return {"client_id": str(self.client_id), "kind": "phone", "name": "Telefone", "schema": 1}

    def pushed(self, *mutations: object, **more: object) -> dict[str, object]:
        return {
            "client_id": str(self.client_id),
            "epoch": self.epoch,
            "schema": 1,
            "mutations": list(mutations),
            **more,
        }

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return await self.raw("POST", path, content, **headers)

    async def raw(self, method: str, path: str, content: object = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(
            method,
            f"/sync/v1/{path}",
            content=content,  # type: ignore[arg-type]
            headers=self.headers | named,
        )


def note(seq: int, text: str = "pão", **more: object) -> dict[str, object]:
    return {
        "seq": seq,
        "uid": str(uuid7()),
        "name": "write_note",
        "v": 1,
        "args": {"id": str(uuid7()), "text": text},
        "occurred_at": "2026-03-02T10:00:00.000Z",
        **more,
    }


@pytest.fixture
async def address(service: Service, people: People) -> AsyncIterator[str]:
    async with live_updates(), serving(create_app(service, people)) as url:
        yield url


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
async def ana(http: httpx.AsyncClient) -> Wire:
    wire = Wire(http, "ana")
    await wire.enrol()
    return wire


async def count(service: Service, table: str) -> int:
    async with service.db.reading() as conn:
        return int((await conn.fetch(f"select count(*) from {table}"))[0][0])


def objects_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def last_of(service: Service, client_id: UUID) -> int:
    async with service.db.reading() as conn:
        return int((await conn.fetch("select lmid from sync_client where id = $1", client_id))[0][0])
