"""Every page of the portal for every profile that has it, on ten times the demo: python -m bench.pages

The routes are the matrix' (`tests/web/matrix.py`), so that a page that is added is measured. Rows that a
route names are found as people find them: by the links of the pages before. A page that no link leads to,
and that is not in `bench.addresses.UNREACHED`, fails the bench, as does one with more than `MOST_QUERIES` or
more CPU than `MOST_MS`.

CPU counts the process and PostgreSQL's; what else the machine does hardly touches it, and the ratio to the
plainest page of the same run, `/login`, even less. `--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.base import DATABASES, HOME, Warehouse
from bench.page_table import Measured, faults_of, show, write

SCALE = "demo10"


def main() -> None:
    options = _parser().parse_args()
    if options.inside:
        _measure(options.inside, options.rounds, options.only)
        return
    found: dict[str, list[Measured]] = {}
    faults: list[str] = []
    for database in options.database.split(","):  # a process each: the engine is chosen when it is imported
        command = [sys.executable, "-m", "bench.pages", "--inside", database, "--rounds", str(options.rounds)]
        subprocess.run([*command, "--only", options.only], check=True)
        figures = json.loads(_figures(database).read_text())
        found[database] = [Measured(**line) for line in figures["lines"]]
        if not options.only:
            faults += [f"{database}: {path} against bench.addresses" for path in figures["unknown"]]
    print(show(found))
    if options.write:
        write(found)
    faults += faults_of(found)
    print("\n".join(faults))
    raise SystemExit(1 if faults else 0)


def _measure(database: str, rounds: int, only: str) -> None:
    warehouse = Warehouse(database, SCALE, has_phones=False)
    try:
        base = warehouse.base()
        os.environ |= {**base.environment(), "PWS_WORKER_INSIDE": "false", "PWS_LOG_LEVEL": "warning"}
        from bench.walk import walk  # the engine is chosen by the environment

        lines, unknown = asyncio.run(walk(warehouse.cluster, rounds, only))
        figures = {"lines": [line.as_json() for line in lines], "unknown": unknown}
        _figures(database).write_text(json.dumps(figures, indent=1))
    finally:
        warehouse.close()


def _figures(database: str) -> Path:
    return HOME / SCALE / f"{database}.pages.json"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description="Measure every page.")
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--only", default="", help="pages whose route begins so")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
