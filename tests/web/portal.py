"""A portal to talk to in the test's own process and loop, and people who can log in to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from server.app import create_app
from server.settings import Settings

ORIGIN = "http://portal.test"
BROWSER = {"accept": "text/html,application/xhtml+xml", "sec-fetch-site": "same-origin"}
PROGRAM = {"accept": "application/json", "origin": ORIGIN}


def settings_for(folder: Path, **changes: Any) -> Settings:
    return Settings(
        **{"base_url": ORIGIN, "data_dir": folder, "log_level": "warning", "worker_inside": False} | changes
    )


@asynccontextmanager
async def running_portal(settings: Settings) -> AsyncIterator[httpx.ASGITransport]:
    """The app with its lifespan, which must begin and end in one task; a fixture's two halves are not one."""
    app = create_app(settings)
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


def client(transport: httpx.ASGITransport, headers: dict[str, str] = BROWSER) -> httpx.AsyncClient:
    """A visitor with an own cookie jar."""
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
