"""PostgreSQL: a pool of connections that carry their tenant, never a connection a query.

A connection keeps its `pws.tenant` until it is checked out for another tenant; it is set anew after a
rollback, which takes the setting back. The platform's own work (whose session is this?) goes through a pool
of its own, so that with one reseller the setting is almost never changed. Writers never take all connections:
when a network comes back and a thousand phones push, who only asks is still answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from server.database.tenancy import EVERY_TENANT, current_tenant
from server.database.transaction import Mode, Transactional, current_of

POOL_MIN, POOL_MAX = 2, 12
WRITERS_MAX = 8
PLATFORM_MIN, PLATFORM_MAX = 1, 6
create_pool: Any = asyncpg.create_pool  # untyped upstream
_BEGIN = {
    Mode.WRITE: "BEGIN",
    Mode.SNAPSHOT: "BEGIN ISOLATION LEVEL REPEATABLE READ",
    Mode.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class CommitTurnedRollbackError(RuntimeError):
    """A statement had failed and was caught outside a savepoint.

    PostgreSQL keeps nothing of such a transaction, and says so only in the answer to COMMIT.
    """


class TenantConnection(asyncpg.Connection):
    """Remembers which tenant its session speaks for; `None` when that must be set again."""

    tenant: str | None = None

    def get_reset_query(self) -> str:
        """No `RESET ALL` between uses: it would cost a round trip and forget the tenant."""
        return ""


class PostgresSession:
    """One connection inside a transaction, or for one statement."""

    def __init__(self, pool: Any, proxy: Any, gate: asyncio.Semaphore | None = None) -> None:
        self._pool = pool
        self._gate = gate
        self.proxy = proxy

    async def speak_for_tenant(self) -> None:
        wanted = current_tenant()
        connection = self.proxy._con
        if connection.tenant != wanted:
            await self.proxy.fetch("SELECT set_config('pws.tenant', $1, false)", wanted)
            connection.tenant = wanted

    async def command(self, sql: str) -> None:
        await self.proxy.execute(sql)
        if sql.startswith("ROLLBACK"):
            self.proxy._con.tenant = None

    async def fetch(self, sql: str, args: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        await self.speak_for_tenant()
        return await self.proxy.fetch(sql, *args)  # type: ignore[no-any-return]

    async def execute(self, sql: str, args: tuple[Any, ...]) -> int:
        await self.speak_for_tenant()
        tag: str = await self.proxy.execute(sql, *args)
        last = tag.rpartition(" ")[2]
        return int(last) if last.isdigit() else 0

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self.speak_for_tenant()
        await self.proxy.executemany(sql, rows)

    async def commit(self) -> None:
        if await self.proxy.execute("COMMIT") == "ROLLBACK":
            self.proxy._con.tenant = None
            raise CommitTurnedRollbackError("the transaction had failed before its commit")

    async def rollback(self) -> None:
        self.proxy._con.tenant = None
        if not self.proxy.is_closed():
            await self.proxy.execute("ROLLBACK")

    async def close(self) -> None:
        try:
            await self._pool.release(self.proxy)
        finally:
            if self._gate is not None:
                self._gate.release()


class PooledPostgresEngine(Transactional, PostgresEngine):  # type: ignore[misc]
    """A Piccolo engine over an asyncpg pool."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        super().__init__(config={"dsn": dsn})
        self.pool: Any = None
        self.platform_pool: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def check_version(self) -> None:
        """Readiness asks the database; importing the settings must not."""

    async def start_connection_pool(self, **kwargs: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._write_gate = asyncio.Semaphore(WRITERS_MAX)
        self.pool = await self._open_pool(POOL_MIN, POOL_MAX)
        self.platform_pool = await self._open_pool(PLATFORM_MIN, PLATFORM_MAX)

    async def _open_pool(self, least: int, most: int) -> Any:
        return await create_pool(
            self.config["dsn"],
            min_size=least,
            max_size=most,
            connection_class=TenantConnection,
            server_settings={"jit": "off", "timezone": "UTC", "application_name": "pws"},
        )

    async def close_connection_pool(self) -> None:
        for pool in (self.pool, self.platform_pool):
            if pool is not None:
                await pool.close()
        self.pool, self.platform_pool, self._loop = None, None, None

    async def learn_sizes(self) -> None:
        """PostgreSQL does so by itself: autovacuum."""

    def connections(self) -> tuple[int, int]:
        """How many connections are in use, and how many idle."""
        pools = [pool for pool in (self.pool, self.platform_pool) if pool is not None]
        idle = sum(pool.get_idle_size() for pool in pools)
        return sum(pool.get_size() for pool in pools) - idle, idle

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        session = await self._check_out()
        try:
            return await session.fetch(sql, args)
        finally:
            await session.close()

    async def open_session(self, mode: Mode) -> PostgresSession:
        session = await self._check_out(mode)
        try:
            await session.speak_for_tenant()
            await session.command(_BEGIN[mode])
        except BaseException:
            await session.close()
            raise
        return session

    async def _check_out(self, mode: Mode = Mode.READ) -> PostgresSession:
        if self._loop is not asyncio.get_running_loop():
            await self.start_connection_pool()
        pool = self.platform_pool if current_tenant() == EVERY_TENANT else self.pool
        assert pool is not None
        if mode is not Mode.WRITE or pool is self.platform_pool:
            return PostgresSession(pool, await pool.acquire())
        await self._write_gate.acquire()
        try:
            return PostgresSession(pool, await pool.acquire(), self._write_gate)
        except BaseException:
            self._write_gate.release()
            raise

    async def _run(self, sql: str, args: list[Any]) -> Any:
        current = current_of(self)
        if current is not None:
            await current.pay()
            if sql.lstrip()[:6].upper() != "SELECT":
                current.root.kept.clear()
            return await current.session.fetch(sql, tuple(args))
        session = await self._check_out()
        try:
            return await session.fetch(sql, tuple(args))
        finally:
            await session.close()

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self._run(ddl, [])
