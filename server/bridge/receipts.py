"""What became of a message in ILUX: its new key, or why it was not written; and writing it once more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.bridge import links, loads, messages
from server.bridge.alarms import watch_refusals
from server.bridge.links import Link
from server.bridge.notices import tell_monitor
from server.bridge.problems import MESSAGE_SETTLED, MESSAGE_UNKNOWN
from server.database import Transaction, held
from server.deliveries import notices as deliveries
from server.deliveries.outcomes import Outcome
from server.deliveries.tables import Delivery, Invoice
from server.problems import Problem
from server.service_orders import notices, orders
from server.service_orders.history import Author, When
from server.service_orders.rules import OrderChange
from server.service_orders.statuses import Source
from server.supplies import requests
from server.supplies.rules import change_of
from server.visits.tables import Visit

ILUX = Author(None, "", Source.ILUX)
_COLUMNS = ("status", *messages.KEPT)
LONGEST_REASON = 500
LONGEST_NUMBER = 20


async def answer(
    tx: Transaction,
    reseller_id: UUID,
    message_id: UUID,
    status: str,
    keys: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> None:
    """`status` is applied, refused or conflict. The same again changes nothing. Raises `message_unknown`."""
    message = await _lock(tx, reseller_id, message_id)
    if message["status"] != "open":
        return
    await _close(tx, message_id, status, reason.replace("\x00", "")[:LONGEST_REASON], now)
    if status == "applied":
        await _written(tx, reseller_id, message, keys, now)
    else:
        await watch_refusals(reseller_id, now)
        # What ILUX has is to be taken at its next word, even if that was said before
        await tx.execute(
            "update ilux_link set hash = '' where reseller_id = $1 and entity = $2 and row_id = $3",
            reseller_id,
            message["entity"],
            message["row_id"],
        )
    await tell_monitor(reseller_id)
    await notices.tell_desk(reseller_id, visit_id=message["visit_id"])


async def repeat(tx: Transaction, reseller_id: UUID, message_id: UUID, now: datetime) -> None:
    """A new message in the place of one that ILUX refused: it knows the old one's number.

    It expects what the portal knows of ILUX today. Raises `not_found`, `message_settled`.
    """
    try:
        message = await _lock(tx, reseller_id, message_id)
    except Problem as problem:
        raise Problem("not_found") from problem
    if message["status"] not in {"refused", "conflict"}:
        raise Problem(MESSAGE_SETTLED)
    expected = msgspec.json.decode(message["expected"])
    if "status" in expected:
        row = await _lock_subject(tx, reseller_id, message)
        if row is not None and row["status"] != msgspec.json.decode(message["data"]).get("status"):
            expected["status"] = row["status"]
    await tx.execute("update ilux_message set status = 'repeated' where id = $1", message_id)
    again = {**message, "expected": msgspec.json.encode(expected).decode()}
    await messages.add(tx, reseller_id, {name: again[name] for name in messages.KEPT}, now)
    await tell_monitor(reseller_id)
    await notices.tell_desk(reseller_id)  # the bridge listens where phones do


async def _lock_subject(
    tx: Transaction, reseller_id: UUID, message: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """What the message changes the status of."""
    if message["entity"] == "supply_request":
        return await requests.lock(tx, reseller_id, message["row_id"])
    return await orders.lock_order(tx, reseller_id, message["row_id"])


async def _lock(tx: Transaction, reseller_id: UUID, message_id: UUID) -> dict[str, Any]:
    lock = " for update" if DB.dialect == "postgres" else ""
    rows = await tx.fetch(
        f"select {', '.join(_COLUMNS)} from ilux_message where id = $1 and reseller_id = $2{lock}",
        message_id,
        reseller_id,
    )
    if not rows:
        raise Problem(MESSAGE_UNKNOWN)
    return dict(zip(_COLUMNS, rows[0], strict=True))


async def _close(tx: Transaction, message_id: UUID, status: str, reason: str, now: datetime) -> None:
    await tx.execute(
        "update ilux_message set status = $2, reason = $3, answered_at = $4 where id = $1",
        message_id,
        status,
        reason,
        now,
    )


async def _written(
    tx: Transaction, reseller_id: UUID, message: Mapping[str, Any], keys: Mapping[str, Any], now: datetime
) -> None:
    key = keys.get("key")
    if message["key"] is None and isinstance(key, str) and key:
        await _link(tx, reseller_id, message, key[:200])
    number = keys.get("ilux_number")
    if message["entity"] == "service_order" and number not in (None, ""):
        await _number_order(tx, reseller_id, message["row_id"], str(number)[:LONGEST_NUMBER], now)
    if message["entity"] == "supply_request" and number not in (None, ""):
        await _number_request(tx, reseller_id, message["row_id"], str(number)[:LONGEST_NUMBER], now)
    if message["visit_id"] is not None:
        visit = await held.hold(tx, Visit, message["visit_id"])
        if visit is not None and visit["ilux_at"] is None:
            held.write(tx, Visit, message["visit_id"], {"ilux_at": now})
    if message["delivery_id"] is not None:
        await _delivered(tx, reseller_id, message, now)


async def _delivered(tx: Transaction, reseller_id: UUID, message: Mapping[str, Any], now: datetime) -> None:
    """ILUX has the delivery; the invoice says so, too, also where an older word of ILUX came between."""
    invoice = await held.hold(tx, Invoice, message["row_id"])
    delivery = await held.hold(tx, Delivery, message["delivery_id"])
    if invoice is None or delivery is None:
        return
    if delivery["ilux_at"] is None:
        held.write(tx, Delivery, message["delivery_id"], {"ilux_at": now})
    if invoice["delivery_status"] != Outcome.DELIVERED:
        columns = {
            "delivery_status": Outcome.DELIVERED.value,
            "delivered_at": delivery["happened_at"],
            "received_by": delivery["receiver_name"],
        }
        held.write(tx, Invoice, message["row_id"], columns)
    await deliveries.tell(reseller_id, message["row_id"])


async def _link(tx: Transaction, reseller_id: UUID, message: Mapping[str, Any], key: str) -> None:
    """Which row it is there; unless the row itself was faster and said so by its web id."""
    name = (message["entity"], key)
    if name not in await links.find(tx, reseller_id, [name]):
        load_id = await loads.open_load(tx, reseller_id)
        await links.write(tx, reseller_id, {name: Link(message["row_id"], load_id=load_id)})
    await messages.resolve_waiting(tx, reseller_id, [message["row_id"]])


async def _number_order(
    tx: Transaction, reseller_id: UUID, order_id: UUID, number: str, now: datetime
) -> None:
    order = await orders.lock_order(tx, reseller_id, order_id)
    if order is None or order["ilux_number"] == number:
        return
    change = OrderChange({"ilux_number": order["ilux_number"]}, {"ilux_number": number})
    await orders.write(tx, order, change, ILUX, When.now(now), "edited")


async def _number_request(
    tx: Transaction, reseller_id: UUID, request_id: UUID, number: str, now: datetime
) -> None:
    row = await requests.lock(tx, reseller_id, request_id)
    if row is not None:
        await requests.write(tx, row, change_of(row, {"ilux_number": number}), ILUX, now)
