"""Tiago arrives elsewhere than the map says, again and again; Ana decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from server.accounts.actor import Role
from server.customers.rules import Position
from server.database import platform
from server.jobs.registry import ClaimedJob
from server.jobs.tables import Job
from server.positions import actions, from_visits
from server.positions.tables import PositionProposal
from tests.master_data.office import refused, trail
from tests.service_orders.world import NOW, SCHOOL, World, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone, position

DOOR = (-27.6049, -48.5482)  # more than a kilometre from where the school is on the map


async def visit(
    world: World, tiago: Phone, clock: Clock, at: tuple[float, float] = DOOR, **more: Any
) -> None:
    """A whole visit, and the worker's look at it."""
    order_id = await world.dispatched_order()
    await tiago.sync()
    day = Day(tiago, world, order_id, 1, clock)
    day.select()
    day.step("travel_started")
    day.step("arrived", position=position(clock(), lat=at[0], lon=at[1], **more))
    day.step("work_started")
    day.complete()
    await tiago.push()
    with platform():
        jobs = await Job.select().where(Job.kind == from_visits.KIND, Job.state == "waiting")
        await Job.delete().where(Job.kind == from_visits.KIND)
    for job in jobs:
        await from_visits.compare(
            ClaimedJob(job["id"], job["kind"], {"customer_id": str(world.customer_id)}, 1, world.reseller_id)
        )


async def proposals(**wanted: Any) -> list[dict[str, Any]]:
    rows = await PositionProposal.select().order_by(PositionProposal.id)
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


async def seen(tiago: Phone, world: World) -> tuple[float, float]:
    await tiago.sync()
    row = tiago.row("customer", world.customer_id)
    return row["latitude"], row["longitude"]


async def three_visits(world: World, tiago: Phone, clock: Clock) -> dict[str, Any]:
    for _ in range(3):
        await visit(world, tiago, clock)
    (proposal,) = await proposals(decision="")
    return proposal


async def test_three_arrivals_elsewhere_propose_a_position_and_change_none(
    world: World, tiago: Phone, clock: Clock
) -> None:
    await visit(world, tiago, clock)
    await visit(world, tiago, clock)
    assert await proposals() == []
    await visit(world, tiago, clock)
    (proposal,) = await proposals()
    assert (proposal["latitude"], proposal["longitude"], proposal["visits"]) == (*DOOR, 3)
    assert 1000 < proposal["distance_m"] < 1300
    assert await seen(tiago, world) == SCHOOL


async def test_accepted_it_is_on_the_phone_and_in_the_trail(world: World, tiago: Phone, clock: Clock) -> None:
    proposal = await three_visits(world, tiago, clock)
    await actions.accept(world.ana, world.customer_id, proposal["id"], now=NOW)
    assert await seen(tiago, world) == DOOR
    action, facts = (await trail())[-1]
    assert (action, facts["source"], facts["after"]["latitude"]) == ("customer.placed", "visits", DOOR[0])
    await visit(world, tiago, clock)
    assert await proposals(decision="") == [], "the next visit arrives where it is known"
    async with refused("proposal_decided"):
        await actions.reject(world.ana, world.customer_id, proposal["id"], now=NOW)


async def test_rejected_it_is_not_proposed_again(world: World, tiago: Phone, clock: Clock) -> None:
    proposal = await three_visits(world, tiago, clock)
    await actions.reject(world.ana, world.customer_id, proposal["id"], now=NOW)
    await visit(world, tiago, clock)
    assert await proposals(decision="") == []
    assert await seen(tiago, world) == SCHOOL


async def test_a_position_by_hand_settles_what_was_proposed(world: World, tiago: Phone, clock: Clock) -> None:
    await three_visits(world, tiago, clock)
    await actions.place(world.ana, world.customer_id, Position(*DOOR), now=NOW)
    assert await proposals(decision="") == []


async def test_vague_arrivals_do_not_count(world: World, tiago: Phone, clock: Clock) -> None:
    for _ in range(3):
        await visit(world, tiago, clock, accuracy=400.0)
    assert await proposals() == []


async def test_arrivals_at_the_old_address_do_not_count(world: World, tiago: Phone, clock: Clock) -> None:
    await visit(world, tiago, clock)
    await visit(world, tiago, clock)
    moved_at = clock() + timedelta(minutes=1)
    async with actions.DB.transaction() as tx:
        await actions.address_changed(tx, world.reseller_id, [world.customer_id], moved_at, is_urgent=True)
        await tx.execute("UPDATE customer_position SET address_at = $1", moved_at)
    clock.forward(hours=1)
    await visit(world, tiago, clock)
    await visit(world, tiago, clock)
    assert await proposals() == []
    await visit(world, tiago, clock)
    assert len(await proposals()) == 1


async def test_who_keeps_no_customers_places_none(world: World, tiago: Phone, clock: Clock) -> None:
    proposal = await three_visits(world, tiago, clock)
    stranger = replace((await found_reseller("outra")).ana, role=Role.ADMIN)
    elsewhere = replace(world.ana, company_ids=frozenset({world.customer_id}))
    for actor in (stranger, elsewhere, world.carla, world.tiago, world.lia):
        async with refused("not_found"):
            await actions.place(actor, world.customer_id, Position(*DOOR), now=NOW)
        async with refused("not_found"):
            await actions.accept(actor, world.customer_id, proposal["id"], now=NOW)
        async with refused("not_found"):
            await actions.reject(actor, world.customer_id, proposal["id"], now=NOW)
    assert await seen(tiago, world) == SCHOOL
