"""The only writer of where customers are, and of how that is known.

A changed address only says so here (`address_changed`), in its own transaction; the lane
(`server.geocoding.lane`) looks at it afterwards. Each change of the position is in the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor, Role
from server.accounts.scope import find_visible
from server.audit.actions import append
from server.customers.rules import Position, position_faults
from server.customers.tables import Customer
from server.database import Transaction, bulk
from server.geocoding.rules import Address, Point
from server.jobs.outbox import enqueue
from server.positions import problems as _problems  # noqa: F401  registers the code raised here
from server.positions.rules import Answer, Outcome, Source, Standing
from server.positions.tables import CustomerPosition, PositionProposal
from server.problems import Problem
from server.web.live import publish

LANE = "geocoding"
PLACERS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})
PROGRAM = "geocodificador"
_ADDRESS = ("street", "number", "district", "city", "uf", "cep")
_HELD = ("reseller_id", "latitude", "longitude", *_ADDRESS)
_KNOWN = ("source", "address", "answer", "is_stale")


async def address_changed(
    tx: Transaction, reseller_id: UUID, customer_ids: Sequence[UUID], now: datetime, *, is_urgent: bool
) -> None:
    """Somebody wrote these customers; whether their address is another one the lane finds out.

    One statement whatever their number: a first load brings thousands. `is_urgent` goes before them.
    """
    columns = ["id", "reseller_id", "customer_id", "ask_at"]
    rows: list[list[Any]] = [[uuid7(), reseller_id, customer_id, now] for customer_id in customer_ids]
    if is_urgent:
        columns.append("is_urgent")
        rows = [[*row, True] for row in rows]
    await bulk.upsert(
        tx, CustomerPosition, columns, rows, key=("customer_id",), kept=frozenset({"id", "reseller_id"})
    )
    await wake_lane(now, reseller_id)


async def wake_lane(at: datetime, reseller_id: UUID | None = None) -> None:
    """One job, however often it is asked for; the reseller's that asks first, although it serves all."""
    await enqueue(LANE, {}, dedupe_key=LANE, reseller_id=reseller_id, run_at=at)


async def place(actor: Actor, customer_id: UUID, position: Position | None, *, now: datetime) -> None:
    """By hand: no program moves it while the address stays. None: nobody knows where.

    Raises `not_found`, `invalid`.
    """
    if position is not None:
        records.refuse(Customer, records.columns_of(position), position_faults(position))
    async with DB.transaction() as tx:
        customer = await _hold_as_placer(tx, actor, customer_id)
        point = None if position is None else (position.latitude, position.longitude)
        await _place(tx, actor, customer_id, customer, point, Source.HAND, now)


async def accept(actor: Actor, customer_id: UUID, proposal_id: UUID, *, now: datetime) -> None:
    """The proposed position is the customer's from now on. Raises `not_found`, `proposal_decided`."""
    async with DB.transaction() as tx:
        customer = await _hold_as_placer(tx, actor, customer_id)
        proposal = await _open_proposal(actor, customer_id, proposal_id)
        await _decide(tx, proposal_id, "accepted", now, actor.user_id)
        point = (proposal.latitude, proposal.longitude)
        # A person looked at it: it is a person's from now on, whoever found it.
        source = Source.VISITS if proposal.source == Source.VISITS else Source.HAND
        await _place(tx, actor, customer_id, customer, point, source, now)


async def reject(actor: Actor, customer_id: UUID, proposal_id: UUID, *, now: datetime) -> None:
    """The same is not proposed again. Raises `not_found`, `proposal_decided`."""
    async with DB.transaction() as tx:
        customer = await _hold_as_placer(tx, actor, customer_id)
        proposal = await _open_proposal(actor, customer_id, proposal_id)
        await _decide(tx, proposal_id, "rejected", now, actor.user_id)
        if proposal.source == Source.GEOCODER:  # who knows that it is not there knows that it is here
            await CustomerPosition.update({CustomerPosition.is_stale: False}).where(
                CustomerPosition.customer_id == customer_id
            )
        facts = {"latitude": proposal.latitude, "longitude": proposal.longitude, "source": proposal.source}
        await _audit(customer["reseller_id"], actor.user_id, customer_id, "position_rejected", **facts)


async def hold(tx: Transaction, customer_id: UUID) -> dict[str, Any] | None:
    """The customer's address and position, until the transaction ends."""
    lock = " FOR NO KEY UPDATE" if DB.dialect == "postgres" else ""
    names = ", ".join(_HELD)
    rows = await tx.fetch(f"SELECT {names} FROM customer WHERE id = $1{lock}", customer_id)
    return dict(zip(_HELD, rows[0], strict=True)) if rows else None


async def standing_of(tx: Transaction, customer_id: UUID, customer: Mapping[str, Any]) -> Standing:
    """Of a held customer."""
    rows = await tx.fetch(
        f"SELECT {', '.join(_KNOWN)} FROM customer_position WHERE customer_id = $1", customer_id
    )
    point = point_of(customer)
    if not rows:
        return Standing(point)
    source, address, answer, is_stale = rows[0]
    return Standing(
        point,
        Source(source) if source else None,
        address,
        Answer(answer) if answer else None,
        bool(is_stale),
    )


async def keep(
    tx: Transaction,
    customer_id: UUID,
    customer: Mapping[str, Any],
    before: Standing,
    outcome: Outcome,
    *,
    quality: tuple[str, int | None] | None,
    ask_at: datetime | None,
    now: datetime,
) -> None:
    """What the lane came to, for the address that the held customer has. `quality` is the answer's."""
    key = Address.of(customer).key
    columns: dict[str, Any] = {
        "source": outcome.source or "",
        "address": key,
        "is_stale": outcome.is_stale,
        "rough_latitude": outcome.rough[0] if outcome.rough else None,
        "rough_longitude": outcome.rough[1] if outcome.rough else None,
        "answer": outcome.answer or "",
        "ask_at": ask_at,
        "is_urgent": False,
    }
    if before.address and key != before.address:
        columns["address_at"] = now
    if outcome.source is Source.GEOCODER or outcome.rough:
        columns["quality"], columns["precision_m"] = quality or ("", None)
    elif outcome.source is None:
        columns["quality"], columns["precision_m"] = "", None
    if outcome.point != before.point:
        columns |= {"placed_at": now, "placed_by": PROGRAM if outcome.point else ""}
        await _move(tx, customer_id, customer, outcome.point, outcome.source, None)
    await _write(tx, customer["reseller_id"], customer_id, columns)
    if outcome.proposed:
        await propose(
            tx,
            customer,
            customer_id,
            {
                "source": Source.GEOCODER.value,
                "quality": outcome.proposed.quality.value,
                "precision_m": outcome.proposed.precision_m,
                "latitude": outcome.proposed.point[0],
                "longitude": outcome.proposed.point[1],
            },
            now,
        )


async def propose(
    tx: Transaction, customer: Mapping[str, Any], customer_id: UUID, columns: Mapping[str, Any], now: datetime
) -> None:
    """Instead of the open one of the same source; the same again changes nothing."""
    source = columns["source"]
    await tx.execute(
        "UPDATE position_proposal SET decision = 'superseded', decided_at = $3"
        " WHERE customer_id = $1 AND source = $2 AND decided_at IS NULL",
        customer_id,
        source,
        now,
    )
    await PositionProposal.insert(
        PositionProposal(
            reseller_id=customer["reseller_id"], customer_id=customer_id, proposed_at=now, **columns
        )
    )
    await tell(customer["reseller_id"], customer_id)


async def withdraw_proposal(tx: Transaction, customer_id: UUID, source: Source, now: datetime) -> None:
    """What was proposed holds no more."""
    await tx.execute(
        "UPDATE position_proposal SET decision = 'superseded', decided_at = $3"
        " WHERE customer_id = $1 AND source = $2 AND decided_at IS NULL",
        customer_id,
        source.value,
        now,
    )


def point_of(columns: Mapping[str, Any]) -> Point | None:
    if columns["latitude"] is None or columns["longitude"] is None:
        return None
    return columns["latitude"], columns["longitude"]


async def tell(reseller_id: UUID, customer_id: UUID) -> None:
    """The customer's page, and the lists whose maps show customers."""
    await publish(topic(customer_id), f"reseller:{reseller_id}:orders", f"reseller:{reseller_id}:visits")


def topic(customer_id: UUID) -> str:
    return f"customer:{customer_id}"


async def _hold_as_placer(tx: Transaction, actor: Actor, customer_id: UUID) -> dict[str, Any]:
    if actor.role not in PLACERS:
        raise Problem("not_found")
    customer = await hold(tx, customer_id)
    await find_visible(actor, Customer, customer_id)
    assert customer is not None
    return customer


async def _open_proposal(actor: Actor, customer_id: UUID, proposal_id: UUID) -> PositionProposal:
    proposal = await find_visible(actor, PositionProposal, proposal_id)
    if proposal.customer_id != customer_id:
        raise Problem("not_found")
    if proposal.decided_at is not None:
        raise Problem("proposal_decided")
    return proposal


async def _decide(tx: Transaction, proposal_id: UUID, decision: str, now: datetime, by: UUID) -> None:
    await tx.execute(
        "UPDATE position_proposal SET decision = $2, decided_at = $3, decided_by_id = $4 WHERE id = $1",
        proposal_id,
        decision,
        now,
        by,
    )


async def _place(
    tx: Transaction,
    actor: Actor,
    customer_id: UUID,
    customer: Mapping[str, Any],
    point: Point | None,
    source: Source,
    now: datetime,
) -> None:
    before = await standing_of(tx, customer_id, customer)
    key = Address.of(customer).key
    columns: dict[str, Any] = {
        "source": source.value,
        "quality": "",
        "precision_m": None,
        "address": key,
        "is_stale": False,
        "rough_latitude": None,
        "rough_longitude": None,
        "ask_at": None,
        "is_urgent": False,
        "placed_at": now,
        "placed_by": actor.name,
    }
    if before.address and key != before.address:
        columns["address_at"] = now
    await _write(tx, customer["reseller_id"], customer_id, columns)
    await tx.execute(
        "UPDATE position_proposal SET decision = 'superseded', decided_at = $2, decided_by_id = $3"
        " WHERE customer_id = $1 AND decided_at IS NULL",
        customer_id,
        now,
        actor.user_id,
    )
    if before.point != point:
        await _move(tx, customer_id, customer, point, source, actor.user_id)
    await tell(customer["reseller_id"], customer_id)


async def _move(
    tx: Transaction,
    customer_id: UUID,
    customer: Mapping[str, Any],
    point: Point | None,
    source: Source | None,
    user_id: UUID | None,
) -> None:
    latitude, longitude = point or (None, None)
    await Customer.update({Customer.latitude: latitude, Customer.longitude: longitude}).where(
        Customer.id == customer_id
    )
    await _audit(
        customer["reseller_id"],
        user_id,
        customer_id,
        "placed",
        before={"latitude": customer["latitude"], "longitude": customer["longitude"]},
        after={"latitude": latitude, "longitude": longitude},
        source=source or "",
    )
    await tell(customer["reseller_id"], customer_id)


async def _write(tx: Transaction, reseller_id: UUID, customer_id: UUID, columns: Mapping[str, Any]) -> None:
    names = ["id", "reseller_id", "customer_id", *columns]
    await bulk.upsert(
        tx,
        CustomerPosition,
        names,
        [[uuid7(), reseller_id, customer_id, *columns.values()]],
        key=("customer_id",),
        kept=frozenset({"id", "reseller_id"}),
    )


async def _audit(reseller_id: UUID, user_id: UUID | None, customer_id: UUID, act: str, **facts: Any) -> None:
    await append(
        f"customer.{act}",
        reseller_id=reseller_id,
        user_id=user_id,
        subject=("customer", customer_id),
        **facts,
    )
