"""The read side of deliveries: lists with keyset pages, and one invoice with all its attempts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import condition, visible
from server.customers.queries import find_customer_ids
from server.database.keyset import read_cursor, write_cursor
from server.deliveries import policy
from server.deliveries.disclosure import as_seen_by
from server.deliveries.evidence import Evidence, evidence_of
from server.deliveries.outcomes import OUTCOME_NAMES, REASON_NAMES, FailureReason, Outcome
from server.deliveries.rules import is_late
from server.deliveries.tables import Delivery, DeliveryFile, Invoice
from server.deliveries.views import (
    AttemptView,
    DeliveryFilter,
    DeliveryState,
    InvoiceDetail,
    InvoiceRow,
    state_of,
)
from server.pictures import StoredPicture
from server.problems import Problem
from server.service_orders.rows import CUSTOMER_FIELDS, customer_of
from server.service_orders.tables import Carrier
from server.service_orders.views import Choice, Page

PAGE_SIZE = 50

_customer: Any = Invoice.customer_id
_carrier: Any = Invoice.carrier_id
_ROW_COLUMNS = (
    Invoice.id,
    Invoice.number,
    Invoice.series,
    _customer.name.as_alias("customer_name"),
    _customer.city.as_alias("city"),
    _customer.latitude.as_alias("latitude"),
    _customer.longitude.as_alias("longitude"),
    _carrier.name.as_alias("carrier_name"),
    Invoice.issued_at,
    Invoice.delivered_at,
    Invoice.received_by,
    Invoice.is_active,
    Invoice.delivery_status,
    Invoice.last_outcome,
)
_OWN_FIELDS = (
    "id", "company_id", "number", "series", "access_key", "issued_at", "total", "volumes", "notes",
    "tracking_code", "delivered_at", "received_by",
)  # fmt: skip
_DETAIL_COLUMNS = (
    *(getattr(Invoice, name) for name in (*_OWN_FIELDS, "is_active", "delivery_status", "last_outcome")),
    _carrier.name.as_alias("carrier_name"),
    *(getattr(_customer, name).as_alias(f"customer.{name}") for name in CUSTOMER_FIELDS),
)
_ATTEMPT_FIELDS = (
    "id", "driver_name", "is_primary", "note", "receiver_name", "receiver_document", "happened_at",
    "utc_offset_minutes", "received_at", "clock_offset_ms", "latitude", "longitude", "accuracy_m",
    "proof_hash", "proof_hash_at", "withdrawn_at", "withdrawn_reason", "ilux_at",
)  # fmt: skip
_attempt_carrier: Any = Delivery.carrier_id
# An invoice without a date comes first: somebody must look at it.
_NEWEST = OrderByRaw("(invoice.issued_at IS NULL) DESC, invoice.issued_at DESC, invoice.id")


async def list_deliveries(
    actor: Actor, wanted: DeliveryFilter, *, now: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[InvoiceRow]:
    """One page, the newest issued first; `after` is the `next` of the page before it. Raises `invalid`."""
    due_days = (await policy.policy_of(actor.reseller_id)).due_days
    conditions = await _conditions(actor, wanted, now - timedelta(days=due_days))
    if conditions is None:
        return Page((), None)
    if after:
        conditions.append(_beyond(*read_cursor(after, datetime | None, UUID)))
    places: list[dict[str, Any]] = (
        await Invoice.select(Invoice.id, Invoice.issued_at)
        .where(*conditions)
        .order_by(_NEWEST, ascending=False)
        .limit(limit + 1)
    )
    ids = [place["id"] for place in places[:limit]]
    if not ids:
        return Page((), None)
    rows: list[dict[str, Any]] = await Invoice.select(*_ROW_COLUMNS).where(Invoice.id.is_in(ids))
    attempts = await _attempts_of(actor, ids)
    order = {invoice_id: place for place, invoice_id in enumerate(ids)}
    return Page(
        tuple(
            _invoice_row(row, attempts.get(row["id"], []), due_days, now)
            for row in sorted(rows, key=lambda row: order[row["id"]])
        ),
        write_cursor(places[limit - 1]["issued_at"], places[limit - 1]["id"])
        if len(places) > limit
        else None,
    )


async def get_delivery(actor: Actor, invoice_id: UUID, *, now: datetime) -> InvoiceDetail:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading() as tx:
        row = (
            await Invoice.select(*_DETAIL_COLUMNS)
            .where(visible(actor, Invoice), Invoice.id == invoice_id)
            .first()
        )
        if row is None:
            raise Problem("not_found")
        due_days = (await policy.policy_of(actor.reseller_id)).due_days
        attempts = (
            await Delivery.select(
                *(getattr(Delivery, name) for name in _ATTEMPT_FIELDS),
                Delivery.outcome,
                Delivery.reason,
                _attempt_carrier.name.as_alias("carrier_name"),
            )
            .where(visible(actor, Delivery), Delivery.invoice_id == invoice_id)
            .order_by(Delivery.happened_at, Delivery.id, ascending=False)
        )
        evidence = await evidence_of(tx, [attempt["id"] for attempt in attempts])
    state = _state(row)
    detail = InvoiceDetail(
        **{name: row[name] for name in _OWN_FIELDS},
        carrier_name=row["carrier_name"],
        state=state,
        is_late=_is_pending(state) and is_late(row["issued_at"], due_days, now),
        customer=customer_of(row),
        attempts=tuple(_attempt(one, evidence[one["id"]]) for one in attempts),
    )
    return as_seen_by(actor, detail)


async def find_picture(actor: Actor, invoice_id: UUID, file_id: UUID) -> StoredPicture:
    """Raises `not_found` for what is out of reach, and for a file that has not arrived."""
    delivery: Any = DeliveryFile.delivery_id
    found = (
        await DeliveryFile.select(DeliveryFile.reseller_id, DeliveryFile.sha256, DeliveryFile.content_type)
        .where(
            visible(actor, DeliveryFile),
            DeliveryFile.id == file_id,
            delivery.invoice_id == invoice_id,
            DeliveryFile.file_at.is_not_null(),
        )
        .first()
    )
    if found is None:
        raise Problem("not_found")
    return StoredPicture(**found)


async def carrier_choices(actor: Actor) -> tuple[Choice, ...]:
    """Those that carry, or carried, an invoice in reach."""
    sql, args = condition(actor, "invoice")
    carries = WhereRaw(
        f"EXISTS (SELECT 1 FROM invoice WHERE invoice.carrier_id = carrier.id AND {sql})", *args
    )
    rows = (
        await Carrier.select(Carrier.id, Carrier.name)
        .where(visible(actor, Carrier), carries)
        .order_by(Carrier.name)
    )
    return tuple(Choice(row["id"], row["name"]) for row in rows)


async def _conditions(actor: Actor, wanted: DeliveryFilter, late_before: datetime) -> list[Any] | None:
    """None when a name matched nothing."""
    conditions: list[Any] = [visible(actor, Invoice)]
    if wanted.number.strip():
        conditions.append(Invoice.number == wanted.number.strip())
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return None
        conditions.append(Invoice.customer_id.is_in(customer_ids))
    if wanted.carrier_id is not None:
        conditions.append(Invoice.carrier_id == wanted.carrier_id)
    if wanted.issued_from is not None:
        conditions.append(Invoice.issued_at >= wanted.issued_from)
    if wanted.issued_until is not None:
        conditions.append(Invoice.issued_at < wanted.issued_until)
    if wanted.has_discrepancy:
        conditions.append(_with_discrepancy(actor))
    return [*conditions, *_in_state(wanted.state, late_before)]


def _in_state(state: DeliveryState | None, late_before: datetime) -> list[Any]:
    """Without a state: everything but what was cancelled and never tried."""
    is_pending = [Invoice.is_active.eq(True), Invoice.delivery_status == "pending"]
    if state is None:
        return [
            WhereRaw(
                "(invoice.is_active OR EXISTS"
                " (SELECT 1 FROM delivery tried WHERE tried.invoice_id = invoice.id))"
            )
        ]
    if state is DeliveryState.DELIVERED:
        return [Invoice.delivery_status == "delivered"]
    if state is DeliveryState.CANCELLED:
        return [Invoice.is_active.eq(False), Invoice.delivery_status == "pending"]
    if state is DeliveryState.LATE:
        return [*is_pending, Invoice.issued_at < late_before]
    if state is DeliveryState.PENDING:
        return is_pending
    return [*is_pending, Invoice.last_outcome == state.value]


def _with_discrepancy(actor: Actor) -> WhereRaw:
    """Few are open at a time: found from their own side."""
    return WhereRaw(
        "invoice.id IN (SELECT tried.invoice_id FROM delivery_discrepancy flagged"
        " JOIN delivery tried ON tried.id = flagged.delivery_id"
        " WHERE flagged.reseller_id = {} AND flagged.accepted_at IS NULL)",
        actor.reseller_id,
    )


async def _attempts_of(actor: Actor, invoice_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Oldest first, with the number of open discrepancies of each."""
    rows = (
        await Delivery.select(
            Delivery.invoice_id,
            Delivery.id,
            Delivery.latitude,
            Delivery.longitude,
            Delivery.withdrawn_at,
        )
        .where(visible(actor, Delivery), Delivery.invoice_id.is_in(invoice_ids))
        .order_by(Delivery.happened_at)
    )
    async with DB.reading() as tx:
        marks = ", ".join(f"${number}" for number in range(1, len(rows) + 1))
        counts = (
            await tx.fetch(
                "select delivery_id, count(*) from delivery_discrepancy"
                f" where delivery_id in ({marks}) and accepted_at is null group by delivery_id",
                *(row["id"] for row in rows),
            )
            if rows and not actor.is_of_customer
            else []
        )
    open_ones = dict(counts)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        row["open_discrepancies"] = open_ones.get(row["id"], 0)
        found.setdefault(row["invoice_id"], []).append(row)
    return found


def _invoice_row(
    row: dict[str, Any], attempts: list[dict[str, Any]], due_days: int, now: datetime
) -> InvoiceRow:
    state = _state(row)
    places = [
        (one["latitude"], one["longitude"])
        for one in attempts
        if one["latitude"] is not None and one["withdrawn_at"] is None
    ]
    home = None if row["latitude"] is None else (row["latitude"], row["longitude"])
    return InvoiceRow(
        id=row["id"],
        number=row["number"],
        series=row["series"],
        customer_name=row["customer_name"],
        city=row["city"],
        carrier_name=row["carrier_name"],
        issued_at=row["issued_at"],
        delivered_at=row["delivered_at"],
        received_by=row["received_by"],
        state=state,
        is_late=_is_pending(state) and is_late(row["issued_at"], due_days, now),
        attempts=len(attempts),
        open_discrepancies=sum(one["open_discrepancies"] for one in attempts),
        place=places[-1] if places else home,
    )


def _attempt(row: dict[str, Any], evidence: Evidence) -> AttemptView:
    outcome = Outcome(row["outcome"])
    reason = FailureReason(row["reason"]) if row["reason"] else None
    return AttemptView(
        **{name: row[name] for name in _ATTEMPT_FIELDS},
        carrier_name=row["carrier_name"],
        outcome=outcome,
        name=OUTCOME_NAMES[outcome],
        reason=reason,
        reason_name=REASON_NAMES[reason] if reason else "",
        signature=evidence.signature,
        photos=tuple(evidence.photos),
        discrepancies=tuple(evidence.discrepancies),
    )


def _state(row: dict[str, Any]) -> DeliveryState:
    return state_of(
        is_active=bool(row["is_active"]),
        delivery_status=row["delivery_status"],
        last_outcome=row["last_outcome"],
    )


def _is_pending(state: DeliveryState) -> bool:
    return state not in {DeliveryState.DELIVERED, DeliveryState.CANCELLED}


def _beyond(issued_at: datetime | None, invoice_id: UUID) -> WhereRaw:
    if issued_at is None:
        return WhereRaw("(invoice.issued_at IS NOT NULL OR invoice.id < {})", invoice_id)
    return WhereRaw(
        "invoice.issued_at IS NOT NULL AND (invoice.issued_at, invoice.id) < ({}, {})", issued_at, invoice_id
    )
