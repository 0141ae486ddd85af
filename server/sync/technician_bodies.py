"""The bodies of a technician's rows, a query a kind (docs/field-sync.md, "Rows")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ports import Connection
from server.visits.evidence import Evidence, evidence_of

PHOTO_MAX_PX = 1600
TRACK_INTERVAL_S = 10

# What the database keeps as an empty text is unknown to the phone.
_MAYBE_EMPTY = frozenset(
    {"contract_number", "defect", "requester_name", "requester_phone", "cancel_reason", "notes", "trade_name",
     "street", "number", "complement", "district", "city", "uf", "cep", "phone", "contact_name", "asset_tag",
     "manufacturer", "department", "install_location", "diagnosis", "resolution", "distance_method"}
)  # fmt: skip
_JSON = frozenset({"items"})

# kind → (from, columns); a column is its own name in the body unless "x as y" says otherwise
_TABLES = {
    "me": (
        "app_user t join reseller r on r.id = t.reseller_id",
        "t.name, t.role, t.technician_id, t.can_open_orders, r.name as reseller_name, r.timezone,"
        " r.arrival_near_m",
    ),
    "order": (
        "service_order t",
        "t.web_number, t.ilux_number, t.status, t.company_id, t.customer_id, t.equipment_id,"
        " t.contract_number, t.contract_kind, t.technician_id, t.defect, t.description, t.requester_name,"
        " t.requester_phone, t.opened_at, t.scheduled_at, t.due_at, t.revised_due_at, t.pending_reason,"
        " t.cancel_reason, t.checklist_version_id, t.notes",
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
    "visit": (
        "visit t",
        "t.service_order_id as order_id, t.technician_id, t.state, t.is_primary, t.outcome, t.diagnosis,"
        " t.resolution, t.pending_reason, t.distance_km, t.distance_method, t.travel_minutes, t.received_at,"
        " t.ilux_at",
    ),
    "file_receipt": ("sync_file t", "t.sha256, t.size"),
}
_SETTINGS = {
    "photo_max_px": PHOTO_MAX_PX,
    "keep_photo_position": False,
    "track_interval_s": TRACK_INTERVAL_S,
}


async def bodies(conn: Connection, dialect: str, kind: str, ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
    """JSON for each id."""
    source, columns = _TABLES[kind]
    names = [column.rpartition(" as ")[2].strip().removeprefix("t.") for column in columns.split(",")]
    names = [name.rpartition(".")[2] for name in names]
    marks = ", ".join(f"${number}" for number in range(1, len(ids) + 1))
    rows = await conn.fetch(f"select t.id, {columns} from {source} where t.id in ({marks})", *ids)
    found = {row[0]: _body(names, row[1:]) for row in rows}
    if kind == "me":
        for body in found.values():
            body.update(_SETTINGS)
    if kind == "visit":
        evidence = await evidence_of(conn, dialect, list(found))
        for visit_id, body in found.items():
            body.update(_evidence(evidence[visit_id]))
    return {row_id: msgspec.json.encode(body) for row_id, body in found.items()}


def _body(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in zip(names, values, strict=True)}


def _value(name: str, value: Any) -> Any:
    if value == "" and name in _MAYBE_EMPTY:
        return None
    return msgspec.Raw(value.encode()) if name in _JSON else value


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


def _line(line: Any) -> dict[str, Any]:
    return {
        "id": line.id,
        "part_id": line.part_id,
        "description": line.description,
        "quantity": line.quantity,
    }
