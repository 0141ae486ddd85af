"""Customers where they are, their contracts, their machines, and what the counters said each month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from server.customers.names import search_name
from server.demo.catalogue import MODELS
from server.demo.people import DEPARTMENTS, LOCATIONS, cnpj, firm, landline, person
from server.demo.places import places_of
from server.demo.positions import known_of
from server.demo.tenants import area_code
from server.demo.world import Client, Machine, World

MONTHLY_READINGS = 6
Terms = tuple[str, str, UUID | None]  # number, kind, id of the contract
CONTRACT_KINDS = ("full", "full", "full", "light", "none")


def make_customers(world: World) -> Iterator[int]:
    """One customer at a time, so that rows can be written and progress shown between them."""
    machines_left = world.scale.machines
    for number in range(world.scale.customers):
        client = _customer(world, number)
        contract = _contract(world, client, number)
        left = world.scale.customers - number
        count = machines_left if left == 1 else _machine_count(world, machines_left, left)
        machines_left -= count
        for _ in range(count):
            _machine(world, client, contract)
        world.clients.append(client)
        yield number + 1


def _machine_count(world: World, machines: int, customers: int) -> int:
    """Mostly a few, sometimes a fleet; never so many that a later customer goes without."""
    wanted = world.rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 12))
    return max(
        1, min(wanted * machines // (customers * 4) + world.rng.randrange(2), machines - customers + 1)
    )


def _customer(world: World, number: int) -> Client:
    rng = world.rng
    owner = world.firms[_share(number, len(world.firms))]
    area = owner.areas[rng.randrange(len(owner.areas))]
    places = places_of(area)
    place = places[min(int(rng.expovariate(0.35)), len(places) - 1)]
    name, door = firm(rng)
    position = (_near(world, place.centre[0], place.spread), _near(world, place.centre[1], place.spread))
    contact, phone, document = person(rng), landline(rng, area_code(place)), cnpj(rng)
    client = Client(
        world.id_at(_long_ago(world)),
        door,
        owner,
        place,
        position,
        known_of(number, position),
        contact,
        phone,
    )
    world.add(
        "customer",
        id=client.id,
        company_id=owner.id,
        name=name,
        trade_name=door,
        search_name=search_name(name, door, document),
        cnpj_cpf=document,
        street=rng.choice(place.streets),
        number=str(rng.randrange(20, 2400)),
        complement=rng.choice(("", "", "Sala 302", "Loja 2", "Bloco B", "2º andar")),
        district=place.district,
        city=place.city,
        uf="SC",
        cep=f"{place.cep}{rng.randrange(10, 900):03d}",
        phone=phone,
        contact_name=contact,
        email=f"contato{number + 1}@cliente.example",
        latitude=client.known[0] if client.known else None,
        longitude=client.known[1] if client.known else None,
        ilux_code=f"C{number + 1:05d}",
    )
    return client


def _share(number: int, firms: int) -> int:
    """Half of the customers belong to the first company, a third to the second."""
    return min((0, 0, 0, 1, 1, 2)[number % 6], firms - 1)


def _contract(world: World, client: Client, number: int) -> Terms:
    """Number, kind and id; a customer may have none."""
    kind = world.rng.choice(CONTRACT_KINDS)
    if kind == "none":
        return ("", "none", None)
    contract_id = world.id_at(_long_ago(world))
    contract_number = f"{2024 + number % 3}/{number + 1:04d}"
    started = (world.now - timedelta(days=world.rng.randrange(120, 880))).date()
    world.add(
        "contract",
        id=contract_id,
        company_id=client.firm.id,
        customer_id=client.id,
        number=contract_number,
        kind=kind,
        started_on=started,
        ended_on=None,
        mono_allowance=world.rng.randrange(2, 40) * 1000,
        color_allowance=world.rng.randrange(0, 8) * 500,
    )
    return (contract_number, kind, contract_id)


def _machine(world: World, client: Client, contract: Terms) -> None:
    rng = world.rng
    model = rng.choice(MODELS)
    since = _long_ago(world)
    number, kind, contract_id = contract
    machine = Machine(
        id=world.id_at(since),
        model=model,
        serial_number=f"{model.serial}{rng.randrange(10**6, 10**7)}",
        contract_id=contract_id,
        contract_number=number,
        contract_kind=kind,
        since=since,
        mono=rng.randrange(50, 60_000),
        daily=model.volume * rng.uniform(0.3, 1.6) / 30,
        color_share=rng.uniform(0.1, 0.6),
    )
    client.machines.append(machine)
    world.add(
        "equipment",
        id=machine.id,
        company_id=client.firm.id,
        customer_id=client.id,
        contract_id=contract_id,
        serial_number=machine.serial_number,
        asset_tag=f"{rng.randrange(10_000, 99_999)}",
        manufacturer=model.manufacturer,
        model=model.name,
        is_color=model.is_color,
        department=rng.choice(DEPARTMENTS),
        install_location=rng.choice(LOCATIONS),
        ilux_code=f"E{rng.randrange(10**6):06d}",
    )
    for months in range(MONTHLY_READINGS, 0, -1):
        _reading(world, machine, world.now - timedelta(days=30 * months - rng.randrange(6), hours=3))


def _reading(world: World, machine: Machine, read_at: datetime) -> None:
    mono, color = machine.counters(read_at)
    world.add(
        "meter_reading",
        id=world.id_at(read_at),
        equipment_id=machine.id,
        visit_id=None,
        mono=mono,
        color=color,
        read_at=read_at,
        source=world.rng.choice(("ilux", "ilux", "customer")),
        is_lower=False,
        is_implausible=False,
        recorded_at=read_at + timedelta(minutes=5),
    )


def _near(world: World, centre: float, spread: float) -> float:
    return round(centre + max(-1.6, min(1.6, world.rng.gauss(0, 0.7))) * spread, 6)


def _long_ago(world: World) -> datetime:
    return world.now - timedelta(days=world.rng.randrange(240, 900), seconds=world.rng.randrange(86_400))
