"""The first load of a reseller, from Firebird to committed in the portal, while people work on both sides.

python -m bench.load --rows 215000 --database sqlite

Portal and bridge are processes as a user starts them. Two people save in ILUX meanwhile, and a phone of the
same reseller asks every half second whether there is anything new. At the end both sides are held against
each other.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table

import ilux_bridge.reference
from bench.base import DATABASES, HOME, Base, Warehouse
from bench.ilux import filled, people_at_work
from bench.phones import PortalPhone, Traffic
from bench.process import Server, cpu_of, peak_mib_of, serving
from bench.sql import run_sql
from ilux_bridge import metadata
from ilux_bridge.firebird import connect
from ilux_bridge.load import everything
from ilux_bridge.mapping.mapped import MappingFile
from ilux_bridge.settings import read_mapping
from ilux_bridge.store import Store
from ilux_bridge.watched import watch
from server.bridge.batch import hash_of
from server.demo.tenants import ILHA
from tests.bridge.firebird import PASSWORD, PrivateFirebird

PEOPLE = 2
PULL_EVERY_S = 0.5
LOOK_S = 0.25
LONGEST_S = 900
MAPPING = Path(ilux_bridge.reference.__file__).with_name("ilux.toml")

console = Console(highlight=False, width=140)


@dataclass(slots=True)
class Measured:
    """Seconds and MiB; `deltas` are changes in ILUX during the load.

    `refused` are rows that a person must mend: the reference base has some.
    """

    rows: int = 0
    seconds: float = 0
    agent_cpu_s: float = 0
    portal_cpu_s: float = 0
    agent_mib: float = 0
    portal_mib: float = 0
    pulls: list[float] = field(default_factory=list)
    deltas: int = 0
    refused: int = 0
    differences: int = 0
    found: int = 0
    comparing_s: float = 0


def main() -> None:
    options = _parser().parse_args()
    for database in options.database.split(","):
        show(database, asyncio.run(measure(database, options.rows)))


async def measure(database: str, rows: int) -> Measured:
    warehouse = Warehouse(database, "bench")
    measured = Measured()
    try:
        base = warehouse.base()
        token = _new_account(base)
        cluster = warehouse.cluster.pid if warehouse.cluster else None
        command = [sys.executable, "-m", "server.cli", "serve", "--port", "{port}"]
        with filled(rows) as (firebird, path):
            async with serving(command, base.environment(), cluster, HOME / "load.portal.log") as portal:
                bridge = Bridge(_mapping(firebird, path, portal), token)
                bridge.ask("instalar")
                async with _idle_phone(base, portal, measured.pulls):
                    with people_at_work(firebird, path, PEOPLE):
                        await _load(measured, base, portal, bridge)
                    measured.portal_mib = portal.peak_mib()
                await _caught_up(firebird, path)
                bridge.stop()
                await _compare(measured, base, firebird, path, bridge.mapping)
                await _reconcile(measured, bridge)
    finally:
        warehouse.close()
    return measured


async def _load(measured: Measured, base: Base, portal: Server, bridge: Bridge) -> None:
    before, begun = portal.cpu_s(), time.perf_counter()
    with bridge.running() as pid:
        while not await run_sql(base.database_url, "select 1 from ilux_load where ended_at is not null"):
            await asyncio.sleep(LOOK_S)
            if time.perf_counter() - begun > LONGEST_S:
                raise RuntimeError("the load did not end; see the logs under data/bench")
        measured.seconds = time.perf_counter() - begun
        measured.portal_cpu_s = portal.cpu_s() - before
        measured.agent_cpu_s, measured.agent_mib = cpu_of(pid), peak_mib_of(pid)
    ((measured.rows,),) = await run_sql(base.database_url, "select count(*) from ilux_link")


@dataclass(slots=True)
class Bridge:
    """The program as the reseller's server has it, with a fresh folder of its own."""

    mapping: Path
    token: str
    process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[int]:
        """Also afterwards, until `stop`; the block gets its process number."""
        with (HOME / "load.bridge.log").open("wb") as log:
            self.process = subprocess.Popen(
                self._command("executar"), env=self._environment, stdout=log, stderr=log
            )
        try:
            yield self.process.pid
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def ask(self, name: str, *more: str, expected: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(
            self._command(name, *more), env=self._environment, capture_output=True, text=True
        )
        if done.returncode not in expected:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def _command(self, name: str, *more: str) -> list[str]:
        return [sys.executable, "-m", "ilux_bridge.cli", name, *more, str(self.mapping)]

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {"ILUX_BRIDGE_SENHA": PASSWORD, "ILUX_BRIDGE_TOKEN": self.token}


def _new_account(base: Base) -> str:
    command = [sys.executable, "-m", "server.cli", "bridge-account", ILHA.slug]
    done = subprocess.run(command, env=base.environment(), check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def _mapping(firebird: PrivateFirebird, path: Path, portal: Server) -> Path:
    text = MAPPING.read_text()
    for before, after in (
        (r"C:\ILUX\ILUXEmpresarial\Dados\nomeempresa.fdb", str(path)),
        ('host = "localhost"', 'host = "127.0.0.1"'),
        ("port = 3050", f"port = {firebird.port}"),
        ("https://portal.exemplo.com.br", portal.address),
    ):
        text = text.replace(before, after)
    mapping = HOME / "run" / "ilux.toml"
    mapping.write_text(text)
    return mapping


@asynccontextmanager
async def _idle_phone(base: Base, portal: Server, pulls: list[float]) -> AsyncIterator[None]:
    """Its pulls' seconds; those before the load are left out."""
    async with aiohttp.ClientSession(portal.address, auto_decompress=False) as http:
        phone = PortalPhone(http, base.people[0], Traffic())
        await phone.enrol()
        await phone.pull()

        async def ask_for_ever() -> None:
            while True:
                begun = time.perf_counter()
                await phone.pull()
                pulls.append(time.perf_counter() - begun)
                await asyncio.sleep(PULL_EVERY_S)

        asking = asyncio.create_task(ask_for_ever())
        try:
            yield
        finally:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking


async def _caught_up(firebird: PrivateFirebird, path: Path) -> None:
    deadline = time.monotonic() + LONGEST_S
    with connect(firebird.address(path)) as connection:
        while True:
            with connection.reading() as work:
                waiting = work.one("SELECT COUNT(*) FROM SYNC_OUTBOX")
            if waiting == (0,):
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"{waiting} changes still wait")
            await asyncio.sleep(LOOK_S)


async def _compare(
    measured: Measured, base: Base, firebird: PrivateFirebird, path: Path, mapping_file: Path
) -> None:
    """Row by row: what the mapping makes of ILUX's row, and what the portal took last."""
    mapping: MappingFile = read_mapping(mapping_file)
    store = Store(":memory:")
    with connect(firebird.address(path)) as connection:
        watched = watch(mapping, metadata.read(connection))
        with connection.reading() as work:
            there = {
                (row["entity"], row["key"]): hash_of(row["data"])
                for entity in watched.entities
                for row in everything(connection, work, watched, entity, store)
            }
            row = work.one("SELECT GEN_ID(GEN_SYNC_OUTBOX, 0) FROM RDB$DATABASE")
    assert row is not None
    measured.deltas = row[0]
    links = await run_sql(
        base.database_url, "select entity, key, hash from ilux_link where retired_at is null"
    )
    here = {(entity, key): hash_ for entity, key, hash_ in links}
    refused = set(await run_sql(base.database_url, "select entity, key from ilux_refusal"))
    measured.refused = len(refused)
    measured.differences = sum(name not in refused for name, _ in there.items() ^ here.items())


async def _reconcile(measured: Measured, bridge: Bridge) -> None:
    """Value by value, as the bridge itself does it every night; exit code 7 is for what differs."""
    begun = time.perf_counter()
    said = await asyncio.to_thread(bridge.ask, "reconciliar", "--somente-comparar", "--json", expected=(0, 7))
    measured.comparing_s = time.perf_counter() - begun
    measured.found = json.loads(said)["found"]


def show(database: str, measured: Measured) -> None:
    pulls = sorted(measured.pulls)
    per_row = 1e6 / max(measured.rows, 1)
    table = Table(title=f"First load, {database}", show_header=False)
    for name, value in (
        ("rows, Firebird to committed", f"{measured.rows:,}"),
        ("seconds", f"{measured.seconds:.1f}"),
        ("rows/s", f"{measured.rows / measured.seconds:,.0f}"),
        ("bridge: CPU µs a row, peak MiB", f"{measured.agent_cpu_s * per_row:.0f}, {measured.agent_mib:.0f}"),
        (
            "portal: CPU µs a row, peak MiB",
            f"{measured.portal_cpu_s * per_row:.0f}, {measured.portal_mib:.0f}",
        ),
        (
            "idle pull, p50 and p95 ms",
            f"{statistics.median(pulls) * 1e3:.0f}, {pulls[int(len(pulls) * 0.95)] * 1e3:.0f}",
        ),
        ("changes in ILUX meanwhile", f"{measured.deltas:,}"),
        ("rows that need correction", f"{measured.refused:,}"),
        ("other differences at the end", f"{measured.differences}"),
        ("reconciliar: found, seconds", f"{measured.found}, {measured.comparing_s:.1f}"),
    ):
        table.add_row(name, value)
    console.print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description="Measure the first load.")
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--rows", type=int, default=215_000)
    return parser


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    main()
