"""A backup of the database, and its restore with another epoch: what happened since never happened."""

from __future__ import annotations

import shutil
import sqlite3
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from piccolo_conf import DB


class Vault(ABC):
    """Keeps the newest backup. Restoring leaves the engine's pool open on what was restored."""

    @abstractmethod
    async def save(self, resellers: list[UUID]) -> None: ...

    @abstractmethod
    async def restore(self) -> None: ...


@dataclass
class FileVault(Vault):
    """SQLite: the file itself."""

    path: Path

    @property
    def _copy(self) -> Path:
        return self.path.with_suffix(".backup")

    async def save(self, resellers: list[UUID]) -> None:
        self._copy.unlink(missing_ok=True)
        source, target = sqlite3.connect(self.path), sqlite3.connect(self._copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()

    async def restore(self) -> None:
        await DB.close_connection_pool()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copy(self._copy, self.path)
        await DB.start_connection_pool()


@dataclass
class RowVault(Vault):
    """PostgreSQL: every row of the resellers and the counter of versions, put back without any trigger."""

    superuser_url: str
    _resellers: list[UUID] = field(default_factory=list)
    _tables: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, list[Any]] = field(default_factory=dict)
    _last_version: int = 0

    async def save(self, resellers: list[UUID]) -> None:
        connection = await asyncpg.connect(self.superuser_url)
        try:
            if not self._tables:
                self._tables = await _tenant_tables(connection)
            self._resellers = resellers
            self._rows = {
                table: await connection.fetch(f"select * from {table} where {key} = any($1)", resellers)
                for table, key in self._tables.items()
            }
            self._last_version = await connection.fetchval("select last_value from row_version")
        finally:
            await connection.close()

    async def restore(self) -> None:
        connection = await asyncpg.connect(self.superuser_url)
        try:
            async with connection.transaction():
                await connection.execute("set local session_replication_role = replica")
                for table, key in self._tables.items():
                    await connection.execute(f"delete from {table} where {key} = any($1)", self._resellers)
                for table, rows in self._rows.items():
                    if rows:
                        await connection.copy_records_to_table(
                            table, records=[tuple(row) for row in rows], columns=list(rows[0].keys())
                        )
                await connection.execute("select setval('row_version', $1)", self._last_version)
        finally:
            await connection.close()


async def _tenant_tables(connection: Any) -> dict[str, str]:
    """Each table and the column that names the reseller."""
    rows = await connection.fetch(
        "select table_name from information_schema.columns"
        " where table_schema = 'public' and column_name = 'reseller_id'"
    )
    return {row["table_name"]: "reseller_id" for row in rows} | {"reseller": "id"}
