"""Where a bridge asks what differs between ILUX and the portal; docs/bridge-sync.md says how."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromQuery
from msgspec import Meta, Struct

from offline_sync.problems import SyncProblem
from piccolo_conf import DB
from server.accounts.actor import Role
from server.bridge.batch import Row
from server.bridge.comparison import KEYS_AT_ONCE, compare, keys
from server.bridge.entities import BY_NAME
from server.bridge.values import LONGEST_KEY
from server.problems import Problem
from server.sync.bodies import read
from server.sync.http import answer_sync_problem
from server.web.guards import requires
from server.web.requests import ActorRequest

MOST_ROWS = 500
LARGEST = 4 * 1024 * 1024

_Key = Annotated[str, Meta(min_length=1, max_length=LONGEST_KEY, pattern="^[^\\x00]*$")]


class ComparedRow(Struct, frozen=True):
    """As in `ilux_rows`."""

    key: _Key
    gone: bool = False
    data: dict[str, Any] = {}


class ComparisonRequest(Struct, frozen=True):
    entity: str
    rows: Annotated[list[ComparedRow], Meta(max_length=MOST_ROWS)]


@post("/comparisons", status_code=200)
async def create_comparison(request: ActorRequest) -> Response[Any]:
    now, actor = datetime.now(UTC), request.user
    body = await read(request, LARGEST)
    try:
        asked = msgspec.json.decode(body, type=ComparisonRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Problem("invalid", fields=[{"name": "", "message": str(error)}]) from error
    _known(asked.entity)
    rows = {one.key: Row(None, asked.entity, one.key, one.gone, one.data) for one in asked.rows}
    async with DB.reading() as tx:
        found = await compare(tx, actor.reseller_id, asked.entity, list(rows.values()), now)
    return Response(msgspec.to_builtins(found), headers={"Cache-Control": "no-store"})


@get("/keys")
async def list_keys(
    request: ActorRequest, entity: FromQuery[str], after: FromQuery[str] = ""
) -> Response[Any]:
    _known(entity)
    if "\x00" in after:
        raise Problem("invalid", fields=[{"name": "after", "message": "NUL"}])
    async with DB.reading() as tx:
        found = await keys(tx, request.user.reseller_id, entity, after)
    body = {"keys": found, "more": len(found) == KEYS_AT_ONCE}
    return Response(body, headers={"Cache-Control": "no-store"})


def _known(entity: str) -> None:
    if entity not in BY_NAME:
        raise Problem("invalid", fields=[{"name": "entity", "message": entity[:30]}])


ROUTES = [
    Router(
        "/bridge/v1",
        route_handlers=[create_comparison, list_keys],
        guards=[requires(Role.BRIDGE)],
        exception_handlers={SyncProblem: answer_sync_problem},
        request_max_body_size=None,  # `read` has the limit, packed and unpacked
    )
]
