"""A real server on a real port, for todo lists: the routes of the portal, with people known by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import uvicorn
from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from offline_sync.service import Service
from server.accounts.actor import Actor, Role
from server.database import tenant
from server.sync.routes import ROUTES
from server.web.failures import EXCEPTION_HANDLERS

RESELLER = UUID("01900000-0000-7000-8000-00000000000a")
OTHER_RESELLER = UUID("01900000-0000-7000-8000-00000000000b")


def person(name: str, reseller_id: UUID = RESELLER, role: Role = Role.TECHNICIAN) -> Actor:
    return Actor(uuid4(), reseller_id, name, f"{name}@example.org", role, uuid4())


@dataclass
class People:
    """Who is logged in: the bearer token is the name."""

    by_name: dict[str, Actor] = field(default_factory=dict)

    def add(self, actor: Actor) -> Actor:
        self.by_name[actor.name] = actor
        return actor

    def middleware(self, app: ASGIApp) -> ASGIApp:
        async def authenticate(scope: Scope, receive: Receive, send: Send) -> None:
            token = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
            actor = self.by_name.get(token)
            scope["user"] = actor
            if actor is None:
                await app(scope, receive, send)
                return
            with tenant(actor.reseller_id):
                await app(scope, receive, send)

        return authenticate


def create_app(service: Service, people: People) -> Litestar:
    app = Litestar(
        ROUTES,
        middleware=[people.middleware],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        logging_config=None,  # Litestar's own starts a thread with each app
    )
    app.state["sync"] = service
    return app


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The server's address while it runs in this loop."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
