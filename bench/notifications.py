"""How long ten thousand queued mails take through a real SMTP server, and what a page costs meanwhile.

python -m bench.notifications                         both databases
python -m bench.notifications --database sqlite --mails 2000
python -m bench.notifications --apart                 with the worker in a process of its own
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median, quantiles
from typing import Any

import aiohttp
from rich.console import Console

from bench.base import DATABASES, HOME, Base, Warehouse
from bench.mailbox import Mailbox, mailbox
from bench.process import serving, working
from bench.sql import run_sql
from offline_sync.ids import uuid7

PAGE = "/service-orders"
TOKEN = "bench-desk"
TURNS = 10
IDLE_S = 6.0
BETWEEN_PAGES_S = 0.05  # one clerk who never looks at what they asked for
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
console = Console(highlight=False, width=140)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.notifications")
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--apart", action="store_true", help="PWS_WORKER_INSIDE=false, beside pws worker")
    options = parser.parse_args()
    for database in options.database.split(","):
        asyncio.run(measure(database, options.mails, is_apart=options.apart))


async def measure(database: str, mails: int, *, is_apart: bool) -> None:
    mails -= mails % TURNS
    warehouse = Warehouse(database, "bench")
    try:
        base = warehouse.base()
        await queue(base, mails)
        with mailbox() as post:
            environment = {**base.environment(), "PWS_SMTP_URL": post.url, "PWS_MAIL_GROUP_SECONDS": "0"}
            environment["PWS_WORKER_INSIDE"] = "false" if is_apart else "true"
            command = [sys.executable, "-m", "server.cli", "serve", "--port", "{port}"]
            postmaster = warehouse.cluster.pid if warehouse.cluster else None
            async with (
                serving(command, environment, postmaster, HOME / "notifications.log") as portal,
                working(environment if is_apart else None, HOME / "notifications.worker.log") as worker,
                aiohttp.ClientSession(portal.address, cookies={"session": TOKEN}) as desk,
            ):
                idle: list[float] = []
                busy: list[float] = []
                seconds = cpu = 0.0
                # By turns: what else the machine does is then in both alike.
                for turn in range(1, TURNS + 1):
                    idle += await pages(desk, _in(IDLE_S))
                    await release(base, mails // TURNS)
                    before, began = portal.cpu_s() + worker(), time.monotonic()
                    busy += await pages(desk, partial(_has, post, turn * (mails // TURNS)))
                    seconds += time.monotonic() - began
                    cpu += portal.cpu_s() + worker() - before
                    await asyncio.sleep(1)
                connections = await check(base, post, mails)
        console.print(
            f"{database}: {mails} mails in {seconds:.0f} s ({mails / seconds:.0f}/s,"
            f" {1000 * cpu / mails:.1f} ms of CPU each with the pages), {connections} connections;"
            f" {PAGE} idle {said(idle)}, meanwhile {said(busy)}"
        )
    finally:
        warehouse.close()


async def queue(base: Base, mails: int) -> None:
    """A customer's person, a notification and a waiting dispatch for each mail; and a clerk's session."""
    ((reseller_id,),) = await run_sql(base.database_url, "SELECT id FROM reseller WHERE slug = 'ilha'")
    now = datetime.now(UTC)
    kinds: Callable[[Any], Any] = str if base.database_url.startswith("sqlite") else lambda value: value

    async def insert(table: str, rows: list[dict[str, Any]]) -> None:
        names = list(rows[0])
        marks = ", ".join(f"${number}" for number in range(1, len(names) + 1))
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        values = [[one if isinstance(one, bool) else kinds(one) for one in row.values()] for row in rows]
        await run_sql(base.database_url, sql, values)

    owner = {"reseller_id": reseller_id}
    event_id = uuid7()
    people = [uuid7() for _ in range(mails)]
    lines = [uuid7() for _ in range(mails)]
    await insert(
        "app_user",
        [
            {"id": one, **owner, "email": f"b{n}@bench.example", "name": f"Pessoa {n}", "role": "customer"}
            | {"created_at": now}
            for n, one in enumerate(people)
        ],
    )
    await insert(
        "notification_event",
        [{"id": event_id, **owner, "kind": "order_changed", "created_at": now, "fanned_out_at": now}],
    )
    await insert(
        "notification",
        [
            {"id": line, **owner, "event_id": event_id, "user_id": one, "kind": "order_changed"}
            | {"title": "Chamado 1042: despachado", "body": "Escola Sol. Status: Despachado."}
            | {"path": f"/service-orders/{event_id}", "created_at": now}
            for line, one in zip(lines, people, strict=True)
        ],
    )
    await insert(
        "notification_dispatch",
        [
            {"id": uuid7(), **owner, "notification_id": line, "user_id": one, "kind": "order_changed"}
            | {"channel": "mail", "address": f"b{n}@bench.example", "due_at": NEVER, "created_at": now}
            for n, (line, one) in enumerate(zip(lines, people, strict=True))
        ],
    )
    ((clerk,),) = await run_sql(
        base.database_url, "SELECT id FROM app_user WHERE email = 'atendimento@ilha.example'"
    )
    session = {
        "id": uuid7(),
        **owner,
        "user_id": clerk,
        "token_hash": hashlib.sha256(TOKEN.encode()).hexdigest(),
    }
    times = {"created_at": now, "last_seen_at": now, "expires_at": now + timedelta(days=1)}
    await insert("session", [session | times])


def _in(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _has(post: Mailbox, mails: int) -> bool:
    return post.count() >= mails


async def release(base: Base, mails: int) -> None:
    """So many more are due."""
    await run_sql(
        base.database_url,
        "UPDATE notification_dispatch SET due_at = created_at WHERE id IN"
        f" (SELECT id FROM notification_dispatch WHERE due_at = '{NEVER}' LIMIT {mails})",
    )


async def pages(desk: aiohttp.ClientSession, is_over: Callable[[], bool]) -> list[float]:
    """One page after the other, in milliseconds."""
    found = []
    while not is_over():
        began = time.perf_counter()
        async with desk.get(PAGE, headers={"accept": "text/html"}) as response:
            await response.read()
            if response.status != 200:
                raise RuntimeError(f"the page answered {response.status}")
        found.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(BETWEEN_PAGES_S)
    return found


async def check(base: Base, post: Mailbox, mails: int) -> int:
    """Each address once, and each dispatch says so; over how many connections."""
    receivers, connections = post.receivers()
    counts = Counter(to for to in receivers if to.endswith("@bench.example"))
    if len(counts) != mails or set(counts.values()) != {1}:
        raise RuntimeError(f"{len(counts)} addresses, {counts.most_common(1)}")
    states = await run_sql(
        base.database_url,
        "SELECT state, count(*) FROM notification_dispatch WHERE address LIKE '%@bench.example'"
        " GROUP BY state",
    )
    if states != [("sent", mails)]:
        raise RuntimeError(f"dispatches: {states}")
    return connections


def said(times: list[float]) -> str:
    return f"p50 {median(times):.0f} ms, p95 {quantiles(times, n=20)[18]:.0f} ms ({len(times)})"


if __name__ == "__main__":
    main()
