"""A private PostgreSQL for the tests: own folder, loopback, no durability, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROLE = "pws"

_ENCODING = ["-E", "UTF8", "--locale=C.UTF-8"]
_IN_MEMORY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]

# What the migrations made, beside the tables themselves.
_REMEMBER = """
CREATE SCHEMA kept;
CREATE TABLE kept.tables AS SELECT tablename FROM pg_tables WHERE schemaname = 'public';
CREATE TABLE kept.migration AS TABLE migration;
"""
_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' EXCEPT TABLE kept.tables
    LOOP EXECUTE format('DROP TABLE %I CASCADE', name); END LOOP;
    FOR name IN SELECT tablename FROM kept.tables WHERE tablename <> 'row_counter'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    INSERT INTO migration SELECT * FROM kept.migration;
END $$
"""


class PrivatePostgres:
    """A cluster whose `pws` role owns its databases but is no superuser, so that row-level security holds."""

    def __init__(self, folder: Path | None = None, *, is_durable: bool = False) -> None:
        """With a `folder` the cluster is kept there between runs."""
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.folder = folder.resolve() if folder else Path(tempfile.mkdtemp(prefix="pws-postgres-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._is_kept = folder is not None
        self._is_durable = is_durable
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._owner = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        data = self.folder / "data"
        if self._owner:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        is_new = not data.exists()
        if is_new:
            self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", *_ENCODING, "-N")
        self._process = subprocess.Popen(
            [*self._owner, str(self.bin / "postgres"), "-D", str(data), "-p", str(self.port)]
            + ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}"]
            + ([] if self._is_durable else _IN_MEMORY)
            + ["-c", "max_connections=200", "-c", "log_min_messages=panic", "-c", "logging_collector=off"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        deadline = time.monotonic() + 120
        while subprocess.run(
            [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        ).returncode:
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.1)
        if is_new:
            self.psql("postgres", f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast: do not wait for clients
            self._process.wait(timeout=20)
        if not self._is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The postmaster's; its children are the backends."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A database owned by the test role; its URL."""
        self.psql("postgres", f"CREATE DATABASE {database} OWNER {ROLE} TEMPLATE template0")
        return self.url(database)

    def remember(self, database: str) -> None:
        """Note that the database is as its migrations made it, so that `empty` can bring it back there."""
        self.psql(database, _REMEMBER)

    def empty(self, database: str) -> None:
        """Throw everybody out and take every row away: ten times as fast as another database."""
        self.psql(database, _EMPTY)

    def psql(self, database: str, sql: str) -> None:
        subprocess.run(
            [
                self.bin / "psql",
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-U",
                "postgres",
                "-d",
                database,
            ]
            + ["-v", "ON_ERROR_STOP=1", "-c", sql],
            check=True,
            capture_output=True,
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._owner, str(self.bin / program), *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
