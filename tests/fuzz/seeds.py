"""What real clients send, for the fuzzers to begin with; and the pieces of JSON that break parsers."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any

import msgspec
import zstandard

from offline_sync.ids import uuid7

CLIENT, EPOCH, UID, ROW = (str(uuid7()) for _ in range(4))
AT = "2026-03-02T10:00:00.000Z"
POSITION = {"lat": -27.59, "lon": -48.55, "accuracy": 8.5, "fixed_at": AT}

ENROLMENT = {
    "client_id": CLIENT,
    "kind": "phone",
    "name": "Telefone da Ana",
    "schema": 1,
    "platform": "Android",
}
PULL = {
    "client_id": CLIENT,
    "schema": 1,
    "epoch": EPOCH,
    "cursor": 17,
    "acked": 4,
    "page": f"{EPOCH}.0.3.3.7.order.{ROW}",
    "checksums": {"order": [12, 305419896]},
}
TRACKS = {
    "client_id": CLIENT,
    "chunks": [
        {"n": 0, "fixes": [[1772445600000, -27.59, -48.55, 8.5, None]], "gaps": [[1, 2, "hidden"]]},
        {"n": 1, "fixes": [[1772445600000, -27.59, -48.55, 8.5, 3.25]]},
    ],
}

# By the mutation's name; tests/fuzz/test_targets.py holds this against the registry.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "select_visit": {"visit_id": ROW, "order_id": ROW, "position": POSITION},
    "record_visit_event": {
        "event_id": ROW,
        "visit_id": ROW,
        "order_id": ROW,
        "kind": "arrived",
        "note": "portão",
    },
    "attach_photo": {
        "photo_id": ROW,
        "visit_id": ROW,
        "order_id": ROW,
        "sha256": "a" * 64,
        "size": 120_000,
        "type": "image/webp",
        "width": 1600,
        "height": 1200,
        "slot": "meter",
        "taken_at": AT,
    },
    "withdraw_photo": {"photo_id": ROW, "visit_id": ROW, "reason": "tremida"},
    "complete_visit": {
        "event_id": ROW,
        "visit_id": ROW,
        "order_id": ROW,
        "position": POSITION,
        "form": {
            "outcome": "done",
            "diagnosis": "Atolamento",
            "resolution": "Rolete trocado",
            "filled_at": AT,
        },
        "checklist": {
            "version_id": ROW,
            "answers": {"limpo": True, "páginas": 3, "tensão": 1.5, "obs": None},
        },
        "readings": [{"id": ROW, "equipment_id": ROW, "mono": 12_345, "read_at": AT, "is_confirmed": True}],
        "parts_used": [{"id": ROW, "description": "Rolete", "quantity": 2, "part_id": ROW}],
        "photo_ids": [ROW],
        "signature": {
            "id": ROW,
            "signer_name": "Rosa",
            "strokes": [{"points": [{"x": 1.5, "y": 2}]}],
            "sha256": "b" * 64,
            "size": 900,
            "signed_at": AT,
        },
        "signed_content": '{"order_id":"…"}',
        "content_hash": "c" * 64,
    },
    "request_parts": {"order_id": ROW, "items": [{"id": ROW, "description": "Toner", "quantity": 1}]},
    "add_note": {"note_id": ROW, "order_id": ROW, "body": "Ligar antes 📞"},
    "update_contact": {"order_id": ROW, "requester_name": "Rosa"},
    "open_order": {"order_id": ROW, "customer_id": ROW, "description": "Não liga"},
    "confirm_delivery": {
        "delivery_id": ROW,
        "invoice_id": ROW,
        "outcome": "partial",
        "receiver_name": "Dona Márcia",
        "happened_at": AT,
        "utc_offset_minutes": -180,
        "receiver_document": "123.456.789-09",
        "position": POSITION,
        "signature": {
            "id": ROW,
            "sha256": "a" * 64,
            "size": 9_000,
            "signed_at": AT,
            "strokes": [[[1, 2, 0], [3, 4, 16]]],
        },
    },
    "report_failed_delivery": {
        "delivery_id": ROW,
        "invoice_id": ROW,
        "reason": "absent",
        "happened_at": AT,
        "utc_offset_minutes": -180,
        "photos": [{"id": ROW, "sha256": "b" * 64, "size": 120_000, "type": "image/webp", "taken_at": AT}],
    },
    "withdraw_delivery": {"delivery_id": ROW, "reason": "outra casa"},
}


def mutation(seq: int, name: str, args: object) -> dict[str, object]:
    return {
        "seq": seq,
        "uid": UID,
        "name": name,
        "v": 1,
        "args": args,
        "base": {f"order/{ROW}": 815},
        "occurred_at": AT,
        "mono": 5123.5,
        "boot": ROW,
    }


MUTATIONS = [mutation(seq, name, args) for seq, (name, args) in enumerate(ARGUMENTS.items(), 1)]
PUSH = {
    "client_id": CLIENT,
    "epoch": EPOCH,
    "schema": 1,
    "sent_at": AT,
    "mono": 6000,
    "boot": ROW,
    "mutations": MUTATIONS[:3],
}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


METADATA = f"client {base64_of(CLIENT)},sha256 {base64_of('a' * 64)},type {base64_of('image/jpeg')}"
PIECE = b"forty-two bytes of what may be a photograph"
CHECKSUM = "sha256 " + base64.b64encode(hashlib.sha256(PIECE).digest()).decode()

# What JSON allows and programs trip over.
TOKENS = [
    b"1e400", b"-1e400", b"1e-400", b"-0", b"-0.0", b"18446744073709551616", b"9" * 40, b"9" * 400, b"0.1e1",
    b"NaN", b"null", b"true", b"[]", b"{}", b'""', b'"\\ud800"', b'"\\ud800x"', b'"\\u0000"', b"\xed\xa0\x80",
    b"\xff", b"\x00", b"[" * 30, b'{"a":' * 30, b'"v":1,"v":2,', b'"args":null,"args":{},', b",", b":", b'"',
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59.999-14:00", b"0000-00-00T00:00:00Z",
    "٣".encode(), b"1_0", b" 7", b"-1", b".", b" ", b",",
]  # fmt: skip


def encoded(*messages: object) -> list[bytes]:
    return [msgspec.json.encode(message) for message in messages]


def packed(pack: str) -> list[bytes]:
    """Whole, in two members, with rubbish behind it, cut, and a bomb."""
    press = gzip.compress if pack == "gzip" else zstandard.compress
    whole = press(msgspec.json.encode(PUSH))
    return [whole, whole + press(b" "), whole + b"rubbish", whole[:-5], press(b" " * 3_000_000), b""]
