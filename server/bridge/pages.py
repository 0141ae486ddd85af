"""Sincronização: how the bridge to ILUX is, and what waits for a person; and the bridge's own heartbeat."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from msgspec import Meta, Struct

from offline_sync.messages import Instant
from server.accounts.actor import Actor, Role
from server.bridge import desk, queries
from server.bridge.notices import monitor_topic
from server.bridge.rules import LARGE_BASE_BYTES, MOST_ERRORS
from server.bridge.status import Beat, Reconciliation, record_beat
from server.bridge.upkeep import Upkeep
from server.problems import Problem
from server.web.guards import may_monitor, monitors_only, requires
from server.web.page_stream import watched
from server.web.requests import ActorRequest, address, is_htmx

PATH = "/synchronization"
HEARTBEAT = "/bridge/v1/heartbeat"
LARGEST_BEAT = 64 * 1024
_DONE = {
    "taken": "O registro foi aplicado.",
    "again": "O portal tentou de novo.",
    "sent": "A escrita foi pedida de novo ao ILUX.",
}
_Short = Annotated[str, Meta(max_length=40)]
_Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Reconciled(Struct, frozen=True):
    """The last time that the bridge compared both sides."""

    at: Instant
    found: _Count
    repaired: _Count
    left: _Count
    compared: _Count = 0


class Heartbeat(Struct, frozen=True):
    """What a bridge says of itself."""

    queue: _Count
    last_cycle_at: Instant | None = None
    oldest_at: Instant | None = None
    errors: Annotated[list[Annotated[str, Meta(max_length=500)]], Meta(max_length=MOST_ERRORS)] = []
    version: _Short = ""
    firebird: _Short = ""
    base_bytes: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    epoch: Annotated[str, Meta(max_length=60)] = ""
    upkeep: Upkeep | None = None
    reconciliation: Reconciled | None = None


@post(HEARTBEAT, guards=[requires(Role.BRIDGE)], status_code=200, request_max_body_size=LARGEST_BEAT)
async def create_heartbeat(request: ActorRequest) -> Response[dict[str, Any]]:
    now = datetime.now(UTC)
    try:
        said = msgspec.json.decode(await request.body(), type=Heartbeat)
    except msgspec.MsgspecError as error:
        raise Problem("invalid", fields=[{"name": "", "message": str(error)}]) from error
    beat = Beat(
        queue=said.queue,
        oldest_at=_utc(said.oldest_at),
        errors=tuple(said.errors),
        last_cycle_at=_utc(said.last_cycle_at),
        version=said.version,
        firebird=said.firebird,
        base_bytes=said.base_bytes,
        epoch=said.epoch,
        upkeep=said.upkeep,
        reconciliation=_reconciliation(said.reconciliation),
    )
    await record_beat(request.user, beat, now)
    return Response(
        {"server_time": now.isoformat(timespec="milliseconds")}, headers={"Cache-Control": "no-store"}
    )


@get(PATH, guards=[monitors_only])
async def show_synchronization(
    request: ActorRequest, page: FromQuery[int] = 1, done: FromQuery[str] = ""
) -> Template:
    actor, now = request.user, datetime.now(UTC)
    page = min(max(page, 1), 10_000)
    context = {
        "bridges": await queries.list_bridges(actor, now),
        "companies": await queries.list_companies(actor),
        "counts": await queries.count_waiting(actor),
        "refusals": await queries.list_refusals(actor, page=page),
        "failed": await queries.list_failed_messages(actor),
        "blocked": await queries.list_blocked_messages(actor),
        "done": _DONE.get(done, ""),
        "large_base": LARGE_BASE_BYTES,
        "page": page,
        "here": PATH + (f"?page={page}" if page > 1 else ""),
    }
    return Template("bridge/_index.html" if is_htmx(request) else "bridge/index.html", context=context)


@watched("synchronization")
async def follow_synchronization(actor: Actor, _: UUID | None) -> str:
    if not may_monitor(actor):
        raise Problem("not_found")
    return monitor_topic(actor.reseller_id)


@post(f"{PATH}/refusals/runs", guards=[monitors_only], status_code=200)
async def create_runs(request: ActorRequest) -> Redirect:
    await desk.retry_rows(request.user, address(request), now=datetime.now(UTC))
    return _back("again")


@post(f"{PATH}/refusals/{{refusal_id:uuid}}/runs", guards=[monitors_only], status_code=200)
async def create_run(request: ActorRequest, refusal_id: FromPath[UUID]) -> Redirect:
    is_taken = await desk.retry_row(request.user, refusal_id, address(request), now=datetime.now(UTC))
    return _back("taken" if is_taken else "again")


@post(f"{PATH}/messages/{{message_id:uuid}}/repetitions", guards=[monitors_only], status_code=200)
async def create_repetition(request: ActorRequest, message_id: FromPath[UUID]) -> Redirect:
    await desk.repeat_message(request.user, message_id, address(request), now=datetime.now(UTC))
    return _back("sent")


def _back(done: str) -> Redirect:
    return Redirect(f"{PATH}?done={done}", status_code=303)


def _reconciliation(said: Reconciled | None) -> Reconciliation | None:
    at = _utc(said.at) if said else None
    return Reconciliation(at, said.found, said.repaired, said.left) if said and at else None


def _utc(moment: datetime | None) -> datetime | None:
    try:
        return moment.astimezone(UTC) if moment else None
    except OverflowError as error:
        raise Problem("invalid", fields=[]) from error


ROUTES = [
    create_heartbeat,
    show_synchronization,
    create_runs,
    create_run,
    create_repetition,
]
