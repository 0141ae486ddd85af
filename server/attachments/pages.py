"""Anexos: one file up, given up again, and shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from server import pictures
from server.accounts.scope import WORKS_WITH_ORDERS
from server.attachments import actions, queries
from server.attachments.rules import MAX_BYTES
from server.attachments.sent import FILES, chosen, read_file
from server.problems import Problem
from server.service_orders.statuses import CALLERS, DESK
from server.web.guards import requires
from server.web.picture_answer import PictureSize, show_picture
from server.web.requests import ActorRequest
from server.web.stores import object_store

PATH = "/attachments"
ATTACHERS = DESK | CALLERS
_ROOM_FOR_THE_FORM = 64 * 1024


@post(
    PATH, guards=[requires(ATTACHERS)], status_code=201, request_max_body_size=MAX_BYTES + _ROOM_FOR_THE_FORM
)
async def create_attachment(request: ActorRequest) -> Template:
    """The line of the form that holds it; a refusal is a line, too, that says why."""
    actor, store = request.user, object_store(request.app.state.settings)
    files = chosen((await request.form()).getall(FILES, []))
    if len(files) != 1:
        raise Problem("invalid", fields=[])
    try:
        kept = await actions.keep(actor, store, *await read_file(files[0]), now=datetime.now(UTC))
    except Problem as problem:
        return Template("attachments/_refused.html", context={"problem": problem}, status_code=problem.status)
    (file,) = await queries.find_loose(actor, [kept])
    return Template("attachments/_loose.html", context={"file": file}, status_code=201)


@post(f"{PATH}/{{loose_id:uuid}}/removal", guards=[requires(ATTACHERS)], status_code=204)
async def create_removal(request: ActorRequest, loose_id: FromPath[UUID]) -> None:
    await actions.discard(request.user, object_store(request.app.state.settings), loose_id)


@get(f"{PATH}/{{attachment_id:uuid}}", guards=[requires(WORKS_WITH_ORDERS)])
async def show_attachment(
    request: ActorRequest, attachment_id: FromPath[UUID], size: FromQuery[PictureSize] = PictureSize.FULL
) -> Response[Any]:
    view, stored = await queries.find_attachment(request.user, attachment_id)
    if view.is_picture:
        return await show_picture(request, stored, size)
    # A stranger's document is handed over, not opened under our address.
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(view.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }
    content = await pictures.read(object_store(request.app.state.settings), stored)
    return Response(content, headers=headers, media_type=view.content_type)


ROUTES = [create_attachment, create_removal, show_attachment]
