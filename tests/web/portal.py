"""A portal to talk to in the test's own process and loop, and people who can log in to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State

from server.app import create_app
from server.settings import Settings
from server.web.logs import configure_logs

ORIGIN = "http://portal.test"
BROWSER = {"accept": "text/html,application/xhtml+xml", "sec-fetch-site": "same-origin"}
PROGRAM = {"accept": "application/json", "origin": ORIGIN}


def settings_for(folder: Path, **changes: Any) -> Settings:
    return Settings(
        **{"base_url": ORIGIN, "data_dir": folder, "log_level": "warning", "worker_inside": False} | changes
    )


_idle: dict[Settings, list[Litestar]] = {}


def app_for(settings: Settings) -> Litestar:
    """An app without memories. Its routes take longer to build than most tests last, and depend on no folder:
    one that no test uses any more serves again, with another state."""
    idle = _idle.setdefault(_kind(settings), [])
    if not idle:
        return create_app(settings)
    app = idle.pop()
    configure_logs(settings)
    app.state = State({"settings": settings})
    return app


def _kind(settings: Settings) -> Settings:
    return replace(settings, data_dir=Path())


@asynccontextmanager
async def running_portal(settings: Settings) -> AsyncIterator[httpx.ASGITransport]:
    """The app with its lifespan, which must begin and end in one task; a fixture's two halves are not one."""
    app = app_for(settings)
    started, stopping = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stopping.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if not task.done():
            yield httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    finally:
        waiting.cancel()
        stopping.set()
        await task
    _idle[_kind(settings)].append(app)


def client(transport: httpx.ASGITransport, headers: dict[str, str] = BROWSER) -> httpx.AsyncClient:
    """A visitor with an own cookie jar."""
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
