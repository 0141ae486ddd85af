"""How long a change takes from ILUX to people, and from people to ILUX, as the bridge runs by default.

python -m bench.bridge                         on both databases, 80 samples each
python -m bench.bridge --database sqlite --samples 60

A clerk's UPDATE, committed in a real Firebird, until an open page of the desk shows it (told by its live
stream, then asked for again) and until a technician's phone has it (woken, then pulled); the desk's dispatch,
answered, until another clerk reads it in Firebird. The phone here pulls at once; the field app gathers pokes
for 0.7 s first. Changes come at random moments, so that they meet each phase of the bridge's second.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from bench.base import DATABASES, HOME, SCALES, Base, Person, Warehouse
from bench.phones import PortalPhone, Traffic, check
from bench.process import Server, serving
from bench.sql import run_sql
from bench.table import percentile
from ilux_bridge.demo.clerk import Clerk
from ilux_bridge.demo.office import Office
from ilux_bridge.firebird import Connection
from ilux_bridge.reference import fill, schema
from server.demo.logins import PASSWORD
from server.demo.tenants import ILHA

SIZE = 10  # times the reference base: 120 customers, 300 machines, 400 orders
TARGET_S = 2.0
GIVE_UP_S = 30.0
TECHNICIANS = (1, 3)  # of the same company in ILUX

console = Console(highlight=False, width=110)


@dataclass(slots=True)
class Times:
    """Seconds, by what was waited for."""

    desk: list[float] = field(default_factory=list)
    phone: list[float] = field(default_factory=list)
    ilux: list[float] = field(default_factory=list)


class Counter:
    """The clerk's desk: a connection to Firebird lives in one thread."""

    def __init__(self, office: Office) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.clerk = Clerk(self._thread.submit(office.clerk).result())

    async def does(self, act: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act, *arguments)

    def close(self) -> None:
        self._thread.submit(self.clerk.connection.close).result()
        self._thread.shutdown()


@dataclass(slots=True)
class Scene:
    """Portal, ILUX and bridge at work; one order, its page at the desk and the phone that sees it."""

    base: Base
    server: Server
    counter: Counter
    phone: PortalPhone
    desk: aiohttp.ClientSession
    number: int
    order_id: str
    technicians: tuple[str, ...]


def main() -> None:
    options = _parser().parse_args()
    for database in options.database.split(","):
        show(database, asyncio.run(measure(database, options.scale, options.samples)))


def show(database: str, times: Times) -> None:
    table = Table("seconds", title=f"{database}: a change both ways", title_justify="left")
    for heading in ("samples", "p50", "p95", "max", "target"):
        table.add_column(heading, justify="right")
    for name, found in (
        ("ILUX → open desk page", times.desk),
        ("ILUX → connected phone", times.phone),
        ("desk → ILUX", times.ilux),
    ):
        p50, p95 = percentile(found, 50), percentile(found, 95)
        mark = "✓" if p95 <= TARGET_S else "✗"
        shown = (f"{value:.2f}" for value in (p50, p95, max(found)))
        table.add_row(name, str(len(found)), *shown, f"p95 ≤ {TARGET_S:g} {mark}")
    console.print(table)


async def measure(database: str, scale: str, samples: int) -> Times:
    warehouse = Warehouse(database, scale)
    try:
        base = warehouse.base()
        postmaster = warehouse.cluster.pid if warehouse.cluster else None
        command = [sys.executable, "-m", "server.cli", "serve", "--port", "{port}"]
        async with (
            serving(command, base.environment(), postmaster, HOME / "bridge.portal.log") as server,
            _at_work(base, server) as scene,
        ):
            times = Times()
            await _from_ilux(scene, samples, times)
            await _from_the_desk(scene, samples, times)
            return times
    finally:
        warehouse.close()


@asynccontextmanager
async def _at_work(base: Base, server: Server) -> AsyncIterator[Scene]:
    """After the first load. The first person of the base is made ILUX's first technician."""
    office = Office(HOME / "run" / "office", server.address)
    companies = (
        "SELECT c.cnpj FROM company c JOIN reseller r ON r.id = c.reseller_id"
        f" WHERE r.slug = '{ILHA.slug}' ORDER BY c.ilux_code"
    )
    numbers = [str(row[0]) for row in await _rows(base, companies)]
    try:
        await asyncio.to_thread(office.open, partial(_fill, numbers))
        made = subprocess.run(
            [sys.executable, "-m", "server.cli", "bridge-account", ILHA.slug],
            env=dict(base.environment()), check=True, capture_output=True, text=True,
        )  # fmt: skip
        await asyncio.to_thread(office.bridge, made.stdout.split()[-1])
        people = [await _row_of(base, "technician", str(key)) for key in TECHNICIANS]
        person = base.people[0]
        await run_sql(
            base.database_url,
            f"UPDATE app_user SET technician_id = '{people[0]}' WHERE id = '{person.user_id}'",
        )
        await server.quiet()
        counter = Counter(office)
        opening = partial(counter.clerk.open_order, "Medida", technician=TECHNICIANS[0])
        number = await counter.does(opening)
        found = f"SELECT id FROM service_order WHERE ilux_number = '{number}' AND opened_from = 'ilux'"
        order_id = str((await _until(lambda: _rows(base, found), office))[0][0])
        async with _desk(server) as desk, _phone(server, person) as phone:
            yield Scene(base, server, counter, phone, desk, number, order_id, tuple(people))
        counter.close()
    finally:
        await asyncio.to_thread(office.close)


def _fill(numbers: list[str], owner: Connection) -> None:
    """The companies are the portal's, which knows them by their CNPJ; the rest is new to it."""
    schema.create(owner)
    fill.fill(owner, SIZE)
    with owner.writing() as work:
        for key, number in enumerate(numbers[:2], 1):
            work.execute("UPDATE EMPRESAS SET CNPJ = ? WHERE COD_EMPRESA = ?", number, key)


async def _from_ilux(scene: Scene, samples: int, times: Times) -> None:
    """Both are told of the same change, each by a stream of its own."""
    headers = {"Authorization": f"Bearer {scene.phone.person.token}"}
    pokes_at = f"/sync/v1/poke?client_id={scene.phone.client_id}"
    async with (
        scene.desk.get("/live?watch=orders") as live,
        scene.phone.http.get(pokes_at, headers=headers) as pokes,
    ):
        check(live.status == pokes.status == 200, f"the streams: {live.status}, {pokes.status}")
        await scene.phone.pull()
        for number in range(samples):
            words = f"Medida número {number} de {samples}"
            desk = asyncio.create_task(_shown(scene, live, words))
            phone = asyncio.create_task(_pulled(scene, pokes))
            await asyncio.sleep(random.uniform(0.5, 1.5))
            await scene.counter.does(scene.counter.clerk.set_requester, scene.number, words)
            began = time.perf_counter()
            for task, found in ((desk, times.desk), (phone, times.phone)):
                found.append(await asyncio.wait_for(task, GIVE_UP_S) - began)


async def _shown(scene: Scene, live: aiohttp.ClientResponse, words: str) -> float:
    """When the page that the stream asked for shows these words."""
    while True:
        await _next(live, b"event: changed")
        async with scene.desk.get(
            f"/service-orders/{scene.order_id}", headers={"HX-Request": "true"}
        ) as answer:
            check(answer.status == 200, f"the order's page: {answer.status}")
            if words in await answer.text():
                return time.perf_counter()


async def _pulled(scene: Scene, pokes: aiohttp.ClientResponse) -> float:
    """When the phone has the changed order."""
    while True:
        await _next(pokes, b"event: poke")
        if ("order", scene.order_id) in await scene.phone.pull():
            return time.perf_counter()


async def _next(stream: aiohttp.ClientResponse, line: bytes) -> None:
    async for heard in stream.content:
        if heard.strip() == line:
            return
    raise RuntimeError(f"the stream ended before {line!r}")


async def _from_the_desk(scene: Scene, samples: int, times: Times) -> None:
    """The desk gives the order to one technician and the other in turn."""
    for number in range(samples):
        place = (number + 1) % len(TECHNICIANS)
        await asyncio.sleep(random.uniform(0.5, 1.5))
        form = {"technician_id": scene.technicians[place]}
        address = f"/service-orders/{scene.order_id}/dispatches"
        async with scene.desk.post(address, data=form, allow_redirects=False) as answer:
            check(answer.status == 303, f"dispatched: {answer.status} {await answer.text()}")
        began = time.perf_counter()
        wanted = (TECHNICIANS[place],)
        while await scene.counter.does(scene.counter.clerk.look_up, scene.number, "COD_TECNICO") != wanted:
            check(time.perf_counter() - began < GIVE_UP_S, "the dispatch reaches ILUX")
            await asyncio.sleep(0.01)
        times.ilux.append(time.perf_counter() - began)


@asynccontextmanager
async def _desk(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    """Helena, logged in as a browser does it."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(
        server.address, cookie_jar=jar, headers={"Origin": server.address, "Accept": "text/html"},
        timeout=aiohttp.ClientTimeout(total=None),
    ) as desk:  # fmt: skip
        form = {"email": f"admin@{ILHA.slug}.example", "password": PASSWORD}
        async with desk.post("/login", data=form, allow_redirects=False) as answer:
            check(answer.status == 303, f"logged in: {answer.status}")
        yield desk


@asynccontextmanager
async def _phone(server: Server, person: Person) -> AsyncIterator[PortalPhone]:
    async with aiohttp.ClientSession(
        server.address, timeout=aiohttp.ClientTimeout(total=None), auto_decompress=False
    ) as http:
        phone = PortalPhone(http, person, Traffic())
        await phone.enrol()
        yield phone


async def _row_of(base: Base, entity: str, key: str) -> str:
    found = await _rows(base, f"SELECT row_id FROM ilux_link WHERE entity = '{entity}' AND key = '{key}'")
    return str(found[0][0])


async def _rows(base: Base, sql: str) -> list[tuple[Any, ...]]:
    return await run_sql(base.database_url, sql)


async def _until(ask: Callable[[], Any], office: Office) -> Any:
    deadline = time.monotonic() + GIVE_UP_S
    while not (found := await ask()):
        if time.monotonic() > deadline:
            raise RuntimeError(office.log()[-3000:])
        await asyncio.sleep(0.1)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.bridge", description="Measure a change both ways.")
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--scale", default=SCALES[0], help=f"of {', '.join(SCALES)}")
    parser.add_argument("--samples", type=int, default=80)
    return parser


if __name__ == "__main__":
    main()
