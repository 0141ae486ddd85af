"""Server-sent events, as a response that ends with its reader, or with the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from server.web.live import HUB

KEEP_ALIVE_SECONDS = 25.0
LIFETIME_SECONDS = 900.0  # then the reader connects again, and its session is checked again
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
]

Render = Callable[[str], Awaitable[str | None] | str | None]


def event(name: str, data: str = "") -> str:
    """One event as the stream carries it."""
    lines = "".join(f"data: {line}\n" for line in (data.splitlines() or [""]))
    return f"event: {name}\n{lines}\n"


class EventStream(ASGIResponse):
    """Return it from a handler: for each topic told, what `render(topic)` answers is sent (None: nothing).

        return EventStream("visit:…", render=lambda topic: event("changed"))

    A comment every 25 seconds keeps proxies from closing it.
    """

    def __init__(self, *topics: str, render: Render, greeting: str = ": ok\n\n") -> None:
        super().__init__(body=b"", status_code=200)
        self._topics = topics
        self._render = render
        self._greeting = greeting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with HUB.listening(*self._topics) as listener:
            gone = asyncio.create_task(_wait_for_disconnect(receive, listener.close))
            try:
                await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
                await _write(send, self._greeting)
                ends_at = time.monotonic() + LIFETIME_SECONDS
                while not listener.is_closed and time.monotonic() < ends_at:
                    topic = await listener.next(KEEP_ALIVE_SECONDS)
                    if listener.is_closed:
                        break
                    await _write(send, ": ok\n\n" if topic is None else await self._rendered(topic))
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            finally:
                gone.cancel()

    async def _rendered(self, topic: str) -> str:
        rendered: Any = self._render(topic)
        if asyncio.iscoroutine(rendered):
            rendered = await rendered
        return rendered or ""


async def _wait_for_disconnect(receive: Receive, close: Callable[[], None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    close()


async def _write(send: Send, text: str) -> None:
    if text:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
