"""Which database: `sqlite:///path/to/file` or `postgresql://user:password@host:port/name`."""

from __future__ import annotations

from pathlib import Path

from server.database.postgres import PooledPostgresEngine
from server.database.sqlite import PooledSQLiteEngine

Database = PooledSQLiteEngine | PooledPostgresEngine


def connect(url: str) -> Database:
    """The engine for a database URL; no connection is made yet. Raises ValueError for another scheme."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        path = Path(rest.removeprefix("/") if not rest.startswith("//") else rest[1:])
        path.parent.mkdir(parents=True, exist_ok=True)
        return PooledSQLiteEngine(str(path))
    if scheme in {"postgres", "postgresql"}:
        return PooledPostgresEngine(url)
    raise ValueError(f"unknown database scheme {scheme!r}: use sqlite:///file or postgresql://…")
