"""`make soak MINUTES=…`: the state machine with fresh seeds on both databases until the minutes are over.

A failure prints its seed, the shortened history and how to repeat it. One process a database: which one a
process uses is decided when `tests.conftest` is imported.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

DATABASES = ("sqlite", "postgres")
HISTORIES_A_ROUND = 40
STEPS = 40
WARM_UP = 3  # rounds, until everything is imported, compiled and cached
GROWTH_MB = 40
SHORTEST_S = 20  # less than a round is not worth beginning


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10)
    parser.add_argument("--database", choices=DATABASES, help="only this one, in this process")
    parser.add_argument("--seed", type=int, help="one round, as a failure printed it")
    chosen = parser.parse_args()
    if chosen.database is None:
        return _both(chosen.minutes)
    os.environ["PWS_TEST_DATABASE"] = chosen.database
    return _soak(chosen.database, chosen.minutes * 60, chosen.seed)


def _both(minutes: float) -> int:
    command = [sys.executable, "-m", "tests.model.soak", str(minutes), "--database"]
    running = [subprocess.Popen([*command, database]) for database in DATABASES]
    return max(abs(process.wait()) for process in running)


def _soak(database: str, seconds: float, only: int | None) -> int:
    began, seen, sizes = time.monotonic(), Counter[str](), []
    with _databases() as fresh:
        while only is None or not sizes:
            if sizes and time.monotonic() - began > seconds - SHORTEST_S:
                break
            seed = random.getrandbits(32) if only is None else only
            if not _round(database, seed, fresh, seen):
                return 1
            sizes.append(_megabytes_in_use())
            print(
                f"{database}: {time.monotonic() - began:5.0f} s  seed {seed:10d}"
                f"  {seen['histories']} histories  {seen['steps']} steps  {sizes[-1]:.0f} MB",
                flush=True,
            )
    return _report(database, seen, sizes)


def _round(database: str, seed: int, fresh: Callable[[], tuple[str, Path]], seen: Counter[str]) -> bool:
    from hypothesis import HealthCheck, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    from tests.model import arena
    from tests.model.machine import SyncMachine

    bounded = settings(
        max_examples=HISTORIES_A_ROUND,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    url, folder = fresh()
    with arena.opened(url, folder) as opened:
        try:
            run_state_machine_as_test(seeded(seed)(SyncMachine), settings=bounded)
        except BaseException:
            traceback.print_exc()
            print(
                f"\n{database}: FAILED with seed {seed}; the shortened history is above. Again:\n"
                f"  .venv/bin/python -m tests.model.soak --database {database} --seed {seed}",
                flush=True,
            )
            return False
        finally:
            seen.update(opened.seen)
    return True


@contextmanager
def _databases() -> Iterator[Callable[[], tuple[str, Path]]]:
    """A function that gives a clean, migrated database and an empty folder, again and again."""
    from tests import conftest

    is_on_postgres = conftest.ON_POSTGRES  # it says which engine `piccolo_conf` makes, so it comes first

    from piccolo_conf import DB
    from server.migrate import migrate
    from tests.postgres import PrivatePostgres

    async def build() -> None:
        await migrate()
        await DB.close_connection_pool()

    with tempfile.TemporaryDirectory(prefix="pws-soak-") as place:
        cluster = PrivatePostgres() if is_on_postgres else None
        try:
            template, folder = Path(place) / "template.sqlite", Path(place) / "phones"
            url = f"sqlite:///{template}"
            if cluster is not None:
                cluster.start()
                url = cluster.create(conftest.DATABASE)
            conftest.point_at(url)
            asyncio.run(build())
            if cluster is not None:
                cluster.remember(conftest.DATABASE)

            def fresh() -> tuple[str, Path]:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                if cluster is not None:
                    cluster.empty(conftest.DATABASE)
                    return url, folder
                path = folder / "pws.sqlite"
                shutil.copy(template, path)
                conftest.point_at(f"sqlite:///{path}")
                return f"sqlite:///{path}", folder

            yield fresh
        finally:
            if cluster is not None:
                cluster.stop()


def _megabytes_in_use() -> float:
    """Resident, without what is free and only kept by the allocator: that comes and goes by 40 MB."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return psutil.Process().memory_info().rss / 1e6


def _report(database: str, seen: Counter[str], sizes: list[float]) -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    settled = sizes[WARM_UP:] or sizes
    growth = settled[-1] - settled[0]
    print(
        f"{database}: {seen['histories']} histories, {seen['steps']} steps, no invariant broken;"
        f" {settled[0]:.0f} MB → {settled[-1]:.0f} MB after warm-up, peak {peak:.0f} MB",
        flush=True,
    )
    if growth > GROWTH_MB:
        print(f"{database}: FAILED: memory grew by {growth:.0f} MB", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
