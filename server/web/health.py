"""Is the process alive, and can it do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import obstore
import structlog
from litestar import Request, Response, get
from piccolo.apps.migrations.tables import Migration

from server.database import platform
from server.settings import Settings
from server.web.stores import object_store

log = structlog.get_logger("pws.health")

PATIENCE_SECONDS = 3.0
_MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


@get("/health", opt={"public": True, "without_session": True}, sync_to_thread=False)
def health() -> dict[str, str]:
    """Alive: the loop turns. Says nothing of what it depends on, so a broken database restarts nobody."""
    return {"status": "ok"}


@get("/ready", opt={"public": True, "without_session": True})
async def ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Able to work: 503 with the names of what fails."""
    settings: Settings = request.app.state.settings
    checks = {"database": _database(), "migrations": _migrations(), "files": _files(settings)}
    answers = await asyncio.gather(*(_passes(name, check) for name, check in checks.items()))
    failing = [name for name, passed in zip(checks, answers, strict=True) if not passed]
    return Response(
        {"status": "failing" if failing else "ok", "failing": failing}, status_code=503 if failing else 200
    )


async def _passes(name: str, check: Awaitable[bool]) -> bool:
    try:
        return await asyncio.wait_for(check, PATIENCE_SECONDS)
    except Exception as error:  # whatever it is: not ready, and the log says why
        log.warning("not_ready", check=name, error=repr(error))
        return False


async def _database() -> bool:
    with platform():
        return bool(await Migration.raw("SELECT 1 AS one"))


async def _migrations() -> bool:
    with platform():
        done = {row["name"] for row in await Migration.select(Migration.name)}
    known = {path.stem.removeprefix("pws_") for path in _MIGRATIONS.glob("pws_*.py")}
    return known <= done


async def _files(settings: Settings) -> bool:
    await obstore.put_async(object_store(settings), "health/ready", b"ok")
    return True


ROUTES = [health, ready]
