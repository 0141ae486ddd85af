"""A server of todo lists, and people who use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from obstore.store import LocalStore

from offline_sync.enrol import enrol
from offline_sync.ids import uuid7
from offline_sync.messages import EnrolRequest, Limits, PullAnswer, PullRequest, PushAnswer, PushRequest
from offline_sync.ports import Identity
from offline_sync.pull import pull
from offline_sync.push import push
from offline_sync.service import Service
from server.database import Database, platform
from tests.offline_sync.todo import TABLES, TodoLists


@pytest.fixture(autouse=True)
def as_platform() -> Iterator[None]:
    with platform():
        yield


@dataclass
class Clock:
    """The one thing of the server that is fake."""

    time: datetime = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **delta: float) -> None:
        self.time += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def todo() -> TodoLists:
    return TodoLists()


@pytest.fixture
async def todo_database(database: Database) -> Database:
    async with database.transaction() as conn:
        for statement in TABLES:
            await conn.execute(statement)
    return database


@pytest.fixture
def poked() -> list[UUID]:
    return []


@pytest.fixture
def service(
    todo_database: Database, todo: TodoLists, clock: Clock, tmp_path: Path, poked: list[UUID]
) -> Service:
    async def note_poke(reseller_id: UUID) -> None:
        poked.append(reseller_id)

    return Service(
        db=todo_database,
        files=LocalStore(tmp_path / "objects", mkdir=True),
        applications={"phone": todo},
        limits=Limits(pull_rows=5),
        now=clock,
        poke=note_poke,
    )


RESELLER = UUID("01900000-0000-7000-8000-00000000000a")


@dataclass
class Phone:
    """One person's installation, speaking the protocol by hand."""

    service: Service
    identity: Identity
    client_id: UUID = field(default_factory=uuid4)
    seq: int = 0

    async def enrol(self) -> None:
        await enrol(
            self.service, self.identity, EnrolRequest(self.client_id, "phone", "Telefone da Ana", schema=1)
        )

    def mutation(
        self, name: str, args: object, *, seq: int | None = None, **more: object
    ) -> dict[str, object]:
        if seq is None:
            self.seq += 1
            seq = self.seq
        return {
            "seq": seq,
            "uid": str(uuid7()),
            "name": name,
            "v": 1,
            "args": args,
            "occurred_at": "2026-03-02T10:00:00.000Z",
            **more,
        }

    def note(self, text: str, note_id: UUID | None = None) -> dict[str, object]:
        return self.mutation("write_note", {"id": str(note_id or uuid7()), "text": text})

    async def push(self, *mutations: object, **more: object) -> PushAnswer:
        request = PushRequest(
            client_id=self.client_id,
            epoch=more.pop("epoch", None) or await self.service.epoch(),  # type: ignore[arg-type]
            schema=1,
            mutations=[msgspec.Raw(msgspec.json.encode(mutation)) for mutation in mutations],
            **more,  # type: ignore[arg-type]
        )
        return await push(self.service, self.identity, request)

    async def pull(self, cursor: int = 0, acked: int = 0, **more: object) -> PullAnswer:
        epoch = more.pop("epoch", None) or await self.service.epoch()
        return await pull(
            self.service,
            self.identity,
            PullRequest(self.client_id, 1, epoch, cursor, acked, **more),  # type: ignore[arg-type]
        )

    def texts(self, answer: PullAnswer) -> list[str]:
        return sorted(msgspec.json.decode(row[3])["text"] for row in answer.rows)


@pytest.fixture
async def ana(service: Service) -> Phone:
    phone = Phone(service, Identity(uuid4(), RESELLER))
    await phone.enrol()
    return phone


@pytest.fixture
async def bia(service: Service) -> Phone:
    """A colleague of Ana's."""
    phone = Phone(service, Identity(uuid4(), RESELLER))
    await phone.enrol()
    return phone
