"""Between HTTP and the protocol: who asks, what is answered, and problems by their codes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation

import server.sync.problems  # noqa: F401 - fills the catalogue
from offline_sync.messages import encode
from offline_sync.ports import Identity
from offline_sync.problems import SyncProblem
from offline_sync.service import Service
from server.accounts.actor import Actor
from server.problems import Problem
from server.sync.poke import PulseWatch
from server.web.failures import answer_problem

Sync = NamedDependency[SkipValidation[Service]]
Watch = NamedDependency[SkipValidation[PulseWatch]]
SyncRequest = Request[Actor, Any, Any]
NO_STORE = {"Cache-Control": "no-store"}


def identify(request: SyncRequest) -> Identity:
    """The logged-in person; the guard of the routes has seen to it that there is one."""
    actor = request.user
    return Identity(actor.user_id, actor.reseller_id, actor)


async def answer(service: Service, content: msgspec.Struct, status: int = 200) -> Response[bytes]:
    body = encode(content, await service.envelope())
    return Response(body, status_code=status, media_type="application/json", headers=NO_STORE)


def answer_sync_problem(request: Request[Any, Any, Any], problem: SyncProblem) -> Response[Any]:
    response = answer_problem(request, Problem(problem.code, **problem.facts))
    if request.scope["path"].startswith("/sync/v1/files"):
        response.headers["Tus-Resumable"] = "1.0.0"
    return response


def http_date(moment: datetime) -> str:
    """`Upload-Expires` wants the format of RFC 9110."""
    return moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
