"""*Dados e privacidade*: one's receipts, choices, a copy of one's data, and the wish to be forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from obstore.store import ObjectStore

from server.accounts.confirmation import is_confirmed
from server.privacy import consents, requests
from server.privacy.receipts import receipts_text
from server.privacy.rules import REQUEST_NAMES, STATE_NAMES, days_left
from server.problems import Problem
from server.web.forms import Form
from server.web.guards import requires
from server.web.requests import ActorRequest, address
from server.web.stores import object_store

PATH = "/profile/privacy"
OPEN = {"before_gate": True}


@get(PATH, guards=[requires()], opt=OPEN)
async def show_privacy(request: ActorRequest, done: FromQuery[str] = "") -> Template:
    return await _page(request, {}, 200, done)


@get(f"{PATH}/receipts.txt", guards=[requires()], opt=OPEN)
async def download_receipts(request: ActorRequest) -> Response[bytes]:
    found = await consents.list_receipts(request.user, request.user.user_id)
    return Response(
        receipts_text(request.user, found, datetime.now(UTC)).encode(),
        media_type="text/plain; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="recibos.txt"'},
    )


@post(f"{PATH}/exports", guards=[requires()], status_code=200, opt=OPEN)
async def ask_for_export(request: ActorRequest) -> Response[Any]:
    actor = request.user
    try:
        await requests.ask_for_export(actor, actor.user_id, datetime.now(UTC), address(request))
    except Problem as problem:
        return await _page(request, {"": problem.detail}, problem.status)
    return Redirect(f"{PATH}?done=export", status_code=303)


@post(f"{PATH}/erasures", guards=[requires()], status_code=200, opt=OPEN)
async def ask_for_erasure(request: ActorRequest) -> Response[Any]:
    actor = request.user
    form = Form((await request.form()).multi_items())
    try:
        await requests.ask_for_erasure(
            actor, actor.user_id, form.text("password"), datetime.now(UTC), address(request)
        )
    except Problem as problem:
        is_password = problem.code in {"password_needed", "wrong_password"}
        faults = {"password" if is_password else "": problem.detail}
        return await _page(request, faults, 422 if is_password else problem.status)
    return Redirect(f"{PATH}?done=erasure", status_code=303)


@post("/privacy/requests/{request_id:uuid}/cancellation", guards=[requires()], status_code=200, opt=OPEN)
async def cancel_request(request: ActorRequest, request_id: FromPath[UUID]) -> Redirect:
    await requests.cancel(request.user, request_id, datetime.now(UTC), address(request))
    return Redirect(f"{PATH}?done=cancelled", status_code=303)


@get("/privacy/requests/{request_id:uuid}/file", guards=[requires()], opt=OPEN)
async def download_export(request: ActorRequest, request_id: FromPath[UUID]) -> Response[bytes]:
    path = await requests.find_file(request.user, request_id, datetime.now(UTC))
    store: ObjectStore = object_store(request.app.state.settings)
    try:
        content = bytes(await (await store.get_async(path)).bytes_async())
    except FileNotFoundError as error:
        raise Problem("not_found") from error
    return Response(
        content,
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="meus-dados.zip"'},
    )


async def _page(request: ActorRequest, faults: dict[str, str], status: int, done: str = "") -> Template:
    actor, now = request.user, datetime.now(UTC)
    return Template(
        "privacy/own.html",
        context={
            "receipts": await consents.list_receipts(actor, actor.user_id),
            "requests": await requests.list_own(actor, now),
            "asks_password": not is_confirmed(actor, now),
            "request_names": REQUEST_NAMES,
            "state_names": STATE_NAMES,
            "days_left": days_left,
            "now": now,
            "faults": faults,
            "done": done,
        },
        status_code=status,
    )


ROUTES = [show_privacy, download_receipts, ask_for_export, ask_for_erasure, cancel_request, download_export]
