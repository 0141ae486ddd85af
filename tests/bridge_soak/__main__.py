"""`make soak-bridge MINUTES=…`: the bridge between clerks and desk while everything breaks, with fresh seeds.

Both databases at once, each with a Firebird, a portal and a bridge of its own; a process each, as in
`tests.model.soak`. A failure prints its seed, what is wrong, and the ends of the logs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.model.soak import DATABASES, databases

if TYPE_CHECKING:
    from tests.bridge_soak.soak import Outcome

ROUND_S = 150
SHORTEST_S = 30  # less is not worth setting up


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak-bridge", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10)
    parser.add_argument("--database", choices=DATABASES, help="only this one, in this process")
    parser.add_argument("--seed", type=int, help="one round, as a failure printed it")
    parser.add_argument("--planted", default="", help="a defect of tests/bridge_soak/bridge.py: it must fail")
    chosen = parser.parse_args()
    if chosen.database is None:
        return _both(sys.argv[1:])
    os.environ["PWS_TEST_DATABASE"] = chosen.database
    return _soak(chosen.database, chosen.minutes * 60, chosen.seed, chosen.planted)


def _both(arguments: list[str]) -> int:
    command = [sys.executable, "-m", "tests.bridge_soak", *arguments, "--database"]
    running = [subprocess.Popen([*command, database]) for database in DATABASES]
    return max(abs(process.wait()) for process in running)


def _soak(database: str, seconds: float, only: int | None, planted: str) -> int:
    began, rounds, seen = time.monotonic(), 0, Counter[str]()
    with databases() as fresh:
        while (left := seconds - (time.monotonic() - began)) > SHORTEST_S or not rounds:
            seed = random.getrandbits(32) if only is None else only
            url, folder = fresh()
            outcome = asyncio.run(_round(seed, min(ROUND_S, left), folder, url, planted))
            if outcome.wrong:
                print(f"{database}: FAILED\n{outcome.told(seed, folder)}\nAgain, with the same intentions:")
                print(f"  .venv/bin/python -m tests.bridge_soak --database {database} --seed {seed}")
                return 1
            rounds += 1
            seen += outcome.seen
            print(f"{database}: {time.monotonic() - began:5.0f} s  seed {seed:10d}  all equal", flush=True)
            if only is not None:
                break
    print(f"{database}: {rounds} rounds, nothing missing, doubled or foreign; {dict(seen.most_common())}")
    return 0


async def _round(seed: int, seconds: float, folder: Path, url: str, planted: str) -> Outcome:
    from piccolo_conf import DB
    from tests.bridge_soak.soak import soak

    await DB.start_connection_pool()
    try:
        return await soak(seed, seconds, folder, url, planted=planted)
    finally:
        await DB.close_connection_pool()


if __name__ == "__main__":
    sys.exit(main())
