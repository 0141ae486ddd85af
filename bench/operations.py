"""What is measured. Each operation prepares outside the window and acts inside it; phones check answers."""

from __future__ import annotations

import asyncio
import io
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from bench.phones import Phone, check, new_mutation
from bench.stage import PortalStage, Stage

CHANGES = 20
PHOTO_BYTES = 5_000_000
PEOPLE_WHO_PULL = 25


@dataclass(slots=True)
class Sample:
    """One round: CPU milliseconds an operation, latencies in milliseconds, bytes an operation."""

    cpu_ms: float
    latencies: list[float]
    up: float
    down: float
    idle_pulls: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Window:
    """Counts the server's CPU, the bytes and the time of what happens inside."""

    stage: Stage
    latencies: list[float] = field(default_factory=list)
    _cpu: float = 0.0
    _up: int = 0
    _down: int = 0

    def __enter__(self) -> Window:
        self._cpu, self._up, self._down = (
            self.stage.server.cpu_s(),
            self.stage.traffic.up,
            self.stage.traffic.down,
        )
        return self

    def __exit__(self, *_: object) -> None:
        pass

    async def timed(self, act: Awaitable[Any]) -> Any:
        began = time.perf_counter()
        result = await act
        self.latencies.append((time.perf_counter() - began) * 1000)
        return result

    async def sample(self, count: int) -> Sample:
        """After the server has also finished what the operations left for later."""
        await self.stage.server.quiet()
        traffic = self.stage.traffic
        cpu = (self.stage.server.cpu_s() - self._cpu) * 1000 / count
        return Sample(
            cpu, self.latencies, (traffic.up - self._up) / count, (traffic.down - self._down) / count
        )


async def first_pull(stage: Stage) -> Sample:
    phones = await stage.newcomers(100)
    await stage.server.quiet()
    with Window(stage) as window:
        for phone in phones:
            told = await window.timed(phone.pull())
            check(len(told) >= 100, f"a view of {len(told)} rows")
        return await window.sample(len(phones))


async def idle_pull(stage: Stage) -> Sample:
    phones = await stage.newcomers(PEOPLE_WHO_PULL)
    for phone in phones:
        await phone.pull()
        await phone.pull()
    await stage.server.quiet()
    with Window(stage) as window:
        for _ in range(20):
            for phone in phones:
                check(not await window.timed(phone.pull()), "nothing is new")
        return await window.sample(20 * len(phones))


async def pull_changes(stage: Stage) -> Sample:
    phones = await stage.newcomers(PEOPLE_WHO_PULL)
    for phone in phones:
        await phone.pull()
    cpu, latencies, up, down, rounds = 0.0, list[float](), 0.0, 0.0, 4
    for _ in range(rounds):
        changed = [await stage.change(phone, CHANGES) for phone in phones]
        await stage.server.quiet()
        with Window(stage) as window:
            for phone, keys in zip(phones, changed, strict=True):
                told = await window.timed(phone.pull())
                check(keys <= told, "what changed is told")
            sample = await window.sample(len(phones))
        cpu += sample.cpu_ms / rounds
        up, down = up + sample.up / rounds, down + sample.down / rounds
        latencies += sample.latencies
    return Sample(cpu, latencies, up, down)


async def push_hundred(stage: Stage) -> Sample:
    phones = (await stage.newcomers(50))[PEOPLE_WHO_PULL:]
    await stage.server.quiet()
    with Window(stage) as window:
        for phone in phones:
            await window.timed(phone.push(mutations_of(phone, 100)))
        return await window.sample(len(phones))


async def storm(stage: Stage) -> Sample:
    """A thousand phones come back at once with ten mutations each, and one asks whether anything is new."""
    phones = await stage.newcomers(1000)
    (asking,) = await stage.newcomers(1)
    await asking.pull()
    batches = [mutations_of(phone, 10) for phone in phones]
    await stage.server.quiet()
    pulls: list[float] = []
    with Window(stage) as window:
        pushing = asyncio.gather(
            *(window.timed(phone.push(batch)) for phone, batch in zip(phones, batches, strict=True))
        )
        while not pushing.done():
            began = time.perf_counter()
            await asking.pull()
            pulls.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.05)
        await pushing
        sample = await window.sample(len(phones))
    if isinstance(stage, PortalStage):
        await stage.nothing_lost_or_doubled(phones, 10)
    sample.idle_pulls = pulls
    return sample


async def hand_over(stage: Stage) -> Sample:
    """A technician's second phone hears of what the first one sends, and has it; from the sending on."""
    assert isinstance(stage, PortalStage)
    phones = await stage.newcomers(len(stage.base.people) + 1)
    sender, listener = phones[0], phones[-1]
    check(sender.person == listener.person, "both phones are one technician's")
    await listener.pull()
    async with stage.pokes_of(listener) as pokes:
        await pokes()
        await stage.server.quiet()
        with Window(stage) as window:
            for _ in range(40):
                note = _note(sender.lmid + 1, "", sender.person.orders[0])
                wanted = ("order", sender.person.orders[0])
                began = time.perf_counter()
                pushing = asyncio.create_task(sender.push([note]))
                while True:
                    await pokes()
                    if wanted in await listener.pull():
                        break
                window.latencies.append((time.perf_counter() - began) * 1000)
                await pushing
                await asyncio.sleep(0.05)
            return await window.sample(40)


async def photo(stage: Stage) -> Sample:
    phones = await stage.newcomers(10)
    dice = random.Random()
    pictures = [picture() for _ in phones]
    await stage.server.quiet()
    with Window(stage) as window:
        for phone, content in zip(phones, pictures, strict=True):
            await window.timed(phone.send_photo(content, dice.randrange(1_200_000, 4_800_000)))
        return await window.sample(len(phones))


def mutations_of(phone: Phone, count: int) -> list[dict[str, Any]]:
    """Two visits in ten: set out, arrive, begin, and two notes each."""
    mutations = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        if number % len(KINDS) == 0:
            visit_id = str(uuid.uuid4())
            order_id = phone.person.orders[number // len(KINDS) % len(phone.person.orders)]
        mutations.append(kind(phone.lmid + number + 1, visit_id, order_id))
    return mutations


def _event(kind: str, has_position: bool) -> Callable[[int, str, str], dict[str, Any]]:
    def make(seq: int, visit_id: str, order_id: str) -> dict[str, Any]:
        args = {"event_id": str(uuid.uuid4()), "visit_id": visit_id, "order_id": order_id, "kind": kind}
        args |= {"position": _POSITION | {"fixed_at": _now()} if has_position else None, "note": None}
        return new_mutation(seq, "record_visit_event", args)

    return make


def _note(seq: int, visit_id: str, order_id: str) -> dict[str, Any]:
    body = f"Cilindro limpo, rolo de tração trocado ({seq})."
    return new_mutation(seq, "add_note", {"note_id": str(uuid.uuid4()), "order_id": order_id, "body": body})


_POSITION = {"lat": -27.5954, "lon": -48.5480, "accuracy": 12.0}
KINDS = (_event("travel_started", True), _event("arrived", True), _event("work_started", False), _note, _note)


def picture() -> bytes:
    """A real JPEG of about 5 MB: a camera's, with as much detail as it takes."""
    base = Image.effect_noise((1600, 1200), random.uniform(40, 60)).convert("RGB")
    image = base.resize((3200, 2400))
    for quality in range(80, 101, 2):
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality)
        if target.tell() >= PHOTO_BYTES:
            break
    return target.getvalue()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Operation:
    """`target` is the ratio to the floor that is aimed at; without a floor, milliseconds at p50."""

    name: str
    run: Callable[[Stage], Awaitable[Sample]]
    target: float
    has_floor: bool = True


# Pushes come last: each leaves open visits, and a technician's view is to be what it is meant to be.
OPERATIONS = (
    Operation("first pull", first_pull, 5),
    Operation("idle pull", idle_pull, 3),
    Operation("pull of 20 changes", pull_changes, 5),
    Operation("change → other phone", hand_over, 8, has_floor=False),
    Operation("5 MB photo", photo, 1.5),
    Operation("push of 100", push_hundred, 8),
    Operation("storm, 1,000 × 10", storm, 8),
)
