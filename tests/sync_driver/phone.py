"""A driver's phone in process: `tests.sync_technician.phone` with what a driver records."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

from offline_sync.ids import uuid7
from tests.sync_technician.phone import Phone, position, text_of

PNG, JPEG = b"png", b"jpeg"
SIGNATURE, PHOTO = hashlib.sha256(PNG).hexdigest(), hashlib.sha256(JPEG).hexdigest()


class DriversPhone(Phone):
    """Each record answers its delivery's id and the mutation's number."""

    def confirm(self, invoice_id: UUID, outcome: str = "delivered", **more: Any) -> tuple[UUID, int]:
        now = text_of(self._now())
        args = {
            "delivery_id": uuid7(),
            "invoice_id": invoice_id,
            "outcome": outcome,
            "receiver_name": "Rosa Lima",
            "receiver_document": "52998224725",
            "happened_at": now,
            "utc_offset_minutes": -180,
            "note": None,
            "position": position(self._now()),
            "signature": {
                "id": uuid4(),
                "sha256": SIGNATURE,
                "size": len(PNG),
                "signed_at": now,
                "strokes": [{"points": [{"x": 1, "y": 2}]}],
            },
            "photos": [],
            **more,
        }
        return args["delivery_id"], self.record("confirm_delivery", **args)

    def fail(self, invoice_id: UUID, reason: str = "receiver_absent", **more: Any) -> tuple[UUID, int]:
        now = text_of(self._now())
        args = {
            "delivery_id": uuid7(),
            "invoice_id": invoice_id,
            "reason": reason,
            "happened_at": now,
            "utc_offset_minutes": -180,
            "note": "Portão fechado",
            "position": position(self._now()),
            "photos": [photo(now)],
            **more,
        }
        return args["delivery_id"], self.record("report_failed_delivery", **args)

    def withdraw(self, delivery_id: UUID, reason: str = "Nota errada") -> int:
        return self.record("withdraw_delivery", delivery_id=delivery_id, reason=reason)


def photo(taken_at: str) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "sha256": PHOTO,
        "size": len(JPEG),
        "type": "image/jpeg",
        "taken_at": taken_at,
        "width": 1200,
        "height": 1600,
    }
