"""Pré-atendimento: a message, the release to the dispatch; and the answers that the desk gives often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from offline_sync.ids import uuid7
from server.attachments.rules import MAX_BYTES, MAX_FILES
from server.attachments.sent import FILES, chosen, receive
from server.problems import Problem
from server.service_orders.forms import refuse
from server.service_orders.pages import PATH, Tab, changed, order_page
from server.service_orders.statuses import DESK
from server.triage import actions, queries
from server.triage.actions import Said
from server.triage.rules import PARTIES
from server.web.forms import Form
from server.web.guards import admin_only, keeping, requires
from server.web.requests import ActorRequest
from server.web.stores import object_store

ORDER = PATH + "/{order_id:uuid}"
CANNED = "/canned-answers"


@post(
    f"{ORDER}/triage-messages",
    guards=[keeping(PATH), requires(PARTIES)],
    status_code=200,
    request_max_body_size=MAX_FILES * MAX_BYTES + 256 * 1024,
)
async def create_message(request: ActorRequest, order_id: FromPath[UUID]) -> Response[Any]:
    actor, now = request.user, datetime.now(UTC)
    sent = await request.form()
    form = Form(((name, value) for name, value in sent.multi_items() if name != FILES), actor.timezone)
    attached = await receive(
        actor, object_store(request.app.state.settings), form, chosen(sent.getall(FILES, [])), now=now
    )
    message_id = form.uuid("message_id") or uuid7()
    if not form.is_valid:
        return await order_page(request, order_id, Tab.TRIAGE, message=form, attached=attached, status=422)
    try:
        await actions.say(actor, order_id, Said(message_id, form.text("body"), attached), now=now)
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await order_page(
            request,
            order_id,
            Tab.TRIAGE,
            message=refuse(form, problem),
            attached=attached,
            status=problem.status,
        )
    return Redirect(f"{PATH}/{order_id}?tab={Tab.TRIAGE}", status_code=303)


@post(f"{ORDER}/triage-release", guards=[requires(DESK)], status_code=200)
async def create_release(request: ActorRequest, order_id: FromPath[UUID]) -> Response[Any]:
    return await changed(
        request,
        order_id,
        actions.release(request.user, order_id, now=datetime.now(UTC)),
        lambda problem: order_page(
            request, order_id, Tab.TRIAGE, message=refuse(Form(), problem), status=problem.status
        ),
        Tab.TRIAGE,
    )


@get(CANNED, guards=[admin_only])
async def list_canned_answers(
    request: ActorRequest, edit: FromQuery[UUID | None] = None, done: FromQuery[str] = ""
) -> Template:
    return await _canned(request, edit, None, is_done=bool(done))


@post(CANNED, guards=[admin_only], status_code=200)
async def create_canned_answer(request: ActorRequest) -> Response[Any]:
    return await _keep(request, None)


@post(f"{CANNED}/{{answer_id:uuid}}", guards=[admin_only], status_code=200)
async def edit_canned_answer(request: ActorRequest, answer_id: FromPath[UUID]) -> Response[Any]:
    return await _keep(request, answer_id)


@post(f"{CANNED}/{{answer_id:uuid}}/removal", guards=[admin_only], status_code=200)
async def remove_canned_answer(request: ActorRequest, answer_id: FromPath[UUID]) -> Response[Any]:
    await actions.retire_canned_answer(request.user, answer_id)
    return Redirect(f"{CANNED}?done=1", status_code=303)


ROUTES = [
    create_message,
    create_release,
    list_canned_answers,
    create_canned_answer,
    edit_canned_answer,
    remove_canned_answer,
]


async def _keep(request: ActorRequest, answer_id: UUID | None) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    try:
        await actions.keep_canned_answer(request.user, answer_id, form.text("title"), form.text("body"))
    except Problem as problem:
        if problem.code != "invalid":
            raise
        form.errors |= {fault["name"]: fault["message"] for fault in problem.facts["fields"]}
        return await _canned(request, answer_id, form, status=problem.status)
    return Redirect(f"{CANNED}?done=1", status_code=303)


async def _canned(
    request: ActorRequest,
    edit: UUID | None,
    form: Form | None,
    *,
    is_done: bool = False,
    status: int = 200,
) -> Template:
    answers = await queries.list_canned_answers(request.user)
    edited = next((one for one in answers if one.id == edit), None)
    if form is None:
        form = Form.showing({"title": edited.title, "body": edited.body} if edited else {})
    context = {"answers": answers, "edited": edited, "form": form, "is_done": is_done}
    return Template("triage/canned_answers.html", context=context, status_code=status)
