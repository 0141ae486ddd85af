"""Recusados: what phones recorded and the portal could not apply."""

from __future__ import annotations

from uuid import UUID

from litestar import get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream, Template

from server.accounts.actor import Role
from server.sync.http import Sync
from server.sync.quarantine import actions, queries
from server.sync.wiring import provide_sync
from server.web.guards import admin_only, requires
from server.web.requests import ActorRequest, address
from server.web.stores import object_store

PATH = "/quarantine"
_NOTHING_RUNS = "default-src 'none'; sandbox"


@get(PATH, guards=[requires(queries.READERS)])
async def show_quarantine(
    request: ActorRequest,
    after: FromQuery[str] = "",
    rescues_after: FromQuery[str] = "",
    client_id: FromQuery[UUID | None] = None,
    seq: FromQuery[int | None] = None,
) -> Template:
    """`client_id` and `seq` name the mutation that was just run again."""
    actor = request.user
    is_admin = actor.role is Role.ADMIN
    context = {
        "mutations": await queries.list_mutations(actor, after=after or None),
        "rescues": await queries.list_rescues(actor, after=rescues_after or None) if is_admin else None,
        "ran": await queries.find_mutation(actor, client_id, seq) if client_id and seq else None,
        "is_later": bool(after),
        "rescues_are_later": bool(rescues_after),
        "here": PATH,
    }
    return Template("quarantine/index.html", context=context)


@post(
    f"{PATH}/{{client_id:uuid}}/{{seq:int}}/runs",
    guards=[requires(queries.READERS)],
    dependencies={"sync": Provide(provide_sync, sync_to_thread=False)},
    status_code=200,
)
async def create_run(
    request: ActorRequest, sync: Sync, client_id: FromPath[UUID], seq: FromPath[int]
) -> Redirect:
    await actions.run_again(request.user, sync, client_id, seq, address(request))
    return Redirect(f"{PATH}?client_id={client_id}&seq={seq}", status_code=303)


@get(f"{PATH}/rescues/{{rescue_id:uuid}}", guards=[admin_only])
async def download_rescue(request: ActorRequest, rescue_id: FromPath[UUID]) -> Stream:
    """A phone's bytes are never shown, only handed over: whatever they claim to be."""
    store = object_store(request.app.state.settings)
    rescue, pieces = await actions.open_rescue(request.user, store, rescue_id, address(request))
    headers = {
        "Content-Disposition": f'attachment; filename="resgate-{rescue_id}.bin"',
        "Content-Length": str(rescue.size),
        "Content-Security-Policy": _NOTHING_RUNS,
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(pieces, media_type="application/octet-stream", headers=headers)


ROUTES = [show_quarantine, create_run, download_rescue]
