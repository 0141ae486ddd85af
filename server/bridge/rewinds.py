"""ILUX after it was restored from an older copy: what the portal wrote there since is asked of it again.

1. When the load of such a base begins, every message that ILUX answered lately is open again, under the same
   id. The bridge finds those that the copy has in its SYNC_INBOX and answers at once; the others it writes.
2. A restored base gives its numbers a second time. A row whose key led to another order here is a new one.
3. What the copy does not have loses its key at the end, whatever it is: the key will be somebody else's. An
   order that was opened here goes to ILUX as a new one, with all that followed. One that came from ILUX and
   was visited stays as it is, and the office is told. Only what nobody worked on here is cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.database import Transaction, bulk
from server.service_orders import from_ilux, orders
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.service_orders.history import Author, When
from server.service_orders.reconciliation import raise_discrepancies
from server.service_orders.rules import OrderChange
from server.service_orders.statuses import Source

KNOWN_FOR = timedelta(days=60)  # SYNC_INBOX forgets after 90
LOST = "O ILUX foi restaurado de uma cópia que não tem este chamado."
ILUX = Author(None, "", Source.ILUX)


async def ask_again(tx: Transaction, reseller_id: UUID, now: datetime) -> None:
    """Before the first row comes: what is on its way to ILUX is not undone by what the copy says.

    What was deleted there before the restore stays deleted.
    """
    await tx.execute(
        "update ilux_message set status = 'open', answered_at = null, reason = ''"
        " where reseller_id = $1 and status = 'applied' and answered_at > $2 and not exists (select 1 from"
        " ilux_link l where l.row_id = ilux_message.row_id and l.retired_at is not null)",
        reseller_id,
        now - KNOWN_FOR,
    )


def is_another(order: Mapping[str, Any], web_id: UUID | None, opened_at: datetime) -> bool:
    """Whether a row of the restored base has the key of this order, but is not it."""
    if order["opened_from"] == Source.ILUX:
        return bool(order["opened_at"] != opened_at)
    return bool(web_id != order["id"])


async def send_again(tx: Transaction, reseller_id: UUID, now: datetime) -> None:
    """Orders of the portal that the copy does not have: what is said of them waits for their new key."""
    for order_id in await _asked(tx, reseller_id):
        await _forget_number(tx, reseller_id, order_id, now)


async def lose(tx: Transaction, reseller_id: UUID, order_ids: Sequence[UUID], now: datetime) -> None:
    """Orders that have no key in ILUX any more, but for those that are sent again.

    Nobody's work is undone: only those that nobody worked on here are cancelled.
    """
    asked = await _asked(tx, reseller_id)
    lost = [order_id for order_id in order_ids if order_id not in asked]
    worked_on = await _worked_on(tx, reseller_id, lost)
    idle = [one for one in lost if one not in worked_on]
    await from_ilux.cancel_gone(tx, reseller_id, idle, {}, now)
    for order_id in lost:
        await _give_up_messages(tx, reseller_id, order_id, now)
        if order_id in worked_on:
            await _flag(tx, reseller_id, order_id, now)


async def _asked(tx: Transaction, reseller_id: UUID) -> list[UUID]:
    """Orders that ILUX is asked to make, and that have no key there any more; their messages wait for it."""
    rows = await tx.fetch(
        "select row_id from ilux_message m where reseller_id = $1 and status = 'open' and write = 'opened'"
        " and entity = 'service_order' and not exists (select 1 from ilux_link l where l.row_id = m.row_id"
        " and l.entity = 'service_order') order by row_id",
        reseller_id,
    )
    return [row_id for (row_id,) in rows]


async def _forget_number(tx: Transaction, reseller_id: UUID, order_id: UUID, now: datetime) -> None:
    await tx.execute(
        "update ilux_message set key = null, waits_for_id = row_id where reseller_id = $1 and row_id = $2"
        " and status = 'open' and write <> 'opened'",
        reseller_id,
        order_id,
    )
    order = await orders.lock_order(tx, reseller_id, order_id)
    if order is None or not order["ilux_number"]:
        return
    note = f"O ILUX foi restaurado de uma cópia que não tem o nº {order['ilux_number']}; foi enviado de novo."
    change = OrderChange({"ilux_number": order["ilux_number"]}, {"ilux_number": ""})
    await orders.write(tx, order, change, ILUX, When.now(now), "edited", note=note)


async def _give_up_messages(tx: Transaction, reseller_id: UUID, order_id: UUID, now: datetime) -> None:
    """Their key is nobody's, or soon another order's."""
    await tx.execute(
        "update ilux_message set status = 'refused', reason = $3, answered_at = $4 where reseller_id = $1"
        " and row_id = $2 and status = 'open'",
        reseller_id,
        order_id,
        LOST,
        now,
    )


async def _worked_on(tx: Transaction, reseller_id: UUID, order_ids: Sequence[UUID]) -> set[UUID]:
    """Opened by people of the portal, or visited."""
    rows = await tx.fetch(
        f"select id from service_order o where reseller_id = $1 and {bulk.among('id', 2)}"
        f" and (opened_from <> '{Source.ILUX.value}'"
        " or exists (select 1 from visit v where v.service_order_id = o.id))",
        reseller_id,
        bulk.values(order_ids),
    )
    return {row_id for (row_id,) in rows}


async def _flag(tx: Transaction, reseller_id: UUID, order_id: UUID, now: datetime) -> None:
    order = await orders.lock_order(tx, reseller_id, order_id)
    if order is None:
        return
    finding = Finding(DiscrepancyKind.GONE_IN_ILUX, {"ilux_number": order["ilux_number"]})
    await raise_discrepancies(tx, reseller_id, order_id, None, [finding], ILUX, When.now(now))
