"""A technician's phone in process: an outbox, a base, and the protocol's push, pull, tracks and files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Raw
from obstore.store import MemoryStore

from offline_sync import enrol, pull, push, tracks
from offline_sync.ids import uuid7
from offline_sync.messages import (
    EnrolRequest,
    PullAnswer,
    PullRequest,
    PushRequest,
    Result,
    TrackChunk,
    TracksRequest,
)
from offline_sync.ports import Identity
from offline_sync.service import Service
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.sync.poke import poke
from server.sync.technician import TechnicianApplication
from tests.service_orders.world import NOW, SCHOOL, World

HERE = {"lat": SCHOOL[0], "lon": SCHOOL[1], "accuracy": 8.0}


class Clock:
    """The one clock of portal and phones."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **delta: float) -> datetime:
        self.time += timedelta(**delta)
        return self.time


def portal(clock: Clock) -> Service:
    application = TechnicianApplication(clock)
    return Service(DB, MemoryStore(), {"phone": application}, now=clock, poke=poke)


def text_of(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class Phone:
    """Records while offline; `sync` pushes and pulls. `offset`: how far its clock is behind the portal's."""

    def __init__(
        self, service: Service, actor: Actor, clock: Callable[[], datetime], offset: timedelta = timedelta()
    ) -> None:
        self.service = service
        self.identity = Identity(actor.user_id, actor.reseller_id, actor)
        self.client_id = uuid4()
        self.boot = uuid4()
        self._now = lambda: clock() - offset
        self.epoch: UUID | None = None
        self.cursor = 0
        self.seq = 0
        self.outbox: list[dict[str, Any]] = []
        self.base: dict[tuple[str, str], dict[str, Any]] = {}
        self.vers: dict[str, int] = {}
        self.results: dict[int, Result] = {}

    async def enrol(self) -> None:
        request = EnrolRequest(self.client_id, "phone", "Moto G", 1)
        await enrol.enrol(self.service, self.identity, request)
        self.epoch = await self.service.epoch()

    def record(self, name: str, **args: Any) -> int:
        """Save a mutation; its number."""
        self.seq += 1
        self.outbox.append(
            {
                "seq": self.seq,
                "uid": uuid7(),
                "name": name,
                "v": 1,
                "args": args,
                "base": dict(self.vers),
                "occurred_at": text_of(self._now()),
                "mono": self._now().timestamp() * 1000 % 1e9,
                "boot": self.boot,
            }
        )
        return self.seq

    async def push(self) -> list[Result]:
        """Send the whole outbox, as often as it is called."""
        assert self.epoch is not None
        request = PushRequest(
            client_id=self.client_id,
            epoch=self.epoch,
            schema=1,
            mutations=[Raw(msgspec.json.encode(mutation)) for mutation in self.outbox],
            sent_at=self._now(),
            mono=self._now().timestamp() * 1000 % 1e9,
            boot=self.boot,
        )
        answer = await push.push(self.service, self.identity, request)
        self.results.update({result.seq: result for result in answer.results})
        return answer.results

    async def ask(self, page: str | None = None) -> PullAnswer:
        """What the portal would answer now; nothing of it is stored."""
        request = PullRequest(self.client_id, 1, self.epoch, self.cursor, page=page)
        return await pull.pull(self.service, self.identity, request)

    async def pull(self) -> None:
        page = None
        while True:
            answer = await self.ask(page)
            if answer.reset and page is None:
                self.base.clear()
            for kind, row_id, ver, body in answer.rows:
                self.base[kind, str(row_id)] = json.loads(bytes(body))
                self.vers[f"{kind}/{row_id}"] = ver
            for kind, row_id in answer.gone:
                self.base.pop((kind, str(row_id)), None)
            page = answer.more
            if page is None:
                self.cursor = answer.cursor
                return

    async def sync(self) -> None:
        await self.push()
        await self.pull()

    async def send_track(
        self, visit_id: UUID, n: int, fixes: list[Any], gaps: list[Any] | None = None
    ) -> None:
        request = TracksRequest(self.client_id, [TrackChunk(n, fixes, gaps or [])])
        await tracks.add_chunks(self.service, self.identity, visit_id, request)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        return [body for (row_kind, _), body in self.base.items() if row_kind == kind]

    def row(self, kind: str, row_id: UUID) -> dict[str, Any]:
        return self.base[kind, str(row_id)]

    def status(self, seq: int) -> tuple[str, str | None]:
        result = self.results[seq]
        return result.status, result.code


def position(now: datetime, **more: float) -> dict[str, Any]:
    return {**HERE, **more, "fixed_at": text_of(now)}


def signed(
    world: World,
    visit_id: UUID,
    order_id: UUID,
    web_number: int,
    form: dict[str, Any],
    now: datetime,
    **more: Any,
) -> dict[str, Any]:
    """`signature`, `signed_content` and `content_hash`, as the phone makes them."""
    content = {
        "visit_id": str(visit_id),
        "order_id": str(order_id),
        "web_number": web_number,
        "customer": "Escola São João",
        "serial_number": "BRB1234",
        "outcome": form["outcome"],
        "diagnosis": form["diagnosis"],
        "resolution": form["resolution"],
        "readings": [],
        "parts": [],
        "signer_name": "Rosa Lima",
        "signer_document": "52998224725",
        "signed_at": text_of(now),
        **more,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {
        "signature": {
            "id": uuid4(),
            "signer_name": "Rosa Lima",
            "signer_document": "52998224725",
            "strokes": [{"points": [{"x": 1, "y": 2}]}],
            "sha256": hashlib.sha256(b"png").hexdigest(),
            "size": 3,
            "type": "image/png",
            "signed_at": text_of(now),
        },
        "signed_content": text,
        "content_hash": hashlib.sha256(text.encode()).hexdigest(),
    }


class Day:
    """One visit as a person records it, step by step."""

    def __init__(self, phone: Phone, world: World, order_id: UUID, web_number: int, clock: Clock) -> None:
        self.phone, self.world, self.clock = phone, world, clock
        self.order_id, self.web_number = order_id, web_number
        self.visit_id = uuid7()
        self.reading_id, self.photo_id = uuid4(), uuid4()
        self.attached: list[UUID] = []
        self.photo_sha = hashlib.sha256(b"jpeg").hexdigest()

    def _ids(self) -> dict[str, UUID]:
        return {"visit_id": self.visit_id, "order_id": self.order_id}

    def select(self) -> int:
        return self.phone.record("select_visit", **self._ids(), position=position(self.clock()))

    def step(self, kind: str, minutes: float = 5, **more: Any) -> int:
        now = self.clock.forward(minutes=minutes)
        more.setdefault("position", position(now))
        return self.phone.record(
            "record_visit_event", event_id=uuid7(), **self._ids(), kind=kind, note=None, **more
        )

    def travel_and_work(self) -> None:
        for kind in ("travel_started", "arrived", "work_started"):
            self.step(kind)
        self.photo()
        for kind in ("work_finished", "form_filled"):
            self.step(kind)

    def photo(self, **more: Any) -> int:
        self.attached.append(self.photo_id)
        return self.phone.record(
            "attach_photo",
            photo_id=self.photo_id,
            **self._ids(),
            sha256=self.photo_sha,
            size=4,
            type="image/jpeg",
            width=1600,
            height=1200,
            slot="after",
            caption=None,
            taken_at=text_of(self.clock()),
            **more,
        )

    def complete(self, outcome: str = "done", **more: Any) -> int:
        now = self.clock.forward(minutes=1)
        form = {
            "outcome": outcome,
            "diagnosis": "Rolo gasto",
            "resolution": "Rolo trocado",
            "pending_reason": "waiting_parts" if outcome == "pending" else None,
            "pending_note": None,
            "filled_at": text_of(now),
        }
        mono = more.pop("mono", 12_500)
        part = {"id": uuid4(), "part_id": self.world.part_id, "description": "Rolo de tração", "quantity": 1}
        args = {
            "event_id": uuid7(),
            **self._ids(),
            "position": position(now),
            "form": form,
            "checklist": {"version_id": self.world.checklist_id, "answers": {"clean": True, "noise": "não"}},
            "readings": [
                {
                    "id": self.reading_id,
                    "equipment_id": self.world.equipment_id,
                    "mono": mono,
                    "color": None,
                    "read_at": text_of(now),
                    "is_confirmed": False,
                }
            ],
            "parts_used": [part],
            "part_requests": [],
            "photo_ids": self.attached,
            **signed(
                self.world,
                self.visit_id,
                self.order_id,
                self.web_number,
                form,
                now,
                readings=[[mono, None]],
                parts=[["Rolo de tração", 1]],
            ),
        }
        return self.phone.record("complete_visit", **{**args, **more})
