"""The query plans of the sync's hot path, as a document: python -m bench.plans > docs/query-plans.md

Every statement that a first pull, an idle pull, a pull of changes and a push run is caught where the engine's
sessions run it, and explained on the database of 20,000 orders. Exit code 1 when a table of more than
`LARGE` rows is read from end to end.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

LARGE = 1000
_SCAN = {"sqlite": re.compile(r"^SCAN (\w+)"), "postgres": re.compile(r"Seq Scan on (\w+)")}
_TITLE = """# The hot path's query plans

Written by `python -m bench.plans` on the bench reseller: 50 technicians, 20,000 orders, 19,000 visits. A
statement is shown where it first appears. What is scanned are CTEs, subqueries and tables of a few rows; the
command fails when a large table is."""
Statement = tuple[str, tuple[Any, ...]]


def main() -> None:
    if len(sys.argv) == 1:  # a process each: the engine is chosen when it is imported
        print(_TITLE)
        sys.stdout.flush()
        codes = [subprocess.run([sys.executable, "-m", "bench.plans", one]).returncode for one in _SCAN]
        raise SystemExit(max(codes))
    raise SystemExit(explain(sys.argv[1]))


def explain(dialect: str) -> int:
    import os

    from bench.base import Warehouse

    warehouse = Warehouse(dialect, "bench")
    try:
        base = warehouse.base()
        os.environ |= {**base.environment(), "PWS_WORKER_INSIDE": "false"}
        return asyncio.run(_explain(dialect, base.people[0]))
    finally:
        warehouse.close()


async def _explain(dialect: str, person: Any) -> int:
    from piccolo_conf import DB
    from server.database import platform

    print(f"\n## {dialect}")
    scans: list[str] = []
    shown: set[str] = set()
    async with _phone(person) as (phone, caught):
        for title, act in phone:
            caught.clear()
            await act()
            print(f"\n### {title}: {len(caught)} statements")
            with platform():
                async with DB.reading() as tx:
                    for sql, args in dict(caught).items():
                        if _folded(sql) in shown:
                            continue
                        shown.add(_folded(sql))
                        plan = await _plan(tx, dialect, sql, args)
                        print(f"\n```sql\n{_folded(sql)}\n```\n```\n" + "\n".join(plan) + "\n```")
                        scans += [line for line in plan if await _is_large_scan(tx, dialect, line)]
    print(f"\nScans of large tables: {len(scans)}" + "".join(f"\n- {line.strip()}" for line in scans))
    return 1 if scans else 0


@asynccontextmanager
async def _phone(person: Any) -> AsyncIterator[tuple[list[tuple[str, Any]], list[Statement]]]:
    """The acts of one phone, and the list that its statements are put into."""
    from bench.operations import mutations_of
    from bench.phones import FloorPhone, Traffic, push_body
    from piccolo_conf import DB
    from server.app import create_app
    from server.database import platform

    caught: list[Statement] = []
    _catch(DB, caught)
    app = create_app()
    memory = FloorPhone(None, person, Traffic())  # type: ignore[arg-type]
    state: dict[str, Any] = {"cursor": 0, "epoch": None}
    async with (
        app.lifespan(),  # type: ignore[attr-defined]
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as http,
    ):

        async def say(path: str, body: Any) -> Any:
            headers = {"authorization": f"Bearer {person.token}"}
            content = {"content": body} if isinstance(body, bytes) else {"json": body}
            response = await http.post(f"/sync/v1/{path}", headers=headers, **content)
            response.raise_for_status()
            return response.json()

        async def pull() -> None:
            said = {"client_id": memory.client_id, "epoch": state["epoch"], "schema": 1}
            answer = await say("pull", said | {"cursor": state["cursor"], "acked": memory.lmid})
            state["cursor"] = answer["cursor"]

        async def push() -> None:
            mutations = mutations_of(memory, 5)
            await say("push", push_body(memory.client_id, mutations, epoch=state["epoch"], schema=1))
            memory.lmid += len(mutations)

        async def change() -> None:
            with platform():
                async with DB.transaction() as tx:
                    for order_id in person.orders:
                        await tx.execute("UPDATE service_order SET ver = ver WHERE id = $1", order_id)
            caught.clear()
            await pull()

        enrolment = {"client_id": memory.client_id, "kind": "phone", "name": "Plano", "schema": 1}
        state["epoch"] = (await say("clients", enrolment))["epoch"]
        yield (
            [
                ("First pull", pull),
                ("Idle pull", pull),
                ("Push of 5", push),
                ("Pull of changes", change),
            ],
            caught,
        )


def _catch(db: Any, caught: list[Statement]) -> None:
    check_out = db._check_out

    async def watched(*args: Any, **more: Any) -> Any:
        session = await check_out(*args, **more)
        for name in ("fetch", "execute"):
            setattr(session, name, _noting(getattr(session, name), caught))
        return session

    db._check_out = watched


def _noting(run: Any, caught: list[Statement]) -> Any:
    async def noted(sql: str, args: tuple[Any, ...]) -> Any:
        caught.append((sql, args))
        return await run(sql, args)

    return noted


async def _plan(tx: Any, dialect: str, sql: str, args: Sequence[Any]) -> list[str]:
    prefix = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN (COSTS OFF) "
    rows = await tx.fetch(prefix + sql, *args)
    return [row[3] for row in rows] if dialect == "sqlite" else [row[0] for row in rows]


async def _is_large_scan(tx: Any, dialect: str, line: str) -> bool:
    match = _SCAN[dialect].search(line)
    if match is None:
        return False
    found = await tx.fetch(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1"
        if dialect == "sqlite"
        else "SELECT 1 FROM pg_tables WHERE tablename = $1",
        match[1],
    )
    return bool(found) and (await tx.fetch(f"SELECT count(*) FROM {match[1]}"))[0][0] > LARGE


def _folded(sql: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"(\(\$\d+[^)]*\), )+", "", sql)).strip()


if __name__ == "__main__":
    main()
