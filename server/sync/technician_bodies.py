"""The bodies of the rows of people in the field (docs/field-sync.md, "Rows", "Deliveries").

The database writes the JSON: in Python, typing and encoding a view's columns one by one took longer than
everything else of a pull. On PostgreSQL all kinds come with one statement, on SQLite with one each, which
costs no round trip there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import Boolean, Text, Timestamptz, Varchar
from piccolo.table import Table

from offline_sync.ports import Connection
from offline_sync.tables import SyncFile
from server.accounts.tables import Reseller, User
from server.customers.tables import Customer
from server.deliveries import evidence as delivery_evidence
from server.deliveries.tables import Delivery, DeliveryPolicy, Invoice
from server.equipment.tables import Equipment, MeterReading, Part
from server.service_orders.tables import Carrier, ChecklistVersion, PartRequest, ServiceOrder
from server.triage.tables import TriageMessage
from server.visits.evidence import Evidence, evidence_of
from server.visits.tables import Visit

PHOTO_MAX_PX = 1600
TRACK_INTERVAL_S = 10
SETTINGS = {
    "photo_max_px": PHOTO_MAX_PX,
    "keep_photo_position": False,
    "track_interval_s": TRACK_INTERVAL_S,
}

# What the database keeps as an empty text is unknown to the phone.
_MAYBE_EMPTY = frozenset(
    {"contract_number", "defect", "requester_name", "requester_phone", "cancel_reason", "notes", "trade_name",
     "street", "number", "complement", "district", "city", "uf", "cep", "phone", "contact_name", "asset_tag",
     "manufacturer", "department", "install_location", "diagnosis", "resolution", "distance_method",
     "access_key", "tracking_code", "received_by", "last_outcome", "reason", "note", "receiver_name",
     "receiver_document", "proof_hash"}
)  # fmt: skip
_JSON = frozenset({"items"})

# kind → (from, columns); a column is its own name in the body unless "x as y" says otherwise.
# `t` is the first of its tables.
_SOURCES: dict[str, tuple[str, str]] = {
    "me": (
        "app_user t join reseller r on r.id = t.reseller_id",
        "t.name, t.role, t.technician_id, t.can_open_orders, t.shares_position, r.name as reseller_name,"
        " r.timezone, r.arrival_near_m",
    ),
    "order": (
        "service_order t",
        "t.web_number, t.ilux_number, t.status, t.company_id, t.customer_id, t.equipment_id,"
        " t.contract_number, t.contract_kind, t.technician_id, t.defect, t.description, t.requester_name,"
        " t.requester_phone, t.opened_at, t.scheduled_at, t.due_at, t.revised_due_at, t.paused_due_at,"
        " t.pending_reason, t.cancel_reason, t.checklist_version_id, t.notes",
    ),
    "customer": (
        "customer t",
        "t.name, t.trade_name, t.street, t.number, t.complement, t.district, t.city, t.uf, t.cep, t.phone,"
        " t.contact_name, t.latitude, t.longitude",
    ),
    "equipment": (
        "equipment t",
        "t.customer_id, t.serial_number, t.asset_tag, t.model, t.manufacturer, t.is_color, t.department,"
        " t.install_location",
    ),
    "meter_reading": ("meter_reading t", "t.equipment_id, t.mono, t.color, t.read_at, t.source"),
    "past_visit": (
        "visit t join service_order o on o.id = t.service_order_id",
        "t.equipment_id, t.service_order_id as order_id, o.web_number, t.technician_name,"
        " t.ended_at as completed_at, t.outcome, t.diagnosis, t.resolution",
    ),
    "triage_message": (
        "triage_message t",
        "t.service_order_id as order_id, t.author_name, t.author_side, t.body, t.created_at",
    ),
    "checklist": ("checklist_version t", "t.name, t.number as version, t.items"),
    "part": ("part t", "t.code, t.name"),
    "part_request": (
        "part_request t left join carrier c on c.id = t.carrier_id",
        "t.service_order_id as order_id, t.description, t.quantity, t.status, t.requested_at, t.expected_on,"
        " c.name as carrier, t.tracking_code, t.reason",
    ),
    "visit": (
        "visit t",
        "t.service_order_id as order_id, t.technician_id, t.state, t.is_primary, t.outcome, t.diagnosis,"
        " t.resolution, t.pending_reason, t.distance_km, t.distance_method, t.travel_minutes, t.received_at,"
        " t.ilux_at",
    ),
    "file_receipt": ("sync_file t", "t.sha256, t.size"),
    "invoice": (
        "invoice t",
        "t.customer_id, t.carrier_id, t.number, t.series, t.access_key, t.issued_at, t.volumes, t.notes,"
        " t.tracking_code, t.delivery_status, t.delivered_at, t.received_by, t.last_outcome, t.is_active",
    ),
    "delivery": (
        "delivery t",
        "t.invoice_id, t.user_id, t.driver_name, t.outcome, t.is_primary, t.reason, t.note, t.receiver_name,"
        " t.receiver_document, t.happened_at, t.received_at, t.latitude, t.longitude, t.accuracy_m,"
        " t.proof_hash, t.withdrawn_at, t.ilux_at",
    ),
    "delivery_policy": (
        "delivery_policy t",
        "t.is_document_required, t.is_signature_required, t.is_photo_required, t.is_position_required,"
        " t.due_days",
    ),
}
_ALIASES: dict[str, type[Table]] = {"r": Reseller, "o": ServiceOrder, "c": Carrier}
_OWN: dict[str, type[Table]] = {
    "me": User,
    "order": ServiceOrder,
    "customer": Customer,
    "equipment": Equipment,
    "meter_reading": MeterReading,
    "past_visit": Visit,
    "triage_message": TriageMessage,
    "checklist": ChecklistVersion,
    "part": Part,
    "part_request": PartRequest,
    "visit": Visit,
    "file_receipt": SyncFile,
    "invoice": Invoice,
    "delivery": Delivery,
    "delivery_policy": DeliveryPolicy,
}
KINDS = tuple(_SOURCES)


async def bodies(
    conn: Connection, dialect: str, ids: Mapping[str, Sequence[str]]
) -> Mapping[tuple[str, str], bytes]:
    """JSON for each (kind, id)."""
    found: dict[tuple[str, str], bytes] = {}
    if dialect == "postgres":
        rows = await conn.fetch(_postgres(), *(ids.get(kind, ()) for kind in KINDS))
        found = {(kind, row_id): body.encode() for kind, row_id, body in rows}
    else:
        for kind, of_kind in ids.items():
            rows = await conn.fetch(_sqlite(kind), msgspec.json.encode(of_kind).decode())
            found |= {(kind, row_id): body.encode() for row_id, body in rows}
    for row_id in ids.get("me", ()):
        found["me", row_id] = _joined(found["me", row_id], SETTINGS)
    if "visit" in ids:
        evidence = await evidence_of(conn, dialect, [UUID(row_id) for row_id in ids["visit"]])
        for row_id in ids["visit"]:
            found["visit", row_id] = _joined(found["visit", row_id], _evidence(evidence[UUID(row_id)]))
    if "delivery" in ids:
        held = await delivery_evidence.evidence_of(conn, [UUID(row_id) for row_id in ids["delivery"]])
        for row_id in ids["delivery"]:
            found["delivery", row_id] = _joined(found["delivery", row_id], _delivery(held[UUID(row_id)]))
    return found


@lru_cache
def _postgres() -> str:
    return " union all ".join(
        f"select '{kind}', t.id::text, json_build_object({_pairs(kind, 'postgres')})::text"
        f" from {_SOURCES[kind][0]} where t.id = any(${number}::uuid[])"
        for number, kind in enumerate(KINDS, start=1)
    )


@lru_cache
def _sqlite(kind: str) -> str:
    return (
        f"select '' || t.id, json_object({_pairs(kind, 'sqlite')}) from {_SOURCES[kind][0]}"
        " where t.id in (select value from json_each($1))"
    )


def _pairs(kind: str, dialect: str) -> str:
    """`'name', expression, …` for each column of the body."""
    pairs = []
    for column in _SOURCES[kind][1].split(","):
        source, _, name = column.strip().partition(" as ")
        alias, _, own_name = source.partition(".")
        table = _OWN[kind] if alias == "t" else _ALIASES[alias]
        typed = table._meta.get_column_by_name(own_name)
        pairs.append(f"'{name or own_name}', {_expression(source, own_name, typed, dialect)}")
    return ", ".join(pairs)


def _expression(source: str, name: str, column: Any, dialect: str) -> str:
    is_sqlite = dialect == "sqlite"
    if isinstance(column, Timestamptz):
        # `2026-03-02 11:00:00.5+00:00` is how SQLite keeps it
        return (
            f"substr({source}, 1, 10) || 'T' || substr({source}, 12, length({source}) - 17) || 'Z'"
            if is_sqlite
            else f"(to_json({source} at time zone 'UTC') #>> '{{}}') || 'Z'"
        )
    if isinstance(column, Boolean) and is_sqlite:
        return f"json(case {source} when 1 then 'true' when 0 then 'false' end)"
    if name in _JSON:
        return f"json({source})" if is_sqlite else f"{source}::json"
    is_text = isinstance(column, Varchar | Text)
    return f"nullif({source}, '')" if is_text and name in _MAYBE_EMPTY else source


def _joined(body: bytes, more: Mapping[str, Any]) -> bytes:
    """One JSON object of both."""
    return body[:-1] + b"," + msgspec.json.encode(more)[1:]


def _evidence(found: Evidence) -> dict[str, Any]:
    files = found.files
    given = found.signature
    return {
        "files_expected": len(files),
        "files_received": sum(arrived_at is not None for _, arrived_at in files),
        "events": [
            {
                "id": event.id,
                "kind": event.kind,
                "occurred_at": event.occurred_at,
                "received_at": event.received_at,
                "latitude": event.latitude,
                "longitude": event.longitude,
                "accuracy_m": event.accuracy_m,
                "note": event.note or None,
            }
            for event in found.events
        ],
        "photos": [
            {
                "id": photo.id,
                "sha256": photo.sha256,
                "size": photo.size,
                "type": photo.content_type,
                "slot": photo.slot,
                "question": photo.question_key or None,
                "taken_at": photo.taken_at,
                "is_withdrawn": photo.withdrawn_at is not None,
            }
            for photo in found.photos
        ],
        "readings": [
            {
                "id": reading.id,
                "equipment_id": reading.equipment_id,
                "mono": reading.mono,
                "color": reading.color,
                "read_at": reading.read_at,
            }
            for reading in found.readings
        ],
        "parts_used": [_line(used) for used in found.parts_used],
        "part_requests": [_line(request) for request in found.part_requests],
        "signature": None
        if given is None or given.refused_reason
        else {
            "signer_name": given.signer_name,
            "signer_document": given.signer_document,
            "signed_at": given.signed_at,
            "content_hash": given.content_hash,
        },
        "discrepancies": [{"kind": one.kind, "is_open": one.is_open} for one in found.discrepancies],
    }


def _delivery(found: delivery_evidence.Evidence) -> dict[str, Any]:
    return {
        "files_expected": len(found.files),
        "files_received": sum(file.has_file for file in found.files),
        "files": [
            {
                "id": file.id,
                "kind": file.kind,
                "sha256": file.sha256,
                "size": file.size,
                "taken_at": file.taken_at,
            }
            for file in found.files
        ],
        "discrepancies": [{"kind": one.kind, "is_open": one.is_open} for one in found.discrepancies],
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "id": line.id,
        "part_id": line.part_id,
        "description": line.description,
        "quantity": line.quantity,
    }
