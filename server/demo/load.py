"""Write the demo: two resellers, so that it can be seen that neither sees the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from server.accounts.tables import Reseller
from server.database import Database, platform
from server.demo.agenda import make_today
from server.demo.billing import make_billing
from server.demo.calls import make_calls
from server.demo.customers import make_customers
from server.demo.dispatching import make_agenda
from server.demo.evidence import Evidence
from server.demo.invoices import make_invoices
from server.demo.notifications import make_notifications
from server.demo.orders import Orders
from server.demo.pictures import Album, album
from server.demo.positions import make_positions
from server.demo.privacy import make_privacy
from server.demo.programs import make_programs
from server.demo.readings import make_readings
from server.demo.rows import Rows
from server.demo.scale import DEMO, Scale
from server.demo.supplies import make_supplies
from server.demo.tenants import ILHA, OUTRA, Plan, connect_customers, make_reseller
from server.demo.visits import Visits
from server.demo.world import World, id_at

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SEED = 20_260_302
SMALL_NEIGHBOUR = Scale(customers=8, machines=16, technicians=2, orders=24)

Progress = Callable[[str, int, int], None]
"""What is being made, how many are done, of how many."""


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


async def is_loaded() -> bool:
    """Whether the demo reseller is there."""
    with platform():
        found = await Reseller.exists().where(Reseller.slug == ILHA.slug)
    return bool(found)


async def load(
    db: Database,
    files: ObjectStore,
    *,
    now: datetime,
    password_hash: str,
    scale: Scale = DEMO,
    seed: int = SEED,
    progress: Progress = silent,
) -> int:
    """Write everything in one transaction, all or nothing; how many rows. Times are relative to `now`."""
    now = now.replace(microsecond=0)
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    pictures = album(seed)
    with platform():
        async with db.transaction() as tx:
            rows = Rows(tx)
            for plan, size in ((ILHA, scale), (OUTRA, SMALL_NEIGHBOUR)):
                world = World(
                    rng=rng,
                    now=now,
                    scale=size,
                    rows=rows,
                    reseller_id=id_at(rng, now - timedelta(days=900)),
                    slug=plan.slug,
                    password_hash=password_hash,
                )
                await _fill(world, plan, pictures, progress)
                await _store(world, pictures, files)
                for path, content in make_billing(world):
                    await files.put_async(path, content)
                await rows.flush()
                await make_notifications(tx, world)
                await tx.execute(
                    "UPDATE reseller SET next_web_number = $1, next_supply_number = $2 WHERE id = $3",
                    world.next_web_number,
                    world.next_supply_number,
                    world.reseller_id,
                )
    return rows.written


async def _fill(world: World, plan: Plan, pictures: Album, progress: Progress) -> None:
    make_reseller(world, plan)
    await _stepwise(world, f"{plan.name}: clientes", make_customers(world), world.scale.customers, progress)
    connect_customers(world)
    evidence = Evidence(world, pictures)
    visits = Visits(world, evidence)
    orders = Orders(world, visits)
    evidence.store()
    await _stepwise(world, f"{plan.name}: chamados", orders.make_all(), world.scale.orders, progress)
    make_today(world, orders)
    visits.close()
    make_invoices(world)
    make_supplies(world)
    make_privacy(world, plan.name)
    make_calls(world, orders)
    make_positions(world)
    make_agenda(world, orders)
    make_readings(world)
    make_programs(world)


async def _stepwise(world: World, what: str, steps: Iterator[int], total: int, progress: Progress) -> None:
    for done in steps:
        progress(what, done, total)
        await world.rows.flush_when_full()


async def _store(world: World, pictures: Album, files: ObjectStore) -> None:
    for picture in pictures.pictures:
        await files.put_async(f"{world.reseller_id}/{picture.sha256}", picture.body)
