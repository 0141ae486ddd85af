"""The month's readings: a few customers are asked; one answered for all, one in part, others not yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from server.accounts.tokens import hash_of
from server.demo.world import TIMEZONE, Client, Machine, World, as_json, id_at
from server.reading_requests.links import token_of
from server.reading_requests.rules import LIFETIME, month_of

ASKED_AGO = timedelta(days=2)
REMIND_AFTER = 3
# How much of their machines customers read, those with the most machines first: of them somebody has a login.
READ = (0.4, 1.0, 0.0, 1.0, 0.5, 0.0)


def make_readings(world: World) -> None:
    die = Random(world.slug)  # noqa: S311 - one of its own: the rest of the demo stays as it is
    asked_at = world.now - ASKED_AGO
    biggest = sorted(world.clients, key=lambda client: -len(client.machines))
    for client, share in zip(biggest, READ, strict=False):
        machines = [machine for machine in client.machines if machine.contract_id is not None]
        if not machines:
            continue
        world.add(
            "reading_schedule",
            id=id_at(die, asked_at),
            customer_id=client.id,
            is_on=True,
            day_of_month=asked_at.astimezone(TIMEZONE).day,
            remind_after_days=REMIND_AFTER,
        )
        _ask(world, die, client, machines, round(share * len(machines)))


def _ask(world: World, die: Random, client: Client, machines: list[Machine], read: int) -> None:
    asked_at, request_id = world.now - ASKED_AGO, id_at(die, world.now - ASKED_AGO)
    answered_at = asked_at + timedelta(hours=20)
    is_complete = read == len(machines)
    caller = world.callers.get(client.id)
    world.add(
        "reading_request",
        id=request_id,
        customer_id=client.id,
        month_on=month_of(world.now.astimezone(TIMEZONE)),
        token_hash=hash_of(token_of(request_id)),
        recipients=as_json([str(caller[0])] if caller else [None]),
        asked_at=asked_at,
        remind_at=None if is_complete else asked_at + timedelta(days=REMIND_AFTER),
        expires_at=asked_at + LIFETIME,
        completed_at=answered_at if is_complete else None,
    )
    for number, machine in enumerate(machines):
        reading_id = _read(world, die, machine, answered_at) if number < read else None
        world.add(
            "reading_request_item",
            id=id_at(die, asked_at),
            reading_request_id=request_id,
            equipment_id=machine.id,
            meter_reading_id=reading_id,
            answered_at=answered_at if reading_id else None,
        )


def _read(world: World, die: Random, machine: Machine, at: datetime) -> UUID:
    reading_id = id_at(die, at)
    mono, color = machine.counters(at)
    world.add(
        "meter_reading",
        id=reading_id,
        equipment_id=machine.id,
        visit_id=None,
        mono=mono,
        color=color,
        read_at=at,
        source="customer",
        is_lower=False,
        is_implausible=False,
        recorded_at=at,
    )
    return reading_id
