"""Run the measurements and print one table for each database and number of processes.

python -m bench                         everything on SQLite and PostgreSQL
python -m bench --database sqlite --operations "idle pull;push of 100" --rounds 1
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
from pathlib import Path

from rich.console import Console

from bench.base import DATABASES, HOME, SCALES, Warehouse
from bench.operations import OPERATIONS, Operation, Sample
from bench.stage import FloorStage, PortalStage, stages
from bench.table import Line, Run, show

console = Console(highlight=False, width=140)


def main() -> None:
    options = _parser().parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    runs: list[Run] = []
    for database in options.database.split(","):
        for scale in options.scale.split(","):
            for processes in (int(one) for one in options.processes.split(",")):
                if database == "sqlite" and processes > 1:
                    continue  # SQLite serves with one process
                run = asyncio.run(
                    measure(database, scale, processes, _chosen(options.operations), options.rounds)
                )
                show(run, console)
                runs.append(run)
    if options.json:
        Path(options.json).write_text(json.dumps([run.as_json() for run in runs], indent=1))


async def measure(database: str, scale: str, processes: int, operations: list[Operation], rounds: int) -> Run:
    warehouse = Warehouse(database, scale)
    try:
        base = warehouse.base()
        postmaster = warehouse.cluster.pid if warehouse.cluster else None
        async with stages(base, processes, postmaster, HOME / "server") as (portal, floor):
            phone, *_ = await portal.newcomers(1)
            floor.take_sample(await portal.rows_of(phone))
            lines = [await _line(operation, portal, floor, rounds) for operation in operations]
            peaks = portal.server.peak_mib(), floor.server.peak_mib()
        return Run(database, scale, processes, lines, *peaks)
    finally:
        warehouse.close()


async def _line(operation: Operation, portal: PortalStage, floor: FloorStage, rounds: int) -> Line:
    """Floor and portal in turns, so that what else the machine does meets both."""
    ours: list[Sample] = []
    theirs: list[Sample] = []
    with console.status(operation.name):
        for _ in range(rounds):
            if operation.has_floor:
                theirs.append(await operation.run(floor))
            ours.append(await operation.run(portal))
    return Line.of(operation, ours, theirs)


def _chosen(names: str) -> list[Operation]:
    if not names:
        return list(OPERATIONS)
    wanted = [name.strip() for name in names.split(";")]
    chosen = [one for one in OPERATIONS if any(name in one.name for name in wanted)]
    if not chosen:
        raise SystemExit(f"--operations: choose from {'; '.join(one.name for one in OPERATIONS)}")
    return chosen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the portal beside its floor."
    )
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--scale", default=SCALES[0], help=f"of {', '.join(SCALES)}; several with commas")
    parser.add_argument("--processes", default="1,2", help="server processes; two only on PostgreSQL")
    parser.add_argument("--operations", default="", help="parts of names, divided by semicolons")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", default="", help="write the figures there, too")
    return parser


if __name__ == "__main__":
    main()
