"""The protocol's JSON endpoints and the poke; docs/sync-protocol.md says what they mean.

Handlers read their bodies themselves: bounded while they arrive, and unpacked here.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

from offline_sync import enrol, pull, push, rescue, tracks
from offline_sync.messages import EnrolRequest, PullRequest, PushRequest, TracksRequest, decode
from offline_sync.problems import SyncProblem
from offline_sync.service import find_caller
from server.accounts.actor import FIELD_ROLES, Role
from server.problems import Problem
from server.sync.bodies import pieces, read
from server.sync.bridge_comparison import ROUTES as COMPARISON_ROUTES
from server.sync.document import openapi
from server.sync.files import FILE_ROUTES
from server.sync.http import Sync, SyncRequest, Watch, answer, answer_sync_problem, identify
from server.sync.poke import PokeStream
from server.sync.wiring import provide_sync, provide_watch
from server.web.guards import requires
from server.web.metrics import SYNC_RESULTS


@post("/clients")
async def enrol_client(request: SyncRequest, sync: Sync) -> Response[bytes]:
    body = decode(await read(request, sync.limits.body_bytes), EnrolRequest)
    is_bridge = request.user.role is Role.BRIDGE
    if is_bridge and body.kind != "bridge":
        raise Problem("not_found")
    if body.kind == "bridge" and not is_bridge:  # no kind of client that a person can have
        raise SyncProblem("malformed", where="kind")
    content, is_new = await enrol.enrol(sync, identify(request), body)
    return await answer(sync, content, 201 if is_new else 200)


@post("/push", status_code=200)
async def push_mutations(request: SyncRequest, sync: Sync) -> Response[bytes]:
    body = decode(await read(request, sync.limits.push_bytes), PushRequest)
    content = await push.push(sync, identify(request), body)
    for result in content.results:
        SYNC_RESULTS.labels(result.status).inc()
    return await answer(sync, content)


@post("/pull", status_code=200)
async def pull_view(request: SyncRequest, sync: Sync) -> Response[bytes]:
    body = decode(await read(request, sync.limits.body_bytes), PullRequest)
    return await answer(sync, await pull.pull(sync, identify(request), body))


@post("/tracks/{stream:uuid}", status_code=200)
async def add_track_chunks(request: SyncRequest, sync: Sync, stream: FromPath[UUID]) -> Response[bytes]:
    body = decode(await read(request, sync.limits.body_bytes), TracksRequest)
    return await answer(sync, await tracks.add_chunks(sync, identify(request), stream, body))


@post("/rescue")
async def keep_rescue(
    request: SyncRequest, sync: Sync, client_id: FromQuery[UUID | None] = None
) -> Response[bytes]:
    content_type = request.headers.get("content-type", "")
    body = pieces(request, sync.limits.rescue_bytes)
    content = await rescue.keep(sync, identify(request), client_id, content_type, body)
    return await answer(sync, content, 201)


@get("/poke")
async def listen_for_pokes(
    request: SyncRequest,
    sync: Sync,
    watch: Watch,
    client_id: FromQuery[UUID],
) -> PokeStream:
    async with sync.db.reading() as conn:
        caller = await find_caller(sync, conn, identify(request), client_id)
    return PokeStream(watch, caller.reseller_id)


@get("/sync/v1/openapi.json", opt={"public": True, "without_session": True})
async def show_document(sync: Sync) -> Response[bytes]:
    """Public: whoever writes a phone's client reads it before there is a login; it names nobody's data."""
    field = {kind: application for kind, application in sync.applications.items() if kind != "bridge"}
    body = msgspec.json.encode(openapi(sync.limits, field))
    return Response(body, media_type="application/json")


DEPENDENCIES = {
    "sync": Provide(provide_sync, sync_to_thread=False),
    "watch": Provide(provide_watch, sync_to_thread=False),
}
ROUTES = [
    *COMPARISON_ROUTES,
    Router("", route_handlers=[show_document], dependencies=DEPENDENCIES),
    Router(
        "/sync/v1",
        route_handlers=[enrol_client, push_mutations, pull_view, listen_for_pokes],
        guards=[requires(FIELD_ROLES, Role.BRIDGE)],
        dependencies=DEPENDENCIES,
        exception_handlers={SyncProblem: answer_sync_problem},
        request_max_body_size=None,  # each body has its own limit, see `bodies`
    ),
    Router(
        "/sync/v1",
        route_handlers=[add_track_chunks, keep_rescue, *FILE_ROUTES],
        guards=[requires(FIELD_ROLES)],
        dependencies=DEPENDENCIES,
        exception_handlers={SyncProblem: answer_sync_problem},
        request_max_body_size=None,
    ),
]
