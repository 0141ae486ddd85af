"""What live positions cost: a thousand phones on the road, each sending one fix every ten seconds.

python -m bench.positions --database sqlite --devices 1000 --seconds 60 --watchers 2

The phones post to the real endpoint of a portal that was started as a user starts it, worker inside; each has
a track of a quarter of an hour already. `watchers` admins have the technicians' map open meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from rich.console import Console

from bench.base import DATABASES, HOME, Warehouse
from bench.phones import check
from bench.process import Server, serving
from bench.road import fix_at
from bench.sql import run_sql
from bench.table import percentile

EVERY_S = 10.0
CHUNKS = 90
LIVE = "/live?watch=positions&watch=technicians"
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate, br"}
console = Console(highlight=False, width=140)


@dataclass(slots=True)
class Measured:
    """CPU as a share of one core; latencies in milliseconds."""

    sent: int = 0
    portal: float = 0
    database: float = 0
    latencies: list[float] = field(default_factory=list)
    heard: int = 0


async def measure(database: str, devices: int, seconds: float, watchers: int) -> Measured:
    warehouse = Warehouse(database, "bench")
    measured = Measured()
    try:
        base = warehouse.base()
        plan = HOME / "run" / "road.json"
        arguments = ["-m", "bench.road", str(plan), str(devices), str(CHUNKS)]
        subprocess.run([sys.executable, *arguments], env=base.environment(), check=True)
        if warehouse.cluster:  # as one that has stood for an hour: no autovacuum of what was made just now
            warehouse.cluster.psql(base.database_url.rpartition("/")[2], "VACUUM ANALYZE")
            warehouse.cluster.psql("postgres", "CHECKPOINT")
        world = json.loads(plan.read_text())
        command = [sys.executable, "-m", "server.cli", "serve", "--port", "{port}"]
        log = HOME / "positions.portal.log"
        async with AsyncExitStack() as stack:
            portal = await stack.enter_async_context(serving(command, base.environment(), None, log))
            http = await stack.enter_async_context(
                aiohttp.ClientSession(
                    portal.address, connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=3)
                )
            )
            cluster = warehouse.cluster
            postgres = Server("", cluster.pid, None) if cluster else None
            await _drive(measured, http, portal, postgres, world, seconds, watchers)
        ((stored,),) = await run_sql(
            base.database_url, f"SELECT count(*) FROM sync_track_chunk WHERE n >= {CHUNKS}"
        )
        check(stored == measured.sent, f"each fix is stored once: {stored} of {measured.sent}")
    finally:
        warehouse.close()
    return measured


async def _drive(
    measured: Measured,
    http: aiohttp.ClientSession,
    portal: Server,
    postgres: Server | None,
    world: dict[str, Any],
    seconds: float,
    watchers: int,
) -> None:
    watching = [asyncio.create_task(_watch(measured, http, world["admin"])) for _ in range(watchers)]
    begin = time.monotonic() + 1
    end = begin + EVERY_S + seconds
    phones = [asyncio.create_task(send(measured, http, one, begin, end)) for one in world["devices"]]
    await asyncio.sleep(EVERY_S + 1)  # one round to warm up
    measured.latencies.clear()
    before = portal.cpu_s(), postgres.cpu_s() if postgres else 0.0
    await asyncio.gather(*phones)
    # Of the work that was asked for, whatever time a slow disk took for it.
    asked = len(measured.latencies) / (len(phones) / EVERY_S)
    measured.portal = (portal.cpu_s() - before[0]) / asked
    measured.database = ((postgres.cpu_s() if postgres else 0.0) - before[1]) / asked
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


async def send(
    measured: Measured, http: aiohttp.ClientSession, device: dict[str, Any], begin: float, end: float
) -> None:
    due = begin + random.random() * EVERY_S
    headers = HEADERS | {"Authorization": f"Bearer {device['token']}"}
    n = device["n"]
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        chunk = {"n": n, "fixes": [fix_at(datetime.now(UTC), n, device["east"])], "gaps": []}
        body = json.dumps({"client_id": device["client_id"], "chunks": [chunk]}).encode()
        began = time.perf_counter()
        async with http.post(f"/sync/v1/tracks/{device['stream']}", data=body, headers=headers) as answer:
            content = await answer.read()
            check(answer.status == 200, f"{answer.status} {content[:200]!r}")
        measured.latencies.append((time.perf_counter() - began) * 1000)
        check(n in json.loads(content)["have"], "the portal has it")
        measured.sent += 1
        n += 1
        due += EVERY_S


async def _watch(measured: Measured, http: aiohttp.ClientSession, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=None)
    async with http.get(LIVE, headers=headers, timeout=timeout) as stream:
        check(stream.status == 200, f"the map's stream: {stream.status}")
        async for line in stream.content:
            measured.heard += line.startswith(b"event: told")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.positions", description="Measure live positions.")
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--watchers", type=int, default=2)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for database in options.database.split(","):
        run = asyncio.run(measure(database, options.devices, options.seconds, options.watchers))
        console.print(
            f"{database}: {options.devices} phones, {run.sent} fixes; portal {run.portal:.1%} of a core,"
            f" database {run.database:.1%}; p50 {percentile(run.latencies, 50):.1f} ms,"
            f" p95 {percentile(run.latencies, 95):.1f} ms; {run.heard} events to {options.watchers} maps"
        )


if __name__ == "__main__":
    main()
