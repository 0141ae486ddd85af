"""The portal's side at work: orders and supplies asked for and moved on the web, of which ILUX must hear."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import tenant
from server.problems import Problem
from server.service_orders import actions
from server.service_orders.actions import NewOrder
from server.service_orders.rules import Dispatch
from server.service_orders.statuses import CLOSED, PendingReason, Status, changes_open_to
from server.supplies import actions as supplies_actions
from server.supplies.actions import NewRequest
from server.supplies.rules import RequestEdit
from server.supplies.statuses import EDITABLE
from server.supplies.tables import SupplyRequest
from tests.bridge_soak.clerks import FIXED_MACHINES

REST_S = 0.6


class Desk:
    """Acts in the test's own process, beside the portal's, on the same database."""

    def __init__(self, actor: Actor, dice: random.Random) -> None:
        self._actor = actor
        self._dice = dice
        self.seen = Counter[str]()

    async def work(self, is_over: asyncio.Event) -> None:
        with tenant(self._actor.reseller_id):
            while not is_over.is_set():
                await self._enter_new_companies()
                acts = (
                    self._open,
                    self._open_and_go_on,
                    self._dispatch,
                    self._move,
                    self._move,
                    self._cancel,
                    self._ask_supplies,
                    self._change_request,
                )
                act = self._dice.choice(acts)
                try:
                    await act()
                    self.seen[act.__name__.strip("_")] += 1
                except Problem as problem:  # somebody in ILUX was faster
                    self.seen[problem.code] += 1
                await asyncio.sleep(self._dice.uniform(0, REST_S))

    async def _enter_new_companies(self) -> None:
        """The admin looks after all of them, also those that ILUX brings."""
        rows = await DB.fetch("select id from company where reseller_id = $1", self._actor.reseller_id)
        self._actor = replace(self._actor, company_ids=frozenset(company_id for (company_id,) in rows))

    async def _open(self) -> UUID | None:
        machines = await self._linked("equipment", [str(n) for n in range(1, FIXED_MACHINES + 1)])
        if not machines:
            return None
        rows = await DB.fetch(
            "select id, customer_id from equipment where id = $1", self._dice.choice(machines)
        )
        machine_id, customer_id = rows[0]
        text = f"Não liga {self._dice.randrange(10**6)}"
        wanted = NewOrder(customer_id, text, machine_id, requester_name="Conceição", requester_phone="3610")
        return await actions.open_order(self._actor, wanted, now=_now())

    async def _open_and_go_on(self) -> None:
        """Before ILUX has the order."""
        order_id = await self._open()
        if order_id is not None:
            await self._send(order_id)

    async def _dispatch(self) -> None:
        if order := await self._order():
            await self._send(order[0])

    async def _move(self) -> None:
        if order := await self._order():
            choices = [s for s in changes_open_to(order[1], self._actor.role) if s is not Status.CANCELLED]
            choices = [s for s in choices if s is not Status.DISPATCHED] or [Status.PENDING]
            status = self._dice.choice(choices)
            reason = PendingReason.WAITING_PARTS if status is Status.PENDING else None
            await actions.change_status(self._actor, order[0], status, now=_now(), pending_reason=reason)

    async def _cancel(self) -> None:
        if self._dice.random() < 0.3 and (order := await self._order()):
            await actions.cancel(self._actor, order[0], "Cliente desistiu", now=_now())

    async def _ask_supplies(self) -> None:
        machines = await self._linked("equipment", [str(n) for n in range(1, FIXED_MACHINES + 1)])
        supplies = await self._linked("supply")
        if machines and supplies:
            some = self._dice.sample(supplies, min(2, len(supplies)))
            wanted = NewRequest(
                uuid7(),
                {supply_id: self._dice.randint(1, 4) for supply_id in some},
                self._dice.choice(machines),
                note=f"Está no fim {self._dice.randrange(10**6)}",
                is_confirmed=True,
            )
            await supplies_actions.request_supplies(self._actor, wanted, now=_now())

    async def _change_request(self) -> None:
        """One of the latest, whoever asked for it."""
        rows = await SupplyRequest.select().order_by(SupplyRequest.web_number, ascending=False).limit(10)
        if not rows:
            return
        row = self._dice.choice(rows)
        if self._dice.random() < 0.2:
            await supplies_actions.cancel(self._actor, row["id"], "Cliente desistiu", now=_now())
            return
        status = self._dice.choice(EDITABLE)
        wanted = RequestEdit(
            status, row["invoice_number"], row["invoice_issued_on"], row["carrier_id"], "BR9"
        )
        await supplies_actions.edit(self._actor, row["id"], wanted, now=_now())

    async def _send(self, order_id: UUID) -> None:
        technicians = await self._linked("technician")
        if technicians:
            wanted = Dispatch(self._dice.choice(technicians))
            await actions.dispatch(self._actor, order_id, wanted, now=_now())

    async def _order(self) -> tuple[UUID, Status] | None:
        """One that is open; rather one of the latest."""
        closed = ", ".join(f"'{status.value}'" for status in CLOSED)
        rows = await DB.fetch(
            f"select id, status from service_order where reseller_id = $1 and status not in ({closed})"
            " order by web_number desc limit 25",
            self._actor.reseller_id,
        )
        if not rows:
            return None
        order_id, status = self._dice.choice(rows)
        return order_id, Status(status)

    async def _linked(self, entity: str, keys: Sequence[str] | None = None) -> list[UUID]:
        rows = await DB.fetch(
            "select key, row_id from ilux_link where reseller_id = $1 and entity = $2 and retired_at is null",
            self._actor.reseller_id,
            entity,
        )
        return sorted(row_id for key, row_id in rows if keys is None or key in keys)


def _now() -> datetime:
    return datetime.now(UTC)
