"""Raising discrepancies, and the office's acceptance of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import Transaction
from server.problems import Problem
from server.service_orders import history, notices, orders
from server.service_orders.announcements import announce_discrepancies
from server.service_orders.discrepancies import DISCREPANCY_NAMES, DiscrepancyKind, Finding
from server.service_orders.history import Author, When
from server.service_orders.tables import Discrepancy

# Their facts vary with every event, and one is enough to look at.
ONCE_A_VISIT = frozenset(
    {
        DiscrepancyKind.CLOCK_DRIFT,
        DiscrepancyKind.IMPOSSIBLE_TRAVEL,
        DiscrepancyKind.INVALID_TRANSITION,
    }
)


async def raise_discrepancies(
    tx: Transaction,
    reseller_id: UUID,
    order_id: UUID,
    visit_id: UUID | None,
    findings: Sequence[Finding],
    author: Author,
    when: When,
) -> None:
    """Those that were not raised before, inside the caller's transaction: every fact meets them anew."""
    if not findings:
        return
    raised = await Discrepancy.select(Discrepancy.kind, Discrepancy.visit_id, Discrepancy.facts).where(
        Discrepancy.service_order_id == order_id
    )
    known = {_key(row["kind"], row["visit_id"], _canonical(row["facts"])) for row in raised}
    kinds: list[str] = []
    for finding in findings:
        facts = msgspec.json.encode(finding.facts, order="sorted").decode()
        key = _key(finding.kind.value, visit_id, facts)
        if key in known:
            continue
        known.add(key)
        kinds.append(finding.kind.value)
        await Discrepancy.insert(
            Discrepancy(
                reseller_id=reseller_id,
                service_order_id=order_id,
                visit_id=visit_id,
                kind=finding.kind,
                facts=facts,
                raised_at=when.recorded_at,
            )
        )
        await history.add_line(
            tx,
            reseller_id,
            order_id,
            author,
            when,
            "discrepancy",
            after={"kind": finding.kind},
            note=DISCREPANCY_NAMES[finding.kind],
            is_internal=True,
        )
    order = await orders.lock_order(tx, reseller_id, order_id) if kinds else None
    if order is not None:
        await announce_discrepancies(order, visit_id, author.user_id, kinds)


async def accept_discrepancy(actor: Actor, discrepancy_id: UUID, note: str, *, now: datetime) -> None:
    """Somebody looked at it and says what came of that.

    Raises `not_found`, `reason_required` without a note, `discrepancy_settled` when it is accepted already.
    """
    if not note.strip():
        raise Problem("reason_required")
    async with DB.transaction() as tx:
        found = (
            await Discrepancy.select()
            .where(Discrepancy.id == discrepancy_id, Discrepancy.reseller_id == actor.reseller_id)
            .first()
        )
        if found is None:
            raise Problem("not_found")
        order = await orders.lock_visible_order(tx, actor, found["service_order_id"])
        accepted = (
            await Discrepancy.update(
                {
                    Discrepancy.accepted_at: now,
                    Discrepancy.accepted_by_id: actor.user_id,
                    Discrepancy.acceptance_note: note.strip(),
                }
            )
            .where(Discrepancy.id == discrepancy_id, Discrepancy.accepted_at.is_null())
            .returning(Discrepancy.id)
        )
        if not accepted:
            raise Problem("discrepancy_settled")
        await history.add_line(
            tx,
            actor.reseller_id,
            order["id"],
            Author.on_web(actor),
            When.now(now),
            "discrepancy_accepted",
            before={"kind": DiscrepancyKind(found["kind"])},
            note=note.strip(),
            is_internal=True,
        )
        await notices.tell_desk(actor.reseller_id, visit_id=found["visit_id"])


def _key(kind: str, visit_id: UUID | None, facts: str) -> tuple[str, UUID | None, str]:
    return kind, visit_id, "" if kind in ONCE_A_VISIT else facts


def _canonical(facts: str) -> str:
    return msgspec.json.encode(msgspec.json.decode(facts), order="sorted").decode()
