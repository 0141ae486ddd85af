"""The data that is measured: the generator's reseller, and phones that see about 150 rows each.

Made once for each database and scale, kept under `data/bench/`, and copied for every run.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import PrivatePostgres

HOME = Path("data/bench")
SCALES = ("bench", "bench10")
DATABASES = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Person:
    """A technician who is logged in, the orders and the machines of theirs."""

    token: str
    user_id: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """A database of one run's own; `database_url` is for the portal, `floor_url` for the floor."""

    database_url: str
    floor_url: str
    files: Path
    people: tuple[Person, ...]

    def environment(self) -> Mapping[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PWS_")},
            "PWS_DATABASE_URL": self.database_url,
            "PWS_DATA_DIR": str(self.files),
            "PWS_LOG_FORMAT": "json",
        }


class Warehouse:
    """Where bases come from. On PostgreSQL it is a durable private cluster, which `close` stops."""

    def __init__(self, database: str, scale: str, *, has_phones: bool = True) -> None:
        """`has_phones`: bend the demo so that phones see what the sync is measured with."""
        self.database = database
        self.scale = scale
        self._has_phones = has_phones
        self._folder = HOME / scale
        self._folder.mkdir(parents=True, exist_ok=True)
        self.cluster: PrivatePostgres | None = None
        if database == "postgres":
            self.cluster = PrivatePostgres(HOME / "cluster", is_durable=True)
            self.cluster.start()

    def close(self) -> None:
        if self.cluster is not None:
            self.cluster.stop()

    def base(self) -> Base:
        """A fresh copy of the prepared database."""
        run = HOME / "run"
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
        if self.cluster is None:
            url, floor_url = self._sqlite_copy(run)
        else:
            url, floor_url = self._postgres_copy(self.cluster)
        # What was kept may be of an older schema than the code that is measured.
        self._run(url, ["-m", "server.cli", "migrate"])
        people = json.loads((self._folder / f"{self.database}.people.json").read_text())
        return Base(
            url,
            floor_url,
            run / "files",
            tuple(Person(one["token"], one["user_id"], tuple(one["orders"])) for one in people),
        )

    def _sqlite_copy(self, run: Path) -> tuple[str, str]:
        kept = self._folder / "pws.sqlite"
        if not kept.exists():
            fresh = kept.with_suffix(".new")
            self._prepare(f"sqlite:///{fresh.resolve()}")
            with closing(sqlite3.connect(fresh)) as database:
                database.execute("pragma wal_checkpoint(truncate)")
            fresh.rename(kept)
        shutil.copy(kept, run / "pws.sqlite")
        return f"sqlite:///{(run / 'pws.sqlite').resolve()}", f"sqlite:///{(run / 'floor.sqlite').resolve()}"

    def _postgres_copy(self, cluster: PrivatePostgres) -> tuple[str, str]:
        kept = f"kept_{self.scale}"
        if not (self._folder / "postgres.people.json").exists():
            cluster.psql("postgres", f"DROP DATABASE IF EXISTS {kept}")
            self._prepare(cluster.create(kept))
            cluster.psql(kept, "VACUUM ANALYZE")
        for name in ("run", "floor"):
            cluster.psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cluster.psql("postgres", f"CREATE DATABASE run OWNER pws TEMPLATE {kept}")
        return cluster.url("run"), cluster.create("floor")

    def _prepare(self, url: str) -> None:
        people = self._folder / f"{self.database}.people.json"
        self._run(url, ["-m", "server.cli", "demo", "--scale", self.scale])
        if self._has_phones:
            self._run(url, ["-m", "bench.people", str(people)])
        else:
            people.write_text("[]")

    def _run(self, url: str, arguments: list[str]) -> None:
        environment = {**os.environ, "PWS_DATABASE_URL": url, "PWS_DATA_DIR": str(self._folder / "demo")}
        subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
