"""What people record in the field: the acts of a visit, notes, contacts, new orders, and nonsense."""

from __future__ import annotations

import hashlib
import io
import random
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

from PIL import Image

from offline_sync.ids import uuid7
from tests.service_orders.world import World
from tests.sync_technician.phone import Clock, Day, text_of

if TYPE_CHECKING:
    from tests.model.device import Device

STEPS = ("travel_started", "arrived", "work_started", "work_finished", "form_filled", "cancelled")
ACTS = (
    "note",
    "select",
    "step",
    "photo",
    "complete",
    "parts",
    "contact",
    "open_order",
    "withdraw",
    "position",
    "of_tomorrow",
    "malformed",
    "of_nobody",
)


class Recorder(Protocol):
    """Where an act is saved: a phone, new or old."""

    def save(self, name: str, args: dict[str, Any]) -> None: ...

    def now(self) -> datetime: ...


class _Watch(Clock):
    """A device's clock as `Day` wants one: looking at it does not move it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __call__(self) -> datetime:
        return self._recorder.now()

    def forward(self, **delta: float) -> datetime:
        return self()


class _Pen:
    """What `Day` writes with."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def record(self, name: str, **args: Any) -> int:
        self._recorder.save(name, args)
        return 0


@dataclass
class Fieldwork:
    """The visits of one person, on whichever of their devices; `world` is where they work."""

    world: World
    _days: dict[tuple[int, UUID], Day] = field(default_factory=dict)
    photos: list[tuple[UUID, UUID]] = field(default_factory=list)

    def act(self, recorder: Recorder, act: str, order_id: UUID, choice: int) -> bytes | None:
        """Record it; a photo's bytes are returned, for whoever can send files."""
        day = self._day(recorder, order_id)
        match act:
            case "note":
                args = {"note_id": uuid4(), "order_id": order_id, "body": f"nota {uuid4()}"}
                recorder.save("add_note", args)
            case "select":
                day.select()
            case "step":
                day.step(STEPS[choice % len(STEPS)])
            case "photo":
                return self._photo(recorder, day, choice)
            case "complete":
                day.complete(("done", "attended", "pending")[choice % 3], mono=12_000 + choice)
                self._days = {key: day for key, day in self._days.items() if key[1] != order_id}
            case "parts":
                item = {"id": uuid4(), "part_id": self.world.part_id, "description": "Fusor", "quantity": 1}
                args = {"visit_id": None, "order_id": order_id, "items": [item], "note": None}
                recorder.save("request_parts", args)
            case "contact":
                args = {"order_id": order_id, "requester_name": f"Rosa {choice}", "requester_phone": None}
                recorder.save("update_contact", args)
            case "open_order":
                self._open_order(recorder)
            case "withdraw":
                photo_id, visit_id = (
                    self.photos[choice % len(self.photos)] if self.photos else (uuid4(), uuid4())
                )
                recorder.save("withdraw_photo", {"photo_id": photo_id, "visit_id": visit_id, "reason": "x"})
            case "of_tomorrow":
                recorder.save("of_tomorrow", {"anything": [choice]})
            case "malformed":
                recorder.save("add_note", {"note_id": "no uuid", "order_id": order_id, "body": 7})
            case "of_nobody":
                recorder.save("add_note", {"note_id": uuid4(), "order_id": uuid4(), "body": "de quem?"})
        return None

    def visit_of(self, recorder: Recorder, order_id: UUID) -> UUID:
        return self._day(recorder, order_id).visit_id

    def _day(self, recorder: Recorder, order_id: UUID) -> Day:
        key = (id(recorder), order_id)
        if key not in self._days:
            self._days[key] = Day(_Pen(recorder), self.world, order_id, 1, _Watch(recorder))  # type: ignore[arg-type]
        return self._days[key]

    def _photo(self, recorder: Recorder, day: Day, choice: int) -> bytes:
        content, photo_id = picture(choice), uuid4()
        day.attached.append(photo_id)
        self.photos.append((photo_id, day.visit_id))
        recorder.save(
            "attach_photo",
            {
                "photo_id": photo_id,
                "visit_id": day.visit_id,
                "order_id": day.order_id,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "type": "image/png",
                "width": 16,
                "height": 16,
                "slot": "after",
                "caption": None,
                "taken_at": text_of(recorder.now()),
            },
        )
        return content

    def _open_order(self, recorder: Recorder) -> None:
        recorder.save(
            "open_order",
            {
                "order_id": uuid7(),
                "customer_id": self.world.customer_id,
                "equipment_id": self.world.equipment_id,
                "description": "A do lado também atola",
                "requester_name": "Rosa",
                "requester_phone": None,
            },
        )


@lru_cache(maxsize=64)
def picture(number: int) -> bytes:
    """A small PNG that does not compress, so that it goes in pieces."""
    pixels = random.Random(number).randbytes(16 * 16 * 3)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (16, 16), pixels).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass
class Hand:
    """Saves on a device of today."""

    device: Device

    def save(self, name: str, args: dict[str, Any]) -> None:
        order = ("order", args.get("order_id"))
        ver = self.device.replica.base().get(order, (0, None))[0]  # type: ignore[arg-type]
        self.device.record(name, args, {f"order/{order[1]}": ver} if ver else None)

    def now(self) -> datetime:
        return self.device.clock()
